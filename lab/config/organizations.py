"""Organisation rules: one definition, deployed to each account of an organisation.

https://docs.aws.amazon.com/config/latest/APIReference/API_PutOrganizationConfigRule.html
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lab.config.definitions import SCHEDULED
from lab.config.errors import ConfigError, Constraints
from lab.config.names import suffix
from lab.config.packs import Call
from lab.config.places import Place
from lab.config.shapes import Request, Response

Accounts = Callable[[Place], Iterable[str]]
"""The accounts of the organisation that is managed from a place."""

_LONGEST_NAME = 64


@dataclass
class _OrganizationRule:
    """A rule as it was put, its name in the accounts, and the places that have it."""

    deployed_as: str
    described: Mapping[str, Any]
    places: set[Place]


class OrganizationRules:
    """The organisation rules that are managed from one place."""

    def __init__(self, place: Place, accounts: Accounts, call: Call) -> None:
        self._place = place
        self._accounts = accounts
        self._call = call
        self._rules: dict[str, _OrganizationRule] = {}

    def put(self, request: Request) -> Response:
        """Deploy a rule to the accounts, or change it in all of them."""
        name = request["OrganizationConfigRuleName"]
        Constraints().length("organizationConfigRuleName", name, 1, _LONGEST_NAME).check()
        accounts = set(self._accounts(self._place))
        if not accounts:
            raise ConfigError(
                "OrganizationAccessDeniedException",
                "This action can only be made by an organization's management account.",
            )
        wanted = accounts - set(request.get("ExcludedAccounts") or ())
        places = {Place(account, self._place.region) for account in wanted}
        known = self._rules.get(name)
        deployed_as = known.deployed_as if known else f"OrgConfigRule-{name}-{suffix()}"
        self._take_from((known.places if known else set()) - places, deployed_as)
        definition = _definition(request["OrganizationCustomRuleMetadata"])
        for place in sorted(places):
            rule = {**definition, "ConfigRuleName": deployed_as}
            self._call(place, "PutConfigRule", {"ConfigRule": rule})
        arn = self._place.arn("config", f"organization-config-rule/{deployed_as}")
        described = {**request, "OrganizationConfigRuleArn": arn}
        self._rules[name] = _OrganizationRule(deployed_as, described, places)
        return {"OrganizationConfigRuleArn": arn}

    def describe(self, request: Request) -> Response:
        """The rules of those names, or all."""
        names = request.get("OrganizationConfigRuleNames") or sorted(self._rules)
        return {"OrganizationConfigRules": [dict(self._named(name).described) for name in names]}

    def delete(self, request: Request) -> Response:
        """Delete a rule from every account."""
        rule = self._named(request["OrganizationConfigRuleName"])
        self._take_from(rule.places, rule.deployed_as)
        del self._rules[request["OrganizationConfigRuleName"]]
        return {}

    def _take_from(self, places: Iterable[Place], deployed_as: str) -> None:
        for place in sorted(places):
            self._call(place, "DeleteConfigRule", {"ConfigRuleName": deployed_as})

    def _named(self, name: str) -> _OrganizationRule:
        try:
            return self._rules[name]
        except KeyError:
            raise ConfigError(
                "NoSuchOrganizationConfigRuleException", f"There is no organization rule {name}."
            ) from None


def _definition(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """An organisation's rule as a rule of one account."""
    details = []
    for kind in metadata["OrganizationConfigRuleTriggerTypes"]:
        detail = {"EventSource": "aws.config", "MessageType": kind}
        if kind == SCHEDULED and metadata.get("MaximumExecutionFrequency"):
            detail["MaximumExecutionFrequency"] = metadata["MaximumExecutionFrequency"]
        details.append(detail)
    source = {
        "Owner": "CUSTOM_LAMBDA",
        "SourceIdentifier": metadata["LambdaFunctionArn"],
        "SourceDetails": details,
    }
    scope = {"ComplianceResourceTypes": metadata.get("ResourceTypesScope") or []}
    kept = {key: metadata[key] for key in ("Description", "InputParameters") if key in metadata}
    return {**kept, "Scope": scope, "Source": source}
