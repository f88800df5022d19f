"""What must fit together between a scenario and the claims beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from foedus.crisis.loaded import open_scenario
from foedus.errors import InputError, closest
from foedus.evidence.model import claim_lines
from foedus.yamlfile import line_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from foedus.crisis.loaded import AnyScenario, Loaded
    from foedus.crisis.scenario import Scenario
    from foedus.evidence import Claim


def claim_faults(scenario: AnyScenario, claims: Sequence[Claim] | None = None) -> list[InputError]:
    """Return the faults of claims that name an unknown place or a misspelt crisis, and of ids that no claim has.

    Args:
        scenario: a name, a path, a loaded scenario, or one that is open.
        claims: default: those of the scenario.

    Raises:
        InputError: the scenario or its claims cannot be read.

    """
    loaded = open_scenario(scenario)
    claims = loaded.claims if claims is None else claims
    told, lines = loaded.scenario, claim_lines(loaded.claims_text, loaded.paths["claims"])
    return [*_lost_places(told, claims, lines), *_misspelt(told, claims, lines), *_unused(loaded, lines)]


def _lost_places(scenario: Scenario, claims: Sequence[Claim], lines: dict[str, int]) -> Iterator[InputError]:
    known = [scenario.claims_place, *(place.name for place in scenario.places), *scenario.also_named]
    for claim in claims:
        if claim.event == scenario.name and claim.place and claim.place not in known:
            yield InputError(
                f"claim '{claim.claim_id}' names a place that the scenario does not know", file=scenario.claims_path,
                line=lines.get(claim.claim_id), key="place", found=claim.place, expected="one of " + ", ".join(known),
                cure=closest(claim.place, known) or "correct it, or list it under 'also_named' in the scenario",
            )  # fmt: skip


def _misspelt(scenario: Scenario, claims: Sequence[Claim], lines: dict[str, int]) -> Iterator[InputError]:
    """Faults of claims whose crisis is this one but for capitals and separators; other crises may stand beside."""
    for claim in claims:
        if claim.event != scenario.name and _letters(claim.event) == _letters(scenario.name):
            yield InputError(
                f"claim '{claim.claim_id}' is about '{claim.event}', which looks like a slip of the pen",
                file=scenario.claims_path, line=lines.get(claim.claim_id), key="event", found=claim.event,
                expected=f"'{scenario.name}', or the name of quite another crisis",
                cure=f"did you mean '{scenario.name}'?",
            )  # fmt: skip


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold())


def _unused(loaded: Loaded, lines: dict[str, int]) -> Iterator[InputError]:
    for name in prediction.used if (prediction := loaded.scenario.prediction) else ():
        if name not in lines:
            yield InputError(
                f"'prediction' names a claim that is not there: '{name}'", file=loaded.file,
                line=line_in(loaded.file, ["prediction", "used"]), key="prediction.used", found=name,
                expected="the claim_id of a row of the claims file",
                cure=closest(name, lines) or "leave it out, or add the claim",
            )  # fmt: skip
