variable "cidr" {}

resource "aws_vpc" "this" {
  count = 1
  cidr_block = "10.0.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_internet_gateway" "this" {
  count = 1
  vpc_id = local.vpc_id
}

resource "aws_subnet" "private" {
  count = 2
  vpc_id = local.vpc_id
  cidr_block = local.private_blocks[count.index]
  availability_zone = local.zones[count.index]
}

resource "aws_subnet" "public" {
  count = 2
  vpc_id = local.vpc_id
  cidr_block = local.public_blocks[count.index]
  availability_zone = local.zones[count.index]
}

resource "aws_route_table" "public" {
  count = 1
  vpc_id = local.vpc_id
}

resource "aws_route" "public_internet_gateway" {
  count = 1
  route_table_id = aws_route_table.public[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id = aws_internet_gateway.this[0].id
}

resource "aws_route_table_association" "public" {
  count = 2
  subnet_id = element(aws_subnet.public[*].id, count.index)
  route_table_id = element(aws_route_table.public[*].id, count.index)
}

resource "aws_route_table" "private" {
  count = 2
  vpc_id = local.vpc_id
}

resource "aws_route_table_association" "private" {
  count = 2
  subnet_id = element(aws_subnet.private[*].id, count.index)
  route_table_id = element(aws_route_table.private[*].id, var.single_nat_gateway ? 0 : count.index)
}

resource "aws_eip" "nat" {
  count = 2
  domain = "vpc"
}

resource "aws_nat_gateway" "this" {
  count = 2
  allocation_id = element(aws_eip.nat[*].id, var.single_nat_gateway ? 0 : count.index)
  subnet_id = element(aws_subnet.public[*].id, var.single_nat_gateway ? 0 : count.index)
}

resource "aws_route" "private_nat_gateway" {
  count = 2
  route_table_id = element(aws_route_table.private[*].id, count.index)
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id = element(aws_nat_gateway.this[*].id, count.index)
}

resource "aws_security_group" "endpoints" {
  name = "endpoints"
  vpc_id = local.vpc_id
  ingress {
    protocol = "tcp"
    from_port = 443
    to_port = 443
    cidr_blocks = ["10.0.0.0/16"]
  }
}

output "vpc_id" {
  value = try(aws_vpc.this[0].id, null)
}

output "private_subnets" {
  value = aws_subnet.private[*].id
}

output "private_route_table_ids" {
  value = aws_route_table.private[*].id
}

output "endpoints_security_group_id" {
  value = aws_security_group.endpoints.id
}
