"""The network as a Terraform or OpenTofu plan will leave it."""
