"""A table of figures that somebody collected becomes claims with their cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from foedus.errors import InputError
from foedus.evidence import Claim, check_locators, extract_files
from foedus.evidence.table import load_table

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "date_reported,quantity,place,value_low,value_high,reporter,wording,source,note\n"


def table(tmp_path: Path, *rows: str) -> list[Claim]:
    path = tmp_path / "figures.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n")
    return load_table(path, event="kazakhstan-2022")[1]


def test_a_row_becomes_a_claim_with_its_cell_and_its_hedge(tmp_path: Path) -> None:
    (claim,) = table(tmp_path, '2031-03-14 am,detained,national,200,200,"Police, Port Selm",about 200,news,')
    assert (claim.quantity, claim.low, claim.high, claim.place) == ("detained", 190, 210, "Kazakhstan")
    assert (claim.speaker, claim.publisher, str(claim.as_of)) == ("Police, Port Selm", "news", "2031-03-14")
    assert check_locators([claim], [tmp_path / "figures.csv"])[0].state == "ok"


@pytest.mark.parametrize(
    ("row", "field", "value"),
    [
        ("2022-01-09,dead_all,national,164,164,x,164,s,called a technical error later", "status", "retracted"),
        ("2022-01-06,csto_contingent,ARM,70,70,x,70,s,", "subject", "ARM"),
        ("2022-01-06,csto_troops,Kazakhstan,3600,3600,x,3600 in the roster,s,", "qualifier", "on the roster"),
        ("2022-01-15,participants,Almaty 4-5 Jan,5000,5000,x,5000,s,", "place", "Almaty"),
        ("2022,participants,places,48,88,x,48 cities,s,", "quantity", "places"),
        ("2022-08,dead_all,national,238,238,x,238,s,", "high", 238),
        ("2022-01-07,csto_troops,national,,2500,x,up to 2500,s,", "low", None),
    ],
)
def test_what_rows_say_in_passing_is_kept(tmp_path: Path, row: str, field: str, value: object) -> None:
    (claim,) = table(tmp_path, row)
    assert getattr(claim, field) == value


def test_rows_without_a_value_make_no_claim(tmp_path: Path) -> None:
    assert table(tmp_path, "2022-01-06,dead,Almaty,,,police,dozens,s,no number", "") == []


@pytest.mark.parametrize(
    ("row", "words", "key"),
    [
        ("2022-01-06,deaad,Almaty,1,1,x,1,s,", "unknown quantity 'deaad'", "quantity"),
        ("2022-01-06,dead,Almaty,many,1,x,1,s,", "a value cannot be used", "value_low"),
        ("2022-01-06,dead,Almaty,-1,1,x,1,s,", "a value cannot be used", "value_low"),
        ("2022-01-06,dead,Almaty,1,nan,x,1,s,", "a value cannot be used", "value_high"),
        ("2022-01-06,dead,Almaty,1,1e300,x,1,s,", "a number from 0 to 10,000,000,000", "value_high"),
        ("2022-01-06,dead,Almaty,3,2,x,1,s,", "low is above high", "value_low"),
        ('2022-01-06,dead,Almaty,1,"9,5",x,1,s,', "a value cannot be used", "value_high"),
        ("soon,dead,Almaty,1,1,x,1,s,", "not a date", "date_reported"),
        ("2022-13-01,dead,Almaty,1,1,x,1,s,", "no such day", "date_reported"),
    ],
)
def test_a_wrong_row_is_named_with_its_line_and_column(tmp_path: Path, row: str, words: str, key: str) -> None:
    with pytest.raises(InputError, match=words) as error:
        table(tmp_path, '2022-01-06,dead,Almaty,1,1,x,"in two\nlines",s,', "", row)
    assert (error.value.line, error.value.key) == (5, key)
    assert error.value.cure


@pytest.mark.parametrize("written", ["2,500", "2,500.0", "2500"])
def test_commas_between_groups_of_digits_are_read(tmp_path: Path, written: str) -> None:
    (claim,) = table(tmp_path, f'2022-01-06,detained,Almaty,"{written}","{written}",x,,s,')
    assert (claim.low, claim.high) == (2500, 2500)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_table_with_other_separators_is_read(tmp_path: Path, separator: str) -> None:
    file = tmp_path / "figures.csv"
    cells = ["2022-01-06", "detained", "Almaty", "250", "300", "police, city", '"a ""word"""', "s", ""]
    file.write_text(HEAD.replace(",", separator) + separator.join(cells) + "\n", encoding="utf-8")
    ((_, (claim,)),) = extract_files([file], event="kazakhstan-2022")
    assert (claim.low, claim.high, claim.speaker) == (250, 300, "police, city")
    assert check_locators([claim], [file])[0].state == "ok"
    if separator == ";":
        file.write_text(file.read_text().replace("250", "2,500"))
        with pytest.raises(InputError, match="read in two ways") as caught:
            load_table(file)
        assert (caught.value.line, caught.value.key, caught.value.found) == (2, "value_low", "2,500")


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("before", [b"", b"sep=%s\r\n", b"\n  \n", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("separator", [b",", b";", b"\t"])
def test_a_table_is_read_whichever_program_saved_it(
    tmp_path: Path, separator: bytes, before: bytes, end: bytes
) -> None:
    file = tmp_path / "figures.csv"
    rows = [b"quantity,value,reporter,note", b"dead,1,'=x,", b'"dead","2",x,"a\nb"', b"", b'dead,"3",x,', b",,,"]
    file.write_bytes(before.replace(b"%s", separator) + end.join(rows).replace(b",", separator) + end)
    claims = load_table(file)[1]
    assert [(claim.low, claim.paragraph) for claim in claims] == [(1, 1), (2, 2), (3, 3)]
    assert [claim.speaker for claim in claims] == ["=x", "x", "x"]
    assert [check.state for check in check_locators(claims, [file])] == ["ok"] * 3


@pytest.mark.parametrize(
    ("row", "said"), [("dead,1,234,x", "more cells"), ("dead,1", "fewer cells"), ("dead,1,x,,", "more cells")]
)
def test_a_row_with_another_number_of_cells_than_the_header_is_refused(tmp_path: Path, row: str, said: str) -> None:
    file = tmp_path / "figures.csv"
    file.write_text(f"quantity,value,reporter\ndead,1,x\n{row}\n", encoding="utf-8")
    with pytest.raises(InputError, match=said) as caught:
        load_table(file)
    assert (caught.value.file, caught.value.line) == (str(file), 3)
    assert caught.value.cure


@pytest.mark.parametrize("header", ["quantity,value,value,reporter", "quantity,value,Value,reporter"])
def test_a_column_that_stands_twice_is_refused(tmp_path: Path, header: str) -> None:
    file = tmp_path / "figures.csv"
    file.write_text(f"{header}\ndead,1,2,x\n", encoding="utf-8")
    with pytest.raises(InputError, match="column 'value' appears twice"):
        load_table(file)


@pytest.mark.external_data
def test_every_row_with_a_value_of_the_collected_figures_is_read(figures: Path) -> None:
    ((_, claims),) = extract_files([figures], event="kazakhstan-2022")
    assert len(claims) == 73  # of 75 rows, two give no number
    assert {claim.document for claim in claims} == {claims[0].document}
    assert all(check.state == "ok" for check in check_locators(claims, [figures]))
