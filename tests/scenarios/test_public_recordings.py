"""Answers of AWS that others published, judged by every rule and held against findings by hand.

The recordings are not part of the project: where they are not at hand these tests are skipped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from vpcproof.engine import Evaluation, evaluate
from vpcproof.facts.folder import read_folder
from vpcproof.model.parameters import Parameters
from vpcproof.model.verdict import Compliance
from vpcproof.rules.registry import all_rules

CASES = Path(__file__).parents[2].parent / "shared" / "cases"
RECORDINGS = sorted((CASES / "describe").iterdir()) if CASES.is_dir() else []
NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)

# Which rules see a finding of the manifest, by the type of its target.
SEEN_BY = {
    "F01": ["vpc-ssm-endpoints-complete"],
    "F02": ["vpc-endpoint-admits-workloads", "security-group-admits-endpoint-clients"],
    "F04": ["vpc-endpoint-private-dns-effective"],
    "F05": ["vpc-dns-resolves-endpoints"],
    "F06": ["vpc-endpoint-gateway-routes-complete", "route-table-has-gateway-endpoint-routes"],
    "F12": ["security-group-endpoint-ingress-restricted"],
    "F16": ["route-table-has-no-blackhole"],
    "F22": ["vpc-endpoint-available"],
    "F25": ["vpc-endpoint-service-name-valid"],
}

# Findings by hand that rest on what the recording does not hold, and what is missing.
NOT_PROVEN = {
    ("c7n-svc-live", "F04"): "whether a private hosted zone leads to the endpoint was not recorded",
    ("awscli-vpce", "F04"): "whether a private hosted zone leads to the endpoint was not recorded",
    ("c7n-vpc-attr-hostnames", "F05"): "no endpoint was recorded that private DNS would be of",
    ("c7n-eni-private-subnet", "F06"): "the endpoints whose routes are missing were not recorded",
}

pytestmark = pytest.mark.skipif(not RECORDINGS, reason="the published recordings are not at hand")


@cache
def judged(recording: str) -> Mapping[tuple[str, str], Evaluation]:
    """Every evaluation of a recording, by rule and resource."""
    reading = read_folder(CASES / "describe" / recording, now=NOW)
    report = evaluate(reading.snapshot, all_rules().values(), Parameters())
    return {(each.rule, each.resource_id): each for each in report.evaluations}


def findings() -> Iterator[tuple[str, str, str]]:
    """Recording, code and target of each finding that a rule should see."""
    if not RECORDINGS:
        return
    for case in json.loads((CASES / "manifest.json").read_text())["cases"]:
        for finding in case.get("findings", ()) if case["kind"] == "describe" else ():
            if finding["code"] in SEEN_BY:
                for target in finding["target"].split(", "):
                    yield case["id"], finding["code"], target


@pytest.mark.parametrize("recording", [each.name for each in RECORDINGS])
def test_every_rule_judges_every_recording(recording):
    for evaluation in judged(recording).values():
        assert evaluation.annotation


@pytest.mark.parametrize(("recording", "code", "target"), list(findings()))
def test_a_finding_by_hand_is_found(recording, code, target):
    keys = [(rule, target) for rule in SEEN_BY[code]]
    found = {judged(recording)[key].compliance for key in keys if key in judged(recording)}
    not_proven = (recording, code) in NOT_PROVEN
    assert found == {Compliance.UNDETERMINED if not_proven else Compliance.NON_COMPLIANT}


def test_recordings_without_a_finding_on_names_and_states_have_none():
    """What is right in the recordings is not called wrong."""
    quiet = ("vpc-endpoint-available", "security-group-endpoint-ingress-restricted")
    assert not [
        each
        for recording in RECORDINGS
        for (rule, _), each in judged(recording.name).items()
        if rule in quiet and each.compliance is Compliance.NON_COMPLIANT
    ]
