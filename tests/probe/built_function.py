"""The built probe under Lambda's own runtime interface, standing in a namespace."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.kernel.namespaces import inside
from tests.probe.vpc import await_listener

ROOT = Path(__file__).parents[2]
BUILD = ROOT / ".aws-sam/build"
FUNCTION = BUILD / "ProbeFunction1"
LAYER = BUILD / "CoreLayer/python"
SUBNET = "subnet-0a1b2c3d4e5f60718"
# Of the function, in seconds; in the template it is longer.
TIMEOUT = 5
# It comes with the SAM CLI. https://github.com/aws/aws-lambda-runtime-interface-emulator
_EMULATOR = ".tools/sam/lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie"
_MACHINES = {"x86_64": "x86_64", "aarch64": "arm64"}
_INTERFACE, _RUNTIME = 8091, 9101
_PATIENCE = 30


@dataclass(frozen=True)
class BuiltFunction:
    """Where the emulator listens, and what it has written."""

    namespace: str
    log: Path

    def invoke(self, event: Any) -> Any:
        """What the function answers, or Lambda's document of its error."""
        with inside(self.namespace):
            connection = HTTPConnection("127.0.0.1", _INTERFACE, timeout=_PATIENCE)
            connection.connect()
        connection.request("POST", "/2015-03-31/functions/function/invocations", json.dumps(event))
        answer = connection.getresponse().read()
        connection.close()
        return json.loads(answer)


@contextmanager
def built_function(namespace: str, authority: Path, log: Path) -> Iterator[BuiltFunction]:
    """The function, trusting one authority; no credentials are in its environment."""
    assert (FUNCTION / "app.py").exists(), "nothing is built: run `make build`"
    (emulator,) = ROOT.glob(f"{_EMULATOR}-{_MACHINES[platform.machine()]}")
    command = ["ip", "netns", "exec", namespace, str(emulator)]
    command += ["--runtime-interface-emulator-address", f"127.0.0.1:{_INTERFACE}"]
    command += ["--runtime-api-address", f"127.0.0.1:{_RUNTIME}"]
    command += [sys.executable, "-m", "awslambdaric", "app.handler"]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(LAYER),
        "PYTHONDONTWRITEBYTECODE": "1",  # the build stays as it was built
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(TIMEOUT),
        "POWERTOOLS_SERVICE_NAME": "probe",
        "POWERTOOLS_LOG_LEVEL": "INFO",
        "SUBNET_ID": SUBNET,
        "SSL_CERT_FILE": str(authority),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=FUNCTION, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        await_listener(namespace, "127.0.0.1", _INTERFACE, process)
        yield BuiltFunction(namespace, log)
    finally:
        process.kill()
        process.wait()
