"""What the probe functions answer, and what a folder keeps of it."""

from __future__ import annotations

from ...model.probe_result import ProbeResult, ProbeStep
from ..raw import Raw, UnreadableError, flag, moment, number, required, structures, text

_STEPS = frozenset({"resolve", "connect", "tls"})


def probe_result(raw: Raw) -> ProbeResult:
    """One element of `ProbeResults`; `Failure` is what the live reader writes of a mute probe."""
    taken_at = moment(raw.get("TakenAt"))
    failure = text(raw, "Failure")
    if taken_at is None and failure is None:
        raise UnreadableError("TakenAt is not a time")
    return ProbeResult(
        subnet_id=required(raw, "SubnetId"),
        service=required(raw, "Service"),
        taken_at=taken_at,
        steps=tuple(map(_step, structures(raw, "Steps"))),
        failure=failure,
    )


def _step(raw: Raw) -> ProbeStep:
    name = required(raw, "Step")
    if name not in _STEPS:
        raise UnreadableError(f"{name!r} is no step of a probe")
    ok = flag(raw, "Ok")
    if ok is None:
        raise UnreadableError("a step does not say whether it is Ok")
    return ProbeStep(
        name=name,
        target=required(raw, "Target"),
        family=text(raw, "Family"),
        port=number(raw, "Port"),
        ok=ok,
        answer=_answer(raw),
        error=text(raw, "Error"),
        detail=text(raw, "Detail"),
        milliseconds=_milliseconds(raw),
    )


def _answer(raw: Raw) -> tuple[str, ...]:
    """The addresses, in the order of the answer."""
    value = raw.get("Answer") or ()
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise UnreadableError("Answer is not a list of addresses")
    return tuple(value)


def _milliseconds(raw: Raw) -> float | None:
    value = raw.get("Milliseconds")
    return float(value) if isinstance(value, int | float) and value >= 0 else None
