"""The DNS names of an endpoint: its own, one per zone, and the service's private names.

https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
"""

from hashlib import sha256

PARTITION_SUFFIXES = (
    ("cn-", "amazonaws.com.cn"),
    ("eusc-", "amazonaws.eu"),
    ("us-iso-", "c2s.ic.gov"),
    ("us-isob-", "sc2s.sgov.gov"),
    ("us-isof-", "csp.hci.ic.gov"),
    ("eu-isoe-", "cloud.adc-e.uk"),
)

LABELS = {
    "appstream.api": "appstream2",
    "codeartifact.repositories": "d.codeartifact",
    "ecs-agent": "ecs-a",
    "ecs-telemetry": "ecs-t",
    "kinesis-firehose": "firehose",
    "kinesis-streams": "kinesis",
}
"""Service codes whose DNS label is not the code itself, nor the code with its parts swapped."""

NAMES = {
    "dynamodb": (),
    "ecr.dkr": (
        "dkr.ecr.{region}.{suffix}",
        "*.dkr.ecr.{region}.{suffix}",
    ),
    "eks-auth": ("eks-auth.{region}.api.aws",),
    "execute-api": (
        "execute-api.{region}.{suffix}",
        "*.execute-api.{region}.{suffix}",
    ),
    "monitoring": (
        "monitoring.{region}.{suffix}",
        "monitoring.{region}.api.aws",
        "monitoring-fips.{region}.{suffix}",
    ),
    "notebook": ("notebook.{region}.sagemaker.aws", "*.notebook.{region}.sagemaker.aws"),
    "s3": (
        "s3.{region}.{suffix}",
        "*.s3.{region}.{suffix}",
        "s3-accesspoint.{region}.{suffix}",
        "*.s3-accesspoint.{region}.{suffix}",
        "*.s3-control.{region}.{suffix}",
    ),
    "s3-global.accesspoint": ("*.accesspoint.s3-global.{suffix}",),
    "studio": ("studio.{region}.sagemaker.aws", "*.studio.{region}.sagemaker.aws"),
}
"""Services with several private names, names outside the pattern, or none at all.

DynamoDB's interface endpoints have no private name:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/privatelink-interface-endpoints.html
"""


def dns_suffix(region: str) -> str:
    """The domain under which a Region's AWS services have their names."""
    for prefix, suffix in PARTITION_SUFFIXES:
        if region.startswith(prefix):
            return suffix
    return "amazonaws.com"


def private_names(code: str, region: str) -> tuple[str, ...]:
    """The public names that resolve to the endpoint inside a VPC with private DNS on."""
    patterns = NAMES.get(code, (f"{_label(code)}.{{region}}.{{suffix}}",))
    return tuple(name.format(region=region, suffix=dns_suffix(region)) for name in patterns)


def base_name(code: str, region: str) -> str:
    """The name a service's endpoints have their own names under."""
    return f"{_label(code)}.{region}.vpce.{dns_suffix(region)}"


def endpoint_names(endpoint_id: str, base: str, zones: tuple[str, ...]) -> tuple[str, ...]:
    """The Regional name of an endpoint, then one name for each of its zones.

    S3's carry a wildcard, for `bucket.`, `accesspoint.` and `control.`:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
    """
    wildcard = "*." if base.startswith("s3.") else ""
    host = f"{endpoint_id}-{_digest(endpoint_id)[:8]}"
    return tuple(f"{wildcard}{label}.{base}" for label in (host, *(f"{host}-{z}" for z in zones)))


def hosted_zone_id(owner: str) -> str:
    """The id of the hidden hosted zone that holds `owner`'s names; the same one each time."""
    return f"Z{_digest(owner)[:13].upper()}"


def _label(code: str) -> str:
    """`ecr.api` answers at `api.ecr`: the parts of a dotted service code are swapped."""
    return LABELS.get(code, ".".join(reversed(code.split("."))))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
