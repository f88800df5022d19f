"""Adding a case to a file of one's own: checked, appended, and nothing lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from foedus import record
from foedus.cli import run_cli
from foedus.errors import InputError
from foedus.record.reading import COLUMNS, OWN

ROW = {
    "case_id": "somewhere-2021", "organisation": "csto", "target_iso3": "KGZ", "crisis_start": "2021-04-28",
    "trigger_kind": "border_clash", "adversary": "TJK", "adversary_is_member": "1", "request_made": "0",
    "request_kind": "none", "organ": "Council", "decision_rule": "consensus", "outcome": "not_requested", "acted": "0",
    "confidence": "low", "sources": "test", "group": "somewhere-2021",
}  # fmt: skip


def words(row: dict[str, str]) -> list[str]:
    return [part for name, value in row.items() for part in ("--set", f"{name}={value}")]


def test_a_new_file_is_begun_and_a_second_case_is_appended(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    record.add(file, ROW)
    first = file.read_bytes()
    record.add(file, ROW | {"case_id": "somewhere-2022"})
    assert file.read_bytes().startswith(first)
    assert [case.case_id for case in record.cases(file)] == ["somewhere-2021", "somewhere-2022"]


def test_other_columns_order_and_line_ends_of_the_file_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    header = ["my_note", *reversed([name for name in COLUMNS if name != "alternatives"])]
    row = ROW | {"my_note": "keep, me", "case_id": "older-2020"}
    cells = [f'"{row.get(name, "")}"' for name in header]
    file.write_bytes((",".join(header) + "\r\n" + ",".join(cells)).encode())  # no line end at the end
    before = file.read_bytes()
    record.add(file, ROW)
    assert file.read_bytes().startswith(before + b"\r\n")
    assert len(record.cases(file)) == 2
    assert record.extra_columns(file) == ("my_note",)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"crisis_start": "2021-02-30"}, "no such day"),
        ({"trigger_kind": "riot"}, "not one of those allowed"),
        ({"target_iso3": "KAX"}, "no state has the code"),
        ({"acted": "1", "outcome": "force_deployed"}, "says who came"),
        ({"request_date": "2021-04-28"}, "yet request_made is 0"),
        ({"troops_deployed": "500"}, "yet troops_deployed is 500"),
        ({"crisis_start": "3021"}, "outside 1900 to today"),
        ({"mission_end_date": "2020"}, "ended before the crisis began"),
        ({"sources": ""}, "at least one entry"),
    ],
)
def test_a_row_that_cannot_be_is_explained_and_nothing_is_written(
    tmp_path: Path, change: dict[str, str], said: str
) -> None:
    file = tmp_path / "mine.csv"
    with pytest.raises(InputError, match=said):
        record.add(file, ROW | change)
    assert not file.exists()


def test_days_that_contradict_the_dates_are_found(tmp_path: Path) -> None:
    row = ROW | {
        "request_made": "1", "request_kind": "military", "request_date": "2021-04-28", "acted": "1",
        "outcome": "force_deployed", "contributors_iso3": "RUS;KAZ", "first_arrival_date": "2021-05-02",
        "days_request_to_arrival": "9",
    }  # fmt: skip
    with pytest.raises(InputError, match="4 days apart"):
        record.add(tmp_path / "mine.csv", row)
    assert record.add(tmp_path / "mine.csv", row | {"days_request_to_arrival": "4"}).ladder == 4


def test_a_case_id_that_stands_already_and_foeduss_own_file_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    record.add(file, ROW)
    with pytest.raises(InputError, match="is already in the file"):
        record.add(file, ROW)
    with pytest.raises(InputError, match="comes with Foedus"):
        record.add(OWN, ROW)


def test_a_file_that_is_not_in_order_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    record.add(file, ROW)
    broken = file.read_text(encoding="utf-8").replace("border_clash", "riot")
    file.write_text(broken, encoding="utf-8")
    with pytest.raises(InputError, match="trigger_kind"):
        record.add(file, ROW | {"case_id": "another-2021"})
    assert file.read_text(encoding="utf-8") == broken


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_an_input_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot be written"):
        record.add(tmp_path / "mine.csv", ROW)


def test_the_command_adds_asks_and_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mine.csv"
    assert run_cli(["record", "add", str(file), "--set", "case_id=x"]) == 2
    assert "--ask" in capsys.readouterr().err
    assert run_cli(["record", "add", str(file), *words(ROW)]) == 0
    assert run_cli(["record", "add", str(file), "--set", "triger_kind=coup"]) == 2
    assert "trigger_kind" in capsys.readouterr().err
    import io

    order = [ROW.get(name, "") if name != "case_id" else "asked-2021" for name in COLUMNS]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(order) + "\n"))
    assert run_cli(["record", "add", str(file), "--ask"]) == 0
    assert [case.case_id for case in record.cases(file)] == ["somewhere-2021", "asked-2021"]
    assert run_cli(["record", "check", str(file)]) == 0
    assert "2 cases" in capsys.readouterr().out


def test_check_tells_every_problem_of_every_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.csv"
    record.add(file, ROW)
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text + text.splitlines()[1].replace("border_clash", "riot").replace("KGZ", "KAX") + "\n", encoding="utf-8"
    )
    empty = tmp_path / "empty.csv"
    empty.write_text("", encoding="utf-8")
    assert run_cli(["record", "check", str(file), str(empty)]) == 2
    said = capsys.readouterr().err
    assert "mine.csv:3" in said
    assert "key: trigger_kind" in said
    assert "key: target_iso3" in said
    assert "the file is empty" in said


def test_rows_that_are_added_at_once_all_stand_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    program = "import json, sys; from foedus import record; record.add(sys.argv[1], json.loads(sys.argv[2]))"
    jobs = [
        subprocess.Popen([sys.executable, "-c", program, str(file), json.dumps(ROW | {"case_id": f"t-{n}-2021"})])
        for n in range(4)
    ]
    assert [job.wait(60) for job in jobs] == [0, 0, 0, 0]
    assert {case.case_id for case in record.cases(file)} == {f"t-{n}-2021" for n in range(4)}
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]


@pytest.mark.parametrize("odd", ["a\rb", "a\u2028b", "a\x85b\x0bc", 'a "b", c'])
def test_a_note_of_any_characters_is_read_back(tmp_path: Path, odd: str) -> None:
    file = tmp_path / "mine.csv"
    record.add(file, ROW | {"notes": odd})
    record.add(file, ROW | {"case_id": "another-2021"})
    assert [case.notes for case in record.cases(file)] == [odd, ""]


def test_a_note_that_csv_cannot_hold_is_refused_and_the_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    record.add(file, ROW)
    before = file.read_bytes()
    with pytest.raises(InputError, match="too long"):
        record.add(file, ROW | {"case_id": "another-2021", "notes": "x" * 200_000})
    assert file.read_bytes() == before


def test_a_file_that_excel_saved_is_added_to(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    record.add(file, ROW)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    record.add(file, ROW | {"case_id": "another-2021"})
    assert file.read_bytes().startswith(b"\xef\xbb\xbfcase_id")
    assert len(record.cases(file)) == 2


@pytest.mark.parametrize("column", ["case_id", "notes", "organisation"])
def test_a_cell_with_half_a_character_is_refused(column: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="half a character") as error:
        record.add(tmp_path / "mine.csv", ROW | {column: "x\udcff"})
    assert error.value.key == column
    assert not list(tmp_path.iterdir())
