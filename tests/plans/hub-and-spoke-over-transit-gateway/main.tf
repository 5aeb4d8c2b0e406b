provider "aws" {
  region = "eu-west-1"
}

resource "aws_vpc" "hub" {
  cidr_block = "10.1.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "hub" {
  vpc_id = aws_vpc.hub.id
  cidr_block = "10.1.1.0/24"
  availability_zone = "eu-west-1a"
}

resource "aws_ec2_transit_gateway_vpc_attachment" "hub" {
  transit_gateway_id = aws_ec2_transit_gateway.main.id
  vpc_id = aws_vpc.hub.id
  subnet_ids = [aws_subnet.hub.id]
}

resource "aws_route" "hub" {
  route_table_id = aws_vpc.hub.main_route_table_id
  destination_cidr_block = "10.0.0.0/8"
  transit_gateway_id = aws_ec2_transit_gateway.main.id
}

resource "aws_vpc" "spoke" {
  cidr_block = "10.2.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "spoke" {
  vpc_id = aws_vpc.spoke.id
  cidr_block = "10.2.1.0/24"
  availability_zone = "eu-west-1a"
}

resource "aws_ec2_transit_gateway_vpc_attachment" "spoke" {
  transit_gateway_id = aws_ec2_transit_gateway.main.id
  vpc_id = aws_vpc.spoke.id
  subnet_ids = [aws_subnet.spoke.id]
}

resource "aws_route" "spoke" {
  route_table_id = aws_vpc.spoke.main_route_table_id
  destination_cidr_block = "10.0.0.0/8"
  transit_gateway_id = aws_ec2_transit_gateway.main.id
}

resource "aws_ec2_transit_gateway" "main" {
  description = "core"
}

resource "aws_security_group" "endpoints" {
  name = "endpoints"
  vpc_id = aws_vpc.hub.id
  ingress {
    protocol = "tcp"
    from_port = 443
    to_port = 443
    cidr_blocks = ["10.0.0.0/8"]
  }
}

resource "aws_vpc_endpoint" "ssm" {
  for_each = toset(["ssm", "ssmmessages", "ec2messages"])
  vpc_id = aws_vpc.hub.id
  service_name = "com.amazonaws.eu-west-1.${each.key}"
  vpc_endpoint_type = "Interface"
  subnet_ids = [aws_subnet.hub.id]
  security_group_ids = [aws_security_group.endpoints.id]
  private_dns_enabled = false
}

resource "aws_route53_zone" "ssm" {
  for_each = toset(["ssm", "ssmmessages", "ec2messages"])
  name = "${each.key}.eu-west-1.amazonaws.com"
  vpc {
    vpc_id = aws_vpc.hub.id
  }
  vpc {
    vpc_id = aws_vpc.spoke.id
  }
}

resource "aws_route53_record" "ssm" {
  for_each = aws_route53_zone.ssm
  zone_id = each.value.zone_id
  name = each.value.name
  type = "A"
  alias {
    name = aws_vpc_endpoint.ssm[each.key].dns_entry[0].dns_name
    zone_id = aws_vpc_endpoint.ssm[each.key].dns_entry[0].hosted_zone_id
    evaluate_target_health = false
  }
}
