"""The script that the Automation document runs after each invocation of the remediate function.

Automation does not fail a step because a function failed, and FunctionError is there only if it
did. So what the function answered is read instead: an error has no outcome.
"""

import json
from typing import Any


def read(events: dict[str, Any], _context: object) -> dict[str, str]:
    """The answer, if its outcome is one of those that lead on; raises with the reason if not."""
    answer = events["answer"]
    if isinstance(answer, str):
        answer = json.loads(answer)
    if not isinstance(answer, dict):
        raise TypeError(f"the remediate function answered {answer!r}")
    outcome = answer.get("outcome")
    if outcome not in events["allowed"]:
        error = f"{answer.get('errorType')}: {answer.get('errorMessage')}"
        raise RuntimeError(f"{outcome}: {answer.get('message')}" if outcome else error)
    return {"outcome": outcome, **{name: answer.get(name, "") for name in ("planId", "runId")}}
