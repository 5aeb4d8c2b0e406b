"""Time as AWS Config writes it: ISO text inside messages, epoch seconds in API answers."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from lab.config.shapes import Json

Clock = Callable[[], datetime]


def iso(moment: datetime) -> str:
    """A moment as Config prints it in notifications: milliseconds and a Z."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"


def parse(value: datetime | float | str) -> datetime:
    """A timestamp of a request, in any of the forms that an AWS SDK may send."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, str):
        return datetime.fromisoformat(value).astimezone(UTC)
    return datetime.fromtimestamp(value, UTC)


def to_milliseconds(moment: datetime) -> datetime:
    """A moment cut to the resolution that Config keeps."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def wire(value: Json) -> Json:
    """A response in the types of the JSON 1.1 protocol, where a timestamp is epoch seconds."""
    if isinstance(value, datetime):
        return round(value.timestamp(), 3)
    if isinstance(value, Mapping):
        return {key: wire(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [wire(member) for member in value]
    return value
