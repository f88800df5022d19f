"""The laws of three-valued logic, checked on random conditions."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.treaties import Condition, Truth, could_change, decide, parse
from foedus.treaties.logic import all_of, any_of

ATOMS = ["a", "b", "c", "d"]
truths = st.sampled_from(list(Truth))
conditions = st.recursive(
    st.sampled_from([Condition("fact", atom=name) for name in ATOMS]),
    lambda inner: st.one_of(
        st.builds(lambda parts: Condition("all", children=tuple(parts)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: Condition("any", children=tuple(parts)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: Condition("not", children=(part,)), inner),
    ),
    max_leaves=8,
)
assignments = st.dictionaries(st.sampled_from(ATOMS), truths)


def completions(facts: dict[str, Truth]) -> list[dict[str, Truth]]:
    choices = [[facts[a]] if facts.get(a, Truth.UNKNOWN) is not Truth.UNKNOWN else [Truth.YES, Truth.NO] for a in ATOMS]
    return [dict(zip(ATOMS, values, strict=True)) for values in itertools.product(*choices)]


@given(truths, truths)
def test_de_morgan_and_double_negation(p: Truth, q: Truth) -> None:
    assert ~(p & q) is (~p | ~q)
    assert ~~p is p


@given(conditions, assignments)
def test_the_answer_is_what_all_completions_agree_on(condition: Condition, facts: dict[str, Truth]) -> None:
    outcomes = {decide(condition, full) for full in completions(facts)}
    assert decide(condition, facts) is (outcomes.pop() if len(outcomes) == 1 else Truth.UNKNOWN)


@given(conditions, assignments, st.sampled_from(ATOMS), st.sampled_from([Truth.YES, Truth.NO]))
def test_learning_a_fact_never_unsettles_a_settled_answer(
    condition: Condition, facts: dict[str, Truth], atom: str, learned: Truth
) -> None:
    before = decide(condition, facts)
    if before is not Truth.UNKNOWN and facts.get(atom, Truth.UNKNOWN) is Truth.UNKNOWN:
        assert decide(condition, {**facts, atom: learned}) is before


@given(conditions, assignments)
def test_could_change_names_exactly_the_open_facts_that_matter(condition: Condition, facts: dict[str, Truth]) -> None:
    named = set(could_change(condition, facts))
    flips = set()
    for full in completions(facts):
        for atom in ATOMS:
            if facts.get(atom, Truth.UNKNOWN) is Truth.UNKNOWN:
                other = {**full, atom: ~full[atom]}
                if decide(condition, full) is not decide(condition, other):
                    flips.add(atom)
    assert named == flips


def test_nothing_is_all_true_and_none_true() -> None:
    assert all_of([]) is Truth.YES
    assert any_of([]) is Truth.NO


@pytest.mark.parametrize("bad", [{}, {"all": []}, {"xor": ["a"]}, 3, {"all": ["a"], "any": ["b"]}])
def test_what_is_no_condition_is_refused(bad: object) -> None:
    with pytest.raises(ValueError, match="not a condition"):
        parse(bad)


def test_a_day_for_a_condition_is_told_as_the_file_has_it() -> None:
    with pytest.raises(ValueError, match="not a condition: 2002-07-09; expected"):
        parse(dt.date(2002, 7, 9))
