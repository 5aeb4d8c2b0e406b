"""Names of endpoint services: one parser for every form that AWS uses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ..model.intervals import IntervalSet
from ..model.ports import ports
from ..model.service_catalogue import PARTITION_PREFIXES, SERVICE_PORTS

# https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
_PREFIXES = (*PARTITION_PREFIXES, "com.amazonaws", "aws.sagemaker", "aws.api", "api.aws")
_REGION = re.compile(r"[a-z]{2,}(?:-[a-z]+)+-\d+")
_PRIVATE = re.compile(
    rf"(?P<prefix>{'|'.join(map(re.escape, (*PARTITION_PREFIXES, 'com.amazonaws')))})\.vpce\."
    rf"(?P<region>{_REGION.pattern})\.(?P<code>vpce-svc-[0-9a-z]+)"
)
HTTPS = ports(443)


@dataclass(frozen=True, slots=True)
class ServiceName:
    """A service name taken apart; `region` is None for global services such as IAM.

    `is_private` marks services of other accounts (`vpce-svc-…`), whose ports and DNS are theirs.
    """

    prefix: str
    region: str | None
    code: str
    is_private: bool = False

    @property
    def ports(self) -> IntervalSet | None:
        """The TCP ports the service listens on; None where only the provider knows."""
        if self.is_private:
            return None
        listed = SERVICE_PORTS.get(self.code)
        return ports(*listed) if listed else HTTPS


@lru_cache(maxsize=4096)
def parse_service_name(name: str) -> ServiceName | None:
    """Take a service name apart; None when it has no form that AWS uses.

    The code keeps its dots (`ecr.api`, `s3-global.accesspoint`): services are told apart by the
    whole code and the Region, never by a part of the text. China writes `transcribe.cn` for what
    is `transcribe` everywhere else.
    """
    if private := _PRIVATE.fullmatch(name):
        return ServiceName(private["prefix"], private["region"], private["code"], is_private=True)
    for prefix in _PREFIXES:
        if name.startswith(prefix + "."):
            rest = name[len(prefix) + 1 :]
            region, _, code = rest.partition(".")
            if not _REGION.fullmatch(region):
                region, code = "", rest
            if not re.fullmatch(r"[a-z0-9]+(?:[-.][a-z0-9]+)*", code):
                return None
            if prefix == "cn.com.amazonaws":
                code = code.removesuffix(".cn")
            return ServiceName(prefix, region or None, code)
    return None
