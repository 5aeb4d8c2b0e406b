import pytest
from vpcproof.model.vpc import Vpc

from tests.networks import dhcp, vpc


@pytest.mark.parametrize(
    ("servers", "foreign"),
    [
        ([], ()),
        (["AmazonProvidedDNS"], ()),
        (["amazonprovideddns"], ()),
        (["169.254.169.253", "fd00:ec2::253", "10.0.0.2"], ()),
        (["100.64.0.2"], ()),
        (["10.0.0.3"], ("10.0.0.3",)),
        (["AmazonProvidedDNS", "8.8.8.8"], ("8.8.8.8",)),
    ],
)
def test_a_name_server_is_foreign_unless_it_is_the_resolver_of_the_vpc(servers, foreign):
    home = vpc("10.0.0.0/16", "100.64.0.0/16")
    assert dhcp(*servers).foreign_name_servers(home) == foreign


def test_without_address_blocks_only_the_names_of_the_resolver_are_known():
    unknown = Vpc(id="vpc-1")
    servers = dhcp("AmazonProvidedDNS", "10.0.0.2").foreign_name_servers(unknown)
    assert servers == ("10.0.0.2",)
