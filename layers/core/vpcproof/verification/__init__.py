"""The three steps by which an operator verifies a VPC: endpoints, security group rules, DNS."""
