"""The command line: `vpcproof check`, `vpcproof rules`, `vpcproof snapshot save`."""

import gc
import sys
from importlib.util import find_spec

_REQUIRED = ("click", "rich")
# Facts stay until the end and hold no cycles: the collector of garbage need not look so often.
_COLLECTED_EVERY = (50_000, 20, 100)


def main() -> None:
    """Run the command line; the console script `vpcproof`."""
    missing = [name for name in _REQUIRED if find_spec(name) is None]
    if missing:
        sys.exit(_refuse(missing))
    from .program import program  # noqa: PLC0415 - needs what was just looked for

    gc.set_threshold(*_COLLECTED_EVERY)
    program(prog_name="vpcproof")


def _refuse(missing: list[str]) -> int:
    needed = " and ".join(missing)
    sys.stderr.write(f"Error: the command line needs {needed}: run `pip install 'vpcproof[cli]'`\n")
    return 2
