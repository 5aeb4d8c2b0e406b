"""Services of which the lab has the calls that list what is there, and nothing is.

ministack refuses these calls. A reader then takes for unknown what is in fact absent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lab.asgi import Answer, HttpRequest, aws_error, json_answer

BareService = Callable[[HttpRequest], Answer | None]
"""Answers a request, or None where ministack should."""


@dataclass(frozen=True)
class Listings:
    """A service that lists nothing; operations by what a request says they are."""

    service: str
    operation: Callable[[HttpRequest], str]
    members: Mapping[str, str]

    def __call__(self, request: HttpRequest) -> Answer:
        """Answer with an empty list, or refuse."""
        operation = self.operation(request)
        if member := self.members.get(operation):
            return json_answer({member: []})
        message = f"The lab's {self.service} does not know {operation}."
        return aws_error(request, self.service, "UnknownOperationException", message)


def _target(request: HttpRequest) -> str:
    return request.headers.get("x-amz-target", "").rpartition(".")[2]


_PROFILES = {
    "GET /profiles": "ListProfiles",
    "GET /profileassociations": "ListProfileAssociations",
    "GET /profileresourceassociations": "ListProfileResourceAssociations",
}


def _operation_on_profiles(request: HttpRequest) -> str:
    folder = f"{request.method} /{request.path.strip('/').partition('/')[0]}"
    return _PROFILES.get(folder, folder)


BARE_SERVICES: Mapping[str, Listings] = {
    "route53profiles": Listings(
        "route53profiles",
        _operation_on_profiles,
        {
            "ListProfiles": "ProfileSummaries",
            "ListProfileAssociations": "ProfileAssociations",
            "ListProfileResourceAssociations": "ProfileResourceAssociations",
        },
    ),
    "route53resolver": Listings(
        "route53resolver",
        _target,
        {
            "ListResolverRules": "ResolverRules",
            "ListResolverRuleAssociations": "ResolverRuleAssociations",
        },
    ),
}
