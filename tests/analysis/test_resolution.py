"""Where the default name of a service leads, for each setting that decides it."""

import pytest
from vpcproof.analysis.resolution import Leads, resolve, service_host_name
from vpcproof.model.facts import Fact

from tests.networks import (
    VPC,
    dhcp,
    endpoint,
    forwarding,
    gateway,
    main_table,
    network,
    offered,
    profile,
    route,
    unread,
    vpc,
    zone,
)

NAME = "ssm.us-east-1.amazonaws.com"
HERE, ELSEWHERE, PUBLIC = Leads.HERE, Leads.ELSEWHERE, Leads.PUBLIC
NOWHERE, UNKNOWN = Leads.NOWHERE, Leads.UNKNOWN

on = endpoint("ssm")
off = endpoint("ssm", private_dns=False)
hub = endpoint("ssm", id="vpce-hub", vpc="vpc-hub", private_dns=False)
hub_logs = endpoint("logs", id="vpce-hublogs", vpc="vpc-hub", private_dns=False)
to_hub = main_table(route("10.200.0.0/16", "tgw-1"))
own_servers = (vpc(dhcp_options_id="dopt-1", dns_support=False), dhcp("10.0.9.9"))


def alias(endpoint_id):
    return f"{endpoint_id}-0a1b2c.ssm.us-east-1.vpce.amazonaws.com"


def led(name, *endpoint_ids):
    """A zone whose record for the name leads to endpoints."""
    return zone(name, records=[NAME], targets=[alias(each) for each in endpoint_ids])


TABLE = (
    # row of the handbook, words, parts, leads, endpoints, blocks and doubts
    ("2", "private DNS on", [on], HERE, ("vpce-ssm",), ()),
    ("1", "no endpoint", [], PUBLIC, (), ()),
    ("47", "private DNS off", [off], PUBLIC, (), ("private DNS is off",)),
    ("57", "private DNS off at both of two", [off, endpoint("ssm", id="vpce-2", private_dns=False)],
     PUBLIC, (), ("private DNS is off", "private DNS is off")),
    ("55", "private DNS on at one of two", [endpoint("ssm", id="vpce-0", private_dns=False), on],
     HERE, ("vpce-ssm",), ()),
    ("34", "the endpoint failed", [endpoint("ssm", state="failed")], PUBLIC, (),
     ("state is failed",)),
    ("11", "the endpoint is another Region's",
     [endpoint("com.amazonaws.eu-west-1.ssm", id="vpce-eu", service_region="eu-west-1")],
     PUBLIC, (), ()),
    ("45", "enableDnsHostnames off", [vpc(dns_hostnames=False), on], PUBLIC, (),
     ("enableDnsHostnames is off, so private DNS has no effect",)),
    ("45", "enableDnsHostnames off, and nobody minds", [vpc(dns_hostnames=False)], PUBLIC, (), ()),
    ("46", "enableDnsSupport off", [vpc(dns_support=False), on], NOWHERE, (),
     ("enableDnsSupport is off, so no name is answered",)),
    ("46", "both attributes off, and private DNS as well",
     [vpc(dns_support=False, dns_hostnames=False), off], NOWHERE, (),
     ("enableDnsSupport", "enableDnsHostnames", "private DNS is off")),
    ("46", "enableDnsSupport off, and own DNS servers", [own_servers, on], UNKNOWN, (),
     ("enableDnsSupport", "?instances ask 10.0.9.9")),
    ("45", "the attributes were not read", [on, unread(Fact.VPC_DNS_ATTRIBUTES)], HERE,
     ("vpce-ssm",), ("?the DNS attributes were not read",)),
    ("45", "nothing of the VPC was read", [on, unread(Fact.VPCS)], HERE, ("vpce-ssm",),
     ("?the DNS attributes were not read",)),
    ("58", "DynamoDB has no private DNS", [endpoint("dynamodb", id="vpce-d", private_dns=False)],
     PUBLIC, (), ("no private DNS exists for dynamodb",), "dynamodb"),
    ("59", "S3 answers the inbound resolver only",
     [endpoint("s3", id="vpce-i", inbound_resolver_only=True), gateway()], PUBLIC, (),
     ("private DNS answers the inbound resolver only",), "s3"),
    ("60", "S3 answers everybody", [endpoint("s3", id="vpce-i"), gateway()], HERE, ("vpce-i",), (),
     "s3"),
    ("48", "a zone leads to the endpoint here", [off, led(NAME, "vpce-ssm")], HERE, ("vpce-ssm",),
     ()),
    ("48", "a zone leads to it by its own DNS name",
     [endpoint("ssm", private_dns=False, dns_names=("x.vpce.amazonaws.com",)),
      zone(NAME, records=[NAME], targets=["x.vpce.amazonaws.com"])], HERE, ("vpce-ssm",), ()),
    ("48", "a zone leads to both endpoints here",
     [off, endpoint("ssm", id="vpce-2", private_dns=False), led(NAME, "vpce-ssm", "vpce-2")],
     HERE, ("vpce-2", "vpce-ssm"), ()),
    ("48", "a zone's records were not read, an endpoint stands here", [off, zone(NAME)], HERE,
     ("vpce-ssm",), (f"?where {NAME} leads {NAME} was not read",)),
    ("48", "a zone's record is an address, an endpoint stands here",
     [off, zone(NAME, records=[NAME])], HERE, ("vpce-ssm",), ("?where",)),
    ("122", "a zone's records were not read, no endpoint stands here", [zone(NAME)], ELSEWHERE, (),
     ()),
    ("122", "a zone leads to an endpoint that is not in view", [led(NAME, "vpce-far")], ELSEWHERE,
     (), ()),
    ("122", "a zone leads to a hub in view", [hub, led(NAME, "vpce-hub")], ELSEWHERE,
     ("vpce-hub",), ()),
    ("122", "a zone above leads to several services: this one counts",
     [hub, hub_logs, zone("us-east-1.amazonaws.com", records=[NAME, "logs.us-east-1.amazonaws.com"],
                          targets=[alias("vpce-hub"), alias("vpce-hublogs")])],
     ELSEWHERE, ("vpce-hub",), ()),
    ("49", "a zone of another VPC", [off, zone(NAME, vpc="vpc-other")], PUBLIC, (),
     ("private DNS is off",)),
    ("50", "a zone without the record", [off, zone(NAME, records=[])], NOWHERE, (),
     (f"{NAME} has no record for {NAME}", "private DNS is off")),
    ("50", "a zone above without the record", [zone("amazonaws.com", records=[])], NOWHERE, (),
     (f"amazonaws.com has no record for {NAME}",)),
    ("50", "the records of a zone above were not read", [zone("amazonaws.com")], UNKNOWN, (),
     (f"?where amazonaws.com leads {NAME} was not read",)),
    ("51", "a zone leads to an endpoint that was deleted", [off, led(NAME, "vpce-gone")],
     ELSEWHERE, (), ()),
    ("51", "a zone leads to an id that begins like another", [off, led(NAME, "vpce-ssm2")],
     ELSEWHERE, (), ()),
    ("52", "a zone above beside private DNS", [on, zone("amazonaws.com", records=[])], HERE,
     ("vpce-ssm",), ()),
    ("53", "a rule forwards the Region", [forwarding("us-east-1.amazonaws.com")], UNKNOWN, (),
     ("?forwards us-east-1.amazonaws.com",)),
    ("53", "a rule forwards the very name, private DNS on", [on, forwarding(NAME)], HERE,
     ("vpce-ssm",), ("?forwards",)),
    ("53", "a rule forwards past a zone", [hub, led(NAME, "vpce-hub"), forwarding("amazonaws.com")],
     UNKNOWN, (), ("?forwards",)),
    ("53", "a system rule takes the Region back",
     [on, forwarding("amazonaws.com"), forwarding("us-east-1.amazonaws.com", rule_type="SYSTEM")],
     HERE, ("vpce-ssm",), ()),
    ("53", "rules for the root and for one's own names", [on, forwarding("."), forwarding("corp")],
     HERE, ("vpce-ssm",), ()),
    ("53", "a rule for a name that only ends alike", [on, forwarding("1.amazonaws.com")], HERE,
     ("vpce-ssm",), ()),
    ("53", "a rule of another VPC", [on, forwarding("amazonaws.com", vpc="vpc-other")], HERE,
     ("vpce-ssm",), ()),
    ("126", "a Profile carries endpoints that are not in view", [profile("vpce-far")], ELSEWHERE,
     (), ()),
    ("126", "a Profile carries the hub's endpoint", [hub, profile("vpce-hub")], ELSEWHERE,
     ("vpce-hub",), ()),
    ("126", "a Profile carries the endpoint that stands here", [off, profile("vpce-ssm")], HERE,
     ("vpce-ssm",), ()),
    ("126", "a Profile carries another service's endpoint", [hub_logs, profile("vpce-hublogs")],
     UNKNOWN, (), ("?where rp-1 leads",)),
    ("126", "a Profile carries nobody knows what", [profile()], UNKNOWN, (),
     (f"?where rp-1 leads {NAME} was not read",)),
    ("126", "a zone comes before a Profile", [hub, led(NAME, "vpce-hub"), profile("vpce-far")],
     ELSEWHERE, ("vpce-hub",), ()),
    ("126", "a Profile of another VPC", [profile("vpce-far", vpc="vpc-other")], PUBLIC, (), ()),
    ("128", "zones unread, an endpoint could be led to", [off, unread(Fact.HOSTED_ZONES)], UNKNOWN,
     (), ("private DNS is off", "?private hosted zones were not read (no file)")),
    ("128", "zones unread, a hub could be led to", [to_hub, unread(Fact.HOSTED_ZONES)], UNKNOWN,
     (), ("?private hosted zones were not read (no file)",)),
    ("128", "zones and routes unread", [unread(Fact.ROUTE_TABLES), unread(Fact.HOSTED_ZONES)],
     UNKNOWN, (), ("?private hosted zones",)),
    ("128", "zones unread, nothing could be led to", [unread(Fact.HOSTED_ZONES)], PUBLIC, (), ()),
    ("128", "zones unread beside private DNS", [on, unread(Fact.HOSTED_ZONES)], HERE,
     ("vpce-ssm",), ()),
)  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=[f"{row[0]}: {row[1]}" for row in TABLE])
def test_where_a_name_leads(row):
    _, _, parts, leads, endpoints, blocks, *code = row
    answer = resolve(network(*parts), VPC, *(code or ["ssm"]))
    assert (answer.leads, answer.endpoint_ids) == (leads, endpoints)
    assert len(answer.blocks) == len(blocks), answer.blocks
    for block, text in zip(answer.blocks, blocks, strict=True):
        assert block.certain is not text.startswith("?")
        assert text.removeprefix("?") in block.detail


def test_own_dns_servers_are_said_beside_private_dns():
    answer = resolve(network(vpc(dhcp_options_id="dopt-1"), dhcp("10.0.9.9"), on), VPC, "ssm")
    assert [each.id for each in answer.proof] == ["vpce-ssm", "dopt-1"]


def test_the_resolver_of_the_vpc_by_its_address_is_no_server_of_ones_own():
    same = network(vpc(dhcp_options_id="dopt-1"), dhcp("AmazonProvidedDNS", "10.0.0.2"), on)
    assert len(resolve(same, VPC, "ssm").proof) == 1


@pytest.mark.parametrize(
    ("parts", "code", "name"),
    [
        ([], "ecr.dkr", "dkr.ecr.us-east-1.amazonaws.com"),
        ([endpoint("ecr.dkr"), offered("ecr.dkr", private_dns_names=("*.dkr.ecr.example",))],
         "ecr.dkr", "dkr.ecr.example"),
        ([endpoint("monitoring"), offered("monitoring", private_dns_names=(
            "monitoring-fips.us-east-1.amazonaws.com", "monitoring.us-east-1.amazonaws.com"))],
         "monitoring", "monitoring.us-east-1.amazonaws.com"),
    ],
)  # fmt: skip
def test_the_default_name_is_that_of_the_catalogue_where_it_was_read(parts, code, name):
    assert service_host_name(network(*parts), VPC, code) == name


def test_without_a_region_the_name_says_so():
    assert service_host_name(network(region=None), VPC, "ssm") == "ssm.<region>.amazonaws.com"
