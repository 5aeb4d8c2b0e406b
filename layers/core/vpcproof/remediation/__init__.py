"""Repairs as values: planned for a VPC, proven by simulation, printed or applied elsewhere."""
