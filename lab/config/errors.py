"""The errors of the AWS Config API, with the texts that the service uses."""

from typing import Self


class ConfigError(Exception):
    """An error answer of the AWS Config API."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


def no_such_rule(name: str) -> ConfigError:
    """The answer to a request that names a rule which does not exist."""
    return ConfigError(
        "NoSuchConfigRuleException",
        f"The ConfigRule '{name}' provided in the request is invalid. "
        "Please check the configRule name",
    )


def no_recorder() -> ConfigError:
    """The answer to a request that needs a configuration recorder where there is none."""
    return ConfigError(
        "NoAvailableConfigurationRecorderException",
        "Configuration recorder is not available to put config rule.",
    )


def invalid_parameter(message: str) -> ConfigError:
    """The answer to a request that is well formed but makes no sense."""
    return ConfigError("InvalidParameterValueException", message)


class Constraints:
    """Collects the constraints that a request breaks and reports them together, as AWS does."""

    def __init__(self) -> None:
        self._broken: list[str] = []

    def length(self, member: str, value: str | list[object] | None, low: int, high: int) -> Self:
        """Require an optional string or list to have between `low` and `high` members."""
        if value is None:
            return self
        if len(value) < low:
            return self._add(member, value, f"have length greater than or equal to {low}")
        if len(value) > high:
            return self._add(member, value, f"have length less than or equal to {high}")
        return self

    def at_most(self, member: str, value: int, high: int) -> Self:
        """Require a number not to exceed `high`."""
        if value > high:
            return self._add(member, value, f"have value less than or equal to {high}")
        return self

    def present(self, member: str, value: object) -> Self:
        """Require a member that the request must carry."""
        return self if value is not None else self._add(member, "null", "not be null")

    def one_of(self, member: str, value: object, allowed: frozenset[str]) -> Self:
        """Require an optional string to be a value of an enumeration."""
        if value is None or value in allowed:
            return self
        return self._add(member, value, f"satisfy enum value set: [{', '.join(sorted(allowed))}]")

    def check(self) -> None:
        """Raise a ValidationException that lists all that is broken."""
        if self._broken:
            count = len(self._broken)
            plural = "" if count == 1 else "s"
            raise ConfigError(
                "ValidationException",
                f"{count} validation error{plural} detected: {'; '.join(self._broken)}",
            )

    def _add(self, member: str, value: object, must: str) -> Self:
        self._broken.append(
            f"Value '{value}' at '{member}' failed to satisfy constraint: Member must {must}"
        )
        return self
