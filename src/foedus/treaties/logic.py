"""Three-valued logic for law: yes, no, unknown; conditions as trees; what could still change an answer.

Kleene's strong logic is sound but not complete (``p or not p`` stays unknown). Conditions with at most
``EXACT_UP_TO`` open facts are therefore decided by trying every completion, which is exact.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

EXACT_UP_TO = 12


class Truth(Enum):
    """Yes, no, or unknown; combined by ``&``, ``|`` and ``~``."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    def __and__(self, other: Truth) -> Truth:
        if self is Truth.NO or other is Truth.NO:
            return Truth.NO
        return Truth.YES if self is other is Truth.YES else Truth.UNKNOWN

    def __or__(self, other: Truth) -> Truth:
        if self is Truth.YES or other is Truth.YES:
            return Truth.YES
        return Truth.NO if self is other is Truth.NO else Truth.UNKNOWN

    def __invert__(self) -> Truth:
        if self is Truth.UNKNOWN:
            return self
        return Truth.NO if self is Truth.YES else Truth.YES

    def __str__(self) -> str:
        return self.value


def all_of(values: Iterable[Truth]) -> Truth:
    """Return the conjunction; of nothing it is yes."""
    result = Truth.YES
    for value in values:
        result = result & value
    return result


def any_of(values: Iterable[Truth]) -> Truth:
    """Return the disjunction; of nothing it is no."""
    result = Truth.NO
    for value in values:
        result = result | value
    return result


Operator = Literal["all", "any", "not", "fact", "always"]


@dataclass(frozen=True, slots=True)
class Condition:
    """A tree of ``all``, ``any`` and ``not`` over facts; ``always`` needs none."""

    op: Operator
    atom: str | None = None
    children: tuple[Condition, ...] = ()

    def atoms(self) -> frozenset[str]:
        """Return the facts that the condition asks for."""
        if self.atom is not None:
            return frozenset({self.atom})
        return frozenset().union(*(child.atoms() for child in self.children))

    def kleene(self, value: Callable[[str], Truth]) -> Truth:
        """Return the condition's value in Kleene's strong logic."""
        if self.atom is not None:
            return value(self.atom)
        parts = (child.kleene(value) for child in self.children)
        if self.op == "any":
            return any_of(parts)
        if self.op == "not":
            return ~next(parts)
        return all_of(parts)


ALWAYS = Condition("always")


def parse(data: Any) -> Condition:
    """Read a condition from a treaty file: ``always``, a fact, or ``{all|any: [...]}``, ``{not: ...}``.

    Raises:
        ValueError: anything else.

    """
    if data == "always":
        return ALWAYS
    if isinstance(data, str):
        return Condition("fact", atom=data)
    if isinstance(data, dict) and len(data) == 1:
        ((op, content),) = data.items()
        if op in ("all", "any") and isinstance(content, list) and content:
            return Condition(op, children=tuple(parse(item) for item in content))
        if op == "not":
            return Condition("not", children=(parse(content),))
    raise ValueError(
        f"not a condition: {data!r}; expected 'always', the name of a fact, "
        "{all: [...]}, {any: [...]} or {not: ...}"
    )


def decide(condition: Condition, facts: Mapping[str, Truth]) -> Truth:
    """Return the value of a condition, exact where few enough facts are open."""
    value = condition.kleene(lambda atom: facts.get(atom, Truth.UNKNOWN))
    unknown = _open(condition, facts)
    if value is not Truth.UNKNOWN or not unknown or len(unknown) > EXACT_UP_TO:
        return value
    outcomes = {outcome for _, outcome in _completions(condition, facts, unknown)}
    return outcomes.pop() if len(outcomes) == 1 else Truth.UNKNOWN


def could_change(condition: Condition, facts: Mapping[str, Truth]) -> list[str]:
    """Return the open facts that can still change an unknown answer, the most influential first.

    Influence is the share of completions of the other open facts in which this one decides. Beyond
    ``EXACT_UP_TO`` open facts all of them are listed by name.
    """
    if decide(condition, facts) is not Truth.UNKNOWN:
        return []
    unknown = _open(condition, facts)
    if len(unknown) > EXACT_UP_TO:
        return unknown
    outcome = dict(_completions(condition, facts, unknown))
    influence = {}
    for position, atom in enumerate(unknown):
        swings = sum(
            outcome[key] is not outcome[(*key[:position], Truth.NO, *key[position + 1 :])]
            for key in outcome
            if key[position] is Truth.YES
        )
        if swings:
            influence[atom] = swings
    return sorted(influence, key=lambda atom: (-influence[atom], atom))


def _open(condition: Condition, facts: Mapping[str, Truth]) -> list[str]:
    return sorted(atom for atom in condition.atoms() if facts.get(atom, Truth.UNKNOWN) is Truth.UNKNOWN)


def _completions(
    condition: Condition, facts: Mapping[str, Truth], unknown: list[str]
) -> Iterable[tuple[tuple[Truth, ...], Truth]]:
    for values in itertools.product((Truth.YES, Truth.NO), repeat=len(unknown)):
        assumed = {**facts, **dict(zip(unknown, values, strict=True))}
        yield values, condition.kleene(lambda atom, known=assumed: known.get(atom, Truth.UNKNOWN))  # type: ignore[misc]
