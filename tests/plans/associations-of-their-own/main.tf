provider "aws" {
  region = "eu-west-1"
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "app" {
  for_each = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
  vpc_id = aws_vpc.main.id
  cidr_block = each.value
  availability_zone = "eu-west-1${each.key}"
  tags = { Name = "app-${each.key}" }
}

resource "aws_security_group" "endpoints" {
  name = "endpoints"
  vpc_id = aws_vpc.main.id
  ingress {
    protocol = "tcp"
    from_port = 443
    to_port = 443
    cidr_blocks = ["10.0.0.0/16"]
  }
}

resource "aws_vpc_endpoint" "ssm" {
  for_each = toset(["ssm", "ssmmessages", "ec2messages"])
  vpc_id = aws_vpc.main.id
  service_name = "com.amazonaws.eu-west-1.${each.key}"
  vpc_endpoint_type = "Interface"
  private_dns_enabled = true
}

resource "aws_vpc_endpoint_security_group_association" "ssm" {
  for_each = aws_vpc_endpoint.ssm
  vpc_endpoint_id = each.value.id
  security_group_id = aws_security_group.endpoints.id
  replace_default_association = true
}

resource "aws_vpc_endpoint_subnet_association" "a" {
  for_each = aws_vpc_endpoint.ssm
  vpc_endpoint_id = each.value.id
  subnet_id = aws_subnet.app["a"].id
}

resource "aws_vpc_endpoint_subnet_association" "b" {
  for_each = aws_vpc_endpoint.ssm
  vpc_endpoint_id = each.value.id
  subnet_id = aws_subnet.app["b"].id
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id = aws_vpc.main.id
  service_name = "com.amazonaws.eu-west-1.s3"
  vpc_endpoint_type = "Gateway"
}

resource "aws_vpc_endpoint_route_table_association" "s3" {
  vpc_endpoint_id = aws_vpc_endpoint.s3.id
  route_table_id = aws_vpc.main.main_route_table_id
}
