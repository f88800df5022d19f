"""Treaties, incidents, conditions, votes, vocabularies."""

from __future__ import annotations

import itertools
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mutators
import scratch
from ruamel.yaml.error import YAMLError
from runner import Outcome, Target, Wrong

from foedus import evidence, treaties
from foedus.dates import DateInterval, parse_day
from foedus.errors import FoedusError, InputError
from foedus.treaties.logic import Truth
from foedus.treaties.terms import Vocabulary
from foedus.yamlfile import load_model, load_plain

if TYPE_CHECKING:
    from random import Random

_HERE = Path(treaties.__file__).parent


def as_text(rng: Random, tree: Any) -> str:
    """Return a tree as YAML: on one line, or a key a line."""
    return json.dumps(tree, ensure_ascii=rng.random() < 0.3, indent=rng.choice((None, 1)), default=str)


def read_yaml(text: str, name: str) -> Path:
    """Write a YAML file; return its place."""
    return scratch.file(name, text)


def unread(path: Path) -> bool:
    """Return whether a file does not even parse; the quick parser will do for the count."""
    try:
        load_plain(path)
    except (YAMLError, ValueError, RecursionError, TypeError):
        return True
    return False


@cache
def _files(folder: str, most: int) -> tuple[list[str], list[Any], mutators.Pool, list[str]]:
    """Return the smallest files of a folder as texts and trees, and the values of all."""
    files = sorted((_HERE / folder).glob("*.yaml"), key=lambda file: file.stat().st_size)
    trees = [load_plain(file) for file in files]
    words = [
        line.partition(": ")[2]
        for file in files
        for line in file.read_text(encoding="utf-8").split("\n")
        if ": " in line
    ]
    return (
        [file.read_text(encoding="utf-8") for file in files[:most]],
        trees[: 3 * most],
        mutators.harvest(trees),
        words,
    )


def _make(folder: str, most: int) -> Any:
    def make(rng: Random) -> str:
        texts, trees, pool, words = _files(folder, most)
        if rng.random() < 0.5:
            return mutators.lines(rng, rng.choice(texts), words)
        return as_text(rng, mutators.tree(rng, rng.choice(trees[:most]), pool))

    return make


def _use_treaty(text: str) -> Outcome:
    path = read_yaml(text, "treaty.yaml")
    try:
        treaty = treaties.load_treaty(path)
    except FoedusError:
        if unread(path):
            return "unread"
        raise
    if len(text) % 8 == 0:  # the others would say the same at three times the price
        treaties.show(str(path))
        json.dumps([str(row) for row in treaties.timeline(str(path))])
        for state in sorted(treaty.states())[:1]:
            told = treaties.obligations(state, on="2020-06-01", facts="kazakhstan-2022", treaty=str(path))
            json.dumps(told.to_json(), allow_nan=False)
            told.explain()
    return "accepted"


def _use_incident(text: str) -> Outcome:
    path = read_yaml(text, "incident.yaml")
    try:
        incident = treaties.load_incident(path)
    except FoedusError:
        if unread(path):
            return "unread"
        raise
    if len(text) % 4 == 0:
        told = treaties.obligations(incident.target, on=incident.date, facts=path)
        json.dumps(told.to_json(), allow_nan=False)
        told.explain()
    return "accepted"


_FACTS = ("act.armed_attack", "act.coup", "threat.security", "a", "b", "c", "", "always", "all", "not")


def _make_condition(rng: Random, depth: int = 4) -> Any:
    turn = rng.random()
    if depth == 0 or turn < 0.35:
        return rng.choice(_FACTS) if rng.random() < 0.93 else mutators.value(rng, "a")
    if turn < 0.5:
        return {"not": _make_condition(rng, depth - 1)}
    if turn < 0.97:
        return {
            rng.choice(("all", "any")): [_make_condition(rng, depth - 1) for _ in range(rng.choice((1, 2, 2, 3, 4)))]
        }
    return {rng.choice(("all", "any", "not", "xor", "")): mutators.value(rng, ["a"])}


def _use_condition(data: Any) -> Outcome:
    try:
        condition = treaties.parse(data)
    except ValueError:
        return "unread"
    atoms = sorted(condition.atoms())
    known = dict(zip(atoms[::3], itertools.cycle((Truth.YES, Truth.NO)), strict=False))
    found = treaties.decide(condition, known)
    open_facts = [atom for atom in atoms if atom not in known]
    if len(open_facts) <= 5:
        every = {
            condition.kleene((known | dict(zip(open_facts, turn, strict=True))).__getitem__)
            for turn in itertools.product((Truth.YES, Truth.NO), repeat=len(open_facts))
        }
        if found is not (every.pop() if len(every) == 1 else Truth.UNKNOWN):
            raise Wrong(f"a condition is not what its completions say\n{data}")
    could = treaties.could_change(condition, known)
    if (found is Truth.UNKNOWN) != bool(could):
        raise Wrong(f"an open condition that nothing could change\n{data}")
    return "accepted"


@cache
def _organs() -> list[tuple[str, str, list[str]]]:
    found = []
    for treaty in treaties.library().values():
        found += [
            (treaty.id, organ.id, sorted(treaty.states()))
            for organ in treaty.organs
            if any(rule.vote for rule in organ.rules)
        ]
    return found


_VOTES = ("yes", "no", "abstain", "absent", "unknown")


def _make_council(rng: Random) -> tuple[str, Any, Any, Any]:
    treaty, organ, states = rng.choice(_organs())
    some = (
        rng.sample(states, rng.randrange(1, min(len(states), 16) + 1))
        if rng.random() < 0.4
        else states[: rng.choice((0, 1, 2, 30))]
    )
    data: dict[str, Any] = {
        "proposal": "send peacekeepers",
        "positions": {state: rng.choice(_VOTES) for state in some},
        "on": "2012-03-04",
    }
    if rng.random() < 0.4:
        data |= {"target": rng.choice(states), "attackers": rng.sample(states, 1), "disputants": rng.sample(states, 1)}
    if rng.random() < 0.6:
        data = mutators.tree(rng, data, {"positions": [{}], "": [data], "target": ["KAZ", "USA", "SUN"]})
    day = (
        f"{rng.choice((1960, 1985, 1999, 2010, 2018, 2022, 2024))}-0{rng.randrange(1, 10)}-1{rng.randrange(10)}"
        if rng.random() < 0.8
        else rng.choice(mutators.ODD_DAYS)
    )
    name = treaty if rng.random() < 0.9 else str(mutators.near(rng, treaty))
    return name, data, day, organ if rng.random() < 0.8 else None


def _use_council(given: tuple[str, Any, Any, Any]) -> Outcome:
    name, data, day, organ = given
    path = read_yaml(json.dumps(data, default=str), "positions.yaml")
    try:
        found = treaties.council(name, path, day, organ)
    except InputError as error:
        if error.message.startswith(("malformed", "a key appears")):
            return "unread"
        raise
    json.dumps(found.to_dict(), allow_nan=False)
    if not set(found.pivotal) <= set(found.voters) or set(found.positions) != set(found.voters):
        raise Wrong("a vote counts who has none")
    for index in () if found.power is None else (found.power.shapley_shubik, found.power.banzhaf):
        if abs(sum(index.values()) - 1) > 1e-6 or min(index.values()) < 0:
            raise Wrong(f"shares of power do not add up to 1\n{index}")
    return "accepted"


@cache
def _vocabularies() -> tuple[Any, Any]:
    law, facts = (
        load_plain(file) for file in (_HERE / "vocabulary.yaml", Path(evidence.__file__).parent / "vocabulary.yaml")
    )
    few = {name: dict(list(part.items())[:6]) for name, part in law.items()}
    return few, {name: dict(list(part.items())[:6]) for name, part in facts.items()}


def _make_vocabulary(rng: Random) -> tuple[bool, str]:
    which = rng.random() < 0.5
    tree = _vocabularies()[which]
    return which, as_text(rng, mutators.tree(rng, tree, mutators.harvest([tree])))


def _use_vocabulary(given: tuple[bool, str]) -> Outcome:
    which, text = given
    path = read_yaml(text, "vocabulary.yaml")
    if unread(path):
        return "unread"
    load_model(evidence.model.Vocabulary if which else Vocabulary, path)  # type: ignore[type-var]
    return "accepted"


def _make_day(rng: Random) -> Any:
    turn = rng.random()
    if turn < 0.15:
        return {"earliest": _make_day(rng), "latest": _make_day(rng), **({"why": "x"} if rng.random() < 0.3 else {})}
    if turn < 0.3:
        return mutators.value(rng, "2022-01-05")
    day = f"{rng.randrange(1, 9999):04d}-{rng.randrange(0, 14):02d}-{rng.randrange(0, 33):02d}"[
        : rng.choice((4, 7, 10, 10, 10))
    ]
    return rng.choice((day, day, day, mutators.near(rng, day), f" {day} ", day.replace("-0", "-")))


def _use_day(given: Any) -> Outcome:
    try:
        found = DateInterval.parse(given)
    except InputError as error:
        if error.message.startswith("not a date"):
            return "unread"
        raise
    if found.earliest > found.latest:
        raise Wrong("an interval that ends before it begins")
    if found.exact and parse_day(str(found)) != found.earliest:
        raise Wrong("a day that is not read back")
    return "accepted"


TARGETS = (
    Target("treaty", _make("library", 16), _use_treaty, 0.4),
    Target("incident", _make("incidents", 40), _use_incident, 1.0),
    Target("condition", _make_condition, _use_condition, 6.0),
    Target("council", _make_council, _use_council, 1.0),
    Target("vocabulary", _make_vocabulary, _use_vocabulary, 0.6),
    Target("day", _make_day, _use_day, 12.0),
)
