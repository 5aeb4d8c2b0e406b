"""A template file, decoded with the line of every part, within stated limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ...errors import SnapshotError, TemplateError
from ..raw import shown

# The size CloudFormation takes from S3, and the resources of one template.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
LARGEST_TEMPLATE = 1024**2
MOST_RESOURCES = 500

# No limits of AWS's: far above what people write, far below what exhausts a machine.
DEEPEST = 100
MOST_NODES = 100_000

_SECTIONS = ("Parameters", "Mappings", "Conditions", "Outputs", "Globals")


@dataclass(frozen=True, slots=True)
class Template:
    """A decoded template: `file` as the user names it, `path` where it is."""

    file: str
    path: Path
    body: Mapping[str, Any]

    def section(self, name: str) -> Mapping[str, Any]:
        """A section of the template, empty where it is left out."""
        section: Mapping[str, Any] = self.body.get(name) or {}
        return section


def read_template_file(path: Path, file: str) -> Template:
    """Decode YAML or JSON; raises TemplateError in one line where that is no template."""
    text = _text(path, file)
    decode = _decoder()
    _check_shape(text, file)
    try:
        body, problems = decode(text)
    except RecursionError:
        raise TemplateError(f"{file} is nested more deeply than {DEEPEST} levels") from None
    if problems:
        first = problems[0]
        raise TemplateError(
            f"{file}:{first.linenumber}: {shown(first.message.partition(chr(10))[0], 200)}"
        )
    if not isinstance(body, Mapping) or not isinstance(body.get("Resources"), Mapping):
        raise TemplateError(
            f"{file} is no CloudFormation template: it has no section Resources with resources"
        )
    _check_decoded(body, file)
    for name in _SECTIONS:
        if not isinstance(body.get(name) or {}, Mapping):
            raise TemplateError(f"{file}: the section {name} is not an object")
    return Template(file, path, body)


def line_of(node: object) -> int | None:
    """The line a decoded part begins in, counted from 1."""
    mark = getattr(node, "start_mark", None)
    return None if mark is None else int(mark.line) + 1


def _text(path: Path, file: str) -> str:
    try:
        if not path.is_file():
            what = "is not a file" if path.exists() else "does not exist"
            raise TemplateError(f"{file} {what}: give a template in YAML or JSON")
        if path.stat().st_size > LARGEST_TEMPLATE:
            raise TemplateError(
                f"{file} has more than {LARGEST_TEMPLATE} bytes, which CloudFormation refuses, too"
            )
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise TemplateError(f"{file} is not text in UTF-8") from None
    except OSError as problem:
        raise TemplateError(f"{file} cannot be read: {problem.strerror}") from problem


@cache
def _decoder() -> Callable[[str], tuple[Any, list[Any]]]:
    """cfn-lint's decoder, which takes seconds to import."""
    try:
        from cfnlint.decode.decode import decode_str  # noqa: PLC0415 - see above
    except ImportError:
        raise SnapshotError(
            "templates are read with cfn-lint: run `pip install 'vpcproof[cli,templates]'`"
        ) from None
    decode: Callable[[str], tuple[Any, list[Any]]] = decode_str
    return decode


def _check_shape(text: str, file: str) -> None:
    """Refuse what would be deep or large once its aliases are followed, before it is built.

    The events of a document are as many as its text is long, whatever its aliases stand for.
    """
    import yaml  # noqa: PLC0415 - cfn-lint brings it

    sizes: dict[str | None, int] = {}
    open_nodes: list[tuple[str | None, int]] = []
    size = 0
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if isinstance(event, yaml.CollectionStartEvent):
                open_nodes.append((event.anchor, size))
                size += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                anchor, before = open_nodes.pop()
                if anchor is not None:
                    sizes[anchor] = size - before
            elif isinstance(event, yaml.AliasEvent):
                size += sizes.get(event.anchor, 1)
            elif isinstance(event, yaml.ScalarEvent):
                size += 1
            _check(len(open_nodes), size, file)
    except (yaml.YAMLError, RecursionError):
        # JSON with tabs is no YAML; of what is neither, decoding says what is wrong.
        return


def _check_decoded(body: object, file: str) -> None:
    """The same of what came by way of JSON."""
    for size, (depth, _) in enumerate(_walk(body)):
        _check(depth, size, file)


def _walk(root: object) -> Iterator[tuple[int, object]]:
    waiting: list[tuple[int, object]] = [(1, root)]
    while waiting:
        depth, node = waiting.pop()
        yield depth, node
        if isinstance(node, Mapping):
            waiting.extend((depth + 1, each) for each in node.values())
        elif isinstance(node, list):
            waiting.extend((depth + 1, each) for each in node)


def _check(depth: int, size: int, file: str) -> None:
    if depth > DEEPEST:
        raise TemplateError(f"{file} is nested more deeply than {DEEPEST} levels")
    if size > MOST_NODES:
        raise TemplateError(f"{file} has more than {MOST_NODES} parts once aliases are followed")
