"""Request filters: any value of each filter matches, with AWS's `*` and `?` wildcards.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
"""

from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import TypeVar

from lab.ec2 import errors
from lab.ec2.network import Params

Item = TypeVar("Item")
Values = Callable[[Item], Iterable[str]]
Filters = dict[str, Values[Item]]
"""Each filter name an action knows, with the values an item has under it."""


def select(
    items: Iterable[Item],
    params: Params,
    known: Filters[Item],
    tags: Callable[[Item], Mapping[str, str]] = lambda _: {},
) -> list[Item]:
    """The items every filter of the request lets through."""
    chosen = list(items)
    for asked in params.get("Filters") or []:
        values = _values_of(asked.get("Name", "null"), known, tags)
        patterns = asked.get("Values") or []
        chosen = [item for item in chosen if _any_match(values(item), patterns)]
    return chosen


def _values_of(
    name: str, known: Filters[Item], tags: Callable[[Item], Mapping[str, str]]
) -> Values[Item]:
    if name in known:
        return known[name]
    if name == "tag-key":
        return tags
    if name.startswith("tag:"):
        key = name.removeprefix("tag:")
        return lambda item: [value for tag, value in tags(item).items() if tag == key]
    raise errors.filter_invalid(name)


def _any_match(values: Iterable[str], patterns: Iterable[str]) -> bool:
    literal_brackets = [pattern.replace("[", "[[]") for pattern in patterns]
    return any(fnmatchcase(value, pattern) for value in values for pattern in literal_brackets)
