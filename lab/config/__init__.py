"""AWS Config, reduced to what rules of vpcproof meet, as a library without an emulator."""

from lab.config.errors import ConfigError
from lab.config.evaluations import REJECTED_EVALUATION, BusEvent
from lab.config.faults import Fault, Faults
from lab.config.invocations import Invoker, Outcome
from lab.config.places import Place
from lab.config.rules import Rule
from lab.config.service import ConfigService

__all__ = [
    "REJECTED_EVALUATION",
    "BusEvent",
    "ConfigError",
    "ConfigService",
    "Fault",
    "Faults",
    "Invoker",
    "Outcome",
    "Place",
    "Rule",
]
