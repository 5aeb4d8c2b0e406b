"""AWS's own prefix lists: the ones gateway endpoints route to, and DescribePrefixLists.

https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
"""

from collections.abc import Mapping

from lab.ec2 import errors, filters
from lab.ec2.network import Answer, Network, Params, PrefixList
from lab.ec2.service_catalogue import S3_EXPRESS_REGIONS, Service

OWNER = "AWS"


def regional(region: str) -> Mapping[str, tuple[str, ...]]:
    """AWS's lists of a Region beyond the ones moto makes; names are AWS's, CIDRs are samples."""
    lists = {
        f"com.amazonaws.{region}.ec2-instance-connect": ("18.206.107.24/29",),
        f"com.amazonaws.{region}.ipv6.ec2-instance-connect": ("2600:1f19:8000::/56",),
        f"com.amazonaws.{region}.route53-healthchecks": ("15.177.0.0/18", "54.183.255.128/26"),
    }
    if region in S3_EXPRESS_REGIONS:
        lists[f"com.amazonaws.{region}.s3express"] = ("16.182.0.0/16", "18.34.0.0/19")
    return lists


def of_service(network: Network, service: Service) -> PrefixList:
    """The list a gateway endpoint of the service routes to: it bears the service's name."""
    for prefix_list in network.prefix_lists:
        if prefix_list.name == service.name and prefix_list.owner_id == OWNER:
            return prefix_list
    raise errors.service_not_found(service.name)


def describe_prefix_lists(network: Network, params: Params) -> Answer:
    """Answer DescribePrefixLists: AWS's lists alone, with their CIDRs inline."""
    lists = [known for known in network.prefix_lists if known.owner_id == OWNER]
    for wanted_id in params.get("PrefixListIds") or []:
        if all(known.id != wanted_id for known in lists):
            raise errors.prefix_list_not_found(wanted_id)
    if wanted := params.get("PrefixListIds"):
        lists = [known for known in lists if known.id in wanted]
    return {
        "PrefixLists": [
            {"PrefixListId": known.id, "PrefixListName": known.name, "Cidrs": list(known.cidrs)}
            for known in filters.select(lists, params, _FILTERS)
        ]
    }


def refuse_reading_unknown(network: Network, params: Params) -> None:
    """GetManagedPrefixListEntries of a list that is not there is an error, not an empty list."""
    wanted = params["PrefixListId"]
    if all(known.id != wanted for known in network.prefix_lists):
        raise errors.prefix_list_not_found(wanted)


_FILTERS: filters.Filters[PrefixList] = {
    "prefix-list-id": lambda known: [known.id],
    "prefix-list-name": lambda known: [known.name],
}
