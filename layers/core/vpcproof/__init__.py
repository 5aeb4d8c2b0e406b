"""vpcproof proves that private subnets reach the AWS services they need through VPC endpoints."""

__version__ = "0.1.0"
