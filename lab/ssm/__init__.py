"""Documents and Automation of AWS Systems Manager, as a library without an emulator."""

from lab.ssm.callers import Caller, CallFailedError, Invocation
from lab.ssm.errors import SsmError
from lab.ssm.service import SsmService

__all__ = ["CallFailedError", "Caller", "Invocation", "SsmError", "SsmService"]
