"""How reports word figures, sentence by sentence."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from foedus.evidence import extract
from foedus.evidence.document import parse

LINES = [
    line
    for line in (Path(__file__).parent / "wordings.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def read(sentence: str) -> list[str]:
    text = f"Veldania turns to the CSTO\n\n{sentence}\n"
    document = parse(text.encode(), "report.txt", published=dt.date(2022, 1, 10))
    found = [c.to_dict() for c in extract(document, event="veldania-2022") if c.quantity and c.kind != "name"]
    return sorted(
        " ".join(
            [
                c["quantity"],
                *("-" if c[end] is None else str(c[end]) for end in ("low", "high")),
                *(word for word in ("announced",) if word == c["definition"]),
            ]
        )
        for c in found
    )


@pytest.mark.parametrize("line", [line for line in LINES if not line.startswith("~")])
def test_a_sentence_claims_what_it_says_and_no_more(line: str) -> None:
    sentence, claims = line.split(" =>")
    assert read(sentence) == sorted(claim.strip() for claim in claims.split(";") if claim.strip())


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("~")])
def test_known_faults_are_still_faults(line: str) -> None:
    """A line that is read rightly now loses its mark."""
    sentence, claims = line.removeprefix("~ ").split(" =>")
    assert read(sentence) != sorted(claim.strip() for claim in claims.split(";") if claim.strip())
