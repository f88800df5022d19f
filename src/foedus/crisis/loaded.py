"""A scenario with the files that it names: each is read once, and whoever is given the handle sees the same content."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foedus.crisis import outlines
from foedus.crisis.scenario import Scenario, load_scenario, packaged_file
from foedus.evidence.model import read_claims
from foedus.shown import brief
from foedus.textfile import MOST_BYTES, read_bytes, text_of
from foedus.treaties.load import incident_file, incident_names, read_incident
from foedus.yamlfile import MOST_BYTES as MOST_YAML
from foedus.yamlfile import is_file

if TYPE_CHECKING:
    from foedus.evidence import Claim
    from foedus.treaties import Incident

_MOST = {"claims": MOST_BYTES, "incident": MOST_YAML, "geometry": outlines.MOST_BYTES}


@dataclass(frozen=True, eq=False)
class Loaded:
    """A scenario, and what lies beside it: read when it is first asked for, and kept.

    ``file`` is the one that the scenario was read from; None if it was made or changed in Python.
    """

    __repr__ = brief

    scenario: Scenario
    file: Path | None
    _contents: dict[str, bytes] = field(init=False, default_factory=dict)

    @property
    def paths(self) -> dict[str, Path]:
        """The files by what they are: ``claims``, ``incident``, also one that comes with Foedus, and ``geometry``."""
        found, incident = self.scenario.files, self.scenario.incident
        return found | ({"incident": incident_file(incident)} if incident in incident_names() else {})

    def content(self, role: str) -> bytes:
        """Return the content of one of the files, as it was when it was first asked for.

        Raises:
            InputError: it cannot be read.

        """
        if role not in self._contents:
            self._contents[role] = read_bytes(self.paths[role], _MOST[role])
        return self._contents[role]

    def contents(self) -> dict[str, bytes]:
        """Return the content of every file that is there, by what it is.

        Raises:
            InputError: one is there and cannot be read.

        """
        there = [role for role, path in self.paths.items() if role in self._contents or is_file(path)]
        return {role: self.content(role) for role in there}

    @cached_property
    def claims(self) -> list[Claim]:
        """The claims.

        Raises:
            InputError: see ``evidence.load_claims``.

        """
        return read_claims(self.claims_text, self.paths["claims"])

    @property
    def claims_text(self) -> str:
        """The text of the claims file."""
        return text_of(self.content("claims"), self.paths["claims"])

    @cached_property
    def incident(self) -> Incident:
        """The incident.

        Raises:
            InputError: see ``treaties.load_incident``.

        """
        path = incident_file(self.scenario.incident)
        return read_incident(self.content("incident"), path)

    @cached_property
    def outlines(self) -> dict[str, Any] | None:
        """The outlines of the places as GeoJSON, if the scenario has any.

        Raises:
            InputError: see ``crisis.outlines``.

        """
        if self.scenario.geometry is None:
            return None
        return outlines.read(self.content("geometry"), self.paths["geometry"], self.scenario.places)


AnyScenario = str | Path | Scenario | Loaded
"""What a scenario is opened from: a name, a path, one that is loaded, or one that is open already."""


def open_scenario(source: AnyScenario) -> Loaded:
    """Return a scenario as a handle through which its files are read once.

    Raises:
        InputError: see ``load_scenario``.

    """
    if isinstance(source, Loaded):
        return source
    scenario = source if isinstance(source, Scenario) else load_scenario(source)
    return Loaded(scenario, scenario.file)


def comes_with_foedus(loaded: Loaded) -> bool:
    """Say whether the packaged scenario of this name says the same in all its files, wherever they lie."""
    packaged = packaged_file(loaded.scenario.name)
    if packaged is None or loaded.file == packaged:
        return packaged is not None
    ours, theirs = open_scenario(packaged), loaded.contents()
    return ours.scenario.sha256() == loaded.scenario.sha256() and all(
        loaded.paths.get(role) == path or theirs.get(role) == ours.content(role) for role, path in ours.paths.items()
    )
