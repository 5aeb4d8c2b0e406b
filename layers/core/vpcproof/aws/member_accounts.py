"""Other accounts whose AWS Config rules invoke this function: which ones, and as whom.

The rule's account is checked before anything is asked of AWS; then a role of that account is
assumed by name. The role that the event itself names is AWS Config's own, closed to everybody else.
https://docs.aws.amazon.com/config/latest/developerguide/evaluate-config_develop-rules.html
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from botocore.session import Session

from ..errors import InvocationError
from .clients import Clients
from .place import Place
from .readings import Clock, Readings

# The role of a member trusts this function only with it.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html
EXTERNAL_ID = "vpcproof"
_SESSION_SECONDS = 900
_LEFT_UNUSED = timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class Membership:
    """Whose rules may invoke this function.

    Named accounts are a closed list. Without one an organisation stands for all of its accounts:
    the trust policy of each member's role holds it to the organisation.
    """

    accounts: frozenset[str] = frozenset()
    organization_id: str = ""
    role_name: str = ""

    @classmethod
    def of_environment(cls) -> Membership:
        """As the template sets it; all of it may be empty."""
        named = os.environ.get("ALLOWED_ACCOUNTS", "").split(",")
        return cls(
            frozenset(account.strip() for account in named if account.strip()),
            os.environ.get("ORGANIZATION_ID", ""),
            os.environ.get("MEMBER_ROLE_NAME", ""),
        )

    def admits(self, account: str) -> bool:
        """Whether rules of an account may be answered."""
        named = account in self.accounts if self.accounts else bool(self.organization_id)
        return named and bool(self.role_name)


@dataclass(frozen=True, slots=True)
class Member:
    """What was opened in a member account: its own clients, and readings that serve no other."""

    clients: Clients
    readings: Readings
    expires: datetime


class MemberAccounts:
    """Opens member accounts, each until its session ends."""

    def __init__(
        self,
        membership: Membership,
        own: Clients,
        clock: Clock,
        clients_of: Callable[[Session], Clients] = Clients,
    ) -> None:
        self._membership = membership
        self._clients_of = clients_of
        self._own = own
        self._clock = clock
        self._open: dict[Place, Member] = {}

    def open(self, place: Place, here: Place) -> Member:
        """The member's clients and readings; raises InvocationError where it is no member.

        Nothing is assumed for an account that is not admitted, and none in another Region.
        """
        if place.region != here.region or not self._membership.admits(place.account):
            raise InvocationError(
                f"a rule of {place} invoked the function of {here}, which may not judge there: its "
                "account must be one of AllowedAccounts or in OrganizationId, its Region the same"
            )
        known = self._open.get(place)
        if known is None or known.expires - _LEFT_UNUSED <= self._clock():
            known = self._open[place] = self._assume(place)
        return known

    def _assume(self, place: Place) -> Member:
        role = f"arn:{place.partition}:iam::{place.account}:role/{self._membership.role_name}"
        answer: Mapping[str, Mapping[str, object]] = self._own("sts").assume_role(
            RoleArn=role,
            RoleSessionName="vpcproof",
            ExternalId=EXTERNAL_ID,
            DurationSeconds=_SESSION_SECONDS,
        )
        given = answer["Credentials"]
        session = Session()
        session.set_credentials(
            str(given["AccessKeyId"]), str(given["SecretAccessKey"]), str(given["SessionToken"])
        )
        session.set_config_variable("region", place.region)
        clients = self._clients_of(session)
        expires = given["Expiration"]
        if not isinstance(expires, datetime):
            expires = self._clock() + timedelta(seconds=_SESSION_SECONDS)
        return Member(clients, Readings(clients, self._clock), expires)
