"""The record, claims, hand tables, reviews: tables that people keep in spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mutators
import scratch
from runner import Outcome, Target, Wrong

from foedus import crisis, evidence, record
from foedus.errors import FoedusError, InputError
from foedus.evidence import document, page, review, table, to_incident
from foedus.evidence.model import read_claims, write_claims
from foedus.record.reading import OWN, cases_in

if TYPE_CHECKING:
    from random import Random

    from foedus.evidence import Claim

Rows = tuple[list[str], list[dict[str, str]]]


def parsed(text: str) -> bool:
    """Return whether a text is a table: every row as long as the header."""
    try:
        first = text.partition("\n")[0]
        mark = max(",;\t", key=first.count)
        found = [row for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=mark) if row]
    except csv.Error:
        return False
    return len(found) > 1 and len(found[0]) > 3 and all(len(row) == len(found[0]) for row in found)


def _read(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        return list(reader.fieldnames or []), list(reader)


@cache
def record_rows() -> tuple[Rows, mutators.Pool]:
    header, body = _read(OWN)
    return (header, body), {name: [row[name] for row in body] for name in header}


@cache
def claim_rows() -> tuple[Rows, mutators.Pool]:
    files = [Path(crisis.__file__).parent / "scenarios" / name / "claims.csv" for name in crisis.scenario_names()]
    tables = [_read(file) for file in files]
    header, body = tables[0][0], [row for _, rows in tables for row in rows]
    return (header, body), {name: [row[name] for row in body] for name in header}


def make_table(known: Any, most: int) -> Any:
    def make(rng: Random) -> str:
        (header, body), columns = known()
        some = rng.sample(body, rng.randrange(1, most + 1))
        text = mutators.table(rng, *mutators.rows(rng, header, some, columns))
        return (
            text
            if rng.random() < 0.93
            else mutators.noise(rng, text.encode("utf-8", "replace")).decode("utf-8", "replace")
        )

    return make


def _use_record(text: str) -> Outcome:
    plain = text.removeprefix("\ufeff")
    try:
        cases = cases_in(plain, Path("record.csv"))
    except FoedusError:
        if parsed(text):
            raise
        return "unread"
    if len(text) % 10 == 0:
        frame = record.load(scratch.file("record.csv", text))
        if len(frame) != len(cases):
            raise Wrong("a frame with other rows than the record has")
    for case in cases:
        if not 0 <= case.ladder <= 4 or (case.ladder >= 3) != case.acted or not case.title:
            raise Wrong("a case off the ladder")
    return "accepted"


def _make_case(rng: Random) -> dict[str, str]:
    (header, body), columns = record_rows()
    _, rows = mutators.rows(rng, header, [rng.choice(body)], columns)
    return rows[0] if rows else {}


def _use_case(values: dict[str, str]) -> Outcome:
    path = scratch.folder() / "own.csv"
    if path.exists() and path.stat().st_size > 3000:
        path.unlink()
    case = record.add(path, values)
    if record.cases(path)[-1] != case:
        raise Wrong("a case that was added reads back as another")
    return "accepted"


def _use_claims(text: str) -> Outcome:
    try:
        claims = read_claims(text.removeprefix("\ufeff"), Path("claims.csv"))
    except FoedusError:
        if parsed(text):
            raise
        return "unread"
    written_and_read(claims)
    return "accepted"


def written_and_read(claims: list[Claim]) -> None:
    """See to it that claims come back from their own file."""
    text = write_claims(claims)
    try:
        again = read_claims(text, Path("written.csv"))
    except FoedusError as error:
        raise Wrong(f"claims that we wrote and cannot read\n{error}") from error
    if list(again) != list(claims):
        raise Wrong("claims that are read back as others")
    for claim in claims:
        claim.value_text()
        json.dumps(claim.to_dict(), allow_nan=False)
        if claim.low is not None and claim.high is not None and claim.low > claim.high:
            raise Wrong("a claim whose low is above its high")


def _use_reconcile(text: str) -> Outcome:
    try:
        claims = read_claims(text.removeprefix("\ufeff"), Path("claims.csv"))
    except FoedusError:
        return "unread"
    found = evidence.reconcile(claims)
    json.dumps(found.to_dict(), allow_nan=False, default=str)
    for series in found.series:
        for low, high in bounds(series):
            if low is not None and high is not None and low > high:
                raise Wrong("an interval whose low is above its high")
    if len(text) % 5 == 0:
        page.render(claims, found)
        try:
            incident = evidence.incident(claims, "KAZ")
        except InputError:
            return "accepted"
        to_incident.write_incident(incident, out := scratch.folder() / "made.yaml", force=True)
        out.rename(new := out.with_name(f"made-{len(text)}.yaml"))
        from foedus.treaties import load_incident

        if load_incident(new) != incident:
            raise Wrong("an incident that is read back as another")
        new.unlink()
    return "accepted"


def bounds(series: Any) -> list[tuple[float | None, float | None]]:
    """Return every interval of a series."""
    points = getattr(series, "points", ()) or getattr(series, "intervals", ())
    return [(getattr(point, "low", None), getattr(point, "high", None)) for point in points]


_QUANTITIES = (
    "dead",
    "injured",
    "detained",
    "participants",
    "soldiers",
    "csto_soldiers",
    "price",
    "killed",
    "wounded",
    "members",
    "x",
)
_PLACES = ("Almaty", "national", "Almaty 4-5 Jan", "Kazakhstan", "", "Almaty 31 Feb", "KAZ", "dead")
_VALUES = (
    "26",
    "1,000",
    "",
    "164",
    "2.5",
    "1e3",
    "-1",
    "about 200",
    "1,5",
    "0",
    "2022-01-05",
    "99999999999",
    "1 000",
    "٢٦",
    "½",
)
_TABLE = ("date_reported", "quantity", "place", "value_low", "value_high", "reporter", "wording", "source", "note")


def _make_table(rng: Random) -> str:
    body = [
        {
            "date_reported": rng.choice(("2022-01-06", "2022-01", "2022", "6 January", *mutators.ODD_DAYS[:4])),
            "quantity": rng.choice(_QUANTITIES[:9] * 3 + _QUANTITIES),
            "place": rng.choice(_PLACES),
            "value_low": (low := rng.choice(_VALUES)),
            "value_high": low if rng.random() < 0.6 else rng.choice(_VALUES),
            "reporter": rng.choice(("interior ministry", "HRW", "", "Президент")),
            "wording": rng.choice(("about 26 dead", "at least 164", "2,000 people", "", "nearly 200", "26")),
            "source": rng.choice(("Reuters", "https://example.org/a,b", "")),
            "note": rng.choice(("", "technical error", "see a02")),
        }
        for _ in range(rng.randrange(1, 6))
    ]
    columns: mutators.Pool = {name: [row[name] for row in body] for name in _TABLE}
    text = mutators.table(rng, *mutators.rows(rng, list(_TABLE), body, columns), plain=True)
    return (
        text if rng.random() < 0.93 else mutators.noise(rng, text.encode("utf-8", "replace")).decode("utf-8", "replace")
    )


def _use_table(text: str) -> Outcome:
    if not parsed(text) or not table.is_table(text):
        return "unread"
    kept = document.Document("t.csv", "0" * 64, text, "kazakhstan-2022")
    claims = table.read_table(kept, event="kazakhstan-2022")
    written_and_read(claims)
    for claim in claims:
        if not 0 <= (claim.start or 0) <= (claim.end or 0) <= len(text) + 1:
            raise Wrong("a span outside of the table")
    return "accepted"


def _make_review(rng: Random) -> tuple[str, Any]:
    (_, body), columns = claim_rows()
    some = rng.sample(body, 4)
    edits: Any = [
        {
            "claim_id": row["claim_id"],
            **{
                n: str(rng.choice(columns[n])) if rng.random() < 0.5 else mutators.value(rng, row[n])
                for n in rng.sample(review.EDITABLE, 2)
            },
        }
        for row in some
    ]
    if rng.random() < 0.2:
        edits = mutators.tree(rng, edits, {})
    return mutators.table(rng, claim_rows()[0][0], some, plain=True), edits


def _use_review(given: tuple[str, Any]) -> Outcome:
    text, edits = given
    try:
        claims = read_claims(text.removeprefix("\ufeff"), Path("claims.csv"))
    except FoedusError:
        return "unread"
    done = review.correct(claims, edits)
    written_and_read(done)
    merged, against = review.merge(claims, claims, done)
    if against or list(merged) != list(done):
        raise Wrong("a lone page's corrections are not merged as they are")
    if len(text) % 10 == 0:
        review._page(done, 0, {}, "nonce")
    return "accepted"


TARGETS = (
    Target("record", make_table(record_rows, 3), _use_record, 3.0),
    Target("record-add", _make_case, _use_case, 1.0),
    Target("claims", make_table(claim_rows, 6), _use_claims, 3.0),
    Target("reconcile", make_table(claim_rows, 14), _use_reconcile, 1.0),
    Target("table", _make_table, _use_table, 2.0),
    Target("review", _make_review, _use_review, 1.0),
)
