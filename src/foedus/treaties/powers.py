"""Voting power: how often a member decides, if all coalitions or all orders of joining are equally likely.

Shapley and Shubik 1954 (orders), Banzhaf 1965 (coalitions). Members of equal weight and veto are counted as one
kind, so that a council of fifteen takes no longer than one of three.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import comb, factorial
from typing import TYPE_CHECKING

from foedus.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Power:
    """Power indices by member: Shapley-Shubik sums to 1, Banzhaf is normalised to sum to 1."""

    shapley_shubik: dict[str, float]
    banzhaf: dict[str, float]


def power(weights: Mapping[str, int], quota: int, veto: Sequence[str] = ()) -> Power:
    """Return the power of each member of a weighted game with vetoes.

    A coalition wins if its weights reach ``quota`` and every veto member belongs to it.

    Args:
        weights: votes by member, 1 or more.
        quota: votes needed.
        veto: members without whom nothing passes.

    >>> found = power({"A": 2, "B": 1, "C": 1}, quota=3)
    >>> round(found.shapley_shubik["A"], 3), found.banzhaf["A"]
    (0.667, 0.6)

    Raises:
        InputError: no members, a weight below 1, a quota nobody or everybody reaches, an unknown veto member.

    """
    total = sum(weights.values())
    if not weights or min(weights.values()) < 1:
        raise InputError("a voting game needs members with at least one vote each", found=dict(weights))
    if not 1 <= quota <= total:
        raise InputError("no coalition can decide", key="quota", found=quota, expected=f"1 to {total}")
    if unknown := set(veto) - set(weights):
        raise InputError(f"'{min(unknown)}' has a veto but no vote", expected=", ".join(sorted(weights)))
    kinds: dict[tuple[int, bool], list[str]] = {}
    for name, weight in weights.items():
        kinds.setdefault((weight, name in veto), []).append(name)
    sizes = {kind: len(names) for kind, names in kinds.items()}
    n = len(weights)
    orders, swings = {}, {}
    for kind, names in kinds.items():
        others = {k: size - (k == kind) for k, size in sizes.items()}
        share, count = 0.0, 0
        for inside in _coalitions(others):
            without = _wins(inside, quota, sizes)
            inside[kind] = inside.get(kind, 0) + 1
            if without or not _wins(inside, quota, sizes):
                continue
            inside[kind] -= 1
            ways = 1
            for k, size in others.items():
                ways *= comb(size, inside.get(k, 0))
            s = sum(inside.values())
            share += ways * factorial(s) * factorial(n - s - 1) / factorial(n)
            count += ways
        for name in names:
            orders[name], swings[name] = share, count
    whole = sum(swings.values())
    return Power(
        {name: orders[name] for name in weights}, {name: swings[name] / whole if whole else 0.0 for name in weights}
    )


def _coalitions(sizes: Mapping[tuple[int, bool], int]) -> Iterator[dict[tuple[int, bool], int]]:
    for counts in product(*(range(size + 1) for size in sizes.values())):
        yield dict(zip(sizes, counts, strict=True))


def _wins(inside: Mapping[tuple[int, bool], int], quota: int, sizes: Mapping[tuple[int, bool], int]) -> bool:
    all_vetoes = all(inside.get(kind, 0) == size for kind, size in sizes.items() if kind[1])
    return all_vetoes and sum(kind[0] * count for kind, count in inside.items()) >= quota
