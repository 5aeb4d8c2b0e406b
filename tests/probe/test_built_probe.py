"""The built probe, run as Lambda runs it, in a network where all is real but the owner.

One process answers for all situations; each has a name, or an address, of its own.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field

import pytest
from vpcproof.facts.describe.probe import probe_result
from vpcproof.probe.step import Trouble

from tests.kernel.namespaces import configure, filter_by, inside
from tests.probe.built_function import FUNCTION, LAYER, SUBNET, TIMEOUT, built_function
from tests.probe.certificates import Authority
from tests.probe.servers import Servers, greeting, hanging_up, mute, of_tls, received, resetting
from tests.probe.vpc import CLIENT_V6, ROUTER, resolver, vpc

pytestmark = pytest.mark.xdist_group("probe")

REGION = "ap-northeast-2.amazonaws.com"
SERVICES = f"*.{REGION}"
# Network interfaces of endpoints, each with the temper of what stands in its way or behind it.
GOOD_A, GOOD_B, GOOD_V6 = "10.20.9.5", "10.20.10.5", "2001:db8:20:9::5"
CLOSED, REFUSING, HALF_OPEN, ADMIN, PLAIN = (f"10.20.9.{n}" for n in range(21, 26))
WRONG_NAME, EXPIRED, STRANGER, HANGING_UP, RESETTING, MUTE, CLOSED_V6 = (
    *(f"10.20.9.{n}" for n in range(31, 37)),
    "2001:db8:20:9::21",
)
BLACKHOLE, UNREACHABLE, HERE_BLACKHOLE, KEYSPACES = (f"10.20.9.{n}" for n in range(41, 45))
PUBLIC, S3, S3_V6, FOREIGN = "52.95.1.1", "52.219.60.1", "2600:1fa0::1", "10.99.0.7"
S3_LIST = ["52.219.60.0/23", "2600:1fa0::/40"]

# The longest name of all, so that questions about it can be told by their length.
LOSSY = "of-this-name-the-first-question-is-lost"

# What each name leads to: where its own zone hides the public one, and in that public zone.
PRIVATE = {
    "ssm": [GOOD_A, GOOD_B],
    "dual": [GOOD_A, GOOD_V6],
    "only6": [GOOD_V6],
    "one-of-two": [GOOD_A],
    "closed": [CLOSED],
    "refusing": [REFUSING],
    "half-open": [HALF_OPEN],
    "prohibited": [ADMIN],
    "plain": [PLAIN],
    "wrong-name": [WRONG_NAME],
    "expired": [EXPIRED],
    "stranger": [STRANGER],
    "hanging-up": [HANGING_UP],
    "resetting": [RESETTING],
    "mute": [MUTE],
    "closed6": [GOOD_A, CLOSED_V6],
    "blackhole": [BLACKHOLE],
    "unreachable": [UNREACHABLE],
    "here-blackhole": [HERE_BLACKHOLE],
    "cassandra": [KEYSPACES],
    "email-smtp": [PLAIN],
    "stale": [FOREIGN],
    "half-stale": [GOOD_A, FOREIGN],
    "empty": [],
    LOSSY: [GOOD_A],
    "many": [GOOD_A, *(f"10.20.11.{n}" for n in range(1, 60))],
}
PUBLIC_ZONE = f"""
dns-off.{REGION}. IN A {PUBLIC}
s3.{REGION}. IN CNAME s3-r-w.{REGION}.
s3-r-w.{REGION}. IN A {S3}
s3-r-w.{REGION}. IN AAAA {S3_V6}
dynamodb.{REGION}. IN A {PUBLIC}
sts.{REGION}. IN A {PUBLIC}
"""
STALE_REGION = "eu-west-1.amazonaws.com"
LOCAL = f"""\
  local-zone: "silent.{REGION}." deny
  local-zone: "failing.{REGION}." always_refuse
"""


def zones():
    """The public zone, and a hidden one of each endpoint; a stale one of a whole Region."""
    hidden = {
        f"{label}.{REGION}": "".join(
            f"@ IN {'AAAA' if ':' in each else 'A'} {each}\n" for each in addresses
        )
        for label, addresses in PRIVATE.items()
    }
    stale = {STALE_REGION: f"sqs IN A {GOOD_A}\n"}
    return {"amazonaws.com": PUBLIC_ZONE, **hidden, **stale}


# In front of the interfaces: security groups forget nothing, network ACLs remember nothing.
FILTERS = f"""
table inet vpc {{
    counter lost {{ }}
    chain forward {{
        type filter hook forward priority 0; policy accept;
        ip daddr {CLOSED} tcp dport 443 drop
        ip6 daddr {CLOSED_V6} tcp dport 443 drop
        ip daddr {REFUSING} tcp dport 443 reject with tcp reset
        ip daddr {ADMIN} tcp dport 443 reject with icmp type admin-prohibited
        ip saddr {HALF_OPEN} tcp sport 443 tcp dport 1024-65535 counter drop
        udp dport 53 udp length {8 + 12 + len(LOSSY) + len(REGION) + 3 + 4} \\
            limit rate 1/day burst 1 packets counter name lost drop
    }}
}}
"""


@pytest.fixture(scope="module")
def network():
    with vpc() as made:
        servers = {GOOD_A, GOOD_B, GOOD_V6, CLOSED, CLOSED_V6, REFUSING, HALF_OPEN, ADMIN, PLAIN}
        servers |= {WRONG_NAME, EXPIRED, STRANGER, HANGING_UP, RESETTING, MUTE, KEYSPACES}
        made.give("endpoints", *sorted(servers))
        made.give("world", PUBLIC, S3, S3_V6, FOREIGN)
        configure(
            made[ROUTER],
            [f"route add blackhole {BLACKHOLE}", f"route add unreachable {UNREACHABLE}"],
        )
        configure(made["client"], [f"route add blackhole {HERE_BLACKHOLE}"])
        filter_by(made[ROUTER], FILTERS)
        yield made


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"), "Test Root")


@pytest.fixture(scope="module")
def _servers(network, authority, tmp_path_factory):
    stranger = Authority(tmp_path_factory.mktemp("stranger"), "Intercepting Firewall")
    good = of_tls(authority.sign(SERVICES))
    tempers = dict.fromkeys((GOOD_A, GOOD_B, GOOD_V6, CLOSED, CLOSED_V6, REFUSING), good)
    tempers |= {HALF_OPEN: good, ADMIN: good}
    tempers |= {
        WRONG_NAME: of_tls(authority.sign("*.us-west-2.amazonaws.com")),
        EXPIRED: of_tls(authority.sign(SERVICES, ended=True)),
        STRANGER: of_tls(stranger.sign(SERVICES)),
        HANGING_UP: hanging_up,
        RESETTING: resetting,
        MUTE: mute,
    }
    servers = Servers()
    try:
        for address, temper in tempers.items():
            servers.listen(network["endpoints"], address, 443, temper)
        of_one_name = of_tls(authority.sign(host("cassandra")))
        servers.listen(network["endpoints"], KEYSPACES, 9142, of_one_name)
        servers.listen(network["endpoints"], PLAIN, 443, greeting)
        servers.listen(network["endpoints"], PLAIN, 587, greeting)
        for address in (PUBLIC, S3, S3_V6, FOREIGN):
            servers.listen(network["world"], address, 443, good)
        yield
    finally:
        servers.close()


@pytest.fixture(scope="module")
def probe(network, authority, _servers, tmp_path_factory):
    folder = tmp_path_factory.mktemp("resolver")
    log = tmp_path_factory.mktemp("function") / "log"
    with (
        resolver(network, zones(), LOCAL, folder),
        built_function(network["client"], authority.certificate, log) as function,
    ):
        yield function


def host(label, domain=REGION):
    return f"{label}.{domain}"


def interface(label, *expected, name=None, port=443):
    return {
        "service": label,
        "kind": "interface",
        "names": [name or host(label)],
        "port": port,
        "expected": list(expected or PRIVATE[label]),
    }


def gateway(label, *cidrs):
    return {
        "service": label, "kind": "gateway", "names": [host(label)], "addresses": list(cidrs)
    }  # fmt: skip


@dataclass(frozen=True)
class Situation:
    """What a service is asked with, and each step that is neither a lookup in vain nor told here.

    `steps` are the steps in short, `resolve A`, `connect ADDRESS`, `tls ADDRESS`, and their errors.
    """

    target: dict
    steps: dict[str, str | None] = field(default_factory=dict)
    detail: str = ""


def works(*addresses):
    return {f"{step} {each}": None for each in addresses for step in ("connect", "tls")}


A, AAAA = {"resolve A": None, "resolve AAAA": "no-answer"}, {"resolve A": "no-answer"}
BOTH = {"resolve A": None, "resolve AAAA": None}
NEITHER = {"resolve A": "no-answer", "resolve AAAA": "no-answer"}


def all_fail(word):
    return {"resolve A": word, "resolve AAAA": word}


def astray(word):
    return {"resolve A": word, "resolve AAAA": "no-answer"}


def connects(label, error, address):
    return Situation(interface(label), A | {f"connect {address}": error})


def shakes_hands(label, error, address, detail=""):
    steps = A | {f"connect {address}": None, f"tls {address}": error}
    return Situation(interface(label), steps, detail)


SITUATIONS = {
    "private DNS on": Situation(interface("ssm"), A | works(GOOD_A, GOOD_B)),
    "an interface missing from DNS": Situation(
        interface("one-of-two", GOOD_A, GOOD_B), A | works(GOOD_A)
    ),
    "both families": Situation(interface("dual"), BOTH | works(GOOD_A, GOOD_V6)),
    "IPv6 alone": Situation(interface("only6"), AAAA | {"resolve AAAA": None} | works(GOOD_V6)),
    "a group that is closed for IPv6": Situation(
        interface("closed6"),
        BOTH | works(GOOD_A) | {f"connect {CLOSED_V6}": "timed-out"},
    ),
    "private DNS off": Situation(interface("dns-off", GOOD_A), astray("public-address")),
    "a stale zone that leads to another machine": Situation(
        interface("stale", GOOD_A), astray("foreign-address")
    ),
    "a zone that leads to one of ours and another": Situation(
        interface("half-stale", GOOD_A), astray("foreign-address") | works(GOOD_A)
    ),
    "a zone of the name without a record": Situation(interface("empty", GOOD_A), NEITHER),
    "a zone of the Region without the name": Situation(
        interface("kms", GOOD_A, name=f"kms.{STALE_REGION}"), all_fail("nxdomain")
    ),
    "a name that does not exist": Situation(interface("nothing", GOOD_A), all_fail("nxdomain")),
    "a resolver that is silent": Situation(interface("silent", GOOD_A), all_fail("timed-out")),
    "a resolver that refuses": Situation(
        interface("failing", GOOD_A), all_fail("resolver-failed"), "response code 5"
    ),
    "a question that is lost on its way": Situation(interface(LOSSY), A | works(GOOD_A)),
    "more addresses than a datagram holds": Situation(
        interface("many", GOOD_A), astray("foreign-address") | works(GOOD_A)
    ),
    "a closed security group": connects("closed", "timed-out", CLOSED),
    "an appliance that resets": connects("refusing", "refused", REFUSING),
    "an ACL that drops the replies": connects("half-open", "timed-out", HALF_OPEN),
    "an appliance that prohibits": connects("prohibited", "no-route", ADMIN),
    "a blackhole in the VPC's router": connects("blackhole", "timed-out", BLACKHOLE),
    "a router that says unreachable": connects("unreachable", "no-route", UNREACHABLE),
    "a blackhole on the machine itself": connects("here-blackhole", "no-route", HERE_BLACKHOLE),
    "a certificate of another name": shakes_hands(
        "wrong-name", "certificate", WRONG_NAME, "Hostname mismatch"
    ),
    "an expired certificate": shakes_hands("expired", "certificate", EXPIRED, "expired"),
    "a certificate of nobody we trust": shakes_hands(
        "stranger", "certificate", STRANGER, "unable to get local issuer"
    ),
    "a server that hangs up": shakes_hands("hanging-up", "reset", HANGING_UP),
    "a server that speaks no TLS": shakes_hands("plain", "tls", PLAIN),
    "a server that resets": shakes_hands("resetting", "reset", RESETTING),
    "a server that is mute": shakes_hands("mute", "timed-out", MUTE),
    "a service on a port of its own": Situation(
        interface("cassandra", port=9142), A | works(KEYSPACES)
    ),
    "a service that greets before TLS": Situation(
        interface("email-smtp", port=587), A | {f"connect {PLAIN}": None}
    ),
    "a gateway endpoint": Situation(gateway("s3", *S3_LIST), BOTH | works(S3, S3_V6)),
    "an address outside the prefix list": Situation(
        gateway("dynamodb", *S3_LIST), astray("public-address")
    ),
    "a gateway's name led to a private address": Situation(
        gateway("stale", *S3_LIST), astray("foreign-address")
    ),
    "no endpoint, by the public address": Situation(gateway("sts"), A | works(PUBLIC)),
}
SECONDS_PER_STEP = 2


@pytest.fixture(scope="module")
def answer(probe):
    """One invocation that asks about all situations."""
    targets = [each.target for each in SITUATIONS.values()]
    return probe.invoke({"targets": targets, "secondsPerStep": SECONDS_PER_STEP})


def errors(result):
    return {short(each): each["Error"] for each in result["Steps"]}


def short(step):
    return f"{step['Step']} {step['Family'] if step['Step'] == 'resolve' else step['Target']}"


@pytest.mark.parametrize("situation", SITUATIONS)
def test_each_step_says_what_the_network_does(answer, situation):
    wanted = SITUATIONS[situation]
    result = answer["ProbeResults"][list(SITUATIONS).index(situation)]
    assert result["Service"] == wanted.target["service"]
    assert errors(result) == wanted.steps
    assert all(each["Ok"] == (each["Error"] is None) for each in result["Steps"])
    assert wanted.detail in str([each.get("Detail") for each in result["Steps"]])


def test_an_answer_is_what_readers_of_facts_take(answer):
    """The words of the steps, the subnet and the time: the form that a snapshot keeps."""
    results = [probe_result(each) for each in answer["ProbeResults"]]
    assert {each.subnet_id for each in results} == {SUBNET}
    reaching = {name for name, each in zip(SITUATIONS, results, strict=True) if each.reaches}
    assert reaching == {
        "private DNS on",
        "an interface missing from DNS",
        "both families",
        "IPv6 alone",
        "a question that is lost on its way",
        "a service on a port of its own",
        "a service that greets before TLS",
        "a gateway endpoint",
        "no endpoint, by the public address",
    }


def test_every_word_of_trouble_is_met(answer):
    said = {step["Error"] for each in answer["ProbeResults"] for step in each["Steps"]}
    assert said - {None} == {str(each) for each in Trouble}


def test_names_and_addresses_stand_beside_each_step(answer):
    resolve_a, resolve_aaaa, *_, tls = answer["ProbeResults"][0]["Steps"]
    assert sorted(resolve_a["Answer"]) == [GOOD_B, GOOD_A]
    assert resolve_aaaa["Answer"] == []
    assert (tls["Name"], tls["Port"]) == (host("ssm"), 443)
    assert tls["Milliseconds"] >= 0


def test_a_question_was_lost_indeed(answer, network):
    with inside(network[ROUTER]):
        listing = subprocess.run(
            ["nft", "list", "counter", "inet", "vpc", "lost"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    assert "packets 1 " in listing.stdout


def test_no_client_sent_anything_after_its_handshake(answer):
    assert received
    assert set(received) == {b""}


def test_connections_go_to_no_address_but_a_services_own(answer):
    """A name that leads astray is not followed: the probe is nobody's scanner."""
    tried = {
        step["Target"]
        for each in answer["ProbeResults"]
        for step in each["Steps"]
        if step["Step"] == "connect"
    }
    assert FOREIGN not in tried
    assert not any(each.startswith("10.20.11.") for each in tried)


def test_a_place_without_ipv6_uses_it_only_where_there_is_nothing_else(probe, network, answer):
    """As getaddrinfo has it; which is why this comes after the situations."""
    device = "dev eth0"
    configure(network["client"], [f"route del ::/0 {device}", f"addr del {CLIENT_V6} {device}"])
    asked = [interface("dual"), interface("only6")]
    dual, only = probe.invoke({"targets": asked})["ProbeResults"]
    assert errors(dual) == BOTH | works(GOOD_A)
    assert errors(only)[f"connect {GOOD_V6}"] == "no-route"


def test_steps_that_cannot_be_finished_in_the_functions_time_have_timed_out(probe):
    answered = probe.invoke({"targets": [interface("closed")] * 40, "secondsPerStep": 10})
    assert len(answered["ProbeResults"]) == 40
    for each in answered["ProbeResults"]:
        assert errors(each) == A | {f"connect {CLOSED}": "timed-out"}
        assert each["Steps"][-1]["Milliseconds"] <= TIMEOUT * 1000


def test_an_event_that_asks_for_something_else_is_refused_in_words(probe):
    refused = probe.invoke({"targets": [interface("ssm", name="db.corp.example")]})
    assert refused["errorType"] == "QuestionError"
    assert refused["errorMessage"].startswith("targets[0].names: 'db.corp.example' is no host name")
    assert probe.invoke({"targets": []}) == {"ProbeResults": []}


def test_the_log_has_each_service_with_its_steps(probe, answer):
    lines = [line for line in probe.log.read_text().splitlines() if line.startswith("{")]
    probed = [each for each in map(json.loads, lines) if each["message"] == "probed"]
    told = [(each["Service"], each["Steps"]) for each in answer["ProbeResults"]]
    assert [(each["service"], each["steps"]) for each in probed[: len(told)]] == told


def test_the_built_function_needs_the_layer_alone():
    """Started as Lambda would, with no SDK in reach: what is not there cannot read credentials."""
    environment = {
        "PYTHONPATH": f"{FUNCTION}{os.pathsep}{LAYER}",
        "POWERTOOLS_SERVICE_NAME": "probe",
        "SUBNET_ID": SUBNET,
    }
    code = "import app, sys; print('boto3' in sys.modules, 'vpcproof.engine' in sys.modules)"
    started = subprocess.run(
        [sys.executable, "-S", "-B", "-c", code],
        env=environment, cwd="/", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert started.stdout == "False False\n", started.stderr
