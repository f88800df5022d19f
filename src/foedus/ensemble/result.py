"""The result of an ensemble: the figures of its runs, which draw themselves and compare themselves with others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from foedus.ensemble.arguments import one_of
from foedus.ensemble.comparison import Comparison, compare
from foedus.ensemble.runs import OUTCOMES, Runs
from foedus.errors import InputError
from foedus.given import short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foedus.ensemble.runs import Arm


@dataclass(frozen=True, slots=True, repr=False)
class Ensemble(Runs):
    """Runs of one scenario in two arms that share their random numbers; ``Runs`` says what it holds."""

    def plot(self, variables: str | Sequence[str] = OUTCOMES, place: str | None = None) -> Any:
        """Draw the course of a variable, or of some, in both arms; return a matplotlib figure.

        Raises:
            InputError: unknown variable or place.
            RunError: matplotlib is not installed (the ``notebook`` extra).

        """
        from foedus.ensemble.plots import fans

        asked: object = variables
        names = [asked] if isinstance(asked, str) else list(asked) if isinstance(asked, Iterable) else []
        if not names:
            raise InputError(
                "there is nothing to plot", key="variables", found=short(asked),
                expected="one or more of " + ", ".join(self.variables),
            )  # fmt: skip
        for name in names:
            one_of("variable", name, self.variables)
        return fans(self, names, place)

    def compare(self, other: Runs, *, arm: Arm | None = None, per: float | None = None) -> Comparison:
        """Compare another ensemble's totals with this one's; see ``foedus.ensemble.comparison``."""
        return compare(self, other, arm=arm, per=per)
