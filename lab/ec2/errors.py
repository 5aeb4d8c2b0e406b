"""The errors EC2 answers with, in AWS's own codes and words.

Codes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from http import HTTPStatus


class AwsError(Exception):
    """An error answer: its code, its text and the HTTP status it travels with."""

    def __init__(self, code: str, message: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = int(status)


def invalid_action(action: str) -> AwsError:
    """The answer to an action that neither moto nor the lab has."""
    return AwsError("InvalidAction", f"The action {action} is not valid for this web service.")


def dry_run() -> AwsError:
    """The answer to a request that would have succeeded but asked for `DryRun`."""
    return AwsError(
        "DryRunOperation",
        "Request would have succeeded, but DryRun flag is set.",
        HTTPStatus.PRECONDITION_FAILED,
    )


def invalid_parameter(message: str) -> AwsError:
    """The code most refusals of an endpoint request carry; the text tells them apart."""
    return AwsError("InvalidParameter", message)


def dependency_violation(message: str) -> AwsError:
    """The refusal to delete what something else still needs."""
    return AwsError("DependencyViolation", message)


def vpc_not_found(vpc_id: str) -> AwsError:
    """No VPC has this id."""
    return AwsError("InvalidVpcID.NotFound", f"The vpc ID '{vpc_id}' does not exist")


def subnet_not_found(subnet_id: str) -> AwsError:
    """No subnet has this id."""
    return AwsError("InvalidSubnetID.NotFound", f"The subnet ID '{subnet_id}' does not exist")


def security_group_not_found(group_id: str) -> AwsError:
    """No security group has this id."""
    return AwsError("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")


def route_table_not_found(route_table_id: str) -> AwsError:
    """No route table has this id."""
    return AwsError(
        "InvalidRouteTableID.NotFound", f"The routeTable ID '{route_table_id}' does not exist"
    )


def endpoint_not_found(endpoint_id: str) -> AwsError:
    """No endpoint has this id; DeleteVpcEndpoints alone has another code for it."""
    return AwsError(
        "InvalidVpcEndpointId.NotFound", f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
    )


def service_not_found(service_name: str) -> AwsError:
    """The Region offers no endpoint service of this name."""
    return AwsError(
        "InvalidServiceName", f"The Vpc Endpoint Service '{service_name}' does not exist"
    )


def prefix_list_not_found(prefix_list_id: str) -> AwsError:
    """No prefix list has this id."""
    return AwsError(
        "InvalidPrefixListID.NotFound", f"The prefix list ID '{prefix_list_id}' does not exist"
    )


def filter_invalid(filter_name: str) -> AwsError:
    """The action has no filter of this name."""
    return AwsError("InvalidParameterValue", f"The filter '{filter_name}' is invalid")
