"""Write organization/member-role.yaml: the role by which the function reads a member account.

For a StackSet: one name in all accounts, one Region, since roles belong to no Region.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

from generated import ROOT, main
from read_permissions import actions_on_everything, statements_on_one_resource

ROLE = ROOT / "organization/member-role.yaml"


def template() -> str:
    """The whole template."""
    return f"""\
# Written by `make docs` from the rules. docs/accounts.md says how to deploy it.
AWSTemplateFormatVersion: "2010-09-09"
Description: >-
  vpcproof in a member account: the role by which the evaluate function of the central account reads
  network settings here and reports to AWS Config here. It changes nothing.

Parameters:
  MemberRoleName:
    Type: String
    Description: The parameter MemberRoleName of vpcproof in the central account.
    Default: vpcproof-member
    AllowedPattern: "[A-Za-z0-9+=,.@_-]+"
    MaxLength: 64
  CentralAccount:
    Type: String
    Description: The account that vpcproof is deployed in.
    AllowedPattern: "[0-9]{{12}}"
    ConstraintDescription: 12 digits
  EvaluateRoleArns:
    Type: CommaDelimitedList
    Description: The output EvaluateRoleArn of vpcproof; of each Region's, where there are several.
  OrganizationId:
    Type: String
    Description: The organisation that the central account has to be of; empty where there is none.
    Default: ""
    AllowedPattern: ^$|^o-[a-z0-9]{{10,32}}$
  PermissionsBoundary:
    Type: String
    Description: The ARN of a permissions boundary for the role, or empty.
    Default: ""
    AllowedPattern: ^$|^arn:.+:policy/.+$

Conditions:
  HasOrganization: !Not [!Equals [!Ref OrganizationId, ""]]
  HasPermissionsBoundary: !Not [!Equals [!Ref PermissionsBoundary, ""]]

Resources:
  MemberRole:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Ref MemberRoleName
      Description: Lets vpcproof of the central account read network settings and report evaluations
      MaxSessionDuration: 3600
      # The role is named by a condition: a role named as the principal itself becomes an id that
      # means nobody any more, once it is deleted and made again.
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: sts:AssumeRole
            Principal:
              AWS: !Sub arn:${{AWS::Partition}}:iam::${{CentralAccount}}:root
            Condition:
              ArnEquals:
                aws:PrincipalArn: !Ref EvaluateRoleArns
              StringEquals:
                sts:ExternalId: vpcproof
                aws:PrincipalOrgID: !If
                  - HasOrganization
                  - !Ref OrganizationId
                  - !Ref AWS::NoValue
      PermissionsBoundary: !If
        - HasPermissionsBoundary
        - !Ref PermissionsBoundary
        - !Ref AWS::NoValue
      Policies:
        - PolicyName: member
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              # These actions know no resources, or none whose owner is known beforehand.
              - Sid: ReadFacts
                Effect: Allow
                Action:
{indent(actions_on_everything(), " " * 18)}\
                Resource: "*"
{indent(statements_on_one_resource(region="*"), " " * 14)}\
              - Sid: ReportEvaluations
                Effect: Allow
                Action:
                  - config:GetResourceConfigHistory
                  - config:PutEvaluations
                Resource: "*"
              - Sid: RetireEvaluations
                Effect: Allow
                Action: config:GetComplianceDetailsByConfigRule
                Resource: !Sub arn:${{AWS::Partition}}:config:*:${{AWS::AccountId}}:config-rule/*
      Tags:
        - Key: Application
          Value: vpcproof

Outputs:
  MemberRoleArn:
    Description: The role that the evaluate function assumes
    Value: !GetAtt MemberRole.Arn
"""


def outputs() -> dict[Path, str]:
    """The file this writes."""
    return {ROLE: template()}


if __name__ == "__main__":
    raise SystemExit(main(outputs, __doc__))
