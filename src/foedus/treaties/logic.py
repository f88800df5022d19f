"""Three-valued logic for law: yes, no, unknown; conditions as trees; what could still change an answer.

Kleene's strong logic is sound but not complete (``p or not p`` stays unknown). Conditions with at most
``EXACT_UP_TO`` open facts are therefore decided by trying every completion, which is exact.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from foedus.faults import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

EXACT_UP_TO = 12


class Truth(Enum):
    """Yes, no, or unknown; combined by ``&``, ``|`` and ``~``."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    __hash__ = object.__hash__  # members are single objects; the enum's own hash costs a call

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
    """A tree of ``all``, ``any`` and ``not`` over facts; ``always`` needs none. ``at``: the sentence that says so."""

    op: Operator
    atom: str | None = None
    children: tuple[Condition, ...] = ()
    at: str | None = field(default=None, compare=False)
    _atoms: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        own = {self.atom} if self.atom is not None else set()
        object.__setattr__(self, "_atoms", frozenset(own).union(*(child.atoms() for child in self.children)))

    def atoms(self) -> frozenset[str]:
        """Return the facts that the condition asks for."""
        return self._atoms

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

    ``{fact: name, at: "s. 2"}`` is a fact with the sentence that asks for it; the other forms may have ``at`` too.

    Raises:
        ValueError: anything else.

    """
    if data == "always":
        return ALWAYS
    if isinstance(data, str):
        return Condition("fact", atom=data)
    at = data.get("at") if isinstance(data, dict) else None
    parts = {key: value for key, value in data.items() if key != "at"} if isinstance(data, dict) else {}
    if len(parts) == 1 and (at is None or (isinstance(at, str) and at)):
        ((op, content),) = parts.items()
        if op in ("all", "any") and isinstance(content, list) and content:
            return Condition(op, children=tuple(parse(item) for item in content), at=at)
        if op == "not":
            return Condition("not", children=(parse(content),), at=at)
        if op == "fact" and isinstance(content, str):
            return Condition("fact", atom=content, at=at)
    raise ValueError(
        f"not a condition: {shown(data)}; expected 'always', the name of a fact, "
        "{all: [...]}, {any: [...]}, {not: ...} or {fact: ...}"
    )


def decide(condition: Condition, facts: Mapping[str, Truth]) -> Truth:
    """Return the value of a condition, exact where few enough facts are open.

    >>> decide(parse({"any": ["act.coup", {"not": "act.coup"}]}), {})
    <Truth.YES: 'yes'>
    """
    value = condition.kleene(lambda atom: facts.get(atom, Truth.UNKNOWN))
    if value is not Truth.UNKNOWN:
        return value
    unknown = _open(condition, facts)
    if not unknown or len(unknown) > EXACT_UP_TO:
        return value
    every = (1 << (1 << len(unknown))) - 1
    outcomes = _completions(condition, facts, unknown)
    return {every: Truth.YES, 0: Truth.NO}.get(outcomes, Truth.UNKNOWN)


def could_change(condition: Condition, facts: Mapping[str, Truth]) -> list[str]:
    """Return the open facts that can still change an unknown answer, the most influential first.

    Influence is the share of completions of the other open facts in which this one decides. Beyond
    ``EXACT_UP_TO`` open facts all of them are listed by name.

    >>> could_change(parse({"all": ["act.coup", {"any": ["threat.security", "threat.stability"]}]}), {})
    ['act.coup', 'threat.security', 'threat.stability']
    """
    if decide(condition, facts) is not Truth.UNKNOWN:
        return []
    unknown = _open(condition, facts)
    if len(unknown) > EXACT_UP_TO:
        return unknown
    outcomes = _completions(condition, facts, unknown)
    influence = {}
    for position, atom in enumerate(unknown):
        without = ~_holds(position, len(unknown))
        swings = ((outcomes >> (1 << position)) ^ outcomes) & without & ((1 << (1 << len(unknown))) - 1)
        if swings:
            influence[atom] = swings.bit_count()
    return sorted(influence, key=lambda atom: (-influence[atom], atom))


def _open(condition: Condition, facts: Mapping[str, Truth]) -> list[str]:
    return sorted(atom for atom in condition.atoms() if facts.get(atom, Truth.UNKNOWN) is Truth.UNKNOWN)


def _completions(condition: Condition, facts: Mapping[str, Truth], unknown: list[str]) -> int:
    """Return a truth table as bits: bit ``n`` is the outcome where fact ``i`` is yes if bit ``i`` of ``n`` is set."""
    size = len(unknown)
    every = (1 << (1 << size)) - 1
    columns = {atom: _holds(position, size) for position, atom in enumerate(unknown)}

    def table(node: Condition) -> int:
        if node.atom is not None:
            known = facts.get(node.atom, Truth.UNKNOWN)
            return columns[node.atom] if known is Truth.UNKNOWN else every if known is Truth.YES else 0
        if node.op == "not":
            return every ^ table(node.children[0])
        result = 0 if node.op == "any" else every
        for child in node.children:
            result = result | table(child) if node.op == "any" else result & table(child)
        return result

    return table(condition)


@cache
def _holds(position: int, size: int) -> int:
    """Return the bits of all completions of ``size`` facts in which the fact at ``position`` is yes."""
    block = ((1 << (1 << position)) - 1) << (1 << position)
    width, bits = 2 << position, block
    while width < 1 << size:
        bits |= bits << width
        width *= 2
    return bits
