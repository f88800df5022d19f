"""The report shows what five models make of the council, where members' positions are on file."""

import pytest

from foedus.crisis import load_scenario
from foedus.report import decision


@pytest.mark.parametrize(
    ("scenario", "passing", "pivotal"), [("kazakhstan-2022", 5, "KGZ"), ("kyrgyzstan-2010", 0, "UZB")]
)
def test_the_report_says_which_models_pass_the_decision_and_who_is_pivotal(scenario, passing, pivotal):
    council = decision.section(load_scenario(scenario), None)["council"]
    assert [model["model"] for model in council["models"]] == [
        "compromise",
        "median",
        "nash",
        "expected-utility",
        "condorcet",
    ]
    assert sum(model["p_pass"] >= 0.5 for model in council["models"]) == passing
    assert all(model["pivotal"][0]["state"] == pivotal for model in council["models"])
    assert all(member["source"] and member["state_name"] for member in council["members"])


def test_a_scenario_without_positions_on_file_has_no_council():
    assert decision.section(load_scenario("bahrain-2011"), None)["council"] is None
