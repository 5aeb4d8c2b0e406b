provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  region = "us-west-2"
  alias = "west"
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_vpc" "west" {
  provider = aws.west
  cidr_block = "10.8.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "west" {
  provider = aws.west
  vpc_id = aws_vpc.west.id
  cidr_block = "10.8.1.0/24"
}

resource "aws_subnet" "main" {
  vpc_id = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_security_group" "main" {
  name = "main"
  vpc_id = aws_vpc.main.id
  ingress {
    protocol = "tcp"
    from_port = 443
    to_port = 443
    cidr_blocks = ["10.0.0.0/8"]
  }
}

resource "aws_vpc_endpoint" "main" {
  for_each = toset(["ssm", "ssmmessages", "ec2messages"])
  vpc_id = aws_vpc.main.id
  service_name = "com.amazonaws.eu-west-1.${each.key}"
  vpc_endpoint_type = "Interface"
  subnet_ids = [aws_subnet.main.id]
  security_group_ids = [aws_security_group.main.id]
  private_dns_enabled = true
}

resource "aws_security_group" "west" {
  provider = aws.west
  name = "west"
  vpc_id = aws_vpc.west.id
  ingress {
    protocol = "tcp"
    from_port = 443
    to_port = 443
    cidr_blocks = ["10.0.0.0/8"]
  }
}

resource "aws_vpc_endpoint" "west" {
  for_each = toset(["ssm", "ssmmessages", "ec2messages"])
  provider = aws.west
  vpc_id = aws_vpc.west.id
  service_name = "com.amazonaws.eu-west-1.${each.key}"
  vpc_endpoint_type = "Interface"
  subnet_ids = [aws_subnet.west.id]
  security_group_ids = [aws_security_group.west.id]
  private_dns_enabled = true
}
