"""The endpoint policy: a default that allows everything, and the check AWS makes on a new one."""

import json

from lab.ec2.errors import AwsError

FULL_ACCESS = json.dumps(
    {
        "Version": "2008-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
    },
    indent=2,
)
"""What AWS attaches when no policy is given.

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

MAXIMUM_LENGTH = 20_480


def checked(document: str) -> str:
    """The document itself, when AWS would take it."""
    try:
        statements = json.loads(document)["Statement"]
    except (ValueError, KeyError, TypeError):
        statements = None
    if not statements or len(document) > MAXIMUM_LENGTH:
        raise AwsError(
            "InvalidPolicyDocument",
            "The specified policy document is not a valid JSON policy document.",
        )
    return document
