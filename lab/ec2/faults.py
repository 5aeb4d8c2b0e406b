"""Errors on demand: the next calls of an action answer as AWS does on a bad day.

Three throttled calls, then all is well again:

    faults.inject(Fault("DescribeSecurityGroups", "RequestLimitExceeded", times=3))
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from threading import Lock

from lab.ec2.errors import AwsError
from lab.ec2.network import Params
from lab.ec2.pagination import PAGED_MEMBERS, page_number

FOREVER = -1
ANY_ACTION = "*"

KNOWN_ERRORS: Mapping[str, tuple[int, str]] = {
    "RequestLimitExceeded": (HTTPStatus.SERVICE_UNAVAILABLE, "Request limit exceeded."),
    "UnauthorizedOperation": (
        HTTPStatus.FORBIDDEN,
        "You are not authorized to perform this operation.",
    ),
    "InternalError": (HTTPStatus.INTERNAL_SERVER_ERROR, "An internal error has occurred"),
    "Unavailable": (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The server is overloaded and can't handle the request.",
    ),
    "ExpiredToken": (
        HTTPStatus.BAD_REQUEST,
        "The security token included in the request is expired",
    ),
}
"""Status and text of the errors worth rehearsing.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""


@dataclass(frozen=True)
class Fault:
    """The next `times` calls that fit answer `code`; what is left open fits every call.

    `page` picks a page of a listing; `status` and `message` have a default for known errors.
    """

    action: str
    code: str
    times: int = 1
    page: int | None = None
    account_id: str | None = None
    region: str | None = None
    message: str | None = None
    status: int | None = None

    def error(self) -> AwsError:
        """The error this fault answers with."""
        status, message = KNOWN_ERRORS.get(self.code, (HTTPStatus.BAD_REQUEST, self.code))
        return AwsError(self.code, self.message or message, self.status or status)

    def fits(self, account_id: str, region: str, action: str, params: Params) -> bool:
        """Whether the fault is meant for this call."""
        return (
            self.action in (ANY_ACTION, action)
            and self.account_id in (None, account_id)
            and self.region in (None, region)
            and (self.page is None or self.page == _page(action, params))
        )


_pending: list[Fault] = []
_lock = Lock()


def inject(fault: Fault) -> None:
    """Have the calls the fault fits fail, after those of the faults injected before it."""
    with _lock:
        _pending.append(fault)


def clear() -> None:
    """Forget every fault that has not happened yet."""
    with _lock:
        _pending.clear()


def pending() -> tuple[Fault, ...]:
    """The faults still to happen, each with the times it has left."""
    with _lock:
        return tuple(_pending)


def due(account_id: str, region: str, action: str, params: Params) -> AwsError | None:
    """The error this call should answer, which uses up one of the fault's times."""
    with _lock:
        for index, fault in enumerate(_pending):
            if fault.fits(account_id, region, action, params):
                _use_up(index, fault)
                return fault.error()
    return None


def _use_up(index: int, fault: Fault) -> None:
    if fault.times == 1:
        del _pending[index]
    elif fault.times != FOREVER:
        _pending[index] = replace(fault, times=fault.times - 1)


def _page(action: str, params: Params) -> int:
    return page_number(params) if action in PAGED_MEMBERS else 1
