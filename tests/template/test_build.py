"""What `sam build` made is what Lambda needs, and no more: imported with nothing else in reach."""

import os
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from cut_models import operations_of
from interpreter import find
from vpcproof.rules.registry import all_rules

from tests.template.conftest import ROOT

RUNTIME = "3.13"
RUNTIME_LIBRARIES = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")
MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def layer(built) -> Path:
    return built / "CoreLayer/python"


@pytest.fixture
def run():
    """Runs Python as Lambda would: the runtime's version if it is here, and only these folders."""

    def run(code: str, *folders: Path) -> str:
        answer = subprocess.run(
            [find(RUNTIME) or sys.executable, "-S", "-B", "-c", code],
            env={
                "PYTHONPATH": os.pathsep.join(map(str, folders)),
                "AWS_DEFAULT_REGION": "us-east-1",
                "POWERTOOLS_SERVICE_NAME": "test",
                "POWERTOOLS_METRICS_NAMESPACE": "vpcproof",
                "TOPIC_ARN": "arn:aws:sns:us-east-1:111122223333:alerts",
                "ALERT_FORMAT": "text",
                "SECURITY_HUB_ACCOUNT": "111122223333",
                "REMEDIATION_MODE": "plan",
                "RUNS_TABLE": "runs",
                "EVALUATE_FUNCTION_ARN": "arn:aws:lambda:us-east-1:111122223333:function:e:live",
            },
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    return run


@pytest.fixture
def runtime_libraries(tmp_path) -> Path:
    """The libraries that Lambda's own Python runtime brings, and no other."""
    installed = Path(boto3.__file__).parents[1]
    for name in RUNTIME_LIBRARIES:
        source = installed / name
        source = source if source.exists() else source.with_suffix(".py")
        (tmp_path / source.name).symlink_to(source)
    return tmp_path


def test_the_layer_holds_every_rule(run, layer):
    code = "from vpcproof.rules.registry import all_rules; print(*all_rules(), sep='\\n')"
    assert run(code, layer).split() == list(all_rules())


def test_the_layer_holds_the_engine_and_powertools(run, layer):
    run("import vpcproof.engine; from aws_lambda_powertools import Logger, Metrics", layer)


@pytest.mark.parametrize("function", ["Evaluate", "Reevaluate", "Notify", "Remediate"])
def test_a_handler_starts_with_the_layer_and_the_runtime_alone(
    run, layer, built, runtime_libraries, function
):
    folders = (built / f"{function}Function", layer, runtime_libraries)
    assert run("import app; print(callable(app.handler))", *folders) == "True\n"


def test_the_layer_has_no_command_line_and_no_sdk(layer):
    absent = (
        "vpcproof/cli",
        "vpcproof/render",
        "boto3",
        "botocore",
        "click",
        "rich",
        "jinja2",
        "bin",
    )
    assert [name for name in absent if (layer / name).exists()] == []


def test_the_layer_is_small(layer):
    """Lambda allows 250 MiB unzipped; a cold start reads what is there."""
    size = sum(path.stat().st_size for path in layer.rglob("*") if path.is_file())
    assert size < 12 * MEBIBYTE, f"{size / MEBIBYTE:.1f} MiB"


def test_modules_are_compiled_for_the_runtime_where_its_interpreter_is(layer):
    """A flag of 1 means: never compared with the source, whose date a layer does not keep."""
    sources = [path for path in layer.rglob("*.py") if path.parent.name != "__pycache__"]
    tag = f"cpython-{RUNTIME.replace('.', '')}"
    compiled = [path.parent / "__pycache__" / f"{path.stem}.{tag}.pyc" for path in sources]
    if find(RUNTIME):
        assert {path.read_bytes()[4:8] for path in compiled} == {b"\x01\0\0\0"}
    else:
        assert not any(path.exists() for path in compiled)


def test_the_functions_are_their_sources_and_nothing_else(built):
    for name in ("evaluate", "reevaluate", "notify"):
        folder = built / f"{name.title()}Function"
        source = ROOT / "functions" / name
        shipped = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
        assert shipped == {path.relative_to(source) for path in source.rglob("*.py")}
        for path in shipped:
            assert (folder / path).read_text() == (source / path).read_text()


def test_the_layer_is_the_package_as_it_stands(layer):
    package = ROOT / "layers/core/vpcproof"
    shipped = {path.relative_to(layer / "vpcproof") for path in (layer / "vpcproof").rglob("*.py")}
    ours = {path.relative_to(package) for path in package.rglob("*.py")}
    assert shipped == {path for path in ours if path.parts[0] not in ("cli", "render")}
    for path in shipped:
        assert (layer / "vpcproof" / path).read_text() == (package / path).read_text(), path


def test_the_evaluate_function_loads_the_models_that_the_layer_brings(
    run, layer, runtime_libraries, resources
):
    variables = resources["EvaluateFunction"]["Properties"]["Environment"]["Variables"]
    models = variables["AWS_DATA_PATH"].replace("/opt", str(layer.parent))
    code = f"""
import os
os.environ["AWS_DATA_PATH"] = {models!r}
from vpcproof.aws.clients import Clients
clients = Clients()
for service in ("config", "ec2"):
    print(*clients(service).meta.service_model.operation_names)
"""
    loaded = [set(line.split()) for line in run(code, layer, runtime_libraries).splitlines()]
    assert loaded == [operations_of("config"), operations_of("ec2")]
    assert "Apache License" in Path(models, "NOTICE").read_text(encoding="utf-8")
