"""Facts read from a live account through boto3 clients.

Every kind is read in the largest pages that AWS gives, so it takes ⌈N / page⌉ calls for its N
resources (1,000 a page; 100 for route tables, managed prefix lists, Profiles and Resolver rules; 50
for instance connect endpoints and managed nodes), in chunks of 200 where VPCs are named. Only what
AWS offers no list of is asked for one by one:

- DescribeVpcAttribute: 2 per VPC of the account itself.
- GetManagedPrefixListEntries: 1 per 100 entries of each prefix list that a route or a rule names,
  those left out of which DescribePrefixLists gave the CIDRs.
- ListHostedZonesByVPC: 1 per VPC where a zone could matter: VPCs asked for by id, else those with
  an interface endpoint without private DNS or with a route to another VPC. The others get a gap of
  their own, so that no rule takes them for VPCs without zones.
- ListResourceRecordSets: 1 per 300 records of each such zone that belongs to this account and may
  hold names of AWS services.
- ListProfileResourceAssociations: 1 per Route 53 Profile in use.
- Invoke: 1 per probe function in a subnet in view, where probes are to be asked.
- SearchTransitGatewayRoutes and GetTransitGatewayRouteTablePropagations: 1 each per transit gateway
  route table that the account owns.

Calls run on a few threads; retries are botocore's own, so clients with `adaptive` retries slow down
to the rate that AWS grants. https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import datetime
from functools import partial
from threading import Lock
from typing import Any, Protocol

from botocore import xform_name
from botocore.client import BaseClient
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    IncompleteReadError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ReadTimeoutError,
    ResponseStreamingError,
    SSOError,
    TokenRetrievalError,
)

from ..errors import SnapshotError
from ..model.facts import Fact, Gap
from ..model.probe_target import ProbeTarget
from ..model.snapshot import Snapshot
from . import plan
from .build import snapshot_of
from .documents import SESSION_DOCUMENT, Answer, Documents, Note, Reading
from .plan import Listing
from .probes import (
    PROBE_TAG,
    Probes,
    answer_of,
    failures,
    functions_tagged,
    question_of,
    questions,
)
from .raw import shown

_FILTER_VALUES = 200  # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
_DNS_ATTRIBUTES = {
    "EnableDnsSupport": "enableDnsSupport",
    "EnableDnsHostnames": "enableDnsHostnames",
}
# The listings that between them name every VPC that anything could be asked about.
_NAME_VPCS = {
    Fact.VPCS: "Vpcs",
    Fact.SUBNETS: "Subnets",
    Fact.ROUTE_TABLES: "RouteTables",
    Fact.VPC_ENDPOINTS: "VpcEndpoints",
}
_CREDENTIAL_ERRORS = (
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)
_CREDENTIAL_CODES = {
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "MissingAuthenticationToken",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}

Answers = list[tuple[str, Answer]]


class ClientFactory(Protocol):
    """Gives the boto3 client of a service, always the same one or always a new one."""

    def __call__(self, service_name: str, /) -> BaseClient:
        """`clients("ec2")`; `boto3.Session().client` is one."""
        ...


class _UnreadError(Exception):
    """A call failed: the text names the action and AWS's error code."""

    def __init__(self, action: str, code: str) -> None:
        super().__init__(f"{action}: {code}")
        self.code = code


def read_live(  # noqa: PLR0913 - each narrows or watches one reading
    clients: ClientFactory,
    facts: Collection[Fact],
    *,
    vpc_ids: Iterable[str] | None = None,
    now: datetime,
    account: str | None = None,
    zones_of: Collection[str] | None = (),
    probes: Probes | None = None,
    progress: Callable[[Fact], None] | None = None,
    workers: int = 4,
) -> Reading:
    """Read these kinds of facts, of all VPCs of the client's Region or of those named.

    A kind that AWS refused, even in part, is a gap that names the action and the error code.
    Who is looking is asked of STS where the caller does not know the `account`.
    Private hosted zones are read where they could matter, and of the VPCs in `zones_of`, None being
    all: who plans new endpoints has to know of zones that would conflict with their names.
    Nobody has to have probes: where they are not to be asked, nothing is missing. They are asked
    last, about what all other facts say.
    `progress` is told each kind that is done with. Raises SnapshotError where the credentials are
    at fault, because then nothing can be read.
    """
    try:
        with ThreadPoolExecutor(workers, "vpcproof-call") as pool:
            calls = _Calls(clients, pool)
            reader = _Reader(calls, vpc_ids, account, zones_of)
            tell = progress or (lambda _: None)
            documents = reader.read(set(facts), tell)
            documents.captured_at = now
            if Fact.PROBE_RESULTS in facts:
                if probes is not None:
                    snapshot = snapshot_of(documents, now=now).snapshot
                    _ask_probes(calls, probes, snapshot, documents)
                tell(Fact.PROBE_RESULTS)
    except NoRegionError as problem:
        raise SnapshotError("no Region is configured: set AWS_REGION or name one") from problem
    return snapshot_of(documents, now=now)


def _ask_probes(calls: _Calls, probes: Probes, snapshot: Snapshot, documents: Documents) -> None:
    """Add what the probes in the subnets in view answer, all at once, and why any did not."""
    fact = Fact.PROBE_RESULTS
    try:
        functions = calls.probe_functions()
    except _UnreadError as problem:
        documents.gaps.append(Gap(fact=fact, reason=str(problem)))
        return
    asked = [
        partial(calls.probe, subnet_id, functions[subnet_id], targets)
        for subnet_id in sorted(functions.keys() & snapshot.subnets.keys())
        if (targets := questions(snapshot, subnet_id, probes))
    ]
    answers = calls.all(asked)
    documents.add(fact.key, Answer([], fact.actions[0]))
    for key, answer in answers:
        documents.add(key, answer)
        silent = {each["Failure"] for each in answer.elements if "Failure" in each}
        for reason in sorted(silent):
            subnet_id = answer.elements[0]["SubnetId"]
            why = f"the probe in {subnet_id} did not answer: {reason}"
            vpc_id = snapshot.subnets[subnet_id].vpc_id
            documents.gaps.append(Gap(fact=fact, reason=why, vpc_id=vpc_id))


class _Reader:
    """One reading: a thread waits for each kind, a few threads make the calls."""

    def __init__(
        self,
        calls: _Calls,
        vpc_ids: Iterable[str] | None,
        known_account: str | None,
        zones_of: Collection[str] | None,
    ) -> None:
        self._calls = calls
        self._known_account = known_account
        self._zones_of = zones_of
        self._vpc_ids = sorted(set(vpc_ids or ()))
        self._kinds: dict[Fact, Future[Answers]] = {}
        self._gaps: list[Gap] = []
        self._notes: list[Note] = []

    def read(self, facts: set[Fact], progress: Callable[[Fact], None]) -> Documents:
        """All these kinds; each kind that is done with is told to `progress`."""
        with ThreadPoolExecutor(len(facts) + 1, "vpcproof-kind") as kinds:
            self._account = kinds.submit(self._who_is_looking)
            # Kinds that wait for others come last, so that those they wait for exist.
            for fact in sorted(
                facts - {Fact.PROBE_RESULTS}, key=lambda each: each in self._composed
            ):
                self._kinds[fact] = kinds.submit(self._read_kind, fact)
            names = {future: fact for fact, future in self._kinds.items()}
            for future in as_completed(names):
                progress(names[future])
        documents = Documents(region=self._calls.region, account=self._account.result())
        for fact in Fact:
            if not (fact is Fact.PROBE_RESULTS and fact in facts):
                self._settle(fact, documents)
        documents.gaps.extend(self._gaps)
        documents.notes.extend(self._notes)
        return documents

    def _settle(self, fact: Fact, documents: Documents) -> None:
        if fact not in self._kinds:
            documents.gaps.append(Gap(fact=fact, reason="not asked for"))
            return
        try:
            for key, answer in self._kinds[fact].result():
                documents.add(key, answer)
        except _UnreadError as problem:
            documents.gaps.append(Gap(fact=fact, reason=str(problem)))

    # Kinds

    @property
    def _composed(self) -> Mapping[Fact, Callable[[], Answers]]:
        """Kinds that no listing alone reads; most need to know what other kinds hold."""
        return {
            Fact.VPC_DNS_ATTRIBUTES: self._dns_attributes,
            Fact.PREFIX_LISTS: self._prefix_lists,
            Fact.HOSTED_ZONES: self._hosted_zones,
            Fact.SESSION_PREFERENCES: self._session_preferences,
        }

    def _read_kind(self, fact: Fact) -> Answers:
        if fact in self._composed:
            return self._composed[fact]()
        answers = self._calls.all(
            partial(self._calls.pages, listing, arguments)
            for listing in plan.LISTINGS[fact]
            for arguments in self._filters(listing)
        )
        if fact is Fact.TRANSIT_GATEWAY_ROUTE_TABLES:
            answers += self._transit_routes(answers)
        if fact is Fact.PROFILE_ASSOCIATIONS:
            answers += self._profile_resources(answers)
        return answers

    def _dns_attributes(self) -> Answers:
        vpc_ids = self._vpcs_to_ask_about(Fact.VPC_DNS_ATTRIBUTES)
        return self._calls.all(
            partial(self._dns_attribute, vpc_id, key)
            for vpc_id in vpc_ids
            for key in _DNS_ATTRIBUTES
        )

    def _dns_attribute(self, vpc_id: str, key: str) -> Answers:
        arguments = {"VpcId": vpc_id, "Attribute": _DNS_ATTRIBUTES[key]}
        try:
            response = self._calls.call("ec2", "DescribeVpcAttribute", arguments)
        except _UnreadError as problem:
            return _nothing_if_gone(problem)
        return [(key, Answer([response.get(key)], "ec2:DescribeVpcAttribute", vpc_id))]

    def _prefix_lists(self) -> Answers:
        """AWS's own lists with their CIDRs, and whatever other lists routes and rules name."""
        (listing,) = plan.LISTINGS[Fact.PREFIX_LISTS]
        answers = self._calls.all([partial(self._calls.pages, listing, {})])
        given = {
            each["PrefixListId"] for _, a in answers for each in a.elements if each.get("Cidrs")
        }
        named = plan.referenced_prefix_lists(
            self._elements(Fact.ROUTE_TABLES, "RouteTables"),
            self._elements(Fact.SECURITY_GROUPS, "SecurityGroups"),
        )
        others = sorted(named - given)
        descriptions = [
            partial(self._calls.pages, plan.MANAGED_PREFIX_LISTS, _filter("prefix-list-id", chunk))
            for chunk in _chunks(others)
        ]
        entries = [
            partial(self._calls.about, plan.PREFIX_LIST_ENTRIES, list_id, {"PrefixListId": list_id})
            for list_id in others
        ]
        return answers + self._calls.all([*descriptions, *entries])

    def _hosted_zones(self) -> Answers:
        """The zones of the VPCs where they could matter, and the records of those that may."""
        known = self._vpcs_to_ask_about(Fact.HOSTED_ZONES)
        matter = set(self._vpc_ids) or plan.vpcs_where_zones_matter(
            self._elements(Fact.VPC_ENDPOINTS, "VpcEndpoints"),
            self._elements(Fact.ROUTE_TABLES, "RouteTables"),
        )
        matter |= set(known if self._zones_of is None else self._zones_of)
        reason = "not asked: no endpoint without private DNS and no route to another VPC"
        self._gaps.extend(
            Gap(fact=Fact.HOSTED_ZONES, reason=reason, vpc_id=vpc_id)
            for vpc_id in known
            if vpc_id not in matter
        )
        zones = self._calls.all(
            partial(
                self._calls.about,
                plan.HOSTED_ZONES,
                vpc_id,
                {"VPCId": vpc_id, "VPCRegion": self._calls.region},
            )
            for vpc_id in known
            if vpc_id in matter
        )
        account = self._account.result()
        own = {
            zone["HostedZoneId"]
            for _, answer in zones
            for zone in answer.elements
            if plan.may_hold_service_names(zone, account)
        }
        return zones + self._calls.all(
            partial(self._calls.about, plan.RECORDS, zone_id, {"HostedZoneId": zone_id})
            for zone_id in sorted(own)
        )

    def _session_preferences(self) -> Answers:
        """Without the document sessions use no other service, which is an answer too."""
        arguments = {"Name": SESSION_DOCUMENT, "DocumentFormat": "JSON"}
        try:
            content = self._calls.call("ssm", "GetDocument", arguments).get("Content")
        except _UnreadError as problem:
            if problem.code != "InvalidDocument":
                raise
            content = None
        return [("Content", Answer([content], "ssm:GetDocument", SESSION_DOCUMENT))]

    def _transit_routes(self, tables: Answers) -> Answers:
        states = _filter("state", ["active", "blackhole"])
        ids = [
            each["TransitGatewayRouteTableId"]
            for _, answer in tables
            for each in answer.elements
            if each.get("State", "available") == "available"
        ]
        return self._calls.all(
            partial(
                self._calls.about,
                listing,
                table_id,
                {"TransitGatewayRouteTableId": table_id} | more,
            )
            for table_id in ids
            for listing, more in ((plan.PROPAGATIONS, {}), (plan.TRANSIT_ROUTES, states))
        )

    def _profile_resources(self, associations: Answers) -> Answers:
        ids = {each["ProfileId"] for _, a in associations for each in a.elements}
        return self._calls.all(
            partial(
                self._calls.about, plan.PROFILE_RESOURCES, profile_id, {"ProfileId": profile_id}
            )
            for profile_id in sorted(ids)
        )

    def _who_is_looking(self) -> str | None:
        if self._known_account:
            return self._known_account
        try:
            return str(self._calls.call("sts", "GetCallerIdentity", {})["Account"])
        except _UnreadError as problem:
            self._notes.append(Note("Account", str(problem)))
            return None

    # What other kinds hold

    def _vpcs_to_ask_about(self, fact: Fact) -> list[str]:
        """The VPCs named, else all that the listings hold; those of another account are gaps.

        A shared VPC's owner alone may ask for its attributes and zones.
        https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing-share-subnet-working-with.html
        """
        found = set(self._vpc_ids)
        if not found:
            for plain, key in _NAME_VPCS.items():
                found |= {each["VpcId"] for each in self._elements(plain, key) if "VpcId" in each}
        if not found:
            self._gaps.append(Gap(fact=fact, reason="no VPC to ask about"))
        owners = {v["VpcId"]: v.get("OwnerId") for v in self._elements(Fact.VPCS, "Vpcs")}
        account = self._account.result()
        foreign = {each for each in found if account and owners.get(each) not in {None, account}}
        for vpc_id in foreign:
            reason = f"not asked: the VPC belongs to account {owners[vpc_id]}"
            self._gaps.append(Gap(fact=fact, reason=reason, vpc_id=vpc_id))
        return sorted(found - foreign)

    def _elements(self, fact: Fact, key: str) -> list[Any]:
        """The elements of another kind, once it is read; none where it could not be."""
        if fact not in self._kinds:
            return []
        try:
            answers = self._kinds[fact].result()
        except _UnreadError:
            return []
        return [element for named, answer in answers if named == key for element in answer.elements]

    def _filters(self, listing: Listing) -> Iterator[dict[str, Any]]:
        if not self._vpc_ids or listing.vpc_filter is None:
            yield {}
            return
        for chunk in _chunks(self._vpc_ids):
            yield _filter(listing.vpc_filter, chunk, listing.filters_member)


class _Calls:
    """The calls of one reading, a few at a time, each named by its operation."""

    def __init__(self, clients: ClientFactory, pool: ThreadPoolExecutor) -> None:
        self._clients = clients
        self._pool = pool
        self._made: dict[str, BaseClient] = {}
        self._making = Lock()
        self.region: str = self._client("ec2").meta.region_name

    def all(self, calls: Iterable[Callable[[], Answers]]) -> Answers:
        """Make all calls, a few at a time; the first that fails ends the rest."""
        pending = [self._pool.submit(call) for call in calls]
        try:
            return [answer for future in pending for answer in future.result()]
        finally:
            for future in pending:
                future.cancel()

    def about(self, listing: Listing, subject: str, arguments: Mapping[str, Any]) -> Answers:
        """All pages of a listing about one resource; nothing when that is gone by now."""
        try:
            return self.pages(listing, arguments, subject)
        except _UnreadError as problem:
            return _nothing_if_gone(problem)

    def pages(
        self, listing: Listing, arguments: Mapping[str, Any], subject: str | None = None
    ) -> Answers:
        """All pages of a listing as one answer: half of them are as good as none."""
        elements: list[Any] = []
        page: Mapping[str, Any] = {}
        try:
            for page in self._responses(listing, arguments):
                elements.extend(page.get(listing.key) or ())
        except (ClientError, BotoCoreError) as problem:
            raise _failure(listing.action, problem) from problem
        has_more = bool(page.get("AdditionalRoutesAvailable"))
        return [(listing.key, Answer(elements, listing.action, subject, has_more))]

    def _responses(self, listing: Listing, arguments: Mapping[str, Any]) -> Iterator[Any]:
        client, method = self._client(listing.service), xform_name(listing.operation)
        if client.can_paginate(method):
            pages = client.get_paginator(method)
            yield from pages.paginate(**arguments, PaginationConfig={"PageSize": listing.page})
            return
        token: dict[str, str] = {}
        while True:
            page = getattr(client, method)(**arguments, **token)
            yield page
            if not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}

    def call(self, service: str, operation: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """One call; raises _UnreadError, or SnapshotError where the credentials are at fault."""
        try:
            response: Mapping[str, Any]
            response = getattr(self._client(service), xform_name(operation))(**arguments)
        except (ClientError, BotoCoreError) as problem:
            raise _failure(f"{service}:{operation}", problem) from problem
        return response

    def probe_functions(self) -> Mapping[str, str]:
        """The functions that are tagged as probes, by subnet."""
        answers = self.pages(
            plan.TAGGED_PROBES,
            {
                "TagFilters": [{"Key": PROBE_TAG}],
                "ResourceTypeFilters": ["lambda:function"],
            },
        )
        return functions_tagged([each for _, answer in answers for each in answer.elements])

    def probe(self, subnet_id: str, function: str, targets: tuple[ProbeTarget, ...]) -> Answers:
        """What the probe in a subnet answers; a function that cannot be asked is an answer too."""
        action = Fact.PROBE_RESULTS.actions[0]
        arguments = {"FunctionName": function, "Payload": json.dumps(question_of(targets))}
        try:
            response = self.call("lambda", "Invoke", arguments)
            payload = response["Payload"].read()
        except _UnreadError as problem:
            reason = f"{action}: {problem.code}"
            elements = failures(subnet_id, targets, reason)
        except (ReadTimeoutError, IncompleteReadError, ResponseStreamingError) as problem:
            elements = failures(subnet_id, targets, f"{action}: {type(problem).__name__}")
        else:
            elements = answer_of(subnet_id, targets, payload, response.get("FunctionError"))
        return [(Fact.PROBE_RESULTS.key, Answer(elements, action))]

    def _client(self, service: str) -> BaseClient:
        with self._making:  # clients may be shared between threads, making them may not
            if service not in self._made:
                self._made[service] = self._clients(service)
            return self._made[service]


def _failure(action: str, problem: ClientError | BotoCoreError) -> Exception:
    """Why a call failed: bad credentials end the reading, anything else leaves a gap."""
    if isinstance(problem, ClientError):
        code = problem.response.get("Error", {}).get("Code", "unknown error")
        if code in _CREDENTIAL_CODES:
            return SnapshotError(
                f"AWS refused the credentials ({code} at {action}): renew them, or enable the "
                "Region for the account"
            )
        return _UnreadError(action, code)
    if isinstance(problem, _CREDENTIAL_ERRORS):
        return SnapshotError(f"no AWS credentials to call {action} with: {shown(problem, 200)}")
    return _UnreadError(action, type(problem).__name__)


def _nothing_if_gone(problem: _UnreadError) -> Answers:
    """Nothing to say about a resource that was deleted since it was listed."""
    if problem.code.endswith(".NotFound") or problem.code.startswith("NoSuch"):
        return []
    raise problem


def _filter(name: str, values: Collection[str], member: str = "Filters") -> dict[str, Any]:
    return {member: [{"Name": name, "Values": list(values)}]}


def _chunks(values: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), _FILTER_VALUES):
        yield values[start : start + _FILTER_VALUES]
