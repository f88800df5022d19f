"""Scenario files: places, what is recorded, parameters with priors, and the alliance's contingents.

A scenario is a directory with ``scenario.yaml`` and the claims that it cites. Everything that names a country
is in these files; the engine knows none.
"""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import PrivateAttr, ValidationError, ValidationInfo, model_validator

from foedus.crisis import outlines
from foedus.crisis.fitting import faults_of
from foedus.crisis.shape import ScenarioShape
from foedus.errors import InputError, closest
from foedus.textfile import read_bytes
from foedus.yamlfile import is_file, is_folder, line_in, load_model

_FILES = {"claims": "claims file", "law.incident": "incident file", "geometry": "file of outlines"}
AS_IT_WAS = {"stored": True}
"""Context of the model for a scenario that was checked when it was run: what fits together is not asked again."""
# keys that a later version added: a scenario without them keeps the fingerprint that an earlier one gave it
_LATER = ("tuned_to", "invented")


class Scenario(ScenarioShape):
    """A crisis as a file; see the fields for what it must say.

    ``also_named``: places that claims name and the model does not have, with the place of the model in which each
    lies (None: in several). ``record_case``: the call in the record of past calls, if it holds it. ``tuned_to``: the
    reported quantities on which the priors were tuned, so that agreement with them is no test. ``invented``: the
    crisis never happened.
    """

    _file: Path | None = PrivateAttr(None)  # that it was loaded from; the reader sets it
    _said: str = PrivateAttr("")  # the fingerprint of what that file said; the reader sets it
    _kept: dict[str, Path] = PrivateAttr(default_factory=dict)  # files of a stored run's own; its reader sets them

    @model_validator(mode="after")
    def _consistent(self, info: ValidationInfo) -> Scenario:
        found = [] if info.context == AS_IT_WAS else faults_of(self)
        if found:
            raise ValidationError.from_exception_data("Scenario", found)
        return self

    @property
    def directory(self) -> Path:
        """Where the files lie that it names; of a stored run's own, where the copies of them lie."""
        if kept := self._kept.get("claims"):
            return kept.parent
        return self._file.parent if self._file else Path()

    @property
    def file(self) -> Path | None:
        """The file that it was loaded from; None if it was made or changed in Python."""
        return self._file if self._file and self._said == self.sha256() else None

    @property
    def claims_path(self) -> Path:
        """Where the claims file is."""
        return self._kept.get("claims") or self.directory / self.claims

    @property
    def incident(self) -> str | Path:
        """The incident: a name of the library, or a file beside the scenario."""
        name = self.law.incident
        if kept := self._kept.get("incident"):
            return kept
        return self.directory / name if Path(name).suffix else name

    def outlines(self) -> dict[str, Any] | None:
        """Return the outlines of the places as GeoJSON, if the scenario has any."""
        if self.geometry is None:
            return None
        file = self.files["geometry"]
        return outlines.read(read_bytes(file, outlines.MOST_BYTES), file, self.places)

    @property
    def files(self) -> dict[str, Path]:
        """The files beside the scenario: ``claims``, and ``incident`` and ``geometry`` if it has them of its own."""
        found = {"claims": self.claims_path}
        if isinstance(self.incident, Path):
            found["incident"] = self.incident
        if self.geometry is not None:
            found["geometry"] = self._kept.get("geometry") or self.directory / self.geometry
        return found

    @property
    def is_kept(self) -> bool:
        """Whether it is a stored run's own copy, since the scenario that was run is gone or changed."""
        return bool(self._kept)

    def kept_as(self, files: dict[str, Path]) -> Scenario:
        """Return the same scenario with the files of a stored run's own in place of those beside it."""
        copy = self.model_copy()
        copy._kept = dict(files)
        return copy

    def sha256(self) -> str:
        """Return the fingerprint of what was loaded (not of the file's layout)."""
        usual = {name for name in _LATER if getattr(self, name) == type(self).model_fields[name].default}
        return hashlib.sha256(self.model_dump_json(exclude=usual).encode()).hexdigest()


def scenario_names() -> list[str]:
    """Return the names of the scenarios that come with Foedus."""
    folder = Path(str(resources.files("foedus.crisis") / "scenarios"))
    return sorted(path.parent.name for path in folder.glob("*/scenario.yaml"))


def packaged_file(name: str) -> Path | None:
    """Return the file of a scenario that comes with Foedus; None where none has this name."""
    return scenario_file(name) if name in scenario_names() else None


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Load a scenario by name, by its directory or by its YAML file.

    Raises:
        InputError: unknown, malformed or inconsistent; says file, line and key.

    """
    path = scenario_file(name_or_path)
    scenario = load_model(Scenario, path)
    scenario._file, scenario._said = path, scenario.sha256()
    named = {"claims": scenario.claims, "law.incident": scenario.law.incident, "geometry": scenario.geometry}
    if not isinstance(scenario.incident, Path):
        del named["law.incident"]
    for key, name in named.items():
        if name is not None and not is_file(path.parent / name):
            raise InputError(
                f"the {_FILES[key]} does not exist", file=path, line=line_in(path, key.split(".")), key=key,
                found=name, expected="a file beside the scenario", cure="correct the name, or put the file there",
            )  # fmt: skip
    return scenario


def scenario_file(name_or_path: str | Path) -> Path:
    """Return the YAML file of a scenario given by name, directory or file.

    Raises:
        InputError: there is none.

    """
    path = Path(str(name_or_path))
    if str(name_or_path) in scenario_names():
        path = Path(str(resources.files("foedus.crisis") / "scenarios" / str(name_or_path)))
    path = path / "scenario.yaml" if is_folder(path) else path
    if not is_file(path):
        raise InputError(
            f"unknown scenario '{name_or_path}'",
            expected="one of " + ", ".join(scenario_names()) + ", or the path of a scenario.yaml",
            cure=closest(str(name_or_path), scenario_names()) or "'foedus scenario new' starts one of your own",
        )
    return path
