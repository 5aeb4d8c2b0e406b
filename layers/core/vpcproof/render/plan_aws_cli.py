"""A plan as a script for the AWS CLI that can be resumed where it stopped, and undone."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping

from ..remediation.change import Call, Change
from ..remediation.plan import Plan
from .page import printable
from .plan_commands import command

_HEAD = """\
#!/usr/bin/env bash
# {title}
#
#   bash FILE         makes the changes, one by one; run again, it goes on where it stopped
#   bash FILE undo    takes back those that were made, the last one first
#
# What was made is kept in the file that VPCPROOF_STATE names, by default {state}.
set -euo pipefail
export AWS_PAGER=''
"""

_TOOLS = """
keep() { printf '%s=%q\\n' "$1" "$2" >>"$state"; printf -v "$1" %s "$2"; }

state_of() {
  aws ec2 describe-vpc-endpoints --filters "Name=vpc-endpoint-id,Values=$1" \\
    --query 'VpcEndpoints[].State' --output text
}

# AWS goes on working after it has answered; the next change needs the outcome.
wait_for() {
  local wanted=$1 endpoint=$2 found='' second
  for ((second = 0; second < 900; second += 10)); do
    found=$(state_of "$endpoint")
    case "${found:-deleted}" in "$wanted") return ;; failed | rejected | expired) break ;; esac
    sleep "${VPCPROOF_WAIT:-10}"
  done
  echo "$endpoint is ${found:-gone}, not $wanted" >&2
  return 1
}
"""

_TAIL = """
made() { local name="made_$1"; [[ ${!name:-} == yes ]]; }

apply() {
  local step
  for ((step = 1; step <= steps; step++)); do
    if ! made "$step"; then
      "apply_$step"
      keep "made_$step" yes
    fi
  done
}

undo() {
  local step
  for ((step = steps; step >= 1; step--)); do
    if made "$step"; then
      "undo_$step"
      keep "made_$step" no
    fi
  done
}

case "${1:-apply}" in
  apply) apply ;;
  undo) undo ;;
  *) echo "usage: bash $0 [undo]" >&2; exit 2 ;;
esac
"""
_CREATED_ID = {
    "CreateVpcEndpoint": "VpcEndpoint.VpcEndpointId",
    "CreateSecurityGroup": "GroupId",
}


def render_plan_aws_cli(plan: Plan) -> str:
    """The script; every text of AWS in it is quoted."""
    variables = _variables(plan)
    words = {created: f'"${name}"' for created, name in variables.items()}
    blocks = [_head(plan), *_TOOLS.splitlines(), f"steps={len(plan.changes)}"]
    for number, change in enumerate(plan.changes, start=1):
        blocks += ["", f"# {number}. {printable(change.summary)} ({change.risk})"]
        blocks += _function(f"apply_{number}", _call_lines(change.call, variables, words))
        blocks += _function(f"undo_{number}", _undo_lines(change, variables, words))
    return "\n".join(blocks) + "\n" + _TAIL


def _variables(plan: Plan) -> dict[str, str]:
    """A shell variable for each resource that is created, in undoing it too."""
    calls = [call for change in plan.changes for call in (change.call, *change.undo)]
    created = dict.fromkeys(call.creates for call in calls if call.creates)
    return {each: f"id_{number}" for number, each in enumerate(created, start=1)}


def _head(plan: Plan) -> str:
    state = f"vpcproof-{re.sub(r'[^A-Za-z0-9-]', '_', plan.vpc_id)}.state"
    title = f"Repairs {plan.vpc_id}" + (f" of account {plan.account}" if plan.account else "")
    lines = [_HEAD.format(title=printable(title), state=state).rstrip("\n")]
    if plan.region:
        region = shlex.quote(plan.region)
        lines.append(f"export AWS_REGION={region} AWS_DEFAULT_REGION={region}")
    lines.append(f"state=${{VPCPROOF_STATE:-{state}}}")
    lines.append('if [[ -e $state ]]; then source "$state"; fi')
    lines += _standing(plan)
    if plan.account:
        account = shlex.quote(plan.account)
        lines += [
            "account=$(aws sts get-caller-identity --query Account --output text)",
            f"if [[ $account != {account} ]]; then",
            f'  echo "these credentials are of account $account, not of "{account} >&2',
            "  exit 1",
            "fi",
        ]
    return "\n".join(lines)


def _standing(plan: Plan) -> Iterator[str]:
    """Resources that undoing creates anew stand at first: their variables begin with their ids."""
    variables = _variables(plan)
    made = {change.creates for change in plan.changes}
    for resource_id, name in variables.items():
        if resource_id not in made:
            yield f"{name}=${{{name}:-{shlex.quote(resource_id)}}}"


def _function(name: str, lines: Iterator[str]) -> list[str]:
    return [f"{name}() {{", *(f"  {line}" for line in lines), "}"]


def _undo_lines(
    change: Change, variables: Mapping[str, str], words: Mapping[str, str]
) -> Iterator[str]:
    for call in change.undo:
        yield from _call_lines(call, variables, words)


def _call_lines(
    call: Call, variables: Mapping[str, str], words: Mapping[str, str]
) -> Iterator[str]:
    """The command, what it created kept by name, and the wait for its outcome."""
    made = command(call, words)
    if call.creates is None:
        yield f"{made} >/dev/null"
    else:
        yield f"local id; id=$({made} --query {_CREATED_ID[call.operation]} --output text)"
        yield f'keep {variables[call.creates]} "$id"'
    match call.operation:
        case "CreateVpcEndpoint":
            yield 'wait_for available "$id"'
        case "ModifyVpcEndpoint":
            endpoint_id = call.arguments["VpcEndpointId"]
            yield f"wait_for available {words.get(endpoint_id) or shlex.quote(endpoint_id)}"
        case "DeleteVpcEndpoints":
            for endpoint_id in call.arguments["VpcEndpointIds"]:
                yield f"wait_for deleted {words.get(endpoint_id) or shlex.quote(endpoint_id)}"
