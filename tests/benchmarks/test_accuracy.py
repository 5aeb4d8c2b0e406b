"""The accuracy page counts and maps rightly, and is current but for what peers say."""

import json

import pytest

from benchmarks.accuracy import judging, one_change, peers
from benchmarks.accuracy import page as pages
from benchmarks.accuracy.counting import Tally, by_defect, tally
from benchmarks.accuracy.findings import Finding, of_prowler, pairs_found
from benchmarks.accuracy.network import INGRESS, NO_ENDPOINT, ROUTE, STATE, code_of
from benchmarks.accuracy.one_change import ALL, MAIN, PRIVATE, S3, SSM, VPC, A, B

SSM_ENDPOINT = "vpce-02eecc62670aa063e"
APP_IN_B = "eni-05836cd2db3d3c5b7"
NETWORKS = {each.name: each for each in one_change.networks()}
PLAIN = NETWORKS["nothing changed"]


class TestCounting:
    def test_each_pair_is_found_missed_invented_or_cleared(self):
        counted = Tally()
        for works, said in [(False, False), (False, True), (True, False), (True, True)]:
            counted.count(works=works, said=said)
        assert counted == Tally(found=1, missed=1, invented=1, cleared=1)
        assert (counted.precision, counted.recall) == (0.5, 0.5)

    def test_what_is_left_open_is_missed_where_it_is_broken_and_no_false_alarm(self):
        counted = Tally()
        counted.count(works=False, said=None)
        counted.count(works=True, said=None)
        assert counted == Tally(missed=1, left_open=2)

    def test_precision_needs_an_alarm_and_recall_something_broken(self):
        assert (Tally(cleared=5).precision, Tally(cleared=5).recall) == (None, None)

    def test_broken_pairs_are_counted_by_what_breaks_them(self):
        held = {name: NETWORKS[name] for name in ("no endpoint for S3", "nothing changed")}
        answers = {
            "no endpoint for S3": dict.fromkeys(ALL, False),
            "nothing changed": dict.fromkeys(ALL, True),
        }
        assert by_defect(held, answers) == {NO_ENDPOINT: Tally(found=2)}
        assert tally(held, answers) == Tally(found=2, invented=4, cleared=6)


class TestLabels:
    @pytest.mark.parametrize(
        ("network", "pair", "defect"),
        [
            ("no endpoint for ssmmessages", (A, "ssmmessages"), NO_ENDPOINT),
            ("ssm-incidents in place of ssm", (A, "ssm"), NO_ENDPOINT),
            ("endpoint of ssm failed", (B, "ssm"), STATE),
            ("endpoint group admits subnet A alone", (B, "ssm"), INGRESS),
            ("S3 route on the unused main table", (A, "s3"), ROUTE),
        ],
    )
    def test_a_broken_pair_has_the_class_of_the_change(self, network, pair, defect):
        assert NETWORKS[network].works[pair] is False
        assert NETWORKS[network].defect_of(pair) == defect

    def test_every_broken_pair_that_has_an_endpoint_is_of_a_known_class(self):
        for network in pages.networks().values():
            broken = [pair for pair, works in network.works.items() if not works]
            known = {network.defect_of(pair) for pair in broken}
            assert known <= {NO_ENDPOINT, STATE, network.defect}, network.name
            for subnet_id, service in broken if network.defect is None else ():
                assert not network.endpoints(service, network.vpc_of(subnet_id)), network.name

    def test_service_names_of_china_are_read(self):
        assert code_of("cn.com.amazonaws.cn-north-1.ecr.api") == "ecr.api"


class TestMapping:
    @pytest.mark.parametrize(
        ("finding", "against"),
        [
            (Finding("vpc-without-endpoint", VPC, "s3"), S3),
            (Finding("vpc-dns-hostnames-off", VPC), SSM),
            (Finding("vpc_endpoint_for_ec2_enabled", VPC), ALL),
            (Finding("endpoint-x", SSM_ENDPOINT), {(A, "ssm"), (B, "ssm")}),
            (Finding("table-x", PRIVATE), S3),
            (Finding("table-x", MAIN), set()),
            (Finding("acl-x", "acl-0ffc73e716e6b5171"), ALL),
            (Finding("interface-x", APP_IN_B), {pair for pair in ALL if pair[0] == B}),
            (Finding("subnet-x", A), {pair for pair in ALL if pair[0] == A}),
        ],
    )
    def test_a_finding_counts_against_the_pairs_that_it_is_about(self, finding, against):
        assert pairs_found(PLAIN, [finding]) == against

    def test_the_main_table_is_that_of_subnets_without_an_association(self):
        network = NETWORKS["subnet B on a main table without S3"]
        assert pairs_found(network, [Finding("table-x", MAIN)]) == {(B, "s3")}

    def test_of_two_endpoints_of_a_service_both_must_be_found(self):
        network = pages.networks()["duplicate-endpoints"]
        subnet = next(iter(network.works))[0]
        two = network.endpoints("ssm", network.vpc_of(subnet))
        findings = [Finding("endpoint-x", each["VpcEndpointId"]) for each in two]
        assert pairs_found(network, findings[:1]) == set()
        assert {service for _, service in pairs_found(network, findings)} == {"ssm"}

    def test_prowler_asks_of_ec2_alone(self):
        found = [
            Finding("vpc_endpoint_for_ec2_enabled", VPC),
            Finding("vpc_endpoint_multi_az_enabled", SSM_ENDPOINT),
        ]
        assert of_prowler(found) == [Finding("vpc_endpoint_for_ec2_enabled", VPC, "ec2")]
        assert pairs_found(PLAIN, of_prowler(found)) == set()

    def test_an_endpoint_with_the_name_is_all_that_the_simplest_check_asks(self):
        network = NETWORKS["endpoint of ssm failed"]
        assert set(judging.by_existence(network).values()) == {True}
        without = judging.by_existence(NETWORKS["no endpoint for S3"])
        assert {pair for pair in without if not without[pair]} == S3


class TestServing:
    def test_vpcproof_reads_from_the_address_what_the_documents_hold(self):
        for name in ("endpoint group admits a prefix list of subnet A", "hostnames-off"):
            network = pages.networks()[name]
            assert judging.live(network) == judging.vpcproof(network) == network.works

    def test_networks_in_one_account_keep_apart(self):
        one, other = NETWORKS["no endpoint for S3"], PLAIN
        merged = peers.together([one, other])
        assert {each["VpcId"] for each in merged.all("Vpcs")} == {f"{VPC}-n0", f"{VPC}-n1"}
        assert len(merged.endpoints("s3", f"{VPC}-n0")) == 0
        assert len(merged.endpoints("s3", f"{VPC}-n1")) == 1
        assert merged.account == one.account
        assert {each["AvailabilityZone"] for each in merged.all("Subnets")} == {
            each["AvailabilityZone"] for each in one.all("Subnets")
        }

    def test_policies_stand_once_for_each_service(self):
        names = {
            each["name"]: each["filters"]
            for each in peers.policies("cn-north-1", ["s3", "ecr.api"])["policies"]
        }
        (asked,) = names["vpc-without-endpoint-for-ecr_api"]
        assert asked["not"][0]["value"] == r"^(cn\.)?com\.amazonaws\.cn-north-1\.ecr\.api$"
        assert "vpc-without-endpoint-for-s3" in names


class TestPage:
    def test_it_is_current_with_what_the_peers_said_and_vpcproof_says(self):
        assert pages.PAGE.read_text() == pages.page(), "run: python -m benchmarks.accuracy --page"

    def test_peers_were_asked_about_networks_that_are_there_still(self):
        stored = json.loads(pages.STORED.read_text())
        for peer in ("prowler", "custodian"):
            assert stored[peer]["findings"].keys() <= pages.networks().keys()

    def test_the_versions_asked_are_those_locked(self):
        stored = json.loads(pages.STORED.read_text())
        for peer, package in (("prowler", "prowler"), ("custodian", "c7n")):
            locked = (peers.ROOT / f"envs/peers-{peer}.in").read_text().split()
            assert f"{package}=={stored[peer]['version']}" in locked

    def test_the_readme_says_what_the_page_says(self):
        held = pages.networks()
        answers = pages.columns(held, json.loads(pages.STORED.read_text()))
        ours, by_name, custodian, prowler = (tally(held, each) for each in answers.values())
        said = " ".join((peers.ROOT / "README.md").read_text().split())
        assert (
            f"Held against {len(held)} labelled networks, it finds all {ours.found} broken paths"
            f" with {ours.invented} false alarms; a check by name finds {by_name.found}, our Cloud"
            f" Custodian policies {custodian.found}, and Prowler does not ask"
        ) in said
        assert (ours.missed, prowler.found, prowler.invented) == (0, 0, 0)
