"""A state is found by every name that is in use for it, everywhere, and by the code that it had on a day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from foedus import crisis, record, treaties
from foedus.cli import run_cli
from foedus.csvfile import data_rows
from foedus.errors import InputError
from foedus.evidence.entities import mentions
from foedus.states import code_of, codes_on, convert, exists, known_codes, name_of, states_in
from foedus.states.codes import codes
from foedus.states.frames import read_rda
from foedus.states.names import every_name, key

ALIASES = [
    (code, name.strip())
    for line in (Path(__file__).parent / "aliases.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for code, _, names in [line.partition(": ")]
    for name in names.split(";")
]


def test_every_common_name_means_its_state() -> None:
    assert [(name, code_of(name)) for _, name in ALIASES] == [(name, code) for code, name in ALIASES]


@pytest.mark.parametrize("write", [str.upper, str.lower, str.casefold, lambda name: f"  {name} ", lambda n: f"The {n}"])
def test_case_spaces_and_articles_do_not_matter(write) -> None:
    long = [(code, name) for code, name in ALIASES if len(name) > 3]
    assert [(name, code_of(write(name))) for _, name in long] == [(name, code) for code, name in long]


def test_every_state_is_found_by_its_codes_and_its_own_name() -> None:
    for code in known_codes():
        assert code_of(code) == code_of(code.lower()) == code_of(name_of(code)) == code


def test_a_name_of_the_list_means_several_states_only_where_it_is_known_to() -> None:
    meant: dict[str, set[str]] = {}
    for name in every_name():
        if name.until is None:
            meant.setdefault(key(name.text), set()).add(name.iso3)
    assert {name for name, states in meant.items() if len(states) > 1} == {"korea", "islands virgin"}


@pytest.mark.parametrize(
    ("name", "day", "code"),
    [
        ("Soviet Union", "1980-01-01", "SUN"),
        ("Russia", "1980-01-01", "SUN"),
        ("Russia", "1992-01-01", "RUS"),
        ("Russia", "1914-08-01", "RUS"),
        ("Zaire", "1980-01-01", "COD"),
        ("Republic of the Congo", "1960-07-10", "COD"),
        ("Republic of the Congo", "1980-07-10", "COG"),
        ("Yugoslavia", "1999-03-24", "YUG"),
        ("Yugoslavia", "2005-01-01", "SCG"),
        ("East Germany", "1961-08-13", "DDR"),
        ("Germany", "1961-08-13", "DEU"),
        ("Rhodesia", "1970-01-01", "ZWE"),
        ("Upper Volta", "1974-01-01", "BFA"),
        ("Republic of China", "1937-07-07", "CHN"),
        ("Republic of China", "1955-01-01", "TWN"),
        ("Vietnam", "1980-01-01", "VNM"),
        ("South Vietnam", "1965-01-01", "VNM"),
        ("North Vietnam", "1965-01-01", "VDR"),
        ("Vietnam, Democratic Republic of", "1965-01-01", "VDR"),
        ("Vietnam, Democratic Republic of", "2015-01-01", "VNM"),
        ("Taiwan", "1955-01-01", "TWN"),
        ("Kosovo", "2010-01-01", "XKX"),
        ("CS", "1980-01-01", "CSK"),
        ("CS", "2004-01-01", "SCG"),
        ("BRD", "1980-01-01", "DEU"),
        ("UKR", "1980-01-01", "UKR"),
    ],
)
def test_a_name_means_whom_it_meant_on_the_day(name: str, day: str, code: str) -> None:
    assert code_of(name, day) == code


@pytest.mark.parametrize(
    ("state", "day", "told"),
    [
        ("KAZ", "1985-01-01", "from 1991-12-16"),
        ("Kazakhstan", "1985-01-01", "from 1991-12-16"),
        ("SSD", "2005-01-01", "from 2011-07-09"),
        ("DDR", "1995-01-01", "from 1949-10-05 to 1990-10-02"),
        ("XKX", "2000-01-01", "from 2008-02-17"),
        ("TWN", "1940-01-01", "from 1949-12-08"),
        ("IND", "1940-01-01", "from 1945-10-24"),
        ("DZA", "1955-01-01", "from 1962-07-05"),
        ("CZE", "1980-01-01", "did you mean 'CSK'"),
        ("Soviet Union", "2000-01-01", "did you mean 'RUS'"),
    ],
)
def test_a_state_before_or_after_its_time_is_refused_with_its_days(state: str, day: str, told: str) -> None:
    with pytest.raises(InputError, match=f"no state had the code '[A-Z]+' on {day}") as error:
        code_of(state, day)
    assert told in str(error.value)
    with pytest.raises(InputError, match=told):
        treaties.obligations(state, day, "kazakhstan-2022")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("Korea", "KOR .South Korea. or PRK"),
        ("Kazakhstn", "did you mean 'Kazakhstan'"),
        ("KAS", "did you mean .*'KAZ'"),
        ("Bavaria", "COW 245"),
        ("705", "foedus.states.convert"),
        ("", "no state has"),
        ("\0", "no state has"),
        ("The Republic of", "no state has"),
        ("Northern Ireland", "no state has"),
        ("Islamic State", "no state has"),
    ],
)
def test_a_name_that_is_no_states_or_of_several_is_refused(given: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        code_of(given)


def test_vietnam_was_two_states_until_1976() -> None:
    with pytest.raises(InputError, match="VNM .Vietnam. or VDR"):
        code_of("Vietnam", "1965-01-01")


def test_taiwan_and_kosovo_have_the_numbers_of_both_lists() -> None:
    for code, number in (("TWN", 713), ("XKX", 347)):
        assert convert(code, "iso3", "cow", "2015-01-01") == convert(code, "iso3", "gw", "2015-01-01") == number
        assert convert(number, "cow", "iso3", "2015-01-01") == code
        assert codes_on(code, dt.date(2015, 1, 1)) == {code}


def test_codes_are_converted_in_whatever_form_they_come() -> None:
    for code in (705, "705", 705.0, "705.0", np.int64(705), np.float32(705)):
        assert convert(code, "cow", "iso3", "2020-01-01") == "KAZ"
    for code in ("KAZ", "kaz", "Kazakhstan", "Republic of Kazakhstan"):
        assert convert(code, "iso3", "gw", "2020-01-01") == 705
    for code in (float("nan"), None, "", "x", 705.5, [705], float("inf")):
        for source in ("cow", "gw", "iso3"):
            with pytest.raises(InputError):
                convert(code, source, "iso3", "2020-01-01")
    with pytest.raises(InputError, match="unknown list of states"):
        convert("KAZ", "iso2", "cow", "2020-01-01")


def test_a_founding_member_of_the_united_nations_has_no_number_before_it_is_in_the_lists() -> None:
    assert exists("UKR", dt.date(1980, 1, 1))
    with pytest.raises(InputError, match="UKR has no cow code"):
        convert("UKR", "iso3", "cow", "1980-01-01")
    assert convert("UKR", "iso3", "cow", "1992-01-01") == 369


@pytest.mark.external_data
@pytest.mark.parametrize(("file", "number", "name"), [("cow", "ccode", "statenme"), ("gw", "gwcode", "statename")])
def test_every_name_of_the_lists_is_found_on_the_last_day_of_its_state(
    external_data: Path, file: str, number: str, name: str
) -> None:
    listed = read_rda(external_data / "states" / f"{file}_states.rda")
    nameless = {row.cow if file == "cow" else row.gw for row in codes() if row.iso3 is None}
    ends = ["endyear", "endmonth", "endday"] if file == "cow" else ["enddate"]
    for row in listed.to_dict("records"):
        last = (
            dt.date(*(int(row[end]) for end in ends))
            if file == "cow"
            else dt.date.fromisoformat(str(row[ends[0]])[:10])
        )
        if int(row[number]) in nameless or (row[name], last.year) == ("Yugoslavia", 2016):  # Serbia, by then
            continue
        assert convert(code_of(row[name], last), "iso3", file, last) == int(row[number]), row


# ---- the same door everywhere


def test_commands_take_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*arguments: str) -> str:
        assert run_cli(list(arguments)) == 0
        return capsys.readouterr().out

    assert said("allies", "Ivory Coast", "--on", "2010-01-01") == said("allies", "CIV", "--on", "2010-01-01")
    asked = ("--on", "2022-01-05", "--facts", "kazakhstan-2022")
    assert said("obligations", "Republic of Kazakhstan", *asked) == said("obligations", "KAZ", *asked)
    new = ("forecast", "new", "--organisation", "nato", "--trigger", "border_clash", "--on", "2020-01-01")
    assert said(*new, "--target", "Turkey") == said(*new, "--target", "TUR")


def test_texts_name_states_by_any_of_their_names() -> None:
    for text, state in (("Korea, North", "PRK"), ("Congo, Dem. Rep.", "COD"), ("Iran (Islamic Republic of)", "IRN")):
        (mention,) = states_in(text)
        assert mention.states == (state,)
        assert mention.meant
    assert not states_in("IS")  # no code of two letters counts in a text
    for name, state in (("Zaire", "COD"), ("East Timor", "TLS"), ("Republic of Korea", "KOR"), ("Upper Volta", "BFA")):
        assert [m.key for m in mentions(f"Police in {name} said that five people died.")] == [state]


def test_a_contingent_of_a_state_that_had_ended_is_refused(tmp_path: Path) -> None:
    text = (Path(crisis.__file__).parent / "scenarios" / "kyrgyzstan-2010" / "scenario.yaml").read_text(
        encoding="utf-8"
    )
    assert "state: RUS" in text
    for given, told in (("SUN", "no state had the code 'SUN' on 2010"), ("Russia", "")):
        shape = YAML(typ="safe").load(text.replace("state: RUS", f"state: {given}"))
        if told:
            with pytest.raises(ValidationError, match=told):
                crisis.Scenario.model_validate(shape)
        else:
            assert any(one.state == "RUS" for one in crisis.Scenario.model_validate(shape).contingents)


def test_files_take_names(tmp_path: Path) -> None:
    positions = tmp_path / "positions.yaml"
    positions.write_text(
        "proposal: go\non: 2022-01-06\npositions: {Russia: yes, Kyrgyz Republic: no, KAZ: yes}\ntarget: Kazakhstan\n"
    )
    found = treaties.council("csto", str(positions))
    assert (found.positions["RUS"], found.positions["KGZ"]) == ("yes", "no")
    positions.write_text("proposal: go\non: 2022-01-06\npositions: {Russia: yes, RUS: no}\n")
    with pytest.raises(InputError, match="'RUS' appears twice"):
        treaties.council("csto", str(positions))


def test_an_incident_of_a_state_that_did_not_exist_is_refused_with_line_and_key(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("name: a\ntitle: A\ntarget: South Sudan\ndate: 2005-01-01\nfacts: []\n")
    with pytest.raises(InputError, match="no state had the code 'SSD' on 2005-01-01") as error:
        treaties.load_incident(path)
    assert (error.value.line, error.value.key) == (3, "target")


def test_the_record_takes_names_and_writes_codes(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    row = record.cases()[0].model_dump(mode="json")
    cells = next(data_rows("foedus.record", record.reading.OWN.name))
    cells |= {"case_id": "my-case-2020", "target_iso3": name_of(row["target_iso3"])}
    case = record.add(path, cells)
    assert case.target_iso3 == row["target_iso3"]
    assert cells["target_iso3"] not in path.read_text(encoding="utf-8").splitlines()[1].split(",")
    assert record.cases(path) == (case,)


# ---- a name in a file means whom it meant on the file's day


def _incident(path: Path, target: str, day: str) -> treaties.Incident:
    path.write_text(f"name: a\ntitle: A\ntarget: {target}\ndate: {day}\nfacts: []\n", encoding="utf-8")
    return treaties.load_incident(path)


def test_the_target_of_an_incident_is_the_state_that_its_name_meant(tmp_path: Path) -> None:
    for name, day, code in (
        ("Russia", "1980-01-01", "SUN"), ("Russia", "2000-01-01", "RUS"), ("Yugoslavia", "1999-03-24", "YUG"),
        ("Republic of the Congo", "1960-07-10", "COD"), ("Republic of China", "1937-07-07", "CHN"),
    ):  # fmt: skip
        assert _incident(tmp_path / "mine.yaml", name, day).target == code
        assert treaties.Incident(name="a", title="A", target=name, date=day, facts=()).target == code
    with pytest.raises(InputError, match="several states are called 'Vietnam' on 1965-01-01") as error:
        _incident(tmp_path / "mine.yaml", "Vietnam", "1965-01-01")
    assert "VNM (Vietnam) or VDR" in str(error.value)
    assert (error.value.line, error.value.key) == (3, "target")
    with pytest.raises(InputError, match="date"):
        _incident(tmp_path / "mine.yaml", "Russia", "soon")


def test_positions_are_those_of_the_states_that_the_names_meant(tmp_path: Path) -> None:
    path, others = tmp_path / "positions.yaml", "CHN, FRA, GBR, USA, BGD, DDR, JAM, MEX, NER, NOR, PHL, PRT, TUN, ZMB"

    def counted(russia: str, day: str, on: str | None = None) -> dict[str, str]:
        said = f"{others.replace(',', ': yes,')}: yes, {russia}: no"
        path.write_text(f"proposal: go\n{day}\npositions: {{{said}}}\n", encoding="utf-8")
        return treaties.council("un-charter-1945", str(path), on).positions

    assert counted("Russia", "on: 1980-01-15")["SUN"] == "no"
    assert counted("Russia", "", "1980-01-15")["SUN"] == "no"
    assert counted("Russia", "on: 2000-01-15", "1980-01-15")["SUN"] == "no"  # the caller's day counts
    with pytest.raises(InputError, match="RUS has no vote in .* on 1980-01-15") as error:
        counted("RUS", "on: 1980-01-15")
    assert "on 1980-01-15 its code was SUN" in str(error.value)
    with pytest.raises(InputError, match="several states are called 'Vietnam' on 1965-01-15") as error:
        counted("Vietnam", "on: 1965-01-15")
    assert "VDR" in str(error.value)


def test_the_target_of_a_scenario_is_the_state_that_its_name_meant() -> None:
    folder = Path(crisis.__file__).parent / "scenarios" / "kyrgyzstan-2010" / "scenario.yaml"
    shape = YAML(typ="safe").load(folder.read_text(encoding="utf-8").replace("state: RUS", "state: Russian Federation"))
    assert any(one.state == "RUS" for one in crisis.Scenario.model_validate(shape).contingents)
    shape["target"] = "South Sudan"  # a year too early
    with pytest.raises(ValidationError, match="no state had the code 'SSD' on 2010"):
        crisis.Scenario.model_validate(shape)


def test_a_case_of_the_record_names_the_state_that_its_name_meant(tmp_path: Path) -> None:
    cells = next(data_rows("foedus.record", record.reading.OWN.name))
    cells |= {"case_id": "my-case-1980", "target_iso3": "Russia", "request_date": "", "first_arrival_date": ""}
    cells |= {"crisis_start": "1980-01-01", "mission_end_date": "", "decision_date": "", "alternatives": ""}
    assert record.Case.model_validate(cells | {"days_request_to_arrival": ""}).target_iso3 == "SUN"


# ---- from one list to another


@pytest.mark.parametrize(
    ("code", "source", "day", "told"),
    [
        (245, "cow", "2000-01-01", "until 1871-01-18"),
        (511, "gw", "2000-01-01", "from 1963-12-19 to 1964-04-26"),
        (300, "cow", "1920-01-01", "until 1918-11-13"),
        (265, "cow", "1995-01-01", "from 1949-10-05 to 1990-10-02"),
        (771, "gw", "1971-06-01", "from 1971-12-16"),
        (10**400, "cow", "2000-01-01", "a cow code is a number"),
        ("Vietnam", "iso3", "1965-01-01", "VNM (Vietnam) or VDR"),
        ("HKG", "iso3", "2000-01-01", "Hong Kong is a territory, in neither list"),
        ("MNE", "iso3", "2004-01-01", "did you mean 'SCG', of which it was a part?"),
        ("KAZ", "iso3", "1985-01-01", "did you mean 'SUN', of which it was a part?"),
    ],
)
def test_a_number_or_name_without_a_state_on_the_day_is_refused_with_its_days(
    code: str | int, source: str, day: str, told: str
) -> None:
    with pytest.raises(InputError) as error:
        convert(code, source, "gw", day)
    assert told in str(error.value)


def test_a_name_is_converted_as_of_the_day() -> None:
    with pytest.raises(InputError, match="a number of thousands of digits"):
        convert(10**5000, "gw", "iso3", "2000-01-01")
    assert convert("Russia", "iso3", "cow", "1980-01-01") == 365
    assert convert("Yugoslavia", "iso3", "cow", "2004-01-01") == 345


@pytest.mark.parametrize(("code", "last"), [("TLS", "2002-05-19"), ("GNB", "1974-09-09"), ("BGD", "1971-12-15")])
def test_a_state_that_was_proclaimed_before_the_lists_have_it_has_no_number_yet(code: str, last: str) -> None:
    first = dt.date.fromisoformat(last) + dt.timedelta(days=1)
    assert exists(code, first - dt.timedelta(days=1))
    for system in ("cow", "gw"):
        with pytest.raises(InputError, match=f"a day on which it has one: from {first}"):
            convert(code, "iso3", system, last)
        assert convert(convert(code, "iso3", system, first), system, "iso3", first) == code


@pytest.mark.external_data
def test_no_number_holds_after_both_lists_end_it(external_data: Path) -> None:
    ends: dict[int, dt.date] = {}
    for file, number, column in (("cow", "ccode", "endyear"), ("gw", "gwcode", "enddate")):
        for row in read_rda(external_data / "states" / f"{file}_states.rda").to_dict("records"):
            year = int(str(row[column])[:4])
            ends[int(row[number])] = max(ends.get(int(row[number]), dt.date.min), dt.date(year, 12, 31))
    for row in codes():
        if row.iso3 is None:
            assert row.until is not None, row
            assert row.until <= ends[row.gw or row.cow or 0] + dt.timedelta(days=1), row


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Republic of Myanmar", "MMR"), ("Russian Fed.", "RUS"), ("Kirgizia", "KGZ"), ("Faeroes", "FRO"),
        ("Republic of Tanganyika", "TZA"), ("ANT", "ANT"), ("Netherlands Antilles", "ANT"), ("KOS", "XKX"),
        ("UVK", "XKX"), ("ROM", "ROU"), ("TMP", "TLS"), ("Myanmar (formerly Burma)", "MMR"),
        ("Eswatini (formerly Swaziland)", "SWZ"), ("Benin, formerly Dahomey", "BEN"), ("Sri Lanka (ex-Ceylon)", "LKA"),
        ("Aruba[1]", "ABW"), ("Aruba 1/", "ABW"), ("Aruba\u00b9", "ABW"), ("Aruba (1)", "ABW"), ("Aruba*", "ABW"),
        ("Iran (Islamic Republic of)\u00b2", "IRN"), ("Serbia [a]", "SRB"), ("France a/", "FRA"), ("Cyprus 2), 3)", "CYP"),
    ],
)  # fmt: skip
def test_names_as_tables_of_organisations_have_them(name: str, code: str) -> None:
    assert code_of(name) == code


def test_what_stands_for_nothing_suggests_nothing() -> None:
    for nothing in (None, float("nan"), "", "nan", "None", "null"):
        with pytest.raises(InputError) as error:
            code_of(nothing)
        assert "did you mean" not in str(error.value)
