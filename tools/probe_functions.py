"""What the templates say about probes: a function for each subnet, and who may invoke them."""

from __future__ import annotations

PROBES = 6


def subnet(number: int) -> str:
    """A subnet by its place in the list; the empty text beyond the end."""
    padded = f"${{ProbeSubnetIds}}{',' * PROBES}"
    return f'!Select [{number - 1}, !Split [",", !Sub "{padded}"]]'


def conditions() -> str:
    """Whether there is a first subnet with a probe, a second, and so on."""
    return "".join(
        f"HasProbe{number}: !And\n"
        f"  - !Condition HasProbe\n"
        f'  - !Not [!Equals [{subnet(number)}, ""]]\n'
        for number in range(1, PROBES + 1)
    )


def subnets() -> str:
    """The subnets that the probes may put network interfaces in; a shared one has another owner."""
    return "".join(
        f"- !If\n"
        f"  - HasProbe{number}\n"
        f"  - !Sub\n"
        f"    - arn:${{AWS::Partition}}:ec2:${{AWS::Region}}:*:subnet/${{Subnet}}\n"
        f"    - Subnet: {subnet(number)}\n"
        f"  - !Ref AWS::NoValue\n"
        for number in range(1, PROBES + 1)
    )


def arns() -> str:
    """The functions that the evaluate function may invoke."""
    return "".join(
        f"- !If [HasProbe{number}, !GetAtt ProbeFunction{number}.Arn, !Ref AWS::NoValue]\n"
        for number in range(1, PROBES + 1)
    )


def alarms() -> str:
    """That a probe could not try; whether it reaches anything is for the rules to tell."""
    return "\n".join(map(_alarm, range(1, PROBES + 1)))


def functions() -> str:
    """The functions of template.yaml."""
    return "\n".join(map(_function, range(1, PROBES + 1)))


def plain_functions() -> str:
    """The same without AWS SAM, which StackSets of an organisation do not take."""
    return "\n".join(map(_plain_function, range(1, PROBES + 1)))


def _function(number: int) -> str:
    return f"""\
ProbeFunction{number}:
  Type: AWS::Serverless::Function
  Condition: HasProbe{number}
{_METADATA}\
  Properties:
    CodeUri: functions/probe
{_PROPERTIES.format(number=number, subnet=subnet(number))}\
    Environment:
      Variables:
        POWERTOOLS_SERVICE_NAME: probe
        SUBNET_ID: {subnet(number)}
    Tags:
      vpcproof:probe: {subnet(number)}
"""


def _plain_function(number: int) -> str:
    return f"""\
ProbeFunction{number}:
  Type: AWS::Lambda::Function
  Condition: HasProbe{number}
{_METADATA}\
  Properties:
    Code:
      S3Bucket: !Ref CodeBucket
      S3Key: !Ref CodeKey
    Handler: app.handler
    Runtime: !Ref Runtime
    Architectures: [!Ref Architecture]
{_PROPERTIES.format(number=number, subnet=subnet(number))}\
    Environment:
      Variables:
        POWERTOOLS_SERVICE_NAME: probe
        POWERTOOLS_METRICS_NAMESPACE: vpcproof
        SUBNET_ID: {subnet(number)}
    Tags:
      - Key: Application
        Value: vpcproof
      - Key: vpcproof:probe
        Value: {subnet(number)}
"""


def _alarm(number: int) -> str:
    return f"""\
Probe{number}Errors:
  Type: AWS::CloudWatch::Alarm
  Condition: HasProbe{number}
  Properties:
    AlarmDescription: !Sub
      - >-
        The probe of vpcproof in ${{Subnet}} failed before it could answer; the log of the probes
        says why. Until it is mended subnet-probe-reaches-ssm is undetermined there.
      - Subnet: {subnet(number)}
    Namespace: AWS/Lambda
    MetricName: Errors
    Dimensions:
      - Name: FunctionName
        Value: !Ref ProbeFunction{number}
    Statistic: Sum
    Period: 300
    EvaluationPeriods: 1
    Threshold: 1
    ComparisonOperator: GreaterThanOrEqualToThreshold
    TreatMissingData: notBreaching
    AlarmActions: [!Ref AlertTopic]
    OKActions: [!Ref AlertTopic]
    Tags:
      - Key: Application
        Value: vpcproof
"""


_METADATA = """\
  Metadata:
    checkov:
      skip:
        - id: CKV_AWS_116
          comment: Who invokes it waits for the answer; there is no event to keep
        - id: CKV_AWS_173
          comment: The variables hold no secret; Lambda encrypts them at rest with its own key
"""

_PROPERTIES = """\
    Description: !Sub
      - Resolves names and opens TLS in ${{Subnet}}, as a workload there would; reads nothing
      - Subnet: {subnet}
    Role: !GetAtt ProbeRole.Arn
    MemorySize: 256
    Timeout: 60
    ReservedConcurrentExecutions: !If [HasReservedConcurrency, 2, !Ref AWS::NoValue]
    LoggingConfig:
      LogFormat: JSON
      LogGroup: !Ref ProbeLogs
    VpcConfig:
      SubnetIds: [{subnet}]
      SecurityGroupIds: !Split [",", !Ref ProbeSecurityGroupIds]
      Ipv6AllowedForDualStack: !If [ProbesByIpv6, true, false]
"""
