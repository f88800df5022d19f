"""States: their names, their codes by date, and the base frames of a study."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foedus.states.codes import check_then, code_then, codes_on, exists, independent_since
from foedus.states.conversion import convert
from foedus.states.mentions import Mention, irregulars, states_in
from foedus.states.names import code_of, known_codes, name_of, spoken_name_of, state_of

if TYPE_CHECKING:
    from foedus.states.frames import data_folder, dyad_years, members, state_years

__all__ = [
    "Mention",
    "check_then",
    "code_of",
    "code_then",
    "codes_on",
    "convert",
    "data_folder",
    "dyad_years",
    "exists",
    "independent_since",
    "irregulars",
    "known_codes",
    "members",
    "name_of",
    "spoken_name_of",
    "state_of",
    "state_years",
    "states_in",
]

_FRAMES = ("data_folder", "dyad_years", "members", "state_years")


def __getattr__(name: str) -> Any:
    if name in _FRAMES:  # they need numpy, which names and codes do without
        from foedus.states import frames

        return getattr(frames, name)
    raise AttributeError(f"module 'foedus.states' has no attribute {name!r}")
