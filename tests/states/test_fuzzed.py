"""What the fuzzer found in the frames of a study; each was a traceback."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pandas as pd
import pytest

from foedus import states, treaties
from foedus.errors import FoedusWarning, InputError

ODD = [None, "1990", 1990.5, float("nan"), float("inf"), [1990], "soon"]


@pytest.mark.parametrize("year", ODD)
def test_a_year_that_is_not_a_whole_number_is_refused(year: Any) -> None:
    for call in (states.dyad_years, states.state_years, treaties.panel):
        for years in ((year, 1995), (1990, year)):
            with pytest.raises(InputError, match="is not a year"):
                call(*years)
    with pytest.raises(InputError, match="is not a year"):
        states.members(through=year)


def test_a_year_far_ahead_is_refused() -> None:
    for year in (2201, 10**5, 10**400, 10**5000):
        with pytest.raises(InputError, match="too far ahead"):
            states.members(through=year)


@pytest.mark.parametrize("number", [10**400, 10**5000, -(10**5000)], ids=["hundreds", "thousands", "negative"])
def test_a_number_of_hundreds_of_digits_is_told_as_any_other(number: int) -> None:
    with pytest.raises(InputError, match="a cow code is a number"):
        states.convert(number, "cow", "iso3", "2000-01-01")
    with pytest.raises(InputError, match="no year or date"):
        treaties.join(pd.DataFrame({"code1": [2], "code2": [375], "year": [number]}))
    with pytest.warns(FoedusWarning, match="no state has"):
        joined = treaties.join(pd.DataFrame({"code1": [2, number], "code2": [375, 375], "year": [2023, 2023]}))
    assert joined["defence"].isna().tolist() == [False, True]
    with pytest.raises(InputError, match="outside what the treaty library covers"):
        treaties.panel(1990, number)


@pytest.mark.external_data
@pytest.mark.skipif("FOEDUS_DATA" not in os.environ, reason="FOEDUS_DATA is not set")
def test_years_of_numpy_are_as_good_as_pythons() -> None:
    assert states.dyad_years(np.int64(1990), np.int16(1991)).equals(states.dyad_years(1990, 1991))
    assert states.members(through=2200)["end"].max().year == 2200


def test_a_mention_by_a_code_that_some_files_use_means_a_state_of_the_list() -> None:
    for words, iso3 in (("BUR", "MMR"), ("Bur", "MMR"), ("BRD and ZAR", "DEU"), ("RHO", "ZWE")):
        assert states.states_in(words)[0].states == (iso3,)
