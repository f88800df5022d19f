"""The blind annotations point at the texts that they were made on."""

import hashlib
from pathlib import Path

import pytest

from foedus.evidence.model import load_claims

GOLD = Path(__file__).parent / "gold"
TEXTS = sorted((GOLD / "blind").iterdir())


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_every_annotation_of_a_blind_text_lies_within_it_and_in_reading_order(path: Path) -> None:
    claims = [claim for claim in load_claims(GOLD / "blind.csv") if claim.title == path.stem]
    raw = path.read_bytes()
    assert {claim.document for claim in claims} == {hashlib.sha256(raw).hexdigest()}
    text = raw.decode()
    spans = [(claim.start or 0, claim.end or 0) for claim in claims]
    assert spans == sorted(spans)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)


def test_every_doubtful_annotation_says_why() -> None:
    claims = load_claims(GOLD / "blind.csv")
    assert {claim.status for claim in claims} == {"current", "rejected"}
    assert all(claim.note.startswith("optional: ") == (claim.status == "rejected") for claim in claims)
