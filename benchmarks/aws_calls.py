"""How many AWS calls a change event and a sweep make: with pages, not with resources.

Prints a Markdown table for docs/performance.md. A count, not a time: the same on every machine.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from paged_account import PagedAccount, estate
from vpcproof.facts.live import read_live
from vpcproof.rules.registry import every_fact

SIZES = (10, 300, 2_000)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ONE_BY_ONE = "DescribeVpcAttribute"


def main() -> None:
    """Count the calls of one event, then of sweeps of growing accounts."""
    print("| AWS call |" + "".join(f" event, {size:,} endpoints |" for size in SIZES), end="")
    print("".join(f" sweep, {size:,} endpoints |" for size in SIZES))
    print("|---|" + "---:|" * 2 * len(SIZES))
    events = [_count(size, ["vpc-00000"]) for size in SIZES]
    sweeps = [_count(size, None) for size in SIZES]
    columns = [*events, *sweeps]
    for operation in sorted({name for column in columns for name in column}):
        print(f"| {operation} |" + "".join(f" {column[operation]:,} |" for column in columns))
    print("| **all** |" + "".join(f" **{column.total():,}** |" for column in columns))
    listed = [column.total() - column[ONE_BY_ONE] for column in columns]
    print(f"| all but {ONE_BY_ONE} |" + "".join(f" {number:,} |" for number in listed))
    if len({column.total() for column in events}) != 1:
        raise SystemExit("the calls of one event grow with the account")


def _count(endpoints: int, vpc_ids: list[str] | None) -> Counter[str]:
    account = PagedAccount(estate(endpoints))
    read_live(account, every_fact(), vpc_ids=vpc_ids, now=NOW, account="111122223333")
    return account.calls


if __name__ == "__main__":
    main()
