"""Columns of states and years are recognised, in whatever form their cells come, and no row is lost or added."""

from __future__ import annotations

import datetime as dt
import math
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foedus import treaties
from foedus.errors import FoedusWarning, InputError
from foedus.states.columns import read_states, read_years, recognised
from foedus.treaties.panels import KINDS

ADDED = [*KINDS, "treaties", "protected"]


def joined(frame: pd.DataFrame, *args: object) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FoedusWarning)
        return treaties.join(frame, *args)


@pytest.mark.parametrize(
    ("columns", "found", "system"),
    [
        ("code1 code2 year", "code1 code2 year", "cow"),
        ("ccode1 ccode2 year", "ccode1 ccode2 year", "cow"),
        ("ccodea ccodeb year", "ccodea ccodeb year", "cow"),
        ("x ccode year", "ccode year", "cow"),
        ("cowcode year", "cowcode year", "cow"),
        ("gwcode1 gwcode2 year", "gwcode1 gwcode2 year", "gw"),
        ("gwno_a gwno_b year", "gwno_a gwno_b year", "gw"),
        ("gwno_a year", "gwno_a year", "gw"),
        ("gwno date", "gwno date", "gw"),
        ("gwcode day", "gwcode day", "gw"),
        ("iso3 year", "iso3 year", "iso3"),
        ("iso3c year", "iso3c year", "iso3"),
        ("iso3n year", "iso3n year", "iso3n"),
        ("iso2c year", "iso2c year", "iso3"),
        ("iso_a2 year", "iso_a2 year", "iso3"),
        ("iso_a3 year", "iso_a3 year", "iso3"),
        ("iso_a3_1 iso_a3_2 year", "iso_a3_1 iso_a3_2 year", "iso3"),
        ("state1 state2 year", "state1 state2 year", "iso3"),
        ("state year", "state year", "iso3"),
        ("country year", "country year", "iso3"),
        ("statenme stateabb ccode year", "ccode year", "cow"),
        ("stateabb year", "stateabb year", "cow_abbreviation"),
        ("StateNme Year", "StateNme Year", "iso3"),
        ("ccode ccode1 ccode2 year", "ccode1 ccode2 year", "cow"),
    ],
)
def test_the_usual_columns_are_recognised(columns: str, found: str, system: str) -> None:
    assert recognised(columns.split()) == (tuple(found.split()), system)


def test_a_frame_without_them_is_told_what_would_be() -> None:
    for columns in (["a", "b"], ["ccode1", "ccode2"], ["year"], [], [1, 2]):
        with pytest.raises(InputError, match="no columns of states and years") as error:
            treaties.join(pd.DataFrame(columns=columns))
        assert "gwcode" in str(error.value)
    with pytest.raises(InputError, match="unknown kind of codes 'un'"):
        treaties.join(pd.DataFrame(columns=["ccode", "year"]), "un")


FINLAND_AND_USA = [
    ("ccode1 ccode2", 375, 2), ("ccode1 ccode2", "375", "2.0"), ("ccode1 ccode2", 375.0, np.float32(2)),
    ("gwcode1 gwcode2", 375, " 2 "), ("iso3a iso3b", "FIN", "usa"), ("iso3n1 iso3n2", 246, "840"),
    ("stateabb1 stateabb2", "FIN", "USA"), ("country1 country2", "Finland", "United States of America"),
    ("state1 state2", "Republic of Finland", "USA"),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "finland", "america"), FINLAND_AND_USA)
@pytest.mark.parametrize("year", [2023, "2023", 2023.0, dt.date(2023, 7, 1), "2023-07-01", pd.Timestamp(2023, 7, 1)])
def test_a_cell_means_the_same_in_every_form(columns: str, finland: object, america: object, year: object) -> None:
    frame = pd.DataFrame([[finland, america, year]], columns=[*columns.split(), "year"])
    assert treaties.join(frame)["defence"].tolist() == [1]


@pytest.mark.parametrize("gap", [None, float("nan"), pd.NA, pd.NaT, "", " ", "NaN", "NA", ".", -9, "-9"])
@pytest.mark.parametrize("form", [object, None])
def test_a_missing_code_gives_a_missing_row_in_its_place(gap: object, form: object) -> None:
    frame = pd.DataFrame({"ccode1": [375, gap, "375"], "ccode2": [2, 2, gap], "year": [2023, 2023, 2023]}, dtype=form)
    out = treaties.join(frame)
    assert out["defence"].isna().tolist() == [False, True, True]
    assert out[ADDED].iloc[1:].isna().all(axis=None)
    pd.testing.assert_frame_equal(out[frame.columns.tolist()], frame)


def test_a_missing_year_gives_a_missing_row_and_a_wrong_one_an_error() -> None:
    frame = pd.DataFrame({"ccode": [375, 375], "year": [2023, None]})
    assert treaties.join(frame)["defence"].isna().tolist() == [False, True]
    for wrong in ("soon", 2022.5, 0, -1, 10**9, math.inf, "2022-13-01", True):
        with pytest.raises(InputError, match="column 'year' holds something that is no year or date"):
            treaties.join(pd.DataFrame({"ccode": [375], "year": pd.Series([wrong], dtype=object)}))


def test_a_code_of_no_state_is_told_and_its_row_stays() -> None:
    frame = pd.DataFrame({"ccode": [9999, 375, "abc"], "year": [2023] * 3})
    with pytest.warns(FoedusWarning, match="column 'ccode': no state has 9999, 'abc'; their rows are missing"):
        out = treaties.join(frame)
    assert out["defence"].isna().tolist() == [True, False, True]
    with pytest.warns(FoedusWarning, match="'Atlantis'"):
        treaties.join(pd.DataFrame({"country": ["Atlantis"], "year": [2023]}))


def test_a_column_that_appears_twice_or_holds_lists_is_refused() -> None:
    frame = pd.DataFrame([[375, 375, 2023]], columns=["ccode", "ccode", "year"])
    with pytest.raises(InputError, match="column 'ccode' appears twice"):
        treaties.join(frame)
    with pytest.raises(InputError, match="neither text nor numbers"):
        treaties.join(pd.DataFrame({"ccode": [[375]], "year": [2023]}))


def test_names_and_abbreviations_mean_the_state_of_the_year() -> None:
    frame = pd.DataFrame(
        {"statenme": ["Russia", "Russia", "Yugoslavia", "East Germany"], "year": [1970, 2020, 1970, 1970]}
    )
    with_codes = pd.DataFrame({"ccode": [365, 365, 345, 265], "year": frame["year"]})
    abbreviated = pd.DataFrame({"stateabb": ["RUS", "RUS", "YUG", "GDR"], "year": frame["year"]})
    for other in (frame, abbreviated):
        assert treaties.join(other)["defence"].tolist() == treaties.join(with_codes)["defence"].tolist()
    swiss = pd.DataFrame({"stateabb": ["SWZ", "AUS"], "year": [2020, 2020]})  # Switzerland and Austria there
    assert treaties.join(swiss).attrs["without_treaty"] == ["CHE"]


cells = st.sampled_from(
    [2, 2.0, "2", "2.0", 365, "365", 713, 347, 816, 9999, -9, 0, None, math.nan, pd.NA, "", "USA", "Kosovo", "Korea",
     "Viet Nam", math.inf, True, 10**30, "\0", "nan"]
)  # fmt: skip
whens = st.sampled_from(
    [1800, 1950, 1965, 1991, 2006, 2023, "2023", 2023.0, "1999-05-01", dt.date(1999, 5, 1), None, "", 2300]
)


@settings(max_examples=60)
@given(
    rows=st.lists(st.tuples(cells, cells, whens), max_size=12),
    names=st.sampled_from(
        [
            x.split()
            for x in ("ccode1 ccode2", "gwcode1 gwcode2", "country1 country2", "iso3n1 iso3n2", "stateabb1 stateabb2")
        ]
    ),
    labels=st.permutations(range(12)),
)
def test_joining_keeps_every_row_in_its_place_whatever_its_cells_hold(rows, names, labels) -> None:
    frame = pd.DataFrame(rows, columns=[*names, "date"], index=labels[: len(rows)], dtype=object)
    before = frame.copy()
    out = joined(frame)
    pd.testing.assert_frame_equal(out[frame.columns.tolist()], before)
    pd.testing.assert_frame_equal(frame, before)
    gone = [pd.isna(one) or pd.isna(two) or pd.isna(when) for one, two, when in rows]
    assert out.loc[np.array(gone, dtype=bool), ADDED].isna().all(axis=None)
    single = joined(frame, None, (names[0], "date"))
    assert len(single) == len(frame)
    assert list(single.index) == list(frame.index)


def test_reading_a_column_says_which_rows_share_a_state() -> None:
    found = read_states(pd.Series([2, "2", None, "2.0", 365], name="ccode", dtype=object), "cow")
    assert found.which.tolist() == [0, 0, -1, 0, 1]
    assert found.states == [2, 365]
    assert read_years(pd.Series(["2020-01-01", 2020, None], dtype=object)).tolist() == [2020, 2020, 0]


@pytest.mark.parametrize(
    ("code", "year", "days"),
    [
        ("RUS", 1980, "until 1922-12-29, or from 1991-12-26"),
        ("SUN", 2000, "from 1922-12-30 to 1991-12-25"),
        ("XKX", 2005, "from 2008-02-17"),
    ],
)
def test_a_code_that_no_state_had_in_the_year_is_missing_and_told_with_its_days(
    code: str, year: int, days: str
) -> None:
    with pytest.warns(FoedusWarning, match=f"'{code}' means a state {days}; its rows of other years are missing"):
        found = treaties.join(pd.DataFrame({"iso3": [code, "FRA"], "year": year}))
    assert found["defence"].isna().tolist() == [True, False]
    with pytest.warns(FoedusWarning, match="245 means a state until 1871-01-18"):
        treaties.join(pd.DataFrame({"ccode": [245], "year": [year]}))


def test_na_is_missing_and_told_once_where_codes_have_two_letters() -> None:
    with pytest.warns(FoedusWarning, match="NA in it counts as missing; Namibia is NAM") as told:
        found = treaties.join(pd.DataFrame({"iso2c": ["FR", "NA", "DE", "NA"], "year": 2000}))
    assert len(told) == 1
    assert found["defence"].isna().tolist() == [False, True, False, True]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        treaties.join(pd.DataFrame({"iso3c": ["FRA", "NA", "DEU"], "year": 2000}))


def test_minus_nine_is_no_year() -> None:
    years = pd.Series([-9, "-9", -9.0, 2000, -999], name="year", dtype=object)
    assert read_years(years).tolist() == [0, 0, 0, 2000, 0]


@pytest.mark.parametrize("cell", [10**400, 10**5000, "9" * 5000, 1e300, -(10**400)], ids=range(5))
def test_a_huge_number_is_no_state(cell: object) -> None:
    for column in ("ccode", "iso3n", "country", "stateabb"):
        found = joined(pd.DataFrame({column: pd.Series([cell, None], dtype=object), "year": 2000}))
        assert found["defence"].isna().all()
