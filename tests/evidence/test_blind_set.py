"""The annotations of the blind and the fresh set point at the texts that they were made on."""

import hashlib
from pathlib import Path

import pytest

from foedus.evidence.model import load_claims

GOLD = Path(__file__).parent / "gold"
SETS = ("blind", "fresh")
TEXTS = [path for name in SETS for path in sorted((GOLD / name).iterdir())]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_every_annotation_of_a_text_lies_within_it_and_in_reading_order(path: Path) -> None:
    claims = [claim for claim in load_claims(GOLD / f"{path.parent.name}.csv") if claim.title == path.stem]
    raw = path.read_bytes()
    assert {claim.document for claim in claims} == {hashlib.sha256(raw).hexdigest()}
    text = raw.decode()
    spans = [(claim.start or 0, claim.end or 0) for claim in claims]
    assert spans == sorted(spans)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)


@pytest.mark.parametrize("name", SETS)
def test_every_annotation_belongs_to_a_text_of_its_set(name: str) -> None:
    titles = {path.stem for path in (GOLD / name).iterdir()}
    assert {claim.title for claim in load_claims(GOLD / f"{name}.csv")} == titles


@pytest.mark.parametrize("name", SETS)
def test_every_doubtful_annotation_says_why(name: str) -> None:
    claims = load_claims(GOLD / f"{name}.csv")
    assert {claim.status for claim in claims} == {"current", "rejected"}
    assert all(claim.note.startswith("optional: ") == (claim.status == "rejected") for claim in claims)
