from datetime import timedelta

import pytest

from tests.networks import NOW, ago, endpoint, gateway, judge, network
from tests.rules.situations import NA, NC, C, RuleTable, Situation

RULE = "vpc-endpoint-available"


def in_state(row, state, expected, mentions=(), *, words=None, parameters=None, **others):
    one = endpoint("ssm", id="vpce-1", state=state, **others)
    words = words or f"an endpoint is {state}"
    return Situation(row, words, network(one), "vpce-1", expected, mentions, parameters or {})


class TestVpcEndpointAvailable(RuleTable):
    rule = RULE
    situations = (
        in_state("30", "available", C),
        in_state(
            "31",
            "pending",
            NA,
            ("not yet",),
            words="pending for two minutes",
            created_at=ago(minutes=2),
        ),
        in_state(
            "32",
            "pending",
            NC,
            ("pending",),
            words="pending for six hours",
            created_at=ago(hours=6),
        ),
        in_state(
            "31",
            "pending",
            NC,
            words="pending for two minutes where no grace is given",
            created_at=ago(minutes=2),
            parameters={"pendingGraceMinutes": "1"},
        ),
        in_state(
            "32",
            "pending",
            NA,
            words="pending for six hours where a day is given",
            created_at=ago(hours=6),
            parameters={"pendingGraceMinutes": "1440"},
        ),
        in_state("31", "pending", NC, words="pending since nobody knows when", created_at=None),
        in_state(
            "31",
            "pending",
            NA,
            words="pending and created after the snapshot began",
            created_at=NOW + timedelta(seconds=3),
        ),
        Situation(
            "33",
            "the provider of a private service has not accepted",
            network(
                endpoint(
                    "com.amazonaws.vpce.us-east-1.vpce-svc-0e87e8a7b3c4d5e6f",
                    id="vpce-1",
                    state="pendingacceptance",
                    private_dns=False,
                )
            ),
            "vpce-1",
            NC,
            ("pendingacceptance",),
        ),
        in_state("34", "rejected", NC, ("rejected",)),
        in_state("34", "failed", NC, ("failed", "no subnet"), last_error="no subnet has room"),
        in_state("34", "expired", NC, ("expired",)),
        in_state("35", "deleting", NA, ("deleting",)),
        in_state("35", "deleted", NA, ("deleted",)),
        in_state("36", "partial", NC, ("partial",)),
        in_state("36", "resting", NC, ("resting",), words="a state AWS has yet to invent"),
        Situation("30", "a gateway endpoint is available", network(gateway()), "vpce-s3", C),
        Situation(
            "39",
            "a Resource endpoint has no service name",
            network(endpoint("ssm", id="vpce-1", type="Resource", service_name=None)),
            "vpce-1",
            C,
        ),
    )


@pytest.mark.parametrize("code", ["bedrock", "bedrock-runtime", "bedrock-agent"])
def test_endpoints_that_all_failed_are_no_coverage(code):
    """SRA's Bedrock check counts four failed endpoints as coverage."""
    failed = network(endpoint(code, id="vpce-1", state="failed"))
    assert judge(RULE, "vpce-1", failed).compliance is NC
