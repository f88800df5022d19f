"""Where a bargain ends, by five models, for actors with a position, a capability and a salience on one scale.

compromise  mean of positions weighted by capability x salience
median      the weighted median
nash        the level that maximises the weighted product of gains over no agreement (Nash 1950)
expected    expected-utility model of Bueno de Mesquita 1994 with the conventions of Scholz, Calbert and Smith 2011
condorcet   probabilistic Condorcet election with inferred risk attitudes, as in KAPSARC's KTAB

All arrays are [actor], or [draw, actor] where many draws are bargained at once (``bargain``, ``challenge``).
Conformance figures and where conventions differ: docs/bargaining.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from foedus.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_NASH_POINTS = 401
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Actors:
    """Actors of one issue [actor] or [draw, actor]: positions on the scale ``low`` to ``high``, capability, salience.

    ``reference``: the level if nothing is agreed; ``cost`` [actor]: what no agreement costs each, in points of the
    scale, beyond the distance to the reference. ``force_from`` and the vote are no concern of this module.
    """

    position: Array
    capability: Array
    salience: Array
    cost: Array
    low: float
    high: float
    reference: float

    def __post_init__(self) -> None:
        sizes = {part.shape for part in (self.position, self.capability, self.salience, self.cost)}
        if len(sizes) != 1 or not self.position.size:
            raise InputError("positions, capabilities, saliences and costs must be of the same length", found=sizes)
        if not self.low < self.high:
            raise InputError("the scale of an issue runs from low to high", found=f"{self.low} to {self.high}")
        if np.any(self.position < self.low) or np.any(self.position > self.high):
            raise InputError("a position lies outside the scale", found=self.position.tolist())
        if np.any(self.capability < 0) or np.any(self.salience < 0) or not np.all(self.weight.sum(axis=-1) > 0):
            raise InputError("capability and salience are at least 0, and somebody has both")

    @property
    def weight(self) -> Array:
        """Capability x salience."""
        return self.capability * self.salience

    @property
    def span(self) -> float:
        """Length of the scale."""
        return self.high - self.low

    def draws(self) -> Iterator[Actors]:
        """Give the actors of each draw."""
        for parts in zip(self.position, self.capability, self.salience, self.cost, strict=True):
            yield Actors(*parts, self.low, self.high, self.reference)

    def slack(self, level: float | Array) -> Array:
        """Return by how many points each prefers a level ([draw, 1] for many) to nothing (negative: rather nothing)."""
        return np.asarray(np.abs(self.reference - self.position) + self.cost - np.abs(level - self.position))


@dataclass(frozen=True, slots=True)
class Outcome:
    """Possible levels with their chances (one level for all models but ``condorcet``)."""

    levels: Array
    chances: Array

    @property
    def level(self) -> float:
        """The expected level."""
        return float(self.levels @ self.chances)


def compromise(actors: Actors) -> Outcome:
    """Return the mean of positions weighted by capability x salience (Van den Bos 1991)."""
    return _one(float(_compromises(actors)))


def median(actors: Actors) -> Outcome:
    """Return the weighted median: the lowest position with at least half of the weight at or below it."""
    return _one(float(_medians(actors)))


def nash(actors: Actors) -> Outcome:
    """Return the level of the asymmetric Nash bargain; the reference if no level leaves everybody better off."""
    levels = np.linspace(actors.low, actors.high, _NASH_POINTS)
    nothing = np.abs(actors.reference - actors.position) + actors.cost
    gains = nothing - np.abs(levels[:, None] - actors.position)
    agreeable = (gains > 0).all(axis=1)
    if not agreeable.any():
        return _one(actors.reference)
    product = np.log(np.where(gains > 0, gains, 1.0)) @ (actors.weight / actors.weight.sum())
    best = int(np.where(agreeable, product, -np.inf).argmax())
    return _one(float(levels[best]))


def condorcet(actors: Actors) -> Outcome:
    """Return the chance of each position to beat the others (KTAB's conditional model, one round).

    The chance that j beats k is its share of the votes capability x (utility of j - utility of k). A first election
    without attitudes to risk gives each actor its chance, from which its attitude R in [-1/2, 1] is inferred: the
    likelier to win, the more it stands by its position; utilities are then (1 - d) (1 + R d) at distance d.
    """
    own = np.abs(actors.position[:, None] - actors.position[None]) / actors.span
    chance = _election(actors.capability, 1 - own)
    least, most = chance.min(), chance.max()
    risk = np.zeros(len(chance)) if most - least < 1e-12 else -0.5 + 1.5 * (chance - least) / (most - least)
    levels = np.unique(actors.position)
    apart = np.abs(actors.position[:, None] - levels[None]) / actors.span
    return Outcome(levels, _election(actors.capability, (1 - apart) * (1 + risk[:, None] * apart)))


def expected_utility(actors: Actors, rounds: int = _ROUNDS) -> Outcome:
    """Return the weighted median after some rounds of challenges (see ``challenge``); stops when nobody moves."""
    return _one(float(_after_challenges(actors, rounds)))


def risk_exponents(actors: Actors, position: Array) -> Array:
    """Return each actor's risk exponent, 1/2 to 2, from how safe its position is (Bueno de Mesquita 1985)."""
    neutral = _challenges(actors, position, np.ones_like(position)[..., None])
    security = neutral.sum(axis=-2)  # what the others expect to gain by challenging it
    most, least = security.max(axis=-1, keepdims=True), security.min(axis=-1, keepdims=True)
    alike = most - least < 1e-12
    ratio = (2 * security - most - least) / np.where(alike, 1.0, most - least)
    return np.where(alike, 1.0, (1 - ratio / 3) / (1 + ratio / 3))


def challenge(actors: Actors, position: Array) -> Array:
    """Return the positions after one round of challenges.

    With E[i, j] what i expects of challenging j, and E[j, i] what i thinks that j expects of challenging it (both
    with i's risk exponent): i gives in to j if both expect to gain and j more; they settle in between, at
    x_i + (x_j - x_i) |E[i, j] / E[j, i]|, if only j expects to gain and more than i expects to lose; i submits if only
    j expects to gain and less. Among what is demanded of it an actor meets the first kind before the second and that
    before the third, and the shortest move within a kind; of two moves of one length, the one to the lower level.
    """
    risk = risk_exponents(actors, position)
    mine = _challenges(actors, position, risk[..., :, None])  # [..., i, j]
    theirs = np.swapaxes(_challenges(actors, position, risk[..., None, :]), -1, -2)
    own, other = position[..., :, None], position[..., None, :]
    demanded = (own != other) & (theirs > 0)
    kinds = (demanded & (theirs > mine) & (mine > 0), demanded & (mine < 0) & (theirs > -mine), demanded & (mine < 0))
    kind = np.select(kinds, (0, 1, 2), 3)
    between = own + (other - own) * np.abs(mine / np.where(demanded, theirs, 1.0))
    to = np.where(kind == 1, between, other)
    first = kind.min(axis=-1, keepdims=True)
    apart = np.where(kind == first, np.round(np.abs(to - own) / actors.span, 9), np.inf)
    shortest = apart == apart.min(axis=-1, keepdims=True)
    met = np.where(shortest, to, np.inf).min(axis=-1)
    return np.where(first[..., 0] < 3, met, position)


MODELS: dict[str, Callable[[Actors], Outcome]] = {
    "compromise": compromise,
    "median": median,
    "nash": nash,
    "expected-utility": expected_utility,
    "condorcet": condorcet,
}
"""The models by name; ``compromise`` is the default."""


def bargain(model: str, actors: Actors) -> list[Outcome]:
    """Return what ``MODELS[model]`` gives for each draw of ``actors`` [draw, actor], all at once where it can."""
    if model in _AT_ONCE:
        return [_one(float(level)) for level in _AT_ONCE[model](actors)]
    return [MODELS[model](one) for one in actors.draws()]


def weighted_median(position: Array, weight: Array) -> Array:
    """Return the lowest position with at least half of the weight at or below it [...], for arrays [..., actor]."""
    order = np.argsort(position, axis=-1, kind="stable")
    total = weight.sum(axis=-1, keepdims=True)
    reached = np.cumsum(np.take_along_axis(weight, order, -1), axis=-1) >= 0.5 * total * (1 - 1e-12)
    middle = np.take_along_axis(order, reached.argmax(axis=-1)[..., None], -1)
    return np.take_along_axis(position, middle, -1)[..., 0]


def _compromises(actors: Actors) -> Array:
    return np.asarray(np.vecdot(actors.position, actors.weight) / actors.weight.sum(axis=-1))


def _medians(actors: Actors) -> Array:
    return weighted_median(actors.position, actors.weight)


def _after_challenges(actors: Actors, rounds: int = _ROUNDS) -> Array:
    position, moving = actors.position, np.ones((*actors.position.shape[:-1], 1), dtype=bool)
    for _ in range(rounds):
        moved = challenge(actors, position)
        moving &= ~np.isclose(moved, position, atol=1e-9).all(axis=-1, keepdims=True)
        if not moving.any():
            break
        position = np.where(moving, moved, position)
    return weighted_median(position, actors.weight)


_AT_ONCE: dict[str, Callable[[Actors], Array]] = {
    "compromise": _compromises,
    "median": _medians,
    "expected-utility": _after_challenges,
}


def _one(level: float) -> Outcome:
    return Outcome(np.array([level]), np.ones(1))


def _election(capability: Array, utility: Array) -> Array:
    """Return the chance of each alternative to beat every other, scaled to 1, for utilities [actor, alternative]."""
    gap = utility[:, :, None] - utility[:, None, :]
    support = np.einsum("i,ijk->jk", capability, np.maximum(gap, 0.0))
    against = support + support.T
    beats = np.where(against > 0, support / np.where(against > 0, against, 1.0), 0.5)
    np.fill_diagonal(beats, 1.0)
    chance = beats.prod(axis=1)
    if not chance.sum() > 0:
        return np.full(len(chance), 1 / len(chance))
    return np.asarray(chance / chance.sum())


def _challenges(actors: Actors, position: Array, power: Array) -> Array:
    """Return what each expects of challenging each [..., challenger, challenged]; 0 on the diagonal.

    ``power``: the risk exponent of who reckons, in the shape of the result or one that spreads to it. The chance to win
    is the votes for i over j as a share of all votes cast in all contests, and the status quo is certain to go on if
    nobody challenges (Q = 1), as in the code of Scholz, Calbert and Smith.
    """
    apart = np.abs(position[..., :, None] - position[..., None, :]) / actors.span
    votes = actors.weight[..., None, None] * (apart[..., None, :] - apart[..., :, None])  # voter, for, over
    cast = np.abs(votes).sum(axis=(-3, -2, -1))[..., None, None]
    win = np.maximum(votes, 0.0).sum(axis=-3) / np.where(cast > 0, cast, 1.0)
    success, failure = 2 - 4 * (0.5 - 0.5 * apart) ** power, 2 - 4 * (0.5 + 0.5 * apart) ** power
    status_quo = 2 - 4 * 0.5**power
    cares = actors.salience[..., None, :]
    gain = cares * (win * success + (1 - win) * failure) + (1 - cares) * success - status_quo
    return np.where(np.eye(position.shape[-1], dtype=bool), 0.0, gain)
