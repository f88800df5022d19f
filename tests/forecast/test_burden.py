"""Who takes part: capability as published, shares that add up, better than the pooled rate on unseen crises."""

import json

import numpy as np
import pytest

from foedus import record
from foedus.cli import run_cli
from foedus.errors import InputError
from foedus.forecast import burden, new_call
from foedus.forecast.burdenscore import burden_skill
from foedus.forecast.eligible import candidates, excluded
from foedus.record.capability import nearness, shares

KAZAKHSTAN = record.find("kazakhstan-2022-january", record.cases())


def test_russia_holds_87_per_cent_of_the_six_members_capability():
    csto = shares("csto", 2022)
    assert set(csto) == {"ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK"}
    assert csto["RUS"] == pytest.approx(0.87, abs=0.005)
    assert sum(csto.values()) == pytest.approx(1, abs=1e-3)


@pytest.mark.external_data
def test_the_table_is_what_the_capability_data_say(external_data):
    from foedus.states import convert
    from foedus.states.frames import read_rda

    table = read_rda(external_data / "states" / "cow_nmc.rda")
    year = table[table["year"] == 2010].set_index("ccode")["cinc"]
    for organisation in ("nato", "ecowas", "gcc"):
        own = {state: year[convert(state, "iso3", "cow", "2010-12-31")] for state in shares(organisation, 2010)}
        for state, share in shares(organisation, 2010).items():
            assert share == pytest.approx(own[state] / sum(own.values()), rel=1e-3)


def test_neighbours_are_neighbours_either_way_round():
    assert nearness("KAZ", "RUS") == nearness("RUS", "KAZ") == "border"
    assert nearness("KAZ", "ARM") == "near"
    assert nearness("PRT", "TUR") == "far"
    assert nearness("DEU", "ITA") == "near"  # they had a border from 1938 to 1945, in no organisation of the record
    assert shares("nato", 1970)["DEU"] == pytest.approx(0.1065)  # one code before and after unification


def test_an_organisation_without_a_list_of_members_is_named_or_left_out():
    with pytest.raises(InputError, match="did you mean 'csto'"):
        shares("cst", 2022)
    assert burden.contributors(KAZAKHSTAN.model_copy(update={"organisation": "nobody"})) == ()


def test_the_state_in_trouble_is_not_among_its_helpers():
    found = burden.contributors(KAZAKHSTAN)
    assert {member.state for member in found} == {"ARM", "BLR", "KGZ", "RUS", "TJK"}
    assert found[0].state == "RUS"
    assert next(member for member in found if member.state == "KGZ").hurdle.startswith("Parliament")


def chosen(**changed: object) -> tuple[set[str], dict[str, str]]:
    """Return who could help in a call, and who could not and why."""
    call, _ = new_call(**{"on": "2023-08-10", "request": True} | changed)
    return set(candidates(call)), {member.state: member.reason for member in excluded(call)}


def test_the_attacker_never_joins_the_defence():
    kuwait = record.find("kuwait-1961-al", record.cases())
    assert "IRQ" not in {member.state for member in burden.contributors(kuwait)}
    assert {member.state: member.reason for member in excluded(kuwait)} == {"IRQ": "named as an adversary"}
    for adversary in ("RUS", "rus", "Russia", "Wagner; RUS", "exiles backed by RUS", "Wagner, Russia"):
        helpers, out = chosen(organisation="csto", target="ARM", trigger="interstate_attack", adversary=adversary)
        assert helpers == {"BLR", "KAZ", "KGZ", "TJK"}
        assert set(out) == {"RUS"}


def test_no_case_of_the_record_has_its_adversary_or_a_suspended_member_among_the_helpers():
    for case in record.cases():
        out = {member.state for member in excluded(case)}
        assert not out & {member.state for member in burden.contributors(case)}
        assert not out & set(case.contributors_iso3), "an excluded member came"
        assert not candidates(case) or sum(c.share for c in burden.contributors(case)) > 0


@pytest.mark.parametrize(
    ("organisation", "target", "on", "out"),
    [
        ("ecowas", "NER", "2023-08-10", {"BFA", "GIN", "MLI"}),
        ("ecowas", "BEN", "2021-05-29", set()),
        ("ecowas", "BEN", "2021-05-30", {"MLI"}),
        ("ecowas", "BEN", "2026-03-01", {"BFA", "MLI", "NER", "GNB"}),  # three left, one is suspended
        ("arab-league", "YEM", "2015-03-26", {"SYR"}),
        ("oas", "HTI", "2004-02-26", {"CUB"}),
        ("pif", "SLB", "2010-01-01", {"FJI"}),
        ("csto", "KAZ", "2022-01-05", set()),
        ("csto", "KAZ", "2025-01-05", {"ARM"}),  # its participation is frozen
        ("anzus", "AUS", "1999-09-04", set()),  # suspended between two members only
    ],
)
def test_suspended_members_and_those_that_left_are_named_and_do_not_help(organisation, target, on, out):
    helpers, reasons = chosen(organisation=organisation, target=target, trigger="coup", on=on)
    assert set(reasons) == out
    assert not helpers & out
    assert all(
        why.startswith(("suspended since ", "participation frozen since ", "left on ")) for why in reasons.values()
    )


def test_who_was_left_out_is_told_in_json(capsys):
    assert run_cli(["forecast", "contributors", "kuwait-1961-al", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["contributors_excluded"] == [{"state": "IRQ", "reason": "named as an adversary"}]
    args = [
        "--organisation",
        "ecowas",
        "--target",
        "NER",
        "--trigger",
        "coup",
        "--on",
        "2023-08-10",
        "--request",
        "yes",
    ]
    assert run_cli(["forecast", "new", *args, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert {row["state"] for row in data["contributors_excluded"]} == {"BFA", "GIN", "MLI"}
    assert not {row["state"] for row in data["contributors"]} & {"BFA", "GIN", "MLI", "NER"}
    assert run_cli(["forecast", "new", *args]) == 0
    assert "left out: MLI, suspended since 2021-05-30" in capsys.readouterr().out


def test_shares_of_those_who_take_part_add_up_to_one():
    rng = np.random.default_rng(1)
    share, taking = burden.simulate(rng.random((50, 6)), rng.random((50, 6)) + 0.1)
    np.testing.assert_allclose(share.sum(axis=1), 1)
    assert (share[~taking] == 0).all()
    nobody, _ = burden.simulate(np.zeros((50, 3)), np.ones((50, 3)))
    np.testing.assert_allclose(nobody.sum(axis=1), 1)


def test_the_weight_of_capability_is_found_in_simulated_leads():
    """Leads drawn in proportion to capability squared give a gamma near 2; the prior pulls it towards 1."""
    rng = np.random.default_rng(2)
    cases = []
    pool = [case for case in burden.rows(record.cases()) if burden.led(case)]
    for k in range(300):
        case = pool[k % len(pool)]
        states = burden.led(case)[0]
        weight = np.array([shares(case.organisation, case.crisis_start.earliest.year)[s] ** 2 for s in states])
        leader = states[rng.choice(len(states), p=weight / weight.sum())]
        cases.append(case.model_copy(update={"lead_state_iso3": leader}))
    gamma, delta = burden.lead_weights(cases)
    assert gamma.mean() == pytest.approx(2, abs=0.35)
    assert abs(delta.mean()) < 0.6


def test_held_out_participation_beats_the_pooled_rate_and_capability_alone():
    skill = burden_skill()
    assert skill.brier < skill.brier_capability < skill.brier_pooled
    assert skill.lead_log_score < skill.lead_log_score_equal


def test_a_crisis_is_not_among_the_rows_of_its_own_forecast():
    changed = [
        c.model_copy(update={"contributors_iso3": ("TJK", "KGZ")}) if c is KAZAKHSTAN else c for c in record.cases()
    ]
    fits = [burden.fit([c for c in rows if c.group != KAZAKHSTAN.group]) for rows in (record.cases(), changed)]
    np.testing.assert_array_equal(fits[0].fitted.slopes, fits[1].fitted.slopes)


def test_capability_and_a_border_raise_taking_part_beyond_doubt():
    found = {row["predictor"]: row["interval"] for row in burden.effects()}
    assert found["log_share"][0] > 0
    assert found["border"][0] > 0
    assert found["parliament"][0] < 0 < found["parliament"][1]  # one organisation's cases cannot tell
