"""Evaluations of whole Config rules, started on demand.

AWS Config starts a rule once a minute at most, and not while it is still evaluating; it refuses all
names of a call for the sake of one.
https://docs.aws.amazon.com/config/latest/APIReference/API_StartConfigRulesEvaluation.html
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from .failures import code_of, failing_as

if TYPE_CHECKING:
    from mypy_boto3_config import ConfigServiceClient

_NAMES_AT_MOST = 25
_BUSY = {"LimitExceededException", "ResourceInUseException", "NoSuchConfigRuleException"}
_THROTTLED = {"ThrottlingException", "Throttling", "TooManyRequestsException"}


class RuleStarts:
    """Starts rules, and remembers since when each has been judging with its facts read anew.

    The memory is that of a warm container. Without it a rule is started once too often, which
    costs evaluations; never once too rarely.
    """

    def __init__(self, config: ConfigServiceClient, clock: Callable[[], datetime]) -> None:
        self._config = config
        self._clock = clock
        self._started: dict[str, datetime] = {}

    def since(self, name: str, moment: datetime | None) -> bool:
        """Whether the rule was started after that moment, and so reads what was true by then."""
        started = self._started.get(name)
        return moment is not None and started is not None and moment < started

    def start(self, names: Collection[str]) -> frozenset[str]:
        """Start the rules; answers those that AWS Config would not start now."""
        listed = sorted(names)
        chunks = (
            listed[first : first + _NAMES_AT_MOST]
            for first in range(0, len(listed), _NAMES_AT_MOST)
        )
        return frozenset(name for chunk in chunks for name in self._refused(chunk))

    def _refused(self, names: Sequence[str]) -> Sequence[str]:
        """Start as many of the names as can be: halves of what is refused, down to one name."""
        now = self._clock()
        with failing_as(f"no evaluation of {', '.join(names)} could be started"):
            try:
                self._config.start_config_rules_evaluation(ConfigRuleNames=names)
            except ClientError as error:
                code = code_of(error)
                if code not in _BUSY | _THROTTLED:
                    raise
                if code in _THROTTLED or len(names) == 1:
                    return names
                half = len(names) // 2
                return [*self._refused(names[:half]), *self._refused(names[half:])]
        self._started |= dict.fromkeys(names, now)
        return ()
