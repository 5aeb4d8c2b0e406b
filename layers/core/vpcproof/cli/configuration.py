"""`vpcproof.toml`: what a repository settles for everybody who checks it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from ..errors import ConfigurationError, ParameterError, UnknownRuleError
from ..exemptions import Exemption
from ..model.parameters import PARAMETERS, Parameters, parse_parameters
from ..model.verdict import Severity
from ..render.formats import FORMATS
from ..rules.registry import find_rule
from .options import region_name

FILE = Path("vpcproof.toml")
_NEITHER_TEXT_NOR_NUMBER = "is neither text, number nor true or false"
_EXEMPTION = ("rule", "resource", "until", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The settings of a file; the command line goes before them."""

    file: Path | None = None
    options: Mapping[str, Any]
    parameters: tuple[tuple[str, str], ...] = ()
    exemptions: tuple[Exemption, ...] = ()


NO_CONFIGURATION = Configuration(options={})


def configured() -> Configuration:
    """What the file says that this run goes by."""
    found = click.get_current_context().meta.get(__name__, NO_CONFIGURATION)
    return found if isinstance(found, Configuration) else NO_CONFIGURATION


def parameters_in_force(assignments: Iterable[tuple[str, str]]) -> Parameters:
    """The file's parameters, those of the command line put over them one by one."""
    return parse_parameters({**dict(configured().parameters), **dict(assignments)})


def is_of_the_file(option: str) -> bool:
    """Whether the file gave the value of an option, and not the command line."""
    source = click.get_current_context().get_parameter_source(option)
    return source is ParameterSource.DEFAULT_MAP


def read_configuration(file: Path) -> Configuration:
    """Read a file; raises ConfigurationError, in one line, naming the place and what is allowed."""
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{file} is not TOML in UTF-8: {error}") from error
    return _Reader(file).configuration(document)


class _Reader:
    """Checks each setting, and names it where it is refused."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._readers: Mapping[str, Callable[[object], Any]] = {
            "exemptions": self._exemptions,
            "fail-on": self._one_of(*(each.value for each in Severity)),
            "format": self._one_of("text", *FORMATS),
            "parameters": self._parameters,
            "profile": self._text,
            "region": lambda value: self._refusing(region_name, self._text(value)),
            "rules": self._rules,
            "skip": self._rules,
        }

    def configuration(self, document: Mapping[str, Any]) -> Configuration:
        read = {}
        self._only(document, self._readers, "")
        for name, value in document.items():
            self._place = name
            read[name] = self._readers[name](value)
        parameters = read.pop("parameters", ())
        exemptions = read.pop("exemptions", ())
        if "rules" in read:
            read["only"] = read.pop("rules")
        options = {name.replace("-", "_"): value for name, value in read.items()}
        return Configuration(
            file=self._file, options=options, parameters=parameters, exemptions=exemptions
        )

    def _refuse(self, problem: str) -> ConfigurationError:
        return ConfigurationError(f"{self._file}: {self._place}: {problem}")

    def _refusing(self, read: Callable[[str], Any], value: str) -> Any:  # noqa: ANN401 - what it reads
        try:
            return read(value)
        except (click.BadParameter, UnknownRuleError) as error:
            raise self._refuse(str(error)) from error

    def _only(self, table: Mapping[str, Any], allowed: Mapping[str, Any], at: str) -> None:
        unknown = sorted(table.keys() - allowed.keys())
        if unknown:
            listing = ", ".join(sorted(allowed))
            raise ConfigurationError(
                f"{self._file}: unknown key {at}{unknown[0]!s}; allowed here: {listing}"
            )

    def _text(self, value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self._refuse("must be text")
        return value

    def _one_of(self, *allowed: str) -> Callable[[object], str]:
        def read(value: object) -> str:
            if value not in allowed:
                raise self._refuse(f"{value!r} is not one of {', '.join(allowed)}")
            return str(value)

        return read

    def _rules(self, value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise self._refuse("must be a list of rules")
        names = tuple(self._text(each) for each in value)
        for name in names:
            self._refusing(find_rule, name)
        return names

    def _parameters(self, value: object) -> tuple[tuple[str, str], ...]:
        if not isinstance(value, dict):
            raise self._refuse("must be a table")
        self._only(value, PARAMETERS, "parameters.")
        texts = tuple((name, self._parameter(name, each)) for name, each in value.items())
        try:
            parse_parameters(dict(texts))
        except ParameterError as error:
            raise ConfigurationError(f"{self._file}: {error}") from error
        return texts

    def _parameter(self, name: str, value: object) -> str:
        self._place = f"parameters.{name}"
        if isinstance(value, list):
            return ",".join(self._parameter(name, each) for each in value)
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, str | int):
            return str(value)
        raise self._refuse(_NEITHER_TEXT_NOR_NUMBER)

    def _exemptions(self, value: object) -> tuple[Exemption, ...]:
        if not isinstance(value, list):
            raise self._refuse("must be a list of tables, [[exemptions]]")
        return tuple(self._exemption(number, each) for number, each in enumerate(value, 1))

    def _exemption(self, number: int, table: object) -> Exemption:
        self._place = f"exemptions, entry {number}"
        if not isinstance(table, dict):
            raise self._refuse("must be a table")
        self._only(table, dict.fromkeys(_EXEMPTION), "exemptions.")
        missing = [name for name in _EXEMPTION if name not in table]
        if missing:
            raise self._refuse(f"has no {missing[0]}: {', '.join(_EXEMPTION)} are required")
        rule = self._text(table["rule"])
        self._refusing(find_rule, rule)
        return Exemption(
            rule=rule,
            resource_id=self._text(table["resource"]),
            until=self._day(table["until"]),
            reason=self._text(table["reason"]).strip(),
        )

    def _day(self, value: object) -> str:
        """A day of TOML's own kind, or as text."""
        try:
            day = date.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            day = None
        if type(day) is not date:
            raise self._refuse(f"until must be a day such as 2027-01-31, and {value!s} is none")
        return day.isoformat()


def _take(context: click.Context, _option: click.Parameter, given: Path | None) -> None:
    """Read the file before other options are looked at, as it holds what they default to."""
    file = given or (FILE if FILE.is_file() else None)
    if file is None or context.resilient_parsing:
        return
    configuration = read_configuration(file)
    context.meta[__name__] = configuration
    known = {option.name for option in context.command.params}
    unfit = {"format"} if context.command.name != "check" else set()
    context.default_map = {
        name: value for name, value in configuration.options.items() if name in known - unfit
    }


config_option = click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    is_eager=True,
    expose_value=False,
    callback=_take,
    help="Settings, instead of vpcproof.toml in the working directory.",
)
