"""An AWS to run vpcproof on without an account: local, loopback only, shipped in no function."""
