"""The intrinsic functions of CloudFormation that this template's conditions and assertions use."""

import re
from typing import Any

PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::AccountId": "111122223333",
    "AWS::StackName": "vpcproof",
}


class Evaluator:
    """A template under chosen parameters."""

    def __init__(self, template: dict[str, Any], parameters: dict[str, str]) -> None:
        unknown = set(parameters) - set(template["Parameters"])
        assert not unknown, unknown
        self._template = template
        defaults = {name: each.get("Default") for name, each in template["Parameters"].items()}
        self._values = PSEUDO | defaults | parameters

    def holds(self, condition: str) -> bool:
        """Whether a condition of the template is true."""
        return self._true(self._template["Conditions"][condition])

    def refusals(self) -> list[str]:
        """What the assertions say that do not hold."""
        return [
            assertion["AssertDescription"]
            for rule in self._template.get("Rules", {}).values()
            if self._true(rule["RuleCondition"])
            for assertion in rule["Assertions"]
            if not self._true(assertion["Assert"])
        ]

    def value(self, expression: Any) -> Any:
        """What an expression comes to; None for AWS::NoValue and for names of resources."""
        match expression:
            case {"Ref": name}:
                return self._values.get(name)
            case {"Fn::Sub": str(text)}:
                return self._filled(text, {})
            case {"Fn::Sub": [str(text), names]}:
                return self._filled(text, {name: self.value(each) for name, each in names.items()})
            case {"Fn::Join": [glue, parts]}:
                return glue.join(self.value(parts))
            case {"Fn::Split": [delimiter, text]}:
                return self.value(text).split(delimiter)
            case {"Fn::Select": [index, parts]}:
                return self.value(parts)[int(index)]
            case {"Fn::If": [condition, yes, no]}:
                return self.value(yes if self.holds(condition) else no)
            case list():
                return [self.value(each) for each in expression]
            case dict():
                return {name: self.value(each) for name, each in expression.items()}
        return expression

    def _filled(self, text: str, names: dict[str, Any]) -> str:
        return re.sub(
            r"\$\{([^}]+)\}", lambda found: str((self._values | names).get(found[1])), text
        )

    def _true(self, expression: Any) -> bool:
        match expression:
            case {"Condition": name}:
                return self.holds(name)
            case {"Fn::Equals": [left, right]}:
                return str(self.value(left)) == str(self.value(right))
            case {"Fn::Not": [negated]}:
                return not self._true(negated)
            case {"Fn::And": all_of}:
                return all(map(self._true, all_of))
            case {"Fn::Or": any_of}:
                return any(map(self._true, any_of))
        raise AssertionError(f"no condition: {expression}")
