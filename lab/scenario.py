"""What the run and the end-to-end tests do with the broken VPC, and what they expect to see.

The deployed functions do all the judging; what they have to find stands in `lab.broken_vpc`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lab import process
from lab.account import Account
from lab.alerts import Alert
from lab.broken_vpc import VERDICTS, Compliance, Network

RULE_PREFIX = "vpcproof-"

_SECONDS_OF_WINDOW = 60
_SECONDS_OF_SCHEDULE = 3600
_IDLE_SECONDS = 120

Key = tuple[str, str]
"""A rule, and a resource: by its name in the scenario, or else by its id."""


@dataclass(frozen=True)
class Verdict:
    """What AWS Config holds of a rule and a resource; `compliance` is None if it holds nothing."""

    compliance: Compliance = None
    annotation: str = ""


Verdicts = Mapping[Key, Verdict]

NO_VERDICT = Verdict()


@dataclass(frozen=True)
class Outcome:
    """All that a trial has seen."""

    network: Network
    before: Verdicts
    after: Verdicts
    alerts: list[Alert] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def settle(account: Account) -> None:
    """Wait until all is judged and told that the latest changes gave reason to."""
    try:
        process.wait_until_idle(account.url, _IDLE_SECONDS)
    except process.LabFailedError as error:
        raise process.LabFailedError(
            f"the functions were not done within {_IDLE_SECONDS} seconds"
        ) from error


def judge_dependents(account: Account) -> None:
    """Put the lab's clock forward by a minute, when what depends on changes is judged again."""
    process.control(account.url, "clock/advance", "POST", seconds=_SECONDS_OF_WINDOW)
    settle(account)


def judge_on_schedule(account: Account) -> None:
    """Put the lab's clock forward by an hour, when the schedule of every rule is due."""
    process.control(account.url, "clock/advance", "POST", seconds=_SECONDS_OF_SCHEDULE)
    settle(account)


def read_verdicts(account: Account, network: Network) -> Verdicts:
    """Every verdict that AWS Config holds, on the scenario's resources and on all others."""
    found = {}
    for evaluation in account.evaluations(account.config_rules(RULE_PREFIX)):
        subject = evaluation["EvaluationResultIdentifier"]["EvaluationResultQualifier"]
        rule = subject["ConfigRuleName"].removeprefix(RULE_PREFIX)
        resource = network.name_of(subject["ResourceId"])
        annotation = evaluation.get("Annotation", "")
        found[rule, resource] = Verdict(evaluation["ComplianceType"], annotation)
    return found


def read_failures(account: Account) -> list[str]:
    """What went wrong in functions, each error once."""
    executions = process.control(account.url, f"invocations?account={account.number}")
    errors = {f"{each['function']}: {each['error']}" for each in executions if each["error"]}
    return sorted(errors)


def differences(outcome: Outcome) -> Iterator[str]:
    """What is not as it had to be, each as a sentence."""
    yield from _different_verdicts("before", _expected(0), outcome.before)
    yield from _different_verdicts("after", _expected(1), outcome.after)
    yield from _different_alerts(outcome)
    yield from (f"a function failed: {failure}" for failure in outcome.failures)


def _expected(moment: int) -> dict[Key, Compliance]:
    return {
        (rule, resource): expectation[moment]
        for resource, rules in VERDICTS.items()
        for rule, expectation in rules.items()
    }


def _different_verdicts(
    when: str, expected: Mapping[Key, Compliance], verdicts: Verdicts
) -> Iterator[str]:
    """Differences on the scenario's resources; on others only a finding is one."""
    for key in sorted(expected.keys() | verdicts.keys()):
        got, (rule, resource) = verdicts.get(key, NO_VERDICT), key
        is_ours = resource in VERDICTS
        if got.compliance == expected.get(key) or not (
            is_ours or got.compliance == "NON_COMPLIANT"
        ):
            continue
        wanted = expected.get(key) or "no verdict"
        because = f" ({got.annotation})" if got.annotation else ""
        yield (
            f"{when} the repairs {rule} on {resource} had to be {wanted}, "
            f"and is {got.compliance or 'no verdict'}{because}"
        )


def _different_alerts(outcome: Outcome) -> Iterator[str]:
    """Whatever was broken has to be told, and so has its end.

    Other alerts may come in between, as facts are read by several calls while they change.
    """
    told: dict[Key, Counter[str]] = defaultdict(Counter)
    for alert in outcome.alerts:
        told[alert.rule, outcome.network.name_of(alert.resource_id)][alert.kind] += 1
    for key, compliance in _expected(0).items():
        if compliance == "NON_COMPLIANT" and not told[key]["broken"]:
            yield f"no alert told that {key[0]} on {key[1]} was broken"
    for (rule, resource), kinds in sorted(told.items()):
        if kinds["broken"] > kinds["recovered"] + kinds["closed"]:
            yield f"no alert told that {rule} on {resource} was no longer broken"
