provider "aws" {
  region = "eu-west-1"
}

module "vpc" {
  source = "./modules/vpc"
  cidr = "10.0.0.0/16"
}

module "endpoints" {
  source = "./modules/endpoints"
  vpc_id = module.vpc.vpc_id
  subnet_ids = module.vpc.private_subnets
  route_table_ids = module.vpc.private_route_table_ids
  security_group_id = module.vpc.endpoints_security_group_id
}
