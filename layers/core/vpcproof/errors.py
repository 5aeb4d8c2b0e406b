"""Every error a user of vpcproof can meet.

VpcProofError
├── ParameterError       a parameter name or value that is not allowed
├── ConfigurationError   a configuration file that says what is not allowed
├── SnapshotError        a folder, file or document that cannot be read as a snapshot
│   └── TemplateError    a template, or its parameters, that no network can be told from
├── UnknownRuleError     a rule name that no rule bears
├── InvocationError      an AWS Config event that cannot be acted on
├── EvaluationError      verdicts that could not be determined or delivered
├── PlanError            a plan that cannot be made (remediation.plan)
├── DeploymentError      a function deployed with settings it cannot work with (aws.environment)
├── QuestionError        a probe asked what it does not do (probe.question)
└── RepairError, LostLeaseError, RunFailedError
                         a repair that was not begun, lost its VPC, or ended half-way (aws.repair)
"""


class VpcProofError(Exception):
    """Base of all errors whose text is written for the person who reads it."""


class ParameterError(VpcProofError):
    """A parameter name or value is not allowed; the text lists what is."""


class ConfigurationError(VpcProofError):
    """A configuration file says something that is not allowed; the text names the place."""


class SnapshotError(VpcProofError):
    """A source of facts cannot be read; the text names the file and the remedy."""


class TemplateError(SnapshotError):
    """A template cannot be understood; the text names the file, the place and the remedy."""


class UnknownRuleError(VpcProofError):
    """No rule has this name; the text lists the nearest ones."""


class InvocationError(VpcProofError):
    """An AWS Config event lacks something that the evaluation needs."""


class EvaluationError(VpcProofError):
    """A verdict could not be determined or delivered; raising makes AWS retry the event."""
