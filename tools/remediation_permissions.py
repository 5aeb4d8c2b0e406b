"""What the remediate function is told and permitted that follows from rules and parameters."""

from __future__ import annotations

import json

from config_rules import used_parameters

SERVICES = 16
"""How many services can be named; a template can count no further than it is written to."""


def rule_parameters() -> str:
    """The parameters of the rules, as one object."""
    given = {parameter.name: f"${{{parameter.name}}}" for parameter in used_parameters()}
    return f"RULE_PARAMETERS: !Sub '{json.dumps(given)}'\n"


def service_names() -> str:
    """The names that endpoints may be created for, one for each service that can be named.

    A place that names no service comes to a name that no service has. China prefixes most names.
    https://docs.amazonaws.cn/en_us/vpc/latest/privatelink/aws-services-privatelink-support.html
    """
    padded = f"${{RemediationServices}}{',' * SERVICES}"
    names = []
    for number in range(SERVICES):
        code = f'code: !Select [{number}, !Split [",", !Sub "{padded}"]]'
        plain = f'!Sub ["com.amazonaws.${{AWS::Region}}.${{code}}", {{{code}}}]'
        chinese = f'!Sub ["cn.com.amazonaws.${{AWS::Region}}.${{code}}", {{{code}}}]'
        names += [f"- {plain}", f"- !If [InChina, {chinese}, !Ref AWS::NoValue]"]
    return "\n".join(names) + "\n"
