"""Whole files of calls: what is read, what is ignored, what is refused, and that long files need no more memory."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from foedus import forecast
from foedus.cli import run_cli
from foedus.errors import InputError
from foedus.forecast.call import COLUMNS
from foedus.forecast.table import read
from foedus.record.model import KNOWN_ONLY_AFTERWARDS
from foedus.record.reading import OWN

KEYS = {"case_id", "p_act", "interval", "ladder", "days", "contributors", "analogues"}


def rows(count: int) -> list[dict[str, str]]:
    with OWN.open(encoding="utf-8", newline="") as stream:
        return [row for row, _ in zip(csv.DictReader(stream), range(count), strict=False)]


def write(path: Path, header: list[str], content: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(content)
    return path


def predicted(path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[list[dict[str, object]], str]:
    assert run_cli(["forecast", "predict", str(path), "--json", *options]) == 0
    printed = capsys.readouterr()
    return json.loads(printed.out), printed.err


def test_each_call_gets_what_was_promised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found, said = predicted(write(tmp_path / "calls.csv", list(COLUMNS), rows(4)), capsys)
    assert len(found) == 4
    for one in found:
        assert set(one) >= KEYS
        assert len(one["ladder"]) == 5
        assert one["p_act"] == pytest.approx(sum(one["ladder"][3:]))
        assert one["interval"][0] <= one["p_act"] <= one["interval"][1]
        assert set(one["days"]) == {"q10", "q50", "q90"}
        assert len(one["analogues"]) == 3
    assert "ignored" not in said


def test_what_is_known_only_afterwards_changes_nothing_and_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = rows(3)
    bare, _ = predicted(write(tmp_path / "bare.csv", list(reversed(COLUMNS)), whole), capsys)
    turned = [
        row | {"acted": "1", "outcome": "force_deployed", "troops_deployed": "9", "my_note": "x"} for row in whole
    ]
    full, said = predicted(write(tmp_path / "full.csv", ["my_note", *whole[0]], turned), capsys)
    assert bare == full
    for name in KNOWN_ONLY_AFTERWARDS:
        assert name in said
    assert "no such columns: my_note" in said


def test_a_case_of_the_record_is_forecast_without_its_crisis_by_id_or_by_group(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = next(row for row in rows(200) if row["case_id"] == "kazakhstan-2022-january")
    by_group = known | {"case_id": "another-name"}
    by_id = known | {"group": ""}
    found, _ = predicted(write(tmp_path / "calls.csv", list(COLUMNS), [by_id, by_group]), capsys)
    held_out = forecast.case("kazakhstan-2022-january")
    assert found[0]["p_act"] == pytest.approx(held_out.p_act)
    for one in found:
        assert "kazakhstan-2022-january" not in [a["case_id"] for a in one["analogues"]]
    stranger, _ = predicted(write(tmp_path / "new.csv", list(COLUMNS), [by_group | {"group": "a new crisis"}]), capsys)
    assert "kazakhstan-2022-january" in [a["case_id"] for a in stranger[0]["analogues"]]


def test_empty_cells_and_an_unknown_organisation_are_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blank = dict.fromkeys(COLUMNS, "") | {"case_id": "blank"}
    stranger = blank | {"case_id": "stranger", "organisation": "unheard-of", "target_iso3": "MLI"}
    found, said = predicted(write(tmp_path / "calls.csv", list(COLUMNS), [blank, stranger]), capsys)
    assert all(0 < one["interval"][0] < one["interval"][1] < 1 for one in found)
    assert found[0]["interval"][1] - found[0]["interval"][0] > 0.5
    assert "'unheard-of': the forecast uses the pooled effect" in said


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("crisis_start", "2022-02-30", "no such day"),
        ("crisis_start", "soon", "not a date"),
        ("request_date", "2960", "outside 1900 to 2100"),
        ("trigger_kind", "riots", "not one of those allowed"),
        ("adversary_is_member", "maybe", "expected 0 or 1"),
        ("target_iso3", "Kazakhstn", "did you mean 'Kazakhstan'"),
        ("target_iso3", "KAX", "no state has the code"),
        ("target_cinc", "12", "at most 1"),
        ("target_cinc", "nan", "finite"),
        ("organisation", "C S T O", "does not have the required form"),
        ("case_id", "", "the text is empty"),
    ],
)
def test_a_wrong_cell_is_told_with_file_line_and_column(tmp_path: Path, column: str, value: str, said: str) -> None:
    content = rows(3)
    content[1][column] = value
    content[1]["request_made"] = "1"
    with pytest.raises(InputError, match=said) as error:
        read(write(tmp_path / "calls.csv", list(COLUMNS), content))
    assert "calls.csv:3" in str(error.value)
    assert f"key: {column}" in str(error.value) or column in str(error.value)


def test_bad_rows_can_be_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = rows(4)
    content[1]["trigger_kind"] = "riots"
    content[2]["case_id"] = content[0]["case_id"]
    path = write(tmp_path / "calls.csv", list(COLUMNS), content)
    assert run_cli(["forecast", "predict", str(path), "--json"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "also appears in line 2" in printed.err
    found, said = predicted(path, capsys, "--skip-bad")
    assert [one["case_id"] for one in found] == [content[0]["case_id"], content[3]["case_id"]]
    assert said.count("left out:") == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"case_id,organisation\n", "no call"),
        (b"organisation,target_iso3\nnato,USA\n", "column 'case_id' is missing"),
        (b"case_id,organisaton\na,nato\n", "did you mean 'organisation'"),
        (b"case_id,case_id,organisation\na,b,nato\n", "appears twice"),
        (b"case_id,organisation\na,nato,more\n", "more cells"),
        (b"case_id,organisation\n\xff\xfe,nato\n", "UTF-8"),
        (b'case_id,organisation\n"' + b"x" * 140_000 + b'",nato\n', "a cell is too long"),
    ],
)
def test_a_file_that_is_none_is_an_input_error(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "calls.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=said):
        read(path)
    with pytest.raises(InputError):
        read(tmp_path / "absent.csv")


def test_a_long_file_is_read_row_by_row(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8") as stream:
        stream.write("case_id,organisation,target_iso3,trigger_kind,request_made,adversary\n")
        for k in range(4000):
            stream.write(f"call-{k},csto,KGZ,coup,1,{'a long word ' * 20}\n")
    table = read(path)
    assert table.count == 4000
    tracemalloc.start()
    try:
        assert sum(1 for _ in table) == 4000
        assert tracemalloc.get_traced_memory()[1] < 1_000_000  # the file alone is as long
    finally:
        tracemalloc.stop()
