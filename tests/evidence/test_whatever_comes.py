"""Whatever a report holds: no traceback, no lost batch, and what is written can be read back."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from foedus.cli import cli
from foedus.errors import InputError
from foedus.evidence import Claim, extract, load_claims, reconcile, write_claims
from foedus.evidence import extraction as room
from foedus.evidence.document import Document, parse
from foedus.evidence.page import render
from foedus.evidence.table import load_table

if TYPE_CHECKING:
    from pathlib import Path

NUMBERS = st.sampled_from([
    "26", "more than 2,000", "at least 12", "up to 50", "nearly 400", "fewer than 30", "dozens", "half a million",
    "a million and a half", "2,5 million", "1,50,000", "20,000,000,000", "5.5", "between 160 and more than 225",
    "from 100 to two thousand", "40 and more", "12 or 13", "3 am", "2022", "9999", "0", '"dozens"', '"20"', "4 out of 16",
])  # fmt: skip
TOLLS = st.sampled_from([
    "killed", "were killed", "dead", "wounded", "were injured", "arrested", "were detained", "in hospital", "held",
    "people", "civilians", "police officers", "troops", "gunmen", "cities", "hours", "displaced", "deployed", "marched",
])  # fmt: skip
JOINERS = st.sampled_from([
    " and ", " and more than ", ", ", "; ", " or more than ", ": ", " of ", " to ", " from ", " in ", " at ", " since ",
    ". ", "\n", " including ", " of whom ", " up from ", " (", ") ", " over ", '" ',
])  # fmt: skip
OPENINGS = st.sampled_from(["The clashes ", "Police said ", "In Almaty ", "On Wednesday ", "Killed: ", "In 2011 ", ""])
CLAUSE = st.tuples(TOLLS, NUMBERS, TOLLS, JOINERS).map(lambda parts: f"{parts[0]} {parts[1]} {parts[2]}{parts[3]}")


@settings(max_examples=120, deadline=None)
@given(OPENINGS, st.lists(CLAUSE, min_size=1, max_size=5), st.sampled_from([dt.date(2022, 1, 10), dt.date(1, 1, 1)]))
def test_what_is_read_can_be_written_read_back_and_reconciled(
    tmp_path_factory: pytest.TempPathFactory, opening: str, clauses: list[str], published: dt.date
) -> None:
    document = parse(f"{opening}{''.join(clauses)}.".encode(), "a.txt", published=published)
    claims = extract(document, event="veldania-2022")
    file = tmp_path_factory.mktemp("back") / "claims.csv"
    file.write_text(write_claims(claims), encoding="utf-8", newline="")
    back = load_claims(file)
    assert [claim.claim_id for claim in back] == [claim.claim_id for claim in claims]
    assert all(claim.low is None or claim.high is None or claim.low <= claim.high for claim in back)
    reconcile(back)


def trips(document: Document, *, event: str | None = None) -> list[Claim]:
    """Fail on one report as a rule with a fault would."""
    if "cursed" in document.text:
        raise IndexError("list index out of range\nsecond line")
    return extract(document, event=event)


def test_a_report_that_the_extractor_fails_on_costs_that_report_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "extractor", lambda _name: trips)
    monkeypatch.setattr("foedus.evidence.extraction.extractor", lambda _name: trips)
    for name, text in (("a.txt", "Twelve people were killed."), ("b.txt", "A cursed one."), ("c.txt", "Six died.")):
        (tmp_path / name).write_text(text)
    out = tmp_path / "claims.csv"
    files = [str(tmp_path / name) for name in ("a.txt", "b.txt", "c.txt")]
    result = CliRunner().invoke(cli, ["evidence", "extract", *files, "--out", str(out)], standalone_mode=False)
    assert result.return_value == 1
    assert [claim.low for claim in load_claims(out)] == [12, 6]
    assert "left out: " in result.stderr
    assert "b.txt: the extractor failed on this report" in result.stderr
    assert "IndexError: list index out of range" in result.stderr
    assert "Traceback" not in result.stderr


def test_overlapping_numbers_in_one_report_of_a_batch_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The clashes killed 26 and more than 2,000 people were injured.")
    result = CliRunner().invoke(cli, ["evidence", "extract", str(tmp_path / "a.txt"), "--json"])
    found = {claim["quantity"]: (claim["low"], claim["high"]) for claim in json.loads(result.stdout)}
    assert (result.exit_code, found) == (0, {"dead": (26, 26), "injured": (2000, None)})


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ('date_reported,quantity,pl"ace,value_low,value_high,reporter\n2022-01-10,dead,x,1,1,m\n', 1),
        ('quantity,value,reporter\ndead,1,m\ndead,2,"m\n', 3),
        ('quantity,value,reporter\ndead,1,m\ndead,2,"m"x\n', 3),
    ],
)
def test_an_odd_quotation_mark_in_a_table_is_told_with_its_line(tmp_path: Path, table: str, line: int) -> None:
    (tmp_path / "t.csv").write_text(table)
    with pytest.raises(InputError, match="quotation mark|unknown column") as error:
        load_table(tmp_path / "t.csv")
    assert (error.value.line, error.value.file) == (line, str(tmp_path / "t.csv"))


def test_quoted_cells_of_a_table_hold_commas_marks_and_line_ends(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(
        'quantity,value,reporter,note\r\ndead,1,"m, ""n""\r\no",the "so-called" toll\r\ndead,2,p,\r\n', newline=""
    )
    first, second = load_table(tmp_path / "t.csv")[1]
    assert (first.speaker, first.note, second.low) == ('m, "n"\r\no', 'the "so-called" toll', 2)


def test_the_last_day_of_all_is_reconciled_and_drawn() -> None:
    claim = Claim.model_validate(
        {
            "claim_id": "a1", "document": "0" * 64, "title": "t", "publisher": "p", "paragraph": 1, "quantity": "dead",
            "low": 164, "high": 164, "event": "kazakhstan-2022", "as_of": "9999-12-31",
        }
    )  # fmt: skip
    found = reconcile([claim])
    assert [point.as_of for series in found.series for point in series.points] == ["9999-12-31"]
    assert "9999" in render([claim], found)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<!-- a > b -->Twelve died.", " Twelve died."),
        ("Six <!-- x --> died <!-- <b> --> here", "Six died here"),
        ("<!-- open\nTwelve died.", "<!-- open\nTwelve died."),
        ("--> Six died <!---->.", "--> Six died ."),
    ],
)
def test_comments_are_cut_and_a_mark_that_opens_none_is_text(text: str, left: str) -> None:
    assert parse(text.encode(), "a.txt").text == left


@pytest.mark.parametrize("mark", ["<!--", "<a ", "<a <", "</", "<![CDATA["])
def test_marks_that_never_close_leave_the_page_before_them(mark: str) -> None:
    document = parse(f"<html><body><p>Twelve died.</p>{mark * 2000}".encode(), "a.html")
    assert document.text.startswith("Twelve died.\n")
    start, end = document.origin(0, 6)
    assert (start, end) == (15, 21)
