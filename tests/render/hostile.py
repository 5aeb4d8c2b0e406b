"""Texts of strangers: what no tag, name or id may do to a document."""

from __future__ import annotations

from hypothesis import strategies as st
from vpcproof.model.facts import Fact, Gap
from vpcproof.model.verdict import Compliance, Evidence
from vpcproof.render.findings import Findings

from tests.render.samples import evaluation, findings, report

_ANYTHING = st.text(st.characters(), max_size=30)
_TRICKS = st.sampled_from(
    [
        "<script>alert(1)</script>",
        "]]><failure/>",
        "--></details>",
        "[click](https://example.com)",
        "![x](https://example.com/x.png)",
        "@everyone #1 GH-2",
        "a | b \\| c",
        "`code` ``more``",
        "=cmd|' /C calc'!A0",
        "\t=1+1",
        "\r\n,injected",
        '","x',
        "https://example.com www.example.com",
        "../../etc/passwd",
        "\x00\x1b[31m\u202e\ufffe",
        "\ud800",
        "{0} {{",
    ]
)
HOSTILE = st.lists(_ANYTHING | _TRICKS, min_size=1, max_size=4).map("".join).filter(bool)


def hostile_findings(text: str, compliance: Compliance = Compliance.NON_COMPLIANT) -> Findings:
    """One evaluation in which everything that a stranger can write is this text."""
    judged = evaluation(
        compliance,
        Evidence(text, text, text),
        resource_id=text,
        vpc_id=text or None,
        annotation=text,
    )
    return findings(
        report=report([judged], Gap(fact=Fact.VPCS, reason=text, vpc_id=text)),
        names={text: text},
        advice={judged.rule: "Replace the route."},
    )
