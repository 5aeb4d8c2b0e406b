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
        if self.line is None:
            return self.address or self.file
        return f"{self.file}:{self.line}"

    def beside(self, resource_id: str) -> str:
        """Where it is, unless the id says that already: what is not made yet has no other name."""
        where = str(self)
        return "" if where == resource_id else where
