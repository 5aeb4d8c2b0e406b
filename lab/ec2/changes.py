"""The change feed: after each API call that changed something, which resources it changed.

    unsubscribe = changes.subscribe(recorder.on_change)

A subscriber is called with the account, the Region and the changed resources, in the thread of
the API call and before its answer. While nobody is subscribed the feed costs nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any

ResourceKey = tuple[str, str]
"""A resource type and id, as AWS Config names them."""

Inventory = dict[ResourceKey, dict[str, Any]]
Subscriber = Callable[[str, str, Sequence[ResourceKey]], None]

READING_PREFIXES = ("Describe", "Get", "List", "Search", "Export")

_subscribers: list[Subscriber] = []
_one_change_at_a_time = RLock()


def subscribe(subscriber: Subscriber) -> Callable[[], None]:
    """Have `subscriber` told of every change; the answer ends the subscription."""
    _subscribers.append(subscriber)
    return lambda: _subscribers.remove(subscriber)


def between(
    before: Mapping[ResourceKey, Mapping[str, Any]], after: Mapping[ResourceKey, Mapping[str, Any]]
) -> list[ResourceKey]:
    """The resources that came, went or are described differently, in order."""
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))


@contextmanager
def watching(
    account_id: str, region: str, action: str, inventory: Callable[[], Inventory]
) -> Iterator[None]:
    """Let one change happen at a time, and tell the subscribers what it changed."""
    if action.startswith(READING_PREFIXES):
        yield
        return
    with _one_change_at_a_time:
        told = tuple(_subscribers)
        before = inventory() if told else {}
        yield
        changed = between(before, inventory()) if told else []
    if changed:
        for subscriber in told:
            subscriber(account_id, region, changed)
