"""The AWS Config resources of CloudFormation, apart from any CloudFormation."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from lab.config.definitions import input_text
from lab.config.errors import ConfigError
from lab.config.places import Place
from lab.config.service import ConfigService
from lab.config.shapes import Json

Properties = Mapping[str, Any]
Created = tuple[str, dict[str, str]]
"""A physical id, and the attributes that Fn::GetAtt answers."""


class StackResource(Protocol):
    """A type of resource that a stack can create, change and delete."""

    def create(self, place: Place, name: str, properties: Properties) -> Created:
        """Create or change a resource; `name` serves when the properties give none."""

    def delete(self, place: Place, physical_id: str) -> None:
        """Delete a resource, or do nothing when it is gone already."""


class ConfigRule:
    """AWS::Config::ConfigRule."""

    def __init__(self, config: ConfigService) -> None:
        self._config = config

    def create(self, place: Place, name: str, properties: Properties) -> Created:
        """Put the rule under its own name, or under the one given to it."""
        definition = {"ConfigRuleName": name, **properties}
        if "InputParameters" in definition:
            definition["InputParameters"] = input_text(definition["InputParameters"])
        self._config.call(place, "PutConfigRule", {"ConfigRule": definition})
        named = {"ConfigRuleNames": [definition["ConfigRuleName"]]}
        (rule,) = self._config.call(place, "DescribeConfigRules", named)["ConfigRules"]
        attributes = {"Arn": rule["ConfigRuleArn"], "ConfigRuleId": rule["ConfigRuleId"]}
        return rule["ConfigRuleName"], attributes

    def delete(self, place: Place, physical_id: str) -> None:
        """Delete the rule."""
        with _unless_gone():
            self._config.call(place, "DeleteConfigRule", {"ConfigRuleName": physical_id})


class ConfigurationRecorder:
    """AWS::Config::ConfigurationRecorder, which starts as soon as there is a delivery channel."""

    def __init__(self, config: ConfigService) -> None:
        self._config = config

    def create(self, place: Place, name: str, properties: Properties) -> Created:
        """Put the recorder."""
        recorder = {"name": name, **_api_spelling(properties)}
        self._config.call(place, "PutConfigurationRecorder", {"ConfigurationRecorder": recorder})
        _start(self._config, place)
        return recorder["name"], {}

    def delete(self, place: Place, physical_id: str) -> None:
        """Delete the recorder."""
        named = {"ConfigurationRecorderName": physical_id}
        with _unless_gone():
            self._config.call(place, "DeleteConfigurationRecorder", named)


class DeliveryChannel:
    """AWS::Config::DeliveryChannel, which a recorder waits for."""

    def __init__(self, config: ConfigService) -> None:
        self._config = config

    def create(self, place: Place, name: str, properties: Properties) -> Created:
        """Put the channel."""
        channel = {"name": name, **_api_spelling(properties)}
        self._config.call(place, "PutDeliveryChannel", {"DeliveryChannel": channel})
        _start(self._config, place)
        return channel["name"], {}

    def delete(self, place: Place, physical_id: str) -> None:
        """Stop the recorder, then delete the channel."""
        for name in _recorders(self._config, place):
            stopped = {"ConfigurationRecorderName": name}
            self._config.call(place, "StopConfigurationRecorder", stopped)
        named = {"DeliveryChannelName": physical_id}
        with _unless_gone():
            self._config.call(place, "DeleteDeliveryChannel", named)


class RemediationConfiguration:
    """AWS::Config::RemediationConfiguration, which is named after its rule."""

    def __init__(self, config: ConfigService) -> None:
        self._config = config

    def create(self, place: Place, _name: str, properties: Properties) -> Created:
        """Put the configuration; numbers and truth values may come as text."""
        wanted = dict(properties)
        for name in ("MaximumAutomaticAttempts", "RetryAttemptSeconds"):
            if name in wanted:
                wanted[name] = int(wanted[name])
        wanted["Automatic"] = str(wanted.get("Automatic", "false")).lower() == "true"
        self._config.call(
            place, "PutRemediationConfigurations", {"RemediationConfigurations": [wanted]}
        )
        return wanted["ConfigRuleName"], {}

    def delete(self, place: Place, physical_id: str) -> None:
        """Delete the configuration."""
        with _unless_gone():
            self._config.call(
                place, "DeleteRemediationConfiguration", {"ConfigRuleName": physical_id}
            )


class OrganizationConfigRule:
    """AWS::Config::OrganizationConfigRule, in a stack of the account that manages the rest."""

    def __init__(self, config: ConfigService) -> None:
        self._config = config

    def create(self, place: Place, _name: str, properties: Properties) -> Created:
        """Put the rule, which CloudFormation names nowhere itself."""
        self._config.call(place, "PutOrganizationConfigRule", dict(properties))
        return properties["OrganizationConfigRuleName"], {}

    def delete(self, place: Place, physical_id: str) -> None:
        """Delete the rule from all accounts."""
        named = {"OrganizationConfigRuleName": physical_id}
        with _unless_gone():
            self._config.call(place, "DeleteOrganizationConfigRule", named)


class ConformancePack:
    """AWS::Config::ConformancePack."""

    def __init__(self, config: ConfigService) -> None:
        self._config = config

    def create(self, place: Place, _name: str, properties: Properties) -> Created:
        """Put the pack."""
        self._config.call(place, "PutConformancePack", dict(properties))
        return properties["ConformancePackName"], {}

    def delete(self, place: Place, physical_id: str) -> None:
        """Delete the pack with its rules."""
        with _unless_gone():
            self._config.call(place, "DeleteConformancePack", {"ConformancePackName": physical_id})


def stack_resources(config: ConfigService) -> dict[str, StackResource]:
    """The types of this module by their CloudFormation names."""
    return {
        "AWS::Config::ConfigRule": ConfigRule(config),
        "AWS::Config::ConfigurationRecorder": ConfigurationRecorder(config),
        "AWS::Config::ConformancePack": ConformancePack(config),
        "AWS::Config::DeliveryChannel": DeliveryChannel(config),
        "AWS::Config::OrganizationConfigRule": OrganizationConfigRule(config),
        "AWS::Config::RemediationConfiguration": RemediationConfiguration(config),
    }


def _start(config: ConfigService, place: Place) -> None:
    if config.call(place, "DescribeDeliveryChannels", {})["DeliveryChannels"]:
        for name in _recorders(config, place):
            named = {"ConfigurationRecorderName": name}
            config.call(place, "StartConfigurationRecorder", named)


def _recorders(config: ConfigService, place: Place) -> list[str]:
    recorders = config.call(place, "DescribeConfigurationRecorders", {})
    return [recorder["name"] for recorder in recorders["ConfigurationRecorders"]]


@contextmanager
def _unless_gone() -> Iterator[None]:
    try:
        yield
    except ConfigError as error:
        if not error.code.startswith("NoSuch"):
            raise


def _api_spelling(value: Json) -> Json:
    """Template properties as the AWS Config API spells them: with a small first letter."""
    if isinstance(value, Mapping):
        return {key[:1].lower() + key[1:]: _api_spelling(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_api_spelling(member) for member in value]
    return value
