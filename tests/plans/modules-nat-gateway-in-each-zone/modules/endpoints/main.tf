variable "vpc_id" {}

variable "subnet_ids" {}

variable "route_table_ids" {}

variable "security_group_id" {}

resource "aws_vpc_endpoint" "this" {
  for_each = local.interface_endpoints
  vpc_id = var.vpc_id
  service_name = each.value.name
  vpc_endpoint_type = "Interface"
  subnet_ids = distinct(var.subnet_ids)
  security_group_ids = [var.security_group_id]
  private_dns_enabled = true
}

resource "aws_vpc_endpoint" "gateway" {
  for_each = local.gateway_endpoints
  vpc_id = var.vpc_id
  service_name = each.value.name
  vpc_endpoint_type = "Gateway"
  route_table_ids = var.route_table_ids
}
