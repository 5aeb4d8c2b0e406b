"""The members that a redacted snapshot may have, and what kind of value each holds.

This is a list of what is allowed: a member that is not on it is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import Any


class Kind(Enum):
    """What a member holds, and so how its value is replaced."""

    ACCOUNT = auto()
    ARN = auto()
    BLOCK = auto()
    DESCRIPTION = auto()
    DHCP = auto()
    DOMAIN = auto()
    FLAG = auto()
    GROUP_NAME = auto()
    HOST = auto()
    ID = auto()
    MESSAGE = auto()
    MOMENT = auto()
    NUMBER = auto()
    PLACE = auto()
    POLICY = auto()
    PREFERENCES = auto()
    RECORD_VALUES = auto()
    SERVICE = auto()
    TAGS = auto()
    WORD = auto()
    ZONE_ID = auto()


# A kind; a list of one shape; or the shapes of an object's members.
Shape = Kind | list[Any] | Mapping[str, Any]

_STATE = {"State": Kind.WORD}
_BLOCKS = {
    "CidrBlock": Kind.BLOCK,
    "CidrBlockAssociationSet": [{"CidrBlock": Kind.BLOCK, "CidrBlockState": _STATE}],
    "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": Kind.BLOCK, "Ipv6CidrBlockState": _STATE}],
}
_GROUP = {
    "GroupId": Kind.ID,
    "UserId": Kind.ACCOUNT,
    "VpcId": Kind.ID,
    "VpcPeeringConnectionId": Kind.ID,
    "PeeringStatus": Kind.WORD,
}
_PORTS = {"IpProtocol": Kind.WORD, "FromPort": Kind.NUMBER, "ToPort": Kind.NUMBER}
_PERMISSIONS = [
    {
        **_PORTS,
        "IpRanges": [{"CidrIp": Kind.BLOCK}],
        "Ipv6Ranges": [{"CidrIpv6": Kind.BLOCK}],
        "PrefixListIds": [{"PrefixListId": Kind.ID}],
        "UserIdGroupPairs": [_GROUP],
    }
]
_GATEWAYS = (
    "GatewayId NatGatewayId TransitGatewayId VpcPeeringConnectionId NetworkInterfaceId InstanceId "
    "EgressOnlyInternetGatewayId LocalGatewayId CarrierGatewayId"
).split()
_OWNED = {"OwnerId": Kind.ACCOUNT, "Tags": Kind.TAGS}
_TRANSIT_ATTACHMENT = {
    "TransitGatewayAttachmentId": Kind.ID,
    "TransitGatewayId": Kind.ID,
    "ResourceType": Kind.WORD,
    "ResourceId": Kind.ID,
    "ResourceOwnerId": Kind.ACCOUNT,
    "VpcId": Kind.ID,
    "VpcOwnerId": Kind.ACCOUNT,
    "State": Kind.WORD,
    "SubnetIds": [Kind.ID],
    "Association": {"State": Kind.WORD, "TransitGatewayRouteTableId": Kind.ID},
}
_PUBLIC = {"Association": {"PublicIp": Kind.BLOCK}}

SHAPES: Mapping[str, Shape] = {
    "Vpcs": {
        "VpcId": Kind.ID,
        **_BLOCKS,
        "IsDefault": Kind.FLAG,
        "DhcpOptionsId": Kind.ID,
        "EnableDnsSupport": Kind.FLAG,
        "EnableDnsHostnames": Kind.FLAG,
        "Region": Kind.PLACE,
        **_OWNED,
    },
    "EnableDnsSupport": Kind.FLAG,
    "EnableDnsHostnames": Kind.FLAG,
    "Subnets": {
        "SubnetId": Kind.ID,
        "VpcId": Kind.ID,
        **_BLOCKS,
        "AvailabilityZone": Kind.PLACE,
        "AvailabilityZoneId": Kind.PLACE,
        "AvailableIpAddressCount": Kind.NUMBER,
        "SubnetArn": Kind.ARN,
        **_OWNED,
    },
    "RouteTables": {
        "RouteTableId": Kind.ID,
        "VpcId": Kind.ID,
        "Associations": [
            {
                "Main": Kind.FLAG,
                "SubnetId": Kind.ID,
                "GatewayId": Kind.ID,
                "AssociationState": _STATE,
            }
        ],
        "Routes": [
            {
                "DestinationCidrBlock": Kind.BLOCK,
                "DestinationIpv6CidrBlock": Kind.BLOCK,
                "DestinationPrefixListId": Kind.ID,
                **dict.fromkeys(_GATEWAYS, Kind.ID),
                "CoreNetworkArn": Kind.ARN,
                "OdbNetworkArn": Kind.ARN,
                "State": Kind.WORD,
                "Origin": Kind.WORD,
            }
        ],
        **_OWNED,
    },
    "VpcEndpoints": {
        "VpcEndpointId": Kind.ID,
        "VpcId": Kind.ID,
        "VpcEndpointType": Kind.WORD,
        "ServiceName": Kind.SERVICE,
        "ServiceRegion": Kind.PLACE,
        "State": Kind.WORD,
        "RouteTableIds": [Kind.ID],
        "SubnetIds": [Kind.ID],
        "Groups": [{"GroupId": Kind.ID}],
        "NetworkInterfaceIds": [Kind.ID],
        "PrivateDnsEnabled": Kind.FLAG,
        "DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": Kind.FLAG},
        "DnsEntries": [{"DnsName": Kind.DOMAIN}],
        "IpAddressType": Kind.WORD,
        "PolicyDocument": Kind.POLICY,
        "RequesterManaged": Kind.FLAG,
        "CreationTimestamp": Kind.MOMENT,
        "LastError": {"Code": Kind.WORD, "Message": Kind.MESSAGE},
        "FailureReason": Kind.MESSAGE,
        **_OWNED,
    },
    "ServiceDetails": {
        "ServiceName": Kind.SERVICE,
        "ServiceType": [{"ServiceType": Kind.WORD}],
        "ServiceRegion": Kind.PLACE,
        "AvailabilityZones": [Kind.PLACE],
        "AvailabilityZoneIds": [Kind.PLACE],
        "PrivateDnsName": Kind.DOMAIN,
        "PrivateDnsNames": [{"PrivateDnsName": Kind.DOMAIN}],
        "PrivateDnsNameVerificationState": Kind.WORD,
        "VpcEndpointPolicySupported": Kind.FLAG,
        "Owner": Kind.ACCOUNT,
    },
    "SecurityGroups": {
        "GroupId": Kind.ID,
        "VpcId": Kind.ID,
        "GroupName": Kind.GROUP_NAME,
        "IpPermissions": _PERMISSIONS,
        "IpPermissionsEgress": _PERMISSIONS,
        "SecurityGroupArn": Kind.ARN,
        **_OWNED,
    },
    "SecurityGroupRules": {
        "SecurityGroupRuleId": Kind.ID,
        "GroupId": Kind.ID,
        "GroupOwnerId": Kind.ACCOUNT,
        "IsEgress": Kind.FLAG,
        **_PORTS,
        "CidrIpv4": Kind.BLOCK,
        "CidrIpv6": Kind.BLOCK,
        "PrefixListId": Kind.ID,
        "ReferencedGroupInfo": _GROUP,
    },
    "NetworkInterfaces": {
        "NetworkInterfaceId": Kind.ID,
        "VpcId": Kind.ID,
        "SubnetId": Kind.ID,
        "AvailabilityZone": Kind.PLACE,
        "PrivateIpAddress": Kind.BLOCK,
        "Ipv6Address": Kind.BLOCK,
        "PrivateIpAddresses": [{"PrivateIpAddress": Kind.BLOCK, **_PUBLIC}],
        "Ipv6Addresses": [{"Ipv6Address": Kind.BLOCK}],
        "Ipv4Prefixes": [{"Ipv4Prefix": Kind.BLOCK}],
        "Ipv6Prefixes": [{"Ipv6Prefix": Kind.BLOCK}],
        **_PUBLIC,
        "Groups": [{"GroupId": Kind.ID}],
        "InterfaceType": Kind.WORD,
        "RequesterManaged": Kind.FLAG,
        "RequesterId": Kind.ACCOUNT,
        "Description": Kind.DESCRIPTION,
        "Attachment": {"InstanceId": Kind.ID},
        "OwnerId": Kind.ACCOUNT,
    },
    "NetworkAcls": {
        "NetworkAclId": Kind.ID,
        "VpcId": Kind.ID,
        "IsDefault": Kind.FLAG,
        "Associations": [{"SubnetId": Kind.ID}],
        "Entries": [
            {
                "RuleNumber": Kind.NUMBER,
                "Protocol": Kind.WORD,
                "RuleAction": Kind.WORD,
                "Egress": Kind.FLAG,
                "CidrBlock": Kind.BLOCK,
                "Ipv6CidrBlock": Kind.BLOCK,
                "PortRange": {"From": Kind.NUMBER, "To": Kind.NUMBER},
            }
        ],
        **_OWNED,
    },
    "PrefixLists": {
        "PrefixListId": Kind.ID,
        "PrefixListName": Kind.SERVICE,
        "OwnerId": Kind.ACCOUNT,
        "State": Kind.WORD,
        "Cidrs": [Kind.BLOCK],
        "Entries": [{"Cidr": Kind.BLOCK}],
    },
    "Entries": {"Cidr": Kind.BLOCK},
    "NatGateways": {
        "NatGatewayId": Kind.ID,
        "VpcId": Kind.ID,
        "SubnetId": Kind.ID,
        "ConnectivityType": Kind.WORD,
        "AvailabilityMode": Kind.WORD,
        "State": Kind.WORD,
    },
    "InternetGateways": {
        "InternetGatewayId": Kind.ID,
        "Attachments": [{"VpcId": Kind.ID, "State": Kind.WORD}],
    },
    "DhcpOptions": {"DhcpOptionsId": Kind.ID, "DhcpConfigurations": Kind.DHCP},
    "HostedZoneSummaries": {
        "HostedZoneId": Kind.ZONE_ID,
        "Name": Kind.DOMAIN,
        "Owner": {"OwningAccount": Kind.ACCOUNT, "OwningService": Kind.DOMAIN},
    },
    "ResourceRecordSets": {
        "Name": Kind.DOMAIN,
        "Type": Kind.WORD,
        "AliasTarget": {"DNSName": Kind.DOMAIN},
        "ResourceRecords": Kind.RECORD_VALUES,
    },
    "ProfileAssociations": {
        "Id": Kind.ID,
        "ProfileId": Kind.ID,
        "ResourceId": Kind.ID,
        "Status": Kind.WORD,
    },
    "ProfileResourceAssociations": {"Id": Kind.ID, "ResourceArn": Kind.ARN},
    "ResolverRuleAssociations": {
        "Id": Kind.ID,
        "ResolverRuleId": Kind.ID,
        "VPCId": Kind.ID,
        "Status": Kind.WORD,
    },
    "ResolverRules": {"Id": Kind.ID, "DomainName": Kind.DOMAIN, "RuleType": Kind.WORD},
    "TransitGatewayAttachments": _TRANSIT_ATTACHMENT,
    "TransitGatewayVpcAttachments": _TRANSIT_ATTACHMENT,
    "TransitGatewayRouteTables": {
        "TransitGatewayRouteTableId": Kind.ID,
        "TransitGatewayId": Kind.ID,
        "DefaultAssociationRouteTable": Kind.FLAG,
        "DefaultPropagationRouteTable": Kind.FLAG,
    },
    "Routes": {
        "DestinationCidrBlock": Kind.BLOCK,
        "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": Kind.ID}],
        "State": Kind.WORD,
    },
    "TransitGatewayRouteTablePropagations": {
        "TransitGatewayAttachmentId": Kind.ID,
        "State": Kind.WORD,
    },
    "VpcPeeringConnections": {
        "VpcPeeringConnectionId": Kind.ID,
        "RequesterVpcInfo": {"VpcId": Kind.ID},
        "AccepterVpcInfo": {"VpcId": Kind.ID},
        "Status": {"Code": Kind.WORD},
    },
    "InstanceConnectEndpoints": {
        "InstanceConnectEndpointId": Kind.ID,
        "InstanceConnectEndpointArn": Kind.ARN,
        "VpcId": Kind.ID,
        "SubnetId": Kind.ID,
        "State": Kind.WORD,
        "StateMessage": Kind.MESSAGE,
        "PreserveClientIp": Kind.FLAG,
        "SecurityGroupIds": [Kind.ID],
        "NetworkInterfaceIds": [Kind.ID],
        **_OWNED,
    },
    "InstanceInformationList": {
        "InstanceId": Kind.ID,
        "AgentVersion": Kind.WORD,
        "PingStatus": Kind.WORD,
    },
    "Content": Kind.PREFERENCES,
    "ProbeResults": {
        "SubnetId": Kind.ID,
        "Service": Kind.WORD,
        "TakenAt": Kind.MOMENT,
        "Failure": Kind.MESSAGE,
        "Steps": [
            {
                "Step": Kind.WORD,
                "Target": Kind.HOST,
                "Family": Kind.WORD,
                "Port": Kind.NUMBER,
                "Ok": Kind.FLAG,
                "Answer": [Kind.BLOCK],
                "Error": Kind.WORD,
            }
        ],
    },
}

# What the subject of an answer is, by the member that names it; the name of a document is AWS's.
SUBJECTS: Mapping[str, Kind] = {
    "VpcId": Kind.ID,
    "PrefixListId": Kind.ID,
    "HostedZoneId": Kind.ZONE_ID,
    "ProfileId": Kind.ID,
    "TransitGatewayRouteTableId": Kind.ID,
}
