provider "aws" {
  region = "eu-west-1"
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_vpc_dhcp_options" "main" {
  domain_name_servers = ["AmazonProvidedDNS"]
}

resource "aws_subnet" "app" {
  for_each = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
  vpc_id = aws_vpc.main.id
  cidr_block = each.value
  availability_zone = "eu-west-1${each.key}"
}

resource "aws_security_group" "endpoints" {
  name = "endpoints"
  vpc_id = aws_vpc.main.id
  ingress {
    description = ""
    protocol = "tcp"
    from_port = 443
    to_port = 443
    cidr_blocks = ["10.0.0.0/16"]
    ipv6_cidr_blocks = []
    prefix_list_ids = []
    security_groups = []
    self = false
  }
}

resource "aws_vpc_endpoint" "ssm" {
  vpc_id = aws_vpc.main.id
  service_name = "com.amazonaws.eu-west-1.ssm"
  vpc_endpoint_type = "Interface"
  subnet_ids = [for s in aws_subnet.app : s.id]
  security_group_ids = [aws_security_group.endpoints.id]
  private_dns_enabled = true
}

resource "aws_vpc_endpoint" "ssmmessages" {
  vpc_id = aws_vpc.main.id
  service_name = "com.amazonaws.eu-west-1.ssmmessages"
  vpc_endpoint_type = "Interface"
  subnet_ids = [for s in aws_subnet.app : s.id]
  security_group_ids = [aws_security_group.endpoints.id]
  private_dns_enabled = true
}

resource "aws_vpc_endpoint" "ec2messages" {
  vpc_id = aws_vpc.main.id
  service_name = "com.amazonaws.eu-west-1.ec2messages"
  vpc_endpoint_type = "Interface"
  subnet_ids = [for s in aws_subnet.app : s.id]
  security_group_ids = [aws_security_group.endpoints.id]
  private_dns_enabled = true
}
