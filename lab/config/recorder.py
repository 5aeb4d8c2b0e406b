"""The configuration recorder: turns the resources that exist into configuration items."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lab.config import bodies, relationships
from lab.config.bodies import Body, Resource
from lab.config.errors import ConfigError, Constraints
from lab.config.history import History
from lab.config.items import ConfigurationItem, ItemStatus
from lab.config.places import Place
from lab.config.relationships import Key, Relationship, Relationships
from lab.config.shapes import Request, Response
from lab.config.timestamps import Clock, parse, to_milliseconds

Inventory = Mapping[tuple[str, str], Resource]

_TICK = timedelta(milliseconds=1)
_CREATION_TIMES = ("CreationTimestamp", "CreateTime", "CreatedAt", "CreationTime")


@dataclass(frozen=True)
class Change:
    """An item just recorded, and the item of the same resource before it."""

    item: ConfigurationItem
    previous: ConfigurationItem | None


@dataclass(frozen=True)
class _State:
    """All that is recorded of a resource at one moment."""

    body: Body
    tags: dict[str, str]
    stated: Relationships
    zone: str | None
    created: datetime | None


class Recorder:
    """The recorder and the delivery channel of one place."""

    def __init__(self, place: Place, clock: Clock, history: History) -> None:
        self._place = place
        self._clock = clock
        self._history = history
        self._recorder: dict[str, Any] | None = None
        self._channel: dict[str, Any] | None = None
        self._status: dict[str, Any] = {}
        self._states: dict[Key, _State] = {}
        self._captured: datetime | None = None

    @property
    def exists(self) -> bool:
        """Whether the place has a recorder, be it stopped."""
        return self._recorder is not None

    @property
    def recording(self) -> bool:
        """Whether changes become configuration items."""
        return bool(self._status.get("recording"))

    @property
    def role_arn(self) -> str:
        """The role of the recorder, which rules are told as `executionRoleArn`."""
        return str(self._recorder.get("roleARN", "")) if self._recorder else ""

    def record(self, inventory: Inventory) -> list[Change]:
        """Record what differs between the inventory and what was last recorded."""
        before = {key: was for key, was in self._states.items() if self._records(key)}
        after = self._observe(inventory)
        statuses = _statuses(before, after)
        if not statuses:
            return []
        captured = self._next_capture_time()
        inferred = relationships.indirect({key: state.stated for key, state in after.items()})
        self._states = after
        return [
            self._store(key, status, after.get(key), inferred.get(key, set()), captured)
            for key, status in sorted(statuses.items())
        ]

    def _observe(self, inventory: Inventory) -> dict[Key, _State]:
        return {
            key: _State(
                body=bodies.body(key.resource_type, resource),
                tags=bodies.tags(resource),
                stated=relationships.direct(key.resource_type, resource),
                zone=resource.get("AvailabilityZone"),
                created=_created(resource),
            )
            for key, resource in ((Key(*key), value) for key, value in inventory.items())
            if self._records(key)
        }

    def _store(
        self,
        key: Key,
        status: ItemStatus,
        state: _State | None,
        inferred: Iterable[Relationship],
        captured: datetime,
    ) -> Change:
        previous = self._history.latest(key)
        known = state or previous
        item = ConfigurationItem(
            place=self._place,
            key=key,
            status=status,
            captured=captured,
            state_id=round(captured.timestamp() * 1000),
            configuration=state.body if state else None,
            tags=state.tags if state else {},
            relationships=state.stated | frozenset(inferred) if state else frozenset(),
            zone=known.zone if known else None,
            created=known.created if known else None,
        )
        self._history.append(item)
        return Change(item, previous)

    def _next_capture_time(self) -> datetime:
        """The present, made later than every capture before it, so that items have an order."""
        now = to_milliseconds(self._clock())
        if self._captured and now <= self._captured:
            now = self._captured + _TICK
        self._captured = now
        return now

    def _records(self, key: Key) -> bool:
        group = (self._recorder or {}).get("recordingGroup") or {"allSupported": True}
        excluded = (group.get("exclusionByResourceTypes") or {}).get("resourceTypes") or ()
        if group.get("resourceTypes"):
            return key.resource_type in group["resourceTypes"]
        return key.resource_type not in excluded

    def put_configuration_recorder(self, request: Request) -> Response:
        """Create or change the one recorder that a place may have."""
        wanted = dict(request["ConfigurationRecorder"])
        name = wanted.setdefault("name", "default")
        Constraints().length("configurationRecorder.name", name, 1, 256).check()
        if self._recorder and self._recorder["name"] != name:
            raise ConfigError(
                "MaxNumberOfConfigurationRecordersExceededException",
                f"Failed to put configuration recorder '{name}' because the maximum number of "
                "configuration recorders: 1 is reached.",
            )
        self._recorder = wanted
        self._status = {"name": name, "recording": False, **self._status}
        return {}

    def describe_configuration_recorders(self, request: Request) -> Response:
        """The recorder of the place, in a list."""
        recorders = [self._recorder] if self._recorder else []
        return {"ConfigurationRecorders": _named(recorders, request, "ConfigurationRecorder")}

    def describe_configuration_recorder_status(self, request: Request) -> Response:
        """Whether the recorder records, and since when."""
        statuses = [self._status] if self._recorder else []
        return {"ConfigurationRecordersStatus": _named(statuses, request, "ConfigurationRecorder")}

    def start_configuration_recorder(self, request: Request) -> Response:
        """Start recording; Config wants somewhere to deliver to first."""
        self._require(request)
        if not self._channel:
            raise ConfigError(
                "NoAvailableDeliveryChannelException", "Delivery channel is not available."
            )
        self._turn(recording=True, time_name="lastStartTime")
        return {}

    def stop_configuration_recorder(self, request: Request) -> Response:
        """Stop recording; what was recorded stays."""
        self._require(request)
        self._turn(recording=False, time_name="lastStopTime")
        return {}

    def delete_configuration_recorder(self, request: Request) -> Response:
        """Delete the recorder; rules and the history outlive it."""
        self._require(request)
        self._recorder, self._status = None, {}
        return {}

    def put_delivery_channel(self, request: Request) -> Response:
        """Accept a delivery channel; the lab delivers nothing to it."""
        if not self._recorder:
            raise ConfigError(
                "NoAvailableConfigurationRecorderException",
                "Configuration recorder is not available to put delivery channel.",
            )
        self._channel = {"name": "default", **request["DeliveryChannel"]}
        return {}

    def describe_delivery_channels(self, request: Request) -> Response:
        """The delivery channel of the place, in a list."""
        channels = [self._channel] if self._channel else []
        return {"DeliveryChannels": _named(channels, request, "DeliveryChannel")}

    def delete_delivery_channel(self, request: Request) -> Response:
        """Delete the delivery channel, which a running recorder does not allow."""
        if self.recording:
            raise ConfigError(
                "LastDeliveryChannelDeleteFailedException",
                "Failed to delete last specified delivery channel "
                f"'{request['DeliveryChannelName']}' because there is a running configuration "
                "recorder.",
            )
        self._channel = None
        return {}

    def _require(self, request: Request) -> None:
        name = request["ConfigurationRecorderName"]
        if not self._recorder or self._recorder["name"] != name:
            raise _no_such("ConfigurationRecorder", name)

    def _turn(self, *, recording: bool, time_name: str) -> None:
        now = self._clock()
        self._status |= {
            "recording": recording,
            "lastStatus": "SUCCESS",
            "lastStatusChangeTime": now,
            time_name: now,
        }


def _created(resource: Resource) -> datetime | None:
    times = (resource.get(name) for name in _CREATION_TIMES)
    return next((parse(time) for time in times if time), None)


def _statuses(before: Mapping[Key, _State], after: Mapping[Key, _State]) -> dict[Key, ItemStatus]:
    statuses: dict[Key, ItemStatus] = {}
    for key in before.keys() | after.keys():
        if key not in before:
            statuses[key] = "ResourceDiscovered"
        elif key not in after:
            statuses[key] = "ResourceDeleted"
        elif before[key] != after[key]:
            statuses[key] = "OK"
    touched = relationships.touched_by(
        statuses,
        {key: state.stated for key, state in before.items()},
        {key: state.stated for key, state in after.items()},
    )
    return statuses | dict.fromkeys(touched, "OK")


def _named(entries: list[dict[str, Any]], request: Request, noun: str) -> list[dict[str, Any]]:
    wanted = request.get(f"{noun}Names") or [entry["name"] for entry in entries]
    found = {entry["name"]: entry for entry in entries}
    for name in wanted:
        if name not in found:
            raise _no_such(noun, name)
    return [found[name] for name in wanted]


def _no_such(noun: str, name: str) -> ConfigError:
    words = "configuration recorder" if noun == "ConfigurationRecorder" else "delivery channel"
    return ConfigError(
        f"NoSuch{noun}Exception", f"Cannot find {words} with the specified name '{name}'."
    )
