"""The verification steps of the design by a real AWS CLI, and `vpcproof check`, beside AWS Config.

Step 1 looks at the endpoints, step 2 at the rules of their security groups, step 3 has vpcproof
judge: live, and from a folder of what the AWS CLI prints. All must agree with the verdicts that
AWS Config holds.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lab import broken_vpc, scenario
from lab.account import Account
from lab.broken_vpc import SUBNET_CIDRS, Network
from lab.process import ROOT
from lab.scenario import Key

pytestmark = pytest.mark.xdist_group("shared installation")

AWS = ROOT / ".tools" / "awscli" / "bin" / "aws"
VPCPROOF = Path(sys.executable).with_name("vpcproof")

FINDINGS = 1


@dataclass(frozen=True)
class Judged:
    """A broken VPC, and the verdicts that AWS Config holds on its resources, by their ids."""

    account: Account
    network: Network
    verdicts: dict[Key, str]

    @property
    def vpc_id(self) -> str:
        return self.network.ids["payments"]

    def failing(self, rule: str) -> set[str]:
        return {
            resource_id
            for (name, resource_id), compliance in self.verdicts.items()
            if name == rule and compliance == "NON_COMPLIANT"
        }

    def aws(self, *command: str) -> dict[str, Any]:
        printed = subprocess.run(
            [AWS, *command, "--output", "json"],
            env=self.account.environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return json.loads(printed.stdout)

    def endpoints(self) -> list[dict[str, Any]]:
        of_vpc = f"Name=vpc-id,Values={self.vpc_id}"
        return self.aws("ec2", "describe-vpc-endpoints", "--filters", of_vpc)["VpcEndpoints"]

    def ingress(self, group_id: str) -> list[dict[str, Any]]:
        of_group = f"Name=group-id,Values={group_id}"
        shown = self.aws("ec2", "describe-security-group-rules", "--filters", of_group)
        return [rule for rule in shown["SecurityGroupRules"] if not rule["IsEgress"]]

    def check(self, *options: str) -> tuple[int, dict[str, Any]]:
        judged = subprocess.run(
            [VPCPROOF, "check", "--vpc", self.vpc_id, "--format", "json", *options],
            env=self.account.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert judged.stdout, judged.stderr
        return judged.returncode, json.loads(judged.stdout)


@pytest.fixture(scope="module")
def judged(account: Account) -> Judged:
    network = broken_vpc.create(account.client("ec2"))
    broken_vpc.create_endpoints(network)
    broken_vpc.launch_instances(network)
    scenario.settle(account)
    scenario.judge_on_schedule(account)
    held = scenario.read_verdicts(account, network)
    verdicts = {
        (rule, network.ids[resource]): verdict.compliance
        for (rule, resource), verdict in held.items()
        if resource in network.ids and verdict.compliance
    }
    return Judged(account, network, verdicts)


def code_of(endpoint: dict[str, Any]) -> str:
    return endpoint["ServiceName"].rpartition(".")[2]


def test_step_1_endpoints_are_there_and_available_where_config_says_so(judged: Judged) -> None:
    endpoints = judged.endpoints()
    assert {code_of(endpoint) for endpoint in endpoints} == {"ssm", "logs", "s3"}
    assert judged.failing("vpc-ssm-endpoints-complete") == {judged.vpc_id}
    assert {endpoint["State"] for endpoint in endpoints} == {"available"}
    assert judged.failing("vpc-endpoint-available") == set()


def test_step_1_private_dns_is_off_where_config_says_so(judged: Judged) -> None:
    without = {
        endpoint["VpcEndpointId"]
        for endpoint in judged.endpoints()
        if endpoint["VpcEndpointType"] == "Interface" and not endpoint["PrivateDnsEnabled"]
    }
    assert without == judged.failing("vpc-endpoint-private-dns-effective")
    assert without == {judged.network.ids["logs-endpoint"]}


def test_step_1_zones_are_missing_where_config_says_so(judged: Judged) -> None:
    partial = {
        endpoint["VpcEndpointId"]
        for endpoint in judged.endpoints()
        if endpoint["VpcEndpointType"] == "Interface"
        and set(endpoint["SubnetIds"]) != {judged.network.ids[name] for name in SUBNET_CIDRS}
    }
    assert partial == judged.failing("vpc-endpoint-spans-workload-zones")
    assert partial == {judged.network.ids["logs-endpoint"]}


def test_step_1_route_tables_are_missing_where_config_says_so(judged: Judged) -> None:
    tables = {judged.network.ids[name] for name in ("main-routes", "app-a-routes")}
    (gateway,) = [each for each in judged.endpoints() if each["VpcEndpointType"] == "Gateway"]
    missing = tables - set(gateway["RouteTableIds"])
    assert missing == judged.failing("route-table-has-gateway-endpoint-routes")
    assert judged.failing("vpc-endpoint-gateway-routes-complete") == {gateway["VpcEndpointId"]}


def test_step_2_everybody_is_admitted_where_config_says_so(judged: Judged) -> None:
    groups = groups_of(judged.endpoints())
    open_to_all = {
        group
        for group in groups
        if any(rule.get("CidrIpv4") == "0.0.0.0/0" for rule in judged.ingress(group))
    }
    assert open_to_all == judged.failing("security-group-endpoint-ingress-restricted")
    assert open_to_all == {judged.network.ids["logs-endpoint-sg"]}


def test_step_2_a_subnet_is_left_out_where_config_says_so(judged: Judged) -> None:
    lacking = set()
    for group in groups_of(judged.endpoints()):
        sources = {rule.get("CidrIpv4") for rule in judged.ingress(group) if admits_https(rule)}
        if "0.0.0.0/0" not in sources and not sources.issuperset(SUBNET_CIDRS.values()):
            lacking.add(group)
    assert lacking == judged.failing("security-group-admits-endpoint-clients")
    assert lacking == {judged.network.ids["ssm-endpoint-sg"]}


def groups_of(endpoints: Iterable[dict[str, Any]]) -> set[str]:
    return {group["GroupId"] for endpoint in endpoints for group in endpoint.get("Groups", ())}


def admits_https(rule: dict[str, Any]) -> bool:
    return rule["IpProtocol"] == "tcp" and rule["FromPort"] <= 443 <= rule["ToPort"]


def test_step_3_a_live_check_agrees_with_config(judged: Judged) -> None:
    status, document = judged.check()
    assert status == FINDINGS
    assert (document["source"]["kind"], document["source"]["account"]) == (
        "live",
        judged.account.number,
    )
    assert verdicts_in(document) == judged.verdicts


def test_step_3_a_check_of_what_the_aws_cli_prints_agrees_with_config(
    judged: Judged, tmp_path: Path
) -> None:
    def save(command: str) -> None:
        answer = judged.aws(*command.format(judged.vpc_id).split())
        if command == WITHOUT_SUBJECT:
            answer["VpcId"] = judged.vpc_id
        path = tmp_path / f"{SAVED.index(command)}.json"
        path.write_text(json.dumps(answer))

    with ThreadPoolExecutor(2) as several:
        list(several.map(save, SAVED))
    status, document = judged.check("--snapshot", str(tmp_path))
    assert status == FINDINGS
    assert (document["source"]["kind"], document["source"]["account"]) == (
        "snapshot",
        judged.account.number,
    )
    assert verdicts_in(document) == judged.verdicts


def verdicts_in(document: dict[str, Any]) -> dict[Key, str]:
    """The verdicts that AWS Config would hold: what is not applicable it forgets."""
    found = {
        (each["rule"], each["resource_id"]): each["compliance"] for each in document["evaluations"]
    }
    assert "UNDETERMINED" not in found.values()
    return {key: compliance for key, compliance in found.items() if compliance != "NOT_APPLICABLE"}


WITHOUT_SUBJECT = "route53 list-hosted-zones-by-vpc --vpc-id {} --vpc-region ap-northeast-2"
SAVED = (
    "sts get-caller-identity",
    "ec2 describe-vpcs --vpc-ids {}",
    "ec2 describe-vpc-attribute --vpc-id {} --attribute enableDnsSupport",
    "ec2 describe-vpc-attribute --vpc-id {} --attribute enableDnsHostnames",
    "ec2 describe-subnets --filters Name=vpc-id,Values={}",
    "ec2 describe-route-tables --filters Name=vpc-id,Values={}",
    "ec2 describe-vpc-endpoints --filters Name=vpc-id,Values={}",
    "ec2 describe-vpc-endpoint-services",
    "ec2 describe-security-groups --filters Name=vpc-id,Values={}",
    "ec2 describe-network-interfaces --filters Name=vpc-id,Values={}",
    "ec2 describe-network-acls --filters Name=vpc-id,Values={}",
    "ec2 describe-prefix-lists",
    "ec2 describe-nat-gateways --filter Name=vpc-id,Values={}",
    "ssm describe-instance-information",
    WITHOUT_SUBJECT,
)
"""What a person saves who has the AWS CLI and not vpcproof's own `snapshot save`."""
