"""Properties of the library as a whole, on random facts, days, frames and deeds."""

from __future__ import annotations

import datetime as dt
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foedus import states, treaties
from foedus.errors import FoedusWarning, InputError
from foedus.states.codes import codes
from foedus.treaties import Fact, Incident, Truth, bound_on, library, obligations, vocabulary
from foedus.treaties.panels import KINDS

TREATIES = list(library().values())
FACTS = sorted(vocabulary().facts)
settled = st.sampled_from([Truth.YES, Truth.NO])
days = st.dates(dt.date(1946, 1, 1), dt.date(2026, 12, 31))
answers = st.dictionaries(st.sampled_from(FACTS), settled, max_size=12)
parties = st.sampled_from([(treaty, party.state) for treaty in TREATIES for party in treaty.parties])


def incident(target: str, day: dt.date, values: dict[str, Truth]) -> Incident:
    facts = [Fact(fact=f, value=v, basis="observed", known_from=day, source="drawn") for f, v in values.items()]
    return Incident(name="drawn", title="Drawn", target=target, date=day, facts=tuple(facts))


def ask(treaty: str, state: str, day: dt.date, values: dict[str, Truth]) -> dict[str, object]:
    try:
        found = obligations(state, day, incident(state, day, values), treaty=treaty)
    except InputError:  # the state did not have this code that day
        return {}
    return {finding.provision.id: finding for finding in found.findings}


@settings(max_examples=150)
@given(parties, days, answers, st.sampled_from(FACTS), settled)
def test_a_fact_learnt_never_unsettles_a_finding_or_a_duty(who, day, values, learnt, value) -> None:
    treaty, state = who
    before = ask(treaty.id, state, day, {f: v for f, v in values.items() if f != learnt})
    after = ask(treaty.id, state, day, {**values, learnt: value})
    for name, finding in before.items():
        if learnt in finding.presuming:  # what it presumes may turn out otherwise, and it says so
            continue
        for reading, truth in finding.readings.items():
            assert truth is Truth.UNKNOWN or after[name].readings[reading] is truth
        for old, new in zip(finding.duties, after[name].duties, strict=True):
            assert old.owed is Truth.UNKNOWN or new.owed is old.owed


@settings(max_examples=150)
@given(parties, days, answers)
def test_uncertain_membership_never_yields_yes(who, day, values) -> None:
    treaty, state = who
    everything = dict.fromkeys(FACTS, Truth.YES) | {"unsc.acted": Truth.NO} | values
    if bound_on(treaty, state, day) is Truth.UNKNOWN and not treaty.protects(state):
        assert all(finding.status is not Truth.YES for finding in ask(treaty.id, state, day, everything).values())
    for finding in ask(treaty.id, state, day, everything).values():
        for duty in finding.duties:
            if len(duty.bearer) == 3 and bound_on(treaty, duty.bearer, day) is Truth.UNKNOWN:
                assert duty.owed is not Truth.YES


@settings(max_examples=150)
@given(parties, days, answers)
def test_what_could_still_change_the_answer_can_and_nothing_else(who, day, values) -> None:
    treaty, state = who
    if bound_on(treaty, state, day) is not Truth.YES:
        return
    for name, finding in ask(treaty.id, state, day, values).items():
        if finding.status is not Truth.UNKNOWN or finding.bound is not Truth.YES:  # no fact settles a suspended claim
            continue
        assert finding.could_change
        settled = {*finding.could_change, *finding.presuming, *values}  # what it presumes may turn out otherwise
        rest = [fact for fact in FACTS if fact not in settled]
        blind = ask(treaty.id, state, day, values | dict.fromkeys(rest, Truth.NO))
        assert blind[name].status is Truth.UNKNOWN  # the others, even all together, do not settle it


@given(parties)
def test_the_ends_of_an_interval_bracket_the_change(who) -> None:
    treaty, state = who
    day = dt.timedelta(days=1)
    for stretch in treaty.party(state).memberships:
        if stretch.contested is not None:  # it may follow at once on one that nobody contests
            continue
        if not stretch.entry.exact and (stretch.exit is None or stretch.entry.latest < stretch.exit.earliest):
            assert bound_on(treaty, state, stretch.entry.earliest - day) is Truth.NO
            assert bound_on(treaty, state, stretch.entry.earliest) is Truth.UNKNOWN
            assert bound_on(treaty, state, stretch.entry.latest - day) is Truth.UNKNOWN
            assert bound_on(treaty, state, stretch.entry.latest) is Truth.YES


@settings(max_examples=60)
@given(parties, days, answers)
def test_a_duty_has_the_strength_of_its_action_and_a_bearer_that_is_a_party_or_an_organ(who, day, values) -> None:
    treaty, state = who
    for finding in ask(treaty.id, state, day, values).values():
        for duty in finding.duties:
            assert duty.level == vocabulary().actions[duty.action].level
            assert duty.bearer.startswith(("organ:", "every ")) or treaty.party(duty.bearer) is not None


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([2, 20, 200, 255, 260, 265, 345, 365, 369, 371, 373, 678, 679, 680, 816, 900, 9999]),
            st.sampled_from([2, 225, 260, 365, 370, 702, 705, 920, 327]),
            st.integers(1816, 2040),
        ),
        max_size=30,
    ),
    st.sampled_from(["cow", "gw"]),
)
def test_joining_keeps_the_rows_and_never_invents_a_zero(rows, system) -> None:
    frame = pd.DataFrame(rows, columns=["code1", "code2", "year"]).astype(int)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FoedusWarning)
        joined, single = treaties.join(frame, system), treaties.join(frame, system, ("code1", "year"))
    assert joined[["code1", "code2", "year"]].equals(frame)
    outside = (frame["year"] < 1945) | (frame["year"] > 2026)
    assert joined.loc[outside, [*KINDS, "treaties"]].isna().all(axis=None)
    assert len(single) == len(frame)
    for row in joined.dropna().itertuples():  # a yes has a treaty behind it
        assert not row.defence or row.treaties


def test_joining_a_panel_to_itself_gives_the_panel_back() -> None:
    own = treaties.panel(1984, 1994)
    joined = treaties.join(own[["state1", "state2", "year"]], "iso3", ("state1", "state2", "year"))
    same = own["state1"].isin(["RUS", "SUN", "DEU", "YEM", "YMD", "CZE", "SVK", "CSK"])
    for name in KINDS:
        left, right = own.loc[~same, name], joined.loc[~same, name]
        told = right.notna()
        assert (left[told].fillna(-1).to_numpy(int) == right[told].to_numpy(int)).all()


@pytest.mark.external_data
@pytest.mark.parametrize("system", ["cow", "gw"])
def test_every_state_of_both_systems_translates_there_and_back_on_every_day(external_data, system) -> None:
    members = states.members(system, external_data)
    nameless = {row.cow if system == "cow" else row.gw for row in codes() if row.iso3 is None}
    for row in members.itertuples():
        for day in {
            max(row.start.date(), dt.date(1816, 1, 1)),
            (row.start + (row.end - row.start) / 2).date(),
            row.end.date(),
        }:
            if row.code in nameless:
                with pytest.raises(InputError, match="has no iso3 code"):
                    states.convert(int(row.code), system, "iso3", day)
                continue
            assert states.convert(states.convert(int(row.code), system, "iso3", day), "iso3", system, day) == row.code


@pytest.mark.external_data
@pytest.mark.parametrize("system", ["cow", "gw"])
@settings(max_examples=15)
@given(start=st.integers(1816, 2024), length=st.integers(0, 3))
def test_base_frames_hold_every_pair_once_in_both_directions(external_data, system, start, length) -> None:
    end = min(2024, start + length)
    directed = states.dyad_years(start, end, system=system, data=external_data)
    once = states.dyad_years(start, end, directed=False, system=system, data=external_data)
    assert len(directed) == 2 * len(once)
    assert not directed.duplicated().any()
    assert (once["code1"] < once["code2"]).all()
    alone = states.state_years(start, end, system=system, data=external_data)
    pairs = alone.merge(alone, on="year")
    assert len(directed) <= (pairs["code_x"] != pairs["code_y"]).sum()  # all pairs less those without a common day
    assert set(np.unique(directed["code1"])) <= set(alone["code"])
