"""The trial of an installed application: a broken VPC is judged, repaired, and judged again."""

from dataclasses import dataclass, field

from lab import broken_vpc, scenario
from lab.account import Account
from lab.alerts import Alert, Inbox
from lab.broken_vpc import FAULTS, Network
from lab.report import Report
from lab.scenario import Outcome

_SHOWN_IN_FULL = "vpc-ssm-endpoints-complete"


@dataclass
class Trial:
    """One trial in an account; the report is told each step, the inbox gets the alerts."""

    report: Report
    account: Account
    inbox: Inbox
    alerts: list[Alert] = field(default_factory=list)

    def run(self) -> Outcome:
        """Go through the whole trial."""
        network = self._break()
        before = scenario.read_verdicts(self.account, network)
        self._repair(network)
        after = scenario.read_verdicts(self.account, network)
        failures = scenario.read_failures(self.account)
        return Outcome(network, before, after, self.alerts, failures)

    def _break(self) -> Network:
        report, account = self.report, self.account
        with report.step("Create a VPC; all changes from here on are judged as they come"):
            network = broken_vpc.create(account.client("ec2"))
            scenario.settle(account)
        self._tell(network)
        with report.step(f"Create its endpoints, which makes {len(FAULTS)} faults"):
            broken_vpc.create_endpoints(network)
            scenario.settle(account)
        report.lines(f"{number}. {fault.what}" for number, fault in enumerate(FAULTS, start=1))
        self._tell(network)
        with report.step("Launch an instance in each subnet"):
            broken_vpc.launch_instances(network)
            scenario.settle(account)
        self._tell(network)
        with report.step("A minute later all that depends on these changes is judged again"):
            scenario.judge_dependents(account)
        self._tell(network)
        for alert in self.alerts:
            if alert.rule == _SHOWN_IN_FULL:
                report.message(alert)
        return network

    def _repair(self, network: Network) -> None:
        for number, fault in enumerate(FAULTS, start=1):
            with self.report.step(f"Repair {number}: {fault.fix}"):
                fault.repair(network)
                scenario.settle(self.account)
            self._tell(network)
        with self.report.step("A minute later all that depends on the repairs is judged again"):
            scenario.judge_dependents(self.account)
        self._tell(network)

    def _tell(self, network: Network) -> None:
        """Show the alerts that have come; each step's own ones, as everything has settled."""
        alerts = self.inbox.take()
        self.alerts += alerts
        self.report.alerts(alerts, network)
