"""The network that a CloudFormation or SAM template would build, told as the answers of AWS.

Decoding is cfn-lint's, imported when a template is read: the extra `templates` brings it. Values
that are known only at deployment stay unknown under a name; what needs one becomes a gap.
"""
