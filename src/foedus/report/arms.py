"""How the two arms are called: help that was sent, help that is only assumed, or none at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from foedus.crisis import Scenario

_WORDS = {
    "sent": {
        "actual": "help",
        "help": ("with help", "with the alliance's help as it was sent"),
        "no_help": ("without help", "without it"),
        "intro": "Every run is played twice with the same dice: once with the alliance's help as it was sent, "
        "once without.",
    },
    "assumed": {
        "actual": "no_help",
        "help": ("had help come", "had help come, as assumed"),
        "no_help": ("as it was", "as it was: no help came"),
        "intro": "No help came. Every run is played twice with the same dice: once as it was, once with a force whose "
        "size, speed and effects are assumed.",
    },
    "invented": {
        "actual": "help",
        "help": ("with help", "with the help that the scenario describes"),
        "no_help": ("without help", "without it"),
        "intro": "Every run is played twice with the same dice: once with the help that the scenario describes, "
        "once without. The crisis is invented.",
    },
    "none": {
        "actual": "no_help",
        "help": ("with help", "with help: none is described, so nothing differs"),
        "no_help": ("as it was", "as it was: no help came"),
        "intro": "The scenario describes no help.",
    },
}


def section(scenario: Scenario) -> dict[str, Any]:
    """Return ``kind`` of help, ``actual`` arm, a sentence on what the arms are, and each arm's names, actual first."""
    kind = "none" if not scenario.contingents else "assumed" if scenario.help_is_hypothetical else "sent"
    words: dict[str, Any] = _WORDS["invented" if scenario.invented and kind == "sent" else kind]
    order = sorted(("help", "no_help"), key=lambda arm: arm != words["actual"])[: 1 if kind == "none" else 2]
    return {
        "kind": kind,
        "invented": scenario.invented,
        "actual": words["actual"],
        "intro": words["intro"],
        "names": [{"key": arm, "short": words[arm][0], "label": words[arm][1]} for arm in order],
    }
