"""CSV files are read whichever program saved them, say what is wrong with them and where, and are read back as written."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import Field

from foedus import record
from foedus.csvfile import MOST_CELL, csv_line, csv_text, sheet
from foedus.csvmodel import Form, read_models
from foedus.errors import InputError
from foedus.evidence import Claim, load_claims, write_claims
from foedus.faults import _FORMS
from foedus.forecast.table import read as read_calls
from foedus.models import Count, Frozen, Share, Slug, Text
from foedus.record.reading import OWN
from foedus.textfile import opened, read_text

CELLS = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    [
        "=1+1",
        "'=1",
        "''@x",
        "-3.5",
        "+06:00",
        "-",
        "'",
        "\t=x",
        "\r=x",
        " =x",
        "\u2028",
        "\x85",
        "\r",
        "\n",
        '"',
        "\0",
        "＝1",
    ]
)


class Row(Frozen):
    name: Text
    share: Share | None = None
    count: Count = 0
    note: str = ""


FORM = Form(Row, "row", "name", tuple(Row.model_fields), ("name",))


def cells_of(text: str) -> list[list[str]]:
    return [list(row.values()) for _, row in sheet(text).rows if isinstance(row, dict)]


def read(text: str) -> list[Row]:
    return read_models(FORM, text, Path("rows.csv"))


def refused(text: str | bytes, tmp_path: Path) -> InputError:
    file = tmp_path / "rows.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError) as caught:
        read_models(FORM, read_text(file), file)
    assert caught.value.file == str(file)
    assert caught.value.cure
    return caught.value


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=4))
@example([["'=1", "=1"], ["", ""]])
def test_every_text_is_read_back_as_it_was_written(rows: list[list[str]]) -> None:
    assert cells_of(csv_text([["a", "b"], *rows])) == rows


@given(st.lists(CELLS, min_size=2, max_size=2), st.sampled_from(",;\t"))
def test_no_cell_begins_as_a_formula_and_numbers_stay(cells: list[str], separator: str) -> None:
    written = next(csv.reader(io.StringIO(csv_line(cells, "\r\n", separator), newline=""), delimiter=separator))
    for cell, shown in zip(cells, written, strict=True):
        bare = shown.lstrip("\t\r\n ")
        assert bare[:1] not in "=@+-\t\r" or not bare or bare in {"-3.5", "+06:00"} or is_number(bare)
        assert shown.replace("'", "") == cell.replace("'", "")


def is_number(text: str) -> bool:
    try:
        return bool(text.strip("+-")) and float(text) is not None
    except ValueError:
        return False


@pytest.mark.parametrize(
    "cell", ["-3.5", "+4", "-.5", "1e-7", "-2E+10", "+06:00", "-0330", "2022-01-05", "a=b", "x@y.org"]
)
def test_what_is_no_formula_is_written_as_it_is(cell: str) -> None:
    assert csv_line([cell, "x"]) == f"{cell},x\n"


@pytest.mark.parametrize(
    "cell", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\ta", "\r1", "  =1", "＝1", "--1", "-x"]
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(cell: str) -> None:
    assert next(csv.reader(io.StringIO(csv_line([cell, "x"]), newline="")))[0] == f"'{cell}"


def test_files_without_the_apostrophe_are_read_as_they_are() -> None:
    assert cells_of("a,b\n=1+1,'tis\n-x,''\n") == [["=1+1", "'tis"], ["-x", "''"]]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_file_is_read_whichever_program_saved_it(tmp_path: Path, separator: str, mark: bytes, end: str) -> None:
    rows = [["note", "name", "share"], ["a, b; c\td", "x", "0.5"], ["two\u2028lines\x85and\x0bmore", "y", ""]]
    file = tmp_path / "rows.csv"
    file.write_bytes(mark + "".join(csv_line(row, end, separator) for row in rows).encode())
    found = read_models(FORM, read_text(file), file)
    assert [(row.note, row.name, row.share) for row in found] == [(rows[1][0], "x", 0.5), (rows[2][0], "y", None)]
    with opened(file) as stream:
        assert [row for _, row in sheet(stream, file, FORM.known).rows] == [
            dict(zip(rows[0], r, strict=True)) for r in rows[1:]
        ]


def test_the_line_in_which_excel_names_the_separator_is_obeyed() -> None:
    assert read("sep=;\nname;note\nx;a,b\n")[0].note == "a,b"
    assert read("\ufeffname\nx\n")[0].name == "x"
    with pytest.raises(InputError) as caught:
        read("sep=;\n\nname;note\n\nx;a;b\n")
    assert caught.value.line == 5


def test_columns_without_a_name_may_be_there_while_they_are_empty(tmp_path: Path) -> None:
    assert read("name,note,,\nx,a,,\n")[0].note == "a"
    assert "without a name" in str(refused("name,note,\nx,a,b\n", tmp_path))


@pytest.mark.parametrize(
    ("text", "line", "key", "said"),
    [
        ("", None, None, "the file is empty"),
        ("\n \n", None, None, "the file is empty"),
        ("name,share,name\nx,1,y\n", 1, "name", "column 'name' appears twice"),
        ("\n\nshare,count\n1,2\n", 3, "name", "column 'name' is missing"),
        ("name|share\nx|1\n", 1, "name", "separate columns by commas, semicolons or tabs"),
        ("name,SHARE\nx,1\n", 1, "SHARE", "rename it to 'share'"),
        ("Name,share\nx,1\n", 1, "Name", "rename it to 'name'"),
        ("name,shre\nx,1\n", 1, "shre", "did you mean 'share'?"),
        ("name,share\nx,1,2\n", 2, None, "found: 3 cells"),
        ("name,share\n\n\nx\n", 4, None, "found: 1 cells"),
        ('name,note\n"x\ny",ok\nz,"a\nb\nc\n', 4, None, "is not closed"),
        ('name,note\nx,"a"b\n', 2, None, "text follows a closing quotation mark"),
        ('name,note\nx,"' + "y" * MOST_CELL + 'y"\n', 2, None, "a cell is too long"),
        ('name,count\n"x\ny",1\nz,-3\n', 4, "count", "row 'z': the number is too small"),
        ("name;share\nx;0,5\n", 2, "share", "write a decimal point: 0.5"),
        ("name,share\nx,1\ny,nan\n", 3, "share", "a finite number"),
        ("name,x" + "y" * MOST_CELL + "\nx,1\n", 1, None, "a cell is too long"),
        ("name\nx\ny\nx\n", 4, "name", "name 'x' also appears in line 2"),
        ("name,share\nx,1\n".encode("utf-16"), 1, None, "UTF-16"),
        ("name,share\nx,1\n".encode("utf-16-le"), 1, None, "UTF-16"),
        (b"name,note\r\nx,a\r\ny,caf\xe9\r\n", 3, None, "byte 0xe9, which is 'é' in Windows-1252"),
        (b"\0" * 5000, 1, None, "NUL"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, text: str | bytes, line: int | None, key: str | None, said: str
) -> None:
    if not str(text).strip():
        with pytest.raises(InputError, match=said):
            read(str(text))
        return
    fault = refused(text, tmp_path)
    assert (fault.line, fault.key) == (line, key)
    assert said in str(fault)


def test_several_faults_are_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        read("name,count\n" + "x,-1\n" * 12)
    assert [fault.line for fault in (caught.value, *caught.value.more)] == list(range(2, 14))
    assert str(caught.value).count("rows.csv:") == 10
    assert str(caught.value).endswith("... and 2 more")


def test_a_file_read_as_it_comes_tells_the_line_that_is_not_utf8(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    good = b"".join(b"case-%d,csto\n" % n for n in range(3000))
    file.write_bytes(b"case_id,organisation\n" + good + b"caf\xe9,csto\n")
    with pytest.raises(InputError) as caught:
        read_calls(file)
    assert caught.value.line == 3002
    file.write_text("case_id,organisation\n", encoding="utf-16")
    with pytest.raises(InputError, match="UTF-16"):
        read_calls(file)


@pytest.mark.parametrize("cell", ["x" * MOST_CELL, "\ud800"])
def test_what_a_file_cannot_hold_is_not_written(cell: str) -> None:
    with pytest.raises(InputError):
        csv_line([cell])


@given(
    st.lists(st.lists(st.text('a ",;\n\u2028=', max_size=5), min_size=2, max_size=2), min_size=1, max_size=4),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "sep=%s\r\n", "\n \n"]),
)
def test_spans_point_to_the_cells_that_the_reader_gives(
    rows: list[list[str]], separator: str, end: str, before: str
) -> None:
    text = before.replace("%s", separator) + "".join(csv_line(row, end, separator) for row in [["a", "b"], *rows])
    plain = list(sheet(text, known=("a", "b")).rows)
    assert [(line, row) for line, row, _ in sheet(text, known=("a", "b")).located] == plain
    assert [list(row.values()) for _, row in plain] == rows
    for _, row, places in sheet(text, known=("a", "b")).located:
        assert list(places) == ["a", "b"]
        for name, (first, last) in places.items():
            written = next(csv.reader(io.StringIO(f'"{text[first:last]}"', newline="")), [""])[0]
            assert written.replace("'", "") == row[name]


@given(
    st.lists(st.lists(CELLS | st.text("a \",;\t\n='-1", max_size=8), min_size=2, max_size=2), min_size=1, max_size=3)
)
@example([["a;=1", 'b;"=1'], ["x, -y\n=2", "' =1"]])
def test_no_other_separator_makes_a_formula_of_a_part_and_all_reads_back(rows: list[list[str]]) -> None:
    for separator in ",;\t":
        text = "".join(csv_line(row, "\n", separator) for row in [["a", "b"], *rows])
        assert [list(row.values()) for _, row in sheet(text, known=("a", "b")).rows] == rows
        for other in ",;\t":
            for row in csv.reader(io.StringIO(text.replace("\r", "\n"), newline=""), delimiter=other):
                for cell in row:
                    bare = cell.strip(" ")
                    assert bare[:1] not in set("=@+-") or re.match(r"[+-](\d|\.\d|\s*$)", bare)  # a number stays one


@pytest.mark.parametrize("end", [",,\n", ",,", "\n  \n,,\n", "\x1a", ",,\n\x1a", "  \n\x1a\x1a"])
def test_an_end_of_separators_spaces_or_ctrl_z_is_no_row(end: str) -> None:
    assert [row.name for row in read("name,share,note\nx,1,a\n" + end)] == ["x"]
    assert [row.note for row in read("name,share,note\nx,1,a\x1a")] == ["a"]


def test_a_row_of_separators_between_others_is_told() -> None:
    with pytest.raises(InputError) as caught:
        read("name,share,note\nx,1,a\n,,\ny,1,b\n")
    assert caught.value.line == 3


CLAIM = Claim(
    claim_id="a-1", document="0" * 64, title="t", publisher="p", paragraph=1, event="e", quantity="dead", low=3, high=3
)


@given(CELLS, CELLS)
def test_a_claim_is_read_back_whatever_its_words(speaker: str, note: str) -> None:
    from foedus.evidence.model import read_claims

    claim = CLAIM.model_copy(update={"speaker": speaker, "note": note})
    assert read_claims(write_claims([claim]), Path("claims.csv")) == [claim]


def own_rows() -> list[list[str]]:
    return list(csv.reader(io.StringIO(OWN.read_bytes().decode(), newline="")))


def test_claims_and_records_saved_with_semicolons_are_read(tmp_path: Path) -> None:
    claims, cases = tmp_path / "claims.csv", tmp_path / "record.csv"
    rows = [list(row) for row in csv.reader(io.StringIO(write_claims([CLAIM]), newline=""))]
    claims.write_text("".join(csv_line(row, "\r\n", ";") for row in rows), encoding="utf-8-sig", newline="")
    assert load_claims(claims) == [CLAIM]
    own = own_rows()
    cases.write_text("".join(csv_line(row, "\r\n", "\t") for row in own), encoding="utf-8", newline="")
    assert record.cases(cases) == record.cases()


def test_a_case_is_added_in_the_form_that_the_file_has(tmp_path: Path) -> None:
    file = tmp_path / "record.csv"
    own = own_rows()
    file.write_text("".join(csv_line(row, "\r\n", ";") for row in own[:3]), encoding="utf-8-sig", newline="")
    values = dict(zip(own[0], own[3], strict=True))
    added = record.add(file, values | {"notes": "=1; @x"})
    assert record.cases(file)[-1] == added
    assert added.notes == "=1; @x"
    assert file.read_bytes().count(b"\r\n") == 4
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("before", ["sep=|\r", "\r"])
def test_a_case_is_added_in_the_form_of_old_programs(tmp_path: Path, before: str) -> None:
    file = tmp_path / "record.csv"
    own = own_rows()
    separator = before[4:5] or ","
    begun = before + "".join(csv_line(row, "\r", separator) for row in own[:3])
    file.write_bytes(f"{begun}\x1a".encode())
    record.add(file, dict(zip(own[0], own[3], strict=True)) | {"notes": "a|b, c"})
    assert record.cases(file)[-1].notes == "a|b, c"
    written = file.read_bytes().decode()
    assert written.startswith(begun)
    assert "\n" not in written


class Named(Frozen):
    name: Slug


@pytest.mark.parametrize(
    ("found", "cure"), [("C S T O", "write 'c-s-t-o'"), ("a--b_c", "write 'a-b-c'"), ("?", "such as")]
)
def test_a_name_of_another_form_is_told_with_an_example_and_its_cure(found: str, cure: str) -> None:
    with pytest.raises(InputError) as caught:
        read_models(Form(Named, "row", "name", ("name",), ("name",)), f"name\n{found}\n", Path("rows.csv"))
    assert caught.value.expected == "small letters and digits with single hyphens between, such as kazakhstan-2022"
    assert cure in str(caught.value.cure)


def test_every_pattern_of_a_model_is_told_in_words() -> None:
    for file in (Path(__file__).parents[1] / "src" / "foedus").rglob("*.py"):
        for found in re.findall(r'pattern=r?"([^"]+)"', file.read_text(encoding="utf-8")):
            assert found in _FORMS, f"{file}: {found}"


class Two(Frozen):
    name: Text
    size: Annotated[float, Field(gt=0)]


def test_an_empty_cell_that_is_needed_is_told() -> None:
    form = Form(Two, "row", "name", ("name", "size"), ("name", "size"))
    with pytest.raises(InputError) as caught:
        read_models(form, "name,size\nx,\n", Path("rows.csv"))
    assert (caught.value.line, caught.value.key, caught.value.found) == (2, "size", "''")
