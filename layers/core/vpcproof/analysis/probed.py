"""What the probe in a subnet saw, beside what the settings prove."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from ..model.parameters import Parameters
from ..model.probe_result import ProbeResult
from ..model.snapshot import Snapshot
from ..model.verdict import Evidence
from .path import Path


def is_fresh(result: ProbeResult, snapshot: Snapshot, parameters: Parameters) -> bool:
    """Whether a result is no older than it may be when the snapshot was taken."""
    if result.taken_at is None:
        return False
    age = snapshot.captured_at - result.taken_at
    return age <= timedelta(minutes=parameters.probe_max_age_minutes)


def fresh_results(
    snapshot: Snapshot, subnet_id: str, codes: Iterable[str], parameters: Parameters
) -> tuple[ProbeResult, ...]:
    """What the probe in a subnet said lately of these services."""
    seen = snapshot.probed(subnet_id)
    return tuple(
        result
        for code in codes
        if (result := seen.get(code)) is not None
        and result.answered
        and is_fresh(result, snapshot, parameters)
    )


def failing(results: Sequence[ProbeResult], *, settings_agree: bool) -> str:
    """That the probe does not reach services, the first step that failed, and what settings say."""
    services = ", ".join(each.service for each in results)
    step = next((str(step) for each in results for step in each.failed), "no connection was tried")
    settings = "as the settings say" if settings_agree else "though no setting is known to block"
    return f"the probe in the subnet does not reach {services}, {settings}: {step}"


def contradiction(blocked: Iterable[Path], results: Iterable[ProbeResult]) -> str | None:
    """That the probe reaches what is proven to be blocked, if it does."""
    reached = {each.service for each in results if each.reaches}
    services = [each.service for each in blocked if each.service in reached]
    if not services:
        return None
    return f"but the probe in the subnet reaches {', '.join(services)}"


def probe_evidence(results: Iterable[ProbeResult]) -> tuple[Evidence, ...]:
    """One line for each service: reached, or each step that failed."""
    return tuple(
        Evidence("probe_result", each.subnet_id, f"{each.service}: {probe_words(each)}")
        for each in results
    )


def probe_words(result: ProbeResult) -> str:
    """What a probe saw of a service, in short, and when."""
    if result.failure is not None:
        return f"the probe did not answer: {result.failure}"
    when = f" at {result.taken_at:%Y-%m-%dT%H:%M:%SZ}" if result.taken_at else ""
    if result.reaches:
        return f"the probe reached it{when}"
    failed = "; ".join(map(str, result.failed)) or "no connection was tried"
    return f"the probe did not reach it{when}: {failed}"
