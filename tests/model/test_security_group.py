import pytest
from vpcproof.model.security_group import SecurityGroupRule

from tests.networks import allow, allow_all


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (allow(443, "10.0.0.0/16"), "tcp 443 from 10.0.0.0/16"),
        (allow((400, 500), "sg-app"), "tcp 400-500 from sg-app"),
        (allow(53, "pl-dns", "17"), "udp 53 from pl-dns"),
        (allow_all("::/0"), "all traffic from ::/0"),
        (allow((-1, -1), "10.0.0.0/8", "icmp"), "protocol icmp from 10.0.0.0/8"),
        (allow(None, "10.0.0.0/8", "50"), "protocol 50 from 10.0.0.0/8"),
        (allow(None, "10.0.0.0/8"), "protocol tcp from 10.0.0.0/8"),
        (SecurityGroupRule(protocol="tcp", from_port=22, to_port=22), "tcp 22 from no source"),
    ],
)
def test_a_rule_reads_as_a_person_would_say_it(rule, words):
    assert str(rule) == words
