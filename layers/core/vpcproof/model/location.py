"""Where a resource is declared, for facts that come from files rather than from AWS."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """The file a resource is declared in, its line from 1, and its name there.

    `address` is what the tool of that file calls the resource: the logical id of CloudFormation,
    the resource address of Terraform. A plan has no lines.
    """

    file: str
    line: int | None = None
    address: str | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"
