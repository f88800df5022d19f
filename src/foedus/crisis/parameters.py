"""The model's parameters: meaning, unit, default prior and where it comes from.

A scenario may narrow a prior and must then state its origin. Draws are keyed by (seed, draw, name): adding a
parameter or changing one prior leaves the draws of all others as they were.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import numpy as np
from pydantic import Field, model_validator

from foedus.faults import refuse
from foedus.models import Frozen, Number, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray


class Prior(Frozen):
    """A prior distribution with a stated origin.

    ``uniform`` and ``log_uniform`` use ``low`` and ``high``; ``fixed`` uses ``value``.
    """

    kind: Literal["uniform", "log_uniform", "fixed"]
    low: Number | None = None
    high: Number | None = None
    value: Number | None = None
    origin: Annotated[Text, Field(min_length=3)]

    @model_validator(mode="after")
    def _complete(self) -> Prior:
        if self.kind == "fixed":
            if self.value is None or self.low is not None or self.high is not None:
                _incomplete(
                    "value", "a fixed prior needs 'value' and nothing else", self.value, "{kind: fixed, value: 3}"
                )
        elif self.low is None or self.high is None or self.value is not None:
            like = f"{{kind: {self.kind}, low: 1, high: 2}}"
            _incomplete("low", f"a {self.kind} prior needs 'low' and 'high' and nothing else", self.low, like)
        elif self.low >= self.high:
            refuse(
                "low", "'low' must lie below 'high'", self.low, f"less than {self.high:g}", "swap or correct the two"
            )
        elif self.kind == "log_uniform" and self.low <= 0:
            cure = "write a small number above 0, or kind: uniform"
            refuse("low", "a log_uniform prior needs 'low' above 0", self.low, "more than 0", cure)
        return self

    def quantile(self, u: float) -> float:
        """Return the value at probability ``u``."""
        if self.value is not None:
            return self.value
        low, high = float(self.low or 0.0), float(self.high or 0.0)
        if self.kind == "uniform":
            return low + u * (high - low)
        return math.exp(math.log(low) + u * (math.log(high) - math.log(low)))

    def __str__(self) -> str:
        if self.kind == "fixed":
            return f"{self.value:g}"
        return f"{self.kind.replace('_', '-')} {self.low:g} to {self.high:g}"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the model; ``bounds`` are what makes sense at all."""

    name: str
    meaning: str
    unit: str
    bounds: tuple[float, float]
    prior: Prior
    identified: str


def _incomplete(key: str, message: str, found: object, like: str) -> NoReturn:
    refuse(key, message, found, f"a prior such as {like}", f"write it as {like}, with its 'origin'")


def _uniform(low: float, high: float, origin: str) -> Prior:
    return Prior(kind="uniform", low=low, high=high, origin=origin)


def _log(low: float, high: float, origin: str) -> Prior:
    return Prior(kind="log_uniform", low=low, high=high, origin=origin)


def _fixed(value: float, origin: str) -> Prior:
    return Prior(kind="fixed", value=value, origin=origin)


_WIDE = "wide default, assumed"
_MOST = 1e6  # far beyond what makes sense; without a bound sums could overflow
PARAMETERS: tuple[Parameter, ...] = tuple(
    Parameter(*row)
    for row in (
        ("legitimacy", "legitimacy of the government at the start", "share", (0, 1), _uniform(0.6, 0.9, _WIDE), "hardly"),
        ("price_shock", "added grievance where the shock hits fully", "grievance", (0, 1), _uniform(0.05, 0.4, _WIDE), "partly"),
        ("anger_days", "time after which the shock's added anger has faded to a third", "days", (0.1, 10_000), _log(4, 40, _WIDE), "hardly"),
        ("contact_local", "inhabitants of the same place whom one active person reaches; of them `pool` could take part", "per day", (0, _MOST), _log(15, 150, _WIDE), "partly"),
        ("contact_media", "inhabitants whom one active person anywhere reaches through media and ties; of them `pool` could take part", "per day", (0, _MOST), _log(5, 100, _WIDE), "yes"),
        ("media_left", "share of media contagion left during a shutdown", "share", (0, 1), _log(0.02, 0.8, _WIDE), "no"),
        ("shutdown_push", "change of local awareness in a shutdown (people go out to look, or stay in)", "share", (-1, 5), _uniform(-0.3, 0.5, "both signs are reported: Hassanpour on Cairo 2011, Rydzak et al. 2020 on Africa"), "no"),
        ("street_days", "mean time a participant stays before going home", "days", (0.01, 100), _log(0.5, 4, _WIDE), "partly"),
        ("escalation", "base rate at which peaceful participants turn violent", "per day", (0, _MOST), _log(0.003, 0.2, _WIDE), "partly"),
        ("escalation_repression", "added escalation by what was seen in the last hours: 5 times the dead and a fifth of the arrests, per participant", "per day", (0, _MOST), _log(0.5, 20, _WIDE), "no"),
        ("escalation_armed", "escalation where organised armed groups are claimed to act", "per day", (0, _MOST), _log(0.2, 5, _WIDE), "hardly"),
        ("arrests", "arrests in a crowd per officer", "per day", (0, _MOST), _log(0.02, 0.6, _WIDE), "yes"),
        ("round_ups", "arrests of former participants per officer not facing a crowd", "per day", (0, _MOST), _log(0.005, 0.2, _WIDE), "yes"),
        ("deadliness", "civilians killed per unit of clash", "per day", (0, _MOST), _log(0.001, 0.03, _WIDE), "partly"),
        ("lethal_order", "multiplier of deadliness while an order to shoot stands", "factor", (0, _MOST), _log(1, 12, _WIDE), "only through wounded per dead"),
        ("wounded_per_dead", "civilians wounded per civilian killed, before any order to shoot", "ratio", (0, _MOST), _log(4, 25, _WIDE), "yes"),
        ("security_wounded", "officers wounded per unit of clash", "per day", (0, _MOST), _log(0.02, 1, _WIDE), "yes"),
        ("security_dead", "officers killed per officer wounded", "ratio", (0, 1), _log(0.002, 0.03, _WIDE), "yes"),
        ("force_scale", "security officers available, as a multiple of the scenario's figure", "factor", (0, _MOST), _log(0.5, 2, _WIDE), "hardly"),
        ("exhaustion", "loss of effect of officers facing an equal crowd all day", "per day", (0, 1), _log(0.02, 0.5, _WIDE), "hardly"),
        ("stand_aside", "share of officers that stands aside while the elite is split", "share", (0, 1), _uniform(0, 0.8, _WIDE), "no"),
        ("repression_cost", "loss of legitimacy by repression: 1 death or 25 arrests in a place of 1,000 cost this over 200", "grievance", (0, _MOST), _log(0.1, 20, _WIDE), "no"),
        ("concession_effect", "share of the price shock that a full concession takes away, and by which it hastens going home", "share", (0, 1), _uniform(0.1, 0.6, _WIDE), "hardly"),
        ("curfew", "share of awareness through crowds and media that a state of emergency suppresses", "share", (0, 1), _uniform(0, 0.9, _WIDE), "hardly"),
        ("severity", "how much heavier the risk weighs while an order to shoot stands (0: not at all)", "factor", (0, 20), _uniform(0, 3, _WIDE), "hardly"),
        ("site_loss", "rate at which outnumbered guards lose a site", "per day", (0, _MOST), _log(0.5, 10, _WIDE), "hardly"),
        ("freed_officers", "own officers freed for other tasks per foreign soldier", "ratio", (0, _MOST), _log(0.5, 4, _WIDE), "no"),
        ("deterrence", "share of the remaining chance to get away that a large foreign force takes away", "share", (0, 1), _uniform(0, 0.8, _WIDE), "no"),
        ("signal", "share of those standing aside that returns once a large foreign force is there", "share", (0, 1), _uniform(0, 0.8, _WIDE), "no"),
        ("foreign_cost", "legitimacy lost, everywhere, per day of a very large foreign force; half of it at 1,000 soldiers", "per day", (0, 1), _uniform(0, 0.01, _WIDE), "no"),
        ("loyalty_loss", "officers who refuse or desert where violent people outnumber them many times", "per day", (0, 10), _log(0.003, 0.3, _WIDE), "no"),
        ("call_up", "reservists and other forces called up in an emergency, as a share of the base", "share", (0, 10), _uniform(0, 0.3, _WIDE), "hardly"),
        ("reinforce", "share of a place's spare officers that sets out to places in need", "per day", (0, _MOST), _log(0.05, 1, _WIDE), "no"),
        ("inspiration", "added local awareness where the crowd holds every site of a place", "share", (0, 20), _uniform(0, 1, _WIDE), "no"),
        ("concession_legitimacy", "rise of the level to which legitimacy returns, under a full concession", "share", (0, 1), _uniform(0, 0.1, _WIDE), "no"),
        ("decision_base", "free course only: rate at which a government takes a recorded decision, at no pressure", "per day", (0, _MOST), _log(0.001, 0.03, _WIDE), "no"),
        ("decision_pressure", "free course only: growth of that rate's logarithm with the pressure", "1", (0, 10), _uniform(0.3, 1.2, _WIDE), "no"),
        ("council_hours", "free course only: time from the appeal to the alliance's decision", "hours", (0, 10_000), _log(3, 72, "from hours in January 2022 to days elsewhere in the record; assumed"), "no"),
        ("follow", "share of officers who go where the crowd is; the rest guard the sites by their value", "share", (0, 1), _fixed(0.7, "assumed"), "no"),
        ("herding", "how much a larger crowd draws newcomers to its site (0: not at all, 1: in proportion)", "exponent", (0, 2), _fixed(0.5, "assumed"), "no"),
        ("term_days", "mean time until a detained person is released", "days", (0.01, 10_000), _fixed(15, "assumed: the longest administrative arrest in many penal codes"), "no"),
        ("pool", "share of inhabitants who could take part at all", "share", (0.001, 1), _fixed(0.35, "assumed: adults below old age in the towns"), "no"),
        ("saturation", "active share of inhabitants at which awareness saturates by half", "share", (1e-6, 1), _fixed(0.002, "assumed"), "no"),
        ("decision_hours", "mean time until a person who became aware, or is in the street, decides again", "hours", (0.1, 240), _fixed(6, "assumed"), "no"),
        ("noise", "smoothing of the decision threshold", "grievance", (0, 1), _fixed(0.03, "assumed; 0 gives Epstein's rule"), "no"),
        ("return_days", "mean time until one who went home could go out again", "days", (0.01, 1000), _fixed(8, "assumed"), "no"),
        ("legitimacy_return", "return of legitimacy to its starting value", "per day", (0, 10), _fixed(0.05, "assumed"), "no"),
        ("bystanders", "risk to peaceful participants in a clash, as a share of that to violent ones", "ratio", (0, 1), _fixed(0.1, "assumed"), "no"),
    )
)  # fmt: skip
NAMES: tuple[str, ...] = tuple(parameter.name for parameter in PARAMETERS)
# the engines read a draw by field name: one record of doubles
DTYPE = np.dtype([(name, np.float64) for name in NAMES])
BY_NAME: dict[str, Parameter] = {parameter.name: parameter for parameter in PARAMETERS}


def draw(priors: Mapping[str, Prior], seed: int, draws: Sequence[int]) -> NDArray[np.float64]:
    """Return parameter vectors [draw, parameter] in the order of ``NAMES``.

    The value of a parameter depends only on the seed, the draw's number, its name and its prior.
    """
    values = np.empty((len(draws), len(NAMES)))
    for column, name in enumerate(NAMES):
        name_key = zlib.crc32(name.encode())
        for row, number in enumerate(draws):
            u = np.random.default_rng([seed, number, name_key]).random()
            values[row, column] = priors[name].quantile(u)
    return values
