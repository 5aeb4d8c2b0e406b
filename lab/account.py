"""An account of the lab as its owner has it: clients, the AWS CLI's environment, AWS Config."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3

_MISLEADING = ("AWS_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def neutral_environment() -> dict[str, str]:
    """The environment without what would lead clients elsewhere than to the lab."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(_MISLEADING)
    }
    return kept | {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
    }


@dataclass(frozen=True)
class Account:
    """One account in one Region of a running lab; the lab takes a key of 12 digits for its id."""

    url: str
    number: str = "111122223333"
    region: str = "ap-northeast-2"

    def client(self, service: str) -> Any:  # noqa: ANN401 - classes made at run time
        """A client of a service."""
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=self.url,
            region_name=self.region,
            aws_access_key_id=self.number,
            aws_secret_access_key="lab",  # noqa: S106 - opens nothing
        )

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which commands that speak to AWS speak to this account."""
        return neutral_environment() | {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": self.number,
            "AWS_SECRET_ACCESS_KEY": "lab",
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
        }

    def start_recording(self) -> None:
        """Turn on AWS Config, as every account that is to be judged has done once."""
        config = self.client("config")
        role = f"arn:aws:iam::{self.number}:role/aws-service-role/config.amazonaws.com/config"
        config.put_configuration_recorder(
            ConfigurationRecorder={"name": "default", "roleARN": role}
        )
        config.put_delivery_channel(
            DeliveryChannel={"name": "default", "s3BucketName": f"config-{self.number}"}
        )
        config.start_configuration_recorder(ConfigurationRecorderName="default")

    def config_rules(self, prefix: str) -> list[str]:
        """The names of the Config rules that begin so."""
        pages = self.client("config").get_paginator("describe_config_rules").paginate()
        names = (rule["ConfigRuleName"] for page in pages for rule in page["ConfigRules"])
        return sorted(name for name in names if name.startswith(prefix))

    def evaluations(self, rules: list[str]) -> Iterator[Mapping[str, Any]]:
        """The verdicts that AWS Config holds of these rules, as it shows them."""
        read = self.client("config").get_paginator("get_compliance_details_by_config_rule")
        for rule in rules:
            for page in read.paginate(ConfigRuleName=rule, PaginationConfig={"PageSize": 100}):
                yield from page["EvaluationResults"]
