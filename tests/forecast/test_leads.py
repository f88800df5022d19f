"""The leading states' shares of world capability: made by a script, not typed."""

from __future__ import annotations

import csv
import runpy
from importlib import resources
from pathlib import Path

import pytest

from foedus.forecast.organisations import organisations

SCRIPT = runpy.run_path(str(Path(__file__).parents[2] / "scripts" / "derive_members.py"))


@pytest.mark.external_data
def test_shares_of_the_leading_states_are_what_the_script_makes_of_the_source(external_data: Path) -> None:
    made = SCRIPT["tables"](external_data)["forecast/leads.csv"]
    text = resources.files("foedus.forecast").joinpath("leads.csv").read_text(encoding="utf-8")
    assert [[str(cell) for cell in line] for line in made] == list(csv.reader(text.splitlines()))


def test_the_leading_states_that_the_script_names_are_those_of_the_organisations() -> None:
    assert set(SCRIPT["LEADS"].split()) == {state for one in organisations().values() for state, _ in one.leads}
