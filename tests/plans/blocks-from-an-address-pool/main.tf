provider "aws" {
  region = "eu-west-1"
}

resource "aws_vpc_ipam_pool" "main" {
  address_family = "ipv4"
  ipam_scope_id = "ipam-scope-01"
}

resource "aws_vpc" "main" {
  ipv4_ipam_pool_id = aws_vpc_ipam_pool.main.id
  ipv4_netmask_length = 16
  enable_dns_hostnames = true
}

resource "aws_subnet" "app" {
  vpc_id = aws_vpc.main.id
  cidr_block = cidrsubnet(aws_vpc.main.cidr_block, 8, 0)
  availability_zone = "eu-west-1a"
}

resource "aws_security_group" "endpoints" {
  name = "endpoints"
  vpc_id = aws_vpc.main.id
  ingress {
    protocol = "tcp"
    from_port = 443
    to_port = 443
    cidr_blocks = [aws_vpc.main.cidr_block]
  }
}

resource "aws_vpc_endpoint" "ssm" {
  for_each = toset(["ssm", "ssmmessages", "ec2messages"])
  vpc_id = aws_vpc.main.id
  service_name = "com.amazonaws.eu-west-1.${each.key}"
  vpc_endpoint_type = "Interface"
  subnet_ids = [aws_subnet.app.id]
  security_group_ids = [aws_security_group.endpoints.id]
  private_dns_enabled = true
}
