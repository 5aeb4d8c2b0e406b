"""An EC2 that behaves as AWS does where moto's VPC endpoints do not.

`install()` corrects moto in this process; every boto3 call under `mock_aws`, or to a moto server
in the process, then meets the corrected EC2, until `uninstall()`. `inventory` and `changes` tell
what is there and what has changed; `faults` makes calls fail on demand.
"""

from lab.ec2 import changes, faults, pagination
from lab.ec2.moto_backend import install, inventory, uninstall

__all__ = ["changes", "faults", "install", "inventory", "pagination", "uninstall"]
