"""What a verdict is called and looks like outside of vpcproof, whoever reports it."""
