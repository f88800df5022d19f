"""Claims: what a file may say, and that it comes back as it went."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.cli import run_cli
from foedus.crisis import load_scenario
from foedus.errors import InputError
from foedus.evidence import Claim, load_claims, span_text, write_claims

ROOT = Path(__file__).parents[2]
CLAIMS = load_scenario("kazakhstan-2022").claims_path
bounds = st.one_of(st.none(), st.integers(0, 10**9).map(float))


def test_every_claim_of_the_scenario_has_a_document_a_place_in_it_and_a_source() -> None:
    claims = load_claims(CLAIMS)
    assert len(claims) > 150
    for claim in claims:
        assert claim.document
        assert claim.title
        assert claim.publisher
        assert claim.paragraph >= 1


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    claims = load_claims(CLAIMS)
    file = tmp_path / "claims.csv"
    file.write_text(write_claims(claims), encoding="utf-8")
    assert load_claims(file) == claims


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\r", "\n", "\0"])
def test_odd_characters_and_long_numbers_are_read_back(tmp_path: Path, odd: str) -> None:
    first, *rest = load_claims(CLAIMS)[:3]
    text = f"a{odd}b, c{odd}"
    update = {"title": text, "note": text, "low": 1234567.25, "high": 9876543210.0}
    claims = [first.model_copy(update=update), *rest]
    file = tmp_path / "claims.csv"
    file.write_bytes(write_claims(claims).encode())
    assert load_claims(file) == claims


def test_every_locator_points_at_its_figure() -> None:
    """The five articles are not part of the project; the test needs them beside the external data."""
    data = Path(os.environ.get("FOEDUS_DATA", ROOT.parent / "shared" / "data"))
    articles = {hashlib.sha256(p.read_bytes()).hexdigest(): p for p in (data.parent / "seeds").glob("*.txt")}
    if not articles:
        pytest.skip("the five articles are not here (they lie beside the external data)")
    checked = 0
    for claim in load_claims(CLAIMS):
        if claim.document not in articles:
            continue
        text = articles[claim.document].read_text(encoding="utf-8")
        lines = [(text.index(line), line) for line in text.splitlines() if line.strip()]
        _, line = next((s, t) for n, (s, t) in enumerate(lines, 1) if n == claim.paragraph)
        assert claim.start is not None
        assert claim.end is not None
        quoted = text[claim.start : claim.end]
        assert quoted in line, claim.claim_id
        if claim.quantity and claim.kind not in ("date", "name") and claim.low and any(c.isdigit() for c in quoted):
            digits = {int(word) for word in "".join(c if c.isdigit() else " " for c in quoted.replace(",", "")).split()}
            near = {claim.low, claim.high} - {None}
            assert any(abs(d - v) <= 0.1 * v or d * 10**6 >= 0.9 * v for d in digits for v in near), claim.claim_id
        checked += 1
    assert checked > 80


@pytest.mark.parametrize(
    ("column", "value", "word"),
    [
        ("low", "many", "expected a number"),
        ("quantity", "deaad", "did you mean 'dead'"),
        ("as_of", "2022-02-30", "no such day"),
        ("document", "abc", "required form"),
        ("affirmed", "perhaps", "affirmed or denied"),
    ],
)
def test_a_wrong_cell_is_named_with_line_and_column(tmp_path: Path, column: str, value: str, word: str) -> None:
    lines = write_claims(load_claims(CLAIMS)[:2]).splitlines()
    header = lines[0].split(",")
    cells = dict.fromkeys(header, "") | {
        "claim_id": "x", "document": "0" * 64, "title": "t", "publisher": "p", "paragraph": "1",
        "quantity": "dead", "low": "1", "event": "e",
    }  # fmt: skip
    cells[column] = value
    file = tmp_path / "claims.csv"
    file.write_text("\n".join([lines[0], ",".join(cells[name] for name in header)]), encoding="utf-8")
    with pytest.raises(InputError, match=word) as error:
        load_claims(file)
    assert error.value.line == 2
    assert error.value.key == column


def test_missing_file_and_columns_are_explained(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        load_claims(tmp_path / "none.csv")
    file = tmp_path / "claims.csv"
    file.write_text("claim_id,titel\n", encoding="utf-8")
    with pytest.raises(InputError, match="did you mean 'title'"):
        load_claims(file)


@given(bounds, bounds)
def test_every_interval_can_be_said(low: float | None, high: float | None) -> None:
    assert span_text(low, high)


def test_a_claim_about_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="either about a quantity or a statement"):
        Claim(claim_id="x", document="0" * 64, title="t", publisher="p", paragraph=1, event="e")


@pytest.mark.parametrize(
    "command",
    [
        ["evidence", "reconcile", "L"], ["evidence", "review", "L.csv"], ["evidence", "extract", "L"],
        ["evidence", "check", "L", "x"], ["obligations", "KAZ", "--on", "2022-01-05", "--facts", "L"],
    ],
)  # fmt: skip
def test_a_name_too_long_for_a_file_is_an_error_in_words(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_cli([word.replace("L", "L" * 300) for word in command]) == 2
    assert "error: " in capsys.readouterr().err


def test_a_review_cannot_be_saved_as_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(["evidence", "review", "kazakhstan-2022", "--out", str(tmp_path), "--no-browser"]) == 2
    assert "name a file in it" in capsys.readouterr().err
