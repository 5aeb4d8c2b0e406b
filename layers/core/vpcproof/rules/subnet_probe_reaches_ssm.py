"""The probe in a subnet reaches Systems Manager, as the settings say that it does.

## Why it matters
Settings prove what AWS would let through. A probe is a function in the subnet that resolves the
names and opens TLS for real: it meets what no setting shows, a resolver that answers otherwise, an
appliance that breaks TLS, a fault of AWS. Where both agree nothing is left to doubt; where they
disagree one of them is wrong, and somebody should know before the day it matters.

## How to fix
The annotation names the step that failed. `nxdomain`, `no-answer` and `resolver-failed` are about
the DNS servers that the VPC's DHCP options name; `public-address` about private DNS and the DNS
attributes of the VPC; `foreign-address` about a hosted zone, a Profile or a hosts file;
`timed-out` about security groups, network ACLs and routes; `refused` and `reset` about whatever
stands at that address; `certificate` and `tls` about an appliance between. `vpcproof verify` takes
the same steps and says what to do next. Where the probe reaches what the settings block, give it
the security groups of the workloads (`ProbeSecurityGroupIds`).

## Known limits
Subnets without a probe are not applicable: the template deploys one for each subnet of
`ProbeSubnetIds`, and AWS Config has this rule only then; conformance packs and organisation rules
leave it out. A probe speaks for one address with its own security groups, at one time; settings
are judged for all workloads of the subnet. One that did not answer, or whose answer is older than
`probeMaxAgeMinutes`, leaves the verdict undetermined.
"""

from ..analysis.path import Path
from ..analysis.paths import path
from ..analysis.probed import contradiction, failing, fresh_results, probe_evidence, probe_words
from ..analysis.ssm import needed_codes
from ..model.facts import Fact
from ..model.parameters import Parameters
from ..model.resource_type import ResourceType
from ..model.snapshot import Snapshot
from ..model.verdict import (
    Severity,
    Verdict,
    compliant,
    non_compliant,
    not_applicable,
    undetermined,
)
from ..model.vpc import Subnet
from .registry import rule
from .subnet_reaches_ssm import PATH_FACTS, blocking_evidence, unsure_of_ec2messages


@rule(
    resource_type=ResourceType.SUBNET,
    severity=Severity.HIGH,
    needs={Fact.SUBNETS, Fact.ROUTE_TABLES, Fact.VPC_ENDPOINTS},
    reads={*PATH_FACTS, Fact.MANAGED_NODES, Fact.PROBE_RESULTS},
    parameters=[
        "ephemeralPorts",
        "granularity",
        "probeMaxAgeMinutes",
        "requireEc2Messages",
        "ssmWorkloads",
    ],
)
def judge(subnet: Subnet, snapshot: Snapshot, parameters: Parameters) -> Verdict:
    if not snapshot.probed(subnet.id):
        gap = snapshot.gap(Fact.PROBE_RESULTS)
        if gap is not None:
            return undetermined(f"not read: {gap.fact.key} ({gap.reason})")
        return not_applicable("no probe in the subnet, or it was not asked")
    codes = needed_codes(snapshot, subnet.vpc_id, parameters)
    seen = fresh_results(snapshot, subnet.id, codes, parameters)
    paths = [path(snapshot, subnet.id, code, parameters) for code in codes]
    blocked = [each for each in paths if each.reachable is False]
    told = (*probe_evidence(seen), *blocking_evidence(blocked))
    unreached = [each for each in seen if not each.reaches]
    if unreached:
        agreed = {each.service for each in unreached} <= {each.service for each in blocked}
        return non_compliant(failing(unreached, settings_agree=agreed), *told)
    if against := contradiction(blocked, seen):
        return non_compliant(f"the settings block {_named(blocked)}, {against}", *told)
    silent = _silent(subnet, snapshot, codes, parameters)
    if silent:
        return undetermined(silent, *told)
    unknown = [each for each in paths if each.reachable is None]
    if unknown:
        return undetermined(
            f"the probe reaches {', '.join(codes)}; the settings leave open {_named(unknown)}",
            *told,
            *blocking_evidence(unknown),
        )
    if unsure := unsure_of_ec2messages(subnet, snapshot, parameters):
        return undetermined(unsure, *told)
    return compliant(f"the probe reaches {', '.join(codes)}, as the settings say", *told)


def _silent(
    subnet: Subnet, snapshot: Snapshot, codes: tuple[str, ...], parameters: Parameters
) -> str | None:
    """Of which service the probe says nothing that counts, and why; None where of all."""
    said = {each.service for each in fresh_results(snapshot, subnet.id, codes, parameters)}
    code = next((each for each in codes if each not in said), None)
    if code is None:
        return None
    result = snapshot.probed(subnet.id).get(code)
    if result is None:
        return f"{code}: the probe was not asked about it"
    if not result.answered:
        return f"{code}: {probe_words(result)}"
    limit = parameters.probe_max_age_minutes
    return f"{code}: {probe_words(result)}, more than {limit} minutes before these facts"


def _named(paths: list[Path]) -> str:
    return ", ".join(each.service for each in paths)
