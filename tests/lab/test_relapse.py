"""What the run's last chapter takes for a difference, and what not."""

from lab.alerts import RepairMessage
from lab.relapse import MOMENTS, TOLD, VERDICTS, differences
from lab.scenario import Verdict

AS_EXPECTED = [
    {key: Verdict(expected[moment]) for key, expected in VERDICTS.items()}
    for moment in range(len(MOMENTS))
]


def test_a_chapter_in_which_all_was_as_expected_has_no_differences() -> None:
    assert list(differences(AS_EXPECTED, TOLD)) == []


def test_a_repair_that_repairs_nothing_is_one() -> None:
    broken, _repaired, undone = AS_EXPECTED
    (found,) = differences([broken, broken, undone], TOLD)
    assert found.startswith("repaired, security-group-admits-endpoint-clients on ssm-endpoint-sg")
    assert found.endswith("had to be COMPLIANT, and is NON_COMPLIANT")


def test_a_message_too_few_or_too_many_is_one() -> None:
    assert list(differences(AS_EXPECTED, TOLD[:1])) == [
        "of repairs was told asked, not asked, applied, undone"
    ]
    assert list(differences(AS_EXPECTED, (*TOLD, "asked"))) != []


def test_a_command_is_found_in_a_message_as_a_shell_takes_it_apart() -> None:
    text = "aws: what to type\n  aws stepfunctions send-task-success --task-output '{}'\n"
    message = RepairMessage("asked", "vpc-1", "subject", text)
    words = ["aws", "stepfunctions", "send-task-success", "--task-output", "{}"]
    assert message.command("send-task-success") == words
