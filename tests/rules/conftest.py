"""Spreads a rule's table over the questions of `RuleTable`."""

import pytest

pytest.register_assert_rewrite("tests.rules.situations")

from tests.rules.situations import RuleTable, rows_and_facts  # noqa: E402


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    table = metafunc.cls
    if table is None or not issubclass(table, RuleTable):
        return
    if "fact" in metafunc.fixturenames:
        pairs = list(rows_and_facts(table))
        ids = [f"{situation}, {fact.name} unread" for situation, fact in pairs]
        metafunc.parametrize(("situation", "fact"), pairs, ids=ids)
    elif "situation" in metafunc.fixturenames:
        metafunc.parametrize("situation", table.situations, ids=str)
