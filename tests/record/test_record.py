"""The record: what it counts, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foedus import record
from foedus.errors import InputError
from foedus.record.reading import OWN, withdrawn
from foedus.treaties import incident_names, load_incident


def test_counts_of_the_published_record() -> None:
    everyone = record.cases()
    assert len(everyone) == 126
    assert sum(case.is_organisation for case in everyone) == 86
    comparators = [case for case in everyone if not case.is_organisation]
    assert round(100 * sum(case.acted for case in comparators) / len(comparators)) == 75


def test_acted_is_exactly_the_upper_two_levels_of_the_ladder() -> None:
    assert all(case.acted == (case.ladder >= 3) for case in record.cases())


@pytest.mark.parametrize(
    ("case_id", "level"),
    [("kazakhstan-2022-january", 4), ("tonga-2006-riots", 3), ("hungary-1956", 2), ("kyrgyzstan-2010-osh", 0)],
)
def test_ladder_levels_decided_by_hand(case_id: str, level: int) -> None:
    assert record.find(case_id, record.cases()).ladder == level


def test_one_rule_holds_for_all_rows_of_organisations() -> None:
    """Force of two members or more; no request that came after the decision on it."""
    for case in record.cases():
        if case.is_organisation and case.acted:
            assert len({*case.contributors_iso3, case.lead_state_iso3} - {None}) >= 2, case.case_id
        if case.request_date and case.decision_date:
            assert case.request_date.earliest <= case.decision_date.latest, case.case_id


@pytest.mark.parametrize(
    ("case_id", "column", "value"),
    [
        ("poland-2014-crimea", "trigger_kind", "other"),
        ("georgia-1994-abkhazia-cis-pkf", "acted", False),
        ("czechoslovakia-1968", "request_made", False),
        ("palestine-1948", "request_made", True),
        ("guatemala-1954", "request_made", False),
        ("guatemala-1954", "outcome", "consultation_only"),
        ("tonga-2006-riots", "organisation", "bilateral"),
        ("chad-1981-oau", "request_date", None),
        ("goa-1961-portugal-uk", "lead_state_iso3", None),
    ],
)
def test_corrected_labels_say_why_in_their_row(case_id: str, column: str, value: object) -> None:
    case = record.find(case_id, record.cases())
    assert getattr(case, column) == value
    assert "Corrected: " in case.notes


def test_a_withdrawn_case_is_told_with_its_reason() -> None:
    for case_id, why in withdrawn().items():
        assert case_id not in {case.case_id for case in record.cases()}
        with pytest.raises(InputError, match="was withdrawn: ") as error:
            record.find(case_id, record.cases())
        assert why in str(error.value)


def test_incident_files_of_the_law_agree_with_the_record_on_requests() -> None:
    names = set(incident_names())
    for case in record.cases():
        if case.case_id in names and not case.request_made:
            facts = load_incident(case.case_id).facts
            assert not [f for f in facts if f.fact == "request.assistance" and str(f.value) == "yes"], case.case_id
    assert "attack by a state" not in load_incident("poland-2014-crimea").title


def test_titles_are_for_readers() -> None:
    titles = {case.case_id: case.title for case in record.cases()}
    assert titles["kyrgyzstan-2010-osh"] == "Kyrgyzstan 2010 (Osh)"
    assert titles["kyrgyzstan-2010-april-bakiyev"] == "Kyrgyzstan 2010 (April Bakiyev)"
    assert titles["bahrain-2011"] == "Bahrain 2011"
    assert not [title for title in titles.values() if "(Un" in title or "(Eu" in title]


def test_what_the_press_calls_refusals_of_2020_were_never_asked() -> None:
    for case_id in ("belarus-2020-election-protests", "armenia-2020-karabakh-war"):
        case = record.find(case_id, record.cases())
        assert not case.request_made
        assert case.alternatives


def test_the_frame_keeps_every_case_and_both_ends_of_a_date() -> None:
    frame = record.load()
    assert len(frame) == 126
    row = frame.set_index("case_id").loc["kyrgyzstan-1999-batken"]
    assert str(row["crisis_start_from"].date()) == "1999-08-01"
    assert str(row["crisis_start_to"].date()) == "1999-08-31"


def broken(tmp_path: Path, old: str, new: str) -> Path:
    text = OWN.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "record.csv"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "word", "column"),
    [
        ("KAZ,2022-01-02", "KAZ,2022-13-02", "no such day", "crisis_start"),
        ("KAZ,2022-01-02,domestic_unrest", "KAZ,2022-01-02,unrest", "not one of those allowed", "trigger_kind"),
        ("2022-01-05,military", "2022-01-05,none", "disagree", None),
        ("2030,2022-01-06,1", "2030,2021-01-06,1", "before it was asked", None),
        ("csto,CST art. 4 (with art. 2)", "csto,CST, art. 4", "more cells", None),
        ("kazakhstan-2022-january,csto", "belarus-2020-election-protests,csto", "also appears in line", None),
    ],
)
def test_a_wrong_row_is_explained_in_words(tmp_path: Path, old: str, new: str, word: str, column: str | None) -> None:
    with pytest.raises(InputError, match=word) as error:
        record.cases(broken(tmp_path, old, new))
    if column:
        assert f"key: {column}" in str(error.value)
        assert "record.csv:" in str(error.value)


def test_a_missing_or_misspelt_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean 'organisation'"):
        record.cases(broken(tmp_path, "case_id,organisation", "case_id,organization"))


@settings(max_examples=60)
@given(st.binary(max_size=200))
def test_no_file_makes_the_reader_crash(data: bytes) -> None:
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        Path(file.name).write_bytes(data)
        with pytest.raises(InputError):
            record.cases(file.name)
