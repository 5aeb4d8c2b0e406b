"""A template as the stack it would become: its names resolved, its conditions decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from ...errors import TemplateError
from ...model.location import Location
from ..raw import shown
from .functions import NO_VALUE, Functions
from .identities import dns_name_of, id_of, is_own_id, stand_in_block
from .loops import Loops
from .parameters import values_of
from .source import MOST_RESOURCES, Template, line_of, read_template_file
from .unknown import NotKnownError, Unknown, unknowns_in

# How deep stacks may be nested, and how many there may be: far above what people write.
DEEPEST_STACK = 8
MOST_STACKS = 50

_LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions"
_SERVERLESS = "AWS::Serverless-2016-10-31"
# Macros of AWS that add nothing to a network.
_HARMLESS = {
    _LANGUAGE_EXTENSIONS,
    _SERVERLESS,
    "AWS::CodeDeployBlueGreen",
    "AWS::SecretsManager-2020-07-23",
    "AWS::SecretsManager-2024-09-16",
    "AWS::ServiceCatalog",
}
_NESTED = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
_REMOTE = ("http://", "https://", "s3://")

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A resource of the stack, its properties worked out as far as they are known.

    `doubt` says why it may not exist at all. `path` is where it stands in the template.
    """

    id: str
    type: str
    properties: Mapping[str, Any]
    path: str
    location: Location
    doubt: Unknown | None = None

    def known(self, name: str) -> Any:  # noqa: ANN401 - any value
        """A property, None where it is left out; NotKnownError where it is open."""
        value = self.properties.get(name)
        for each in unknowns_in(value):
            raise NotKnownError(f"{self.path}/Properties/{name}: {each.reason}")
        return value

    def known_list(self, name: str) -> list[Any]:
        """A list in full, empty where it is left out."""
        value = self.known(name)
        return value if isinstance(value, list) else [] if value is None else [value]

    def objects(self, name: str) -> list[Mapping[str, Any]]:
        """A list of objects, whose members may be open; NotKnownError where the list is."""
        value = self.properties.get(name)
        listed = value if isinstance(value, list) else [] if value is None else [value]
        for each in listed:
            if not isinstance(each, Mapping):
                reason = each.reason if isinstance(each, Unknown) else "is no list of objects"
                raise NotKnownError(f"{self.path}/Properties/{name}: {reason}")
        return listed

    def identity(self, name: str) -> str | None:
        """The id of another resource; one that is open goes by its name."""
        value = self.properties.get(name)
        return None if value is None else _identity(value)

    def identities(self, name: str) -> list[str]:
        """Ids of other resources; NotKnownError where not even their number is known."""
        value = self.properties.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise NotKnownError(
                f"{self.path}/Properties/{name}: "
                f"{value.reason if isinstance(value, Unknown) else 'is not a list'}"
            )
        return [_identity(each) for each in value]


def _identity(value: object) -> str:
    return value.name if isinstance(value, Unknown) else str(value)


@dataclass(slots=True)
class Deployment:
    """What all stacks of a template share: the pseudo parameters, and how many stacks there are."""

    pseudo: Mapping[str, Any]
    stacks: int = 0
    resources: int = 0
    active: set[tuple[int, str]] = field(default_factory=set)


class Stack:
    """One template with values for its parameters; the stacks nested in it are its children."""

    def __init__(
        self,
        template: Template,
        given: Mapping[str, Any],
        deployment: Deployment,
        *,
        name: str = "",
        ancestors: tuple[Path, ...] = (),
    ) -> None:
        self._template = template
        self._deployment = deployment
        self._name = name
        self._ancestors = (*ancestors, template.path.resolve())
        self._functions = Functions(self)
        self._parameters = values_of(template, given)
        self._worked_out: dict[str, Any] = {}
        deployment.stacks += 1
        if deployment.stacks > MOST_STACKS:
            raise TemplateError(f"{template.file}: there are more than {MOST_STACKS} nested stacks")
        self._open: list[Unknown] = []
        # What a loop goes over may name parameters, never a resource: it is what makes them.
        self._body: Mapping[str, Any] = {"Resources": {}}
        self._body = self._transformed()
        self._worked_out.clear()

    def resources(self, doubt: Unknown | None = None) -> Iterator[Resource]:
        """The resources that exist or may exist, those of nested stacks included."""
        for logical_id, definition in self._definitions().items():
            exists = self._exists(logical_id)
            if exists is False:
                continue
            properties = self._value_of_properties(logical_id)
            doubts = (each for each in (exists, properties) if isinstance(each, Unknown))
            reason = next(doubts, doubt)
            child = self._child(logical_id)
            if isinstance(child, Stack):
                yield from child.resources(reason)
                continue
            yield Resource(
                id=id_of(str(definition["Type"]), self._scoped(logical_id)),
                type=str(definition["Type"]),
                properties=self._properties(logical_id),
                path=self._path(logical_id),
                location=Location(
                    file=self._template.file,
                    line=line_of(logical_id) or line_of(definition),
                    address=self._scoped(logical_id),
                ),
                doubt=reason,
            )

    def open_parts(self) -> Iterator[str]:
        """Parts that may hold any resource, and are known only once deployed."""
        yield from (f"{self._name}{each.reason}" for each in self._open)
        for logical_id in self._definitions():
            child = self._child(logical_id) if self._exists(logical_id) is not False else None
            if isinstance(child, Stack):
                yield from child.open_parts()
            elif isinstance(child, Unknown):
                yield f"{self._path(logical_id)}: {child.reason}"
            elif str(self._definition(logical_id)["Type"]).endswith("::MODULE"):
                yield f"{self._path(logical_id)}: what this module builds is known at deployment"

    # What names mean: the scope of functions

    def reference(self, name: str) -> Any:  # noqa: ANN401 - any value
        """The value of a parameter, a pseudo parameter, or the id of a resource."""
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self._deployment.pseudo:
            return self._deployment.pseudo[name]
        if name in self._parameters:
            return self._parameters[name]
        definition = self._definition(name)
        return id_of(str(definition["Type"]), self._scoped(name))

    def attribute(self, logical_id: str, name: str) -> Any:  # noqa: ANN401 - any value
        """What Fn::GetAtt gives: an id, a property, an output of a nested stack, or an unknown."""
        return self._once(f"{logical_id}.{name}", lambda: self._attribute(logical_id, name))

    def condition(self, name: str) -> bool | Unknown:
        """Whether a condition holds."""
        conditions = self._body.get("Conditions") or {}
        if name not in conditions:
            raise TemplateError(
                f"{self._template.file}: there is no condition {shown(name)} in Conditions"
            )
        return self._once(f"Conditions/{name}", lambda: self._functions.condition(conditions[name]))

    def mapping(self, name: str) -> Mapping[str, Any] | None:
        """A mapping of the template."""
        found = self._template.section("Mappings").get(name)
        return found if isinstance(found, Mapping) else None

    def output(self, name: str) -> Any:  # noqa: ANN401 - any value
        """The value of an output."""
        outputs = self._body.get("Outputs") or {}
        output = outputs.get(name)
        if not isinstance(output, Mapping):
            return Unknown(f"{self._name}Outputs.{name}", f"there is no output {shown(name)}")
        return self._once(f"Outputs/{name}", lambda: self._functions.value(output.get("Value")))

    def _attribute(self, logical_id: str, name: str) -> Any:  # noqa: ANN401 - any value
        definition = self._definition(logical_id)
        kind, scoped = str(definition["Type"]), self._scoped(logical_id)
        if kind in _NESTED:
            child = self._child(logical_id)
            output = name.removeprefix("Outputs.")
            return child.output(output) if isinstance(child, Stack) else child
        if is_own_id(kind, name):
            return id_of(kind, scoped)
        if name in {"DefaultSecurityGroup", "DefaultNetworkAcl"}:
            return f"{scoped}.{name}"
        if kind == "AWS::EC2::VPC" and name == "Ipv6CidrBlocks":
            return self._ipv6_blocks_of(scoped)
        properties = definition.get("Properties")
        if isinstance(properties, Mapping) and name in properties:
            return self._functions.value(properties[name])
        if kind == "AWS::EC2::VPCEndpoint" and name == "DnsEntries":
            service = self._properties(logical_id).get("ServiceName")
            return [f"Z:{dns_name_of(scoped, str(service))}"]
        return Unknown(
            f"{scoped}.{name}", f"{scoped}.{name} is known once deployed", is_generated=True
        )

    def _ipv6_blocks_of(self, vpc_id: str) -> list[str]:
        """The blocks that AWS provides to a VPC, by their stand-ins."""
        return [
            stand_in_block(self._scoped(logical_id))
            for logical_id, definition in sorted(self._definitions().items())
            if definition["Type"] == "AWS::EC2::VPCCidrBlock"
            and self._exists(logical_id) is not False
            and self._properties(logical_id).get("VpcId") == vpc_id
            and "AmazonProvidedIpv6CidrBlock" in self._properties(logical_id)
        ]

    # Parts of the template

    def _transformed(self) -> Mapping[str, Any]:
        """The template after its transforms; what macros of others make of it is not known."""
        declared = self._template.body.get("Transform") or []
        names = declared if isinstance(declared, list) else [declared]
        for each in names:
            name = each.get("Name") if isinstance(each, Mapping) else each
            if name not in _HARMLESS:
                self._open.append(
                    Unknown("Transform", f"Transform: the macro {shown(name)} decides")
                )
        if "Fn::Transform" in self._template.body["Resources"]:
            self._open.append(Unknown("Resources", "Resources/Fn::Transform: a macro decides"))
        body: Mapping[str, Any] = self._template.body
        if _LANGUAGE_EXTENSIONS in names:
            loops = Loops(self._functions.value)
            body = {
                **body,
                **{
                    section: loops.written_out(body[section])
                    for section in ("Conditions", "Resources", "Outputs")
                    if section in body
                },
            }
            self._open += loops.open_loops
        if _SERVERLESS in names:
            body = _with_globals(body)
        self._check(body)
        return body

    def _check(self, body: Mapping[str, Any]) -> None:
        file = self._template.file
        for logical_id, definition in body["Resources"].items():
            if logical_id == "Fn::Transform":
                continue
            if str(logical_id).startswith("Fn::ForEach::"):
                raise TemplateError(
                    f"{file}: {shown(logical_id)} needs `Transform: {_LANGUAGE_EXTENSIONS}`"
                )
            typed = isinstance(definition, Mapping) and isinstance(definition.get("Type"), str)
            if not typed:
                raise TemplateError(f"{file}: Resources/{shown(logical_id)} has no Type")
        self._deployment.resources += len(body["Resources"])
        if self._deployment.resources > MOST_RESOURCES * MOST_STACKS or (
            len(body["Resources"]) > MOST_RESOURCES
        ):
            raise TemplateError(
                f"{file} has more than {MOST_RESOURCES} resources, which CloudFormation refuses"
            )

    def _definitions(self) -> Mapping[str, Mapping[str, Any]]:
        return self._once(
            "Resources",
            lambda: {k: v for k, v in self._body["Resources"].items() if k != "Fn::Transform"},
        )

    def _definition(self, name: str) -> Mapping[str, Any]:
        definitions = self._definitions()
        if name in definitions:
            return definitions[name]
        raise TemplateError(
            f"{self._template.file}: {shown(name)} is neither a parameter nor a resource of it"
        )

    def _properties(self, logical_id: str) -> Mapping[str, Any]:
        value = self._value_of_properties(logical_id)
        return value if isinstance(value, Mapping) else {}

    def _value_of_properties(self, logical_id: str) -> Any:  # noqa: ANN401 - an object or unknown
        definition = self._definition(logical_id)
        if "Fn::Transform" in definition:
            return Unknown("Fn::Transform", "a macro decides at deployment")
        return self._once(
            f"Resources/{logical_id}",
            lambda: self._functions.value(definition.get("Properties") or {}),
        )

    def _exists(self, logical_id: str) -> bool | Unknown:
        name = self._definition(logical_id).get("Condition")
        holds = True if name is None else self.condition(str(name))
        if not isinstance(holds, Unknown):
            return holds
        return Unknown(f"condition {name}", f"whether condition {name} holds: {holds.reason}")

    def _child(self, logical_id: str) -> Stack | Unknown | None:
        """The stack behind a resource that is one; unknown where its template is not a file."""
        if self._definition(logical_id)["Type"] not in _NESTED:
            return None
        return self._once(f"stack {logical_id}", lambda: self._nested(logical_id))

    def _nested(self, logical_id: str) -> Stack | Unknown:
        definition = self._definition(logical_id)
        properties = self._properties(logical_id)
        url = properties.get(_NESTED[str(definition["Type"])])
        if not isinstance(url, str) or url.startswith(_REMOTE):
            return Unknown(
                f"stack {self._scoped(logical_id)}",
                "what this nested stack builds: its template is not a local file",
            )
        path = self._template.path.parent / url
        file = (Path(self._template.file).parent / url).as_posix()
        if path.resolve() in self._ancestors:
            raise TemplateError(f"{file} nests itself: Resources/{shown(logical_id)}")
        if len(self._ancestors) >= DEEPEST_STACK:
            raise TemplateError(f"{file}: stacks are nested deeper than {DEEPEST_STACK}")
        given = properties.get("Parameters")
        return Stack(
            read_template_file(path, file),
            given if isinstance(given, Mapping) else {},
            self._deployment,
            name=f"{self._scoped(logical_id)}.",
            ancestors=self._ancestors,
        )

    def _scoped(self, logical_id: str) -> str:
        return f"{self._name}{logical_id}"

    def _path(self, logical_id: str) -> str:
        return f"{self._name.replace('.', '/')}Resources/{logical_id}"

    def _once(self, key: str, work_out: Callable[[], T]) -> T:
        """Work out a named part once; one that needs itself is refused."""
        if key not in self._worked_out:
            place = (id(self), key)
            if place in self._deployment.active:
                raise TemplateError(f"{self._template.file}: {shown(key)} depends on itself")
            self._deployment.active.add(place)
            try:
                self._worked_out[key] = work_out()
            finally:
                self._deployment.active.discard(place)
        found: T = self._worked_out[key]
        return found


def _with_globals(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The template of a serverless application with its Globals in each function."""
    from cfnlint.template.transforms._sam_globals import merge_globals  # noqa: PLC0415 - an extra

    whole = dict(body)
    merge_globals(whole)
    return whole
