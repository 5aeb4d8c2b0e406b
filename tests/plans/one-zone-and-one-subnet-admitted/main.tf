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
    cidr_blocks = ["10.0.1.0/24"]
  }
}

resource "aws_vpc_endpoint" "ssm" {
  for_each = toset(["ssm", "ssmmessages", "ec2messages"])
  vpc_id = aws_vpc.main.id
  service_name = "com.amazonaws.eu-west-1.${each.key}"
  vpc_endpoint_type = "Interface"
  subnet_ids = [aws_subnet.app["a"].id]
  security_group_ids = [aws_security_group.endpoints.id]
  private_dns_enabled = true
}
