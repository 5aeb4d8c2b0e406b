provider "aws" {
  region = "eu-west-1"
}

data "aws_vpc" "shared" {
  tags = { Name = "shared" }
}

data "aws_caller_identity" "me" {
}

resource "aws_security_group" "endpoints" {
  name = "endpoints"
  vpc_id = data.aws_vpc.shared.id
  ingress {
    protocol = "tcp"
    from_port = 443
    to_port = 443
    cidr_blocks = ["10.9.0.0/16"]
  }
}

resource "aws_vpc_endpoint" "ssm" {
  vpc_id = data.aws_vpc.shared.id
  service_name = "com.amazonaws.eu-west-1.ssm"
  vpc_endpoint_type = "Interface"
  subnet_ids = ["subnet-0f01"]
  security_group_ids = [aws_security_group.endpoints.id]
  private_dns_enabled = true
}
