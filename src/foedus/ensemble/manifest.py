"""The manifest of a stored run: what was run, in which files the figures are, and how a reader checks them."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from foedus.crisis.inputs import Mode
from foedus.crisis.layout import VARIABLES
from foedus.ensemble.runs import ARMS, Arm
from foedus.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = "foedus-run/2"
MANIFEST, SCENARIO, DRAWN, STARTS = "manifest.json", "scenario.json", "parameters.parquet", "began.parquet"
INPUTS = {
    "claims": "inputs/claims.csv", "incident": "inputs/incident.yaml", "geometry": "inputs/outlines.json",
    "record": "inputs/record.csv",
}  # fmt: skip
AGAIN = "run the scenario again"
_PART = Annotated[str, Field(pattern=r"^parts/\d{5}\.parquet$")]


class _Plain(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)


class StoredMethod(_Plain):
    """How the runs were made."""

    model_config = ConfigDict(extra="forbid")

    engine: Literal["cohort", "agents"]
    mode: Mode
    step_hours: Annotated[float, Field(gt=0, le=24)]


class Manifest(_Plain):
    """What ``manifest.json`` says.

    ``scenario_origin`` says where the scenario was from: a file of the user's, Foedus, or Python;
    ``scenario_directory`` is the way from the run to such a file's folder, None where that is nobody's business;
    ``scenario_file``, its file there, None where it is not known; ``record``, the way to a record of the user's own.
    ``tables`` are the fingerprints of the files beside the parts, the copies of the inputs among them; that and
    ``record_sha256`` came later: without them these files are not checked.
    """

    format: str
    scenario: str
    scenario_origin: Literal["file", "library", "python"] | None = None
    scenario_directory: str | None = None
    scenario_file: str | None = None
    scenario_sha256: str
    record: str | None = None
    record_sha256: str | None = None
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    runs: Annotated[int, Field(ge=1)]
    replicates: Annotated[int, Field(ge=1)]
    method: StoredMethod
    arms: tuple[Arm, ...]
    days: Annotated[tuple[dt.date, ...], Field(min_length=1)]
    places: Annotated[tuple[str, ...], Field(min_length=1)]
    variables: tuple[str, ...]
    parts: Annotated[dict[_PART, str], Field(min_length=1)]
    tables: dict[str, str] = Field(default_factory=dict)
    versions: dict[str, str] = Field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int, int, int, int]:
        """The shape of the figures: [run, arm, day, place, variable]."""
        return self.runs, len(self.arms), len(self.days), len(self.places), len(self.variables)


def is_ours(directory: Path) -> bool:
    """Say whether a directory holds a run of any version.

    Raises:
        OSError: it cannot be looked into.

    """
    try:
        return _is_run((directory / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, IsADirectoryError, ValueError):
        return False


def read(directory: Path) -> Manifest:
    """Read the manifest of a stored run.

    Raises:
        InputError: there is none, it is of another version, or it is damaged.

    """
    file = directory / MANIFEST
    try:
        text = file.read_text(encoding="utf-8")
        known = _is_run(text)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        known = False
    except OSError as error:
        raise InputError("the run cannot be read", file=file, found=error.strerror) from error
    if not known:
        raise InputError(
            "this is not a Foedus run", file=directory, expected="a directory with manifest.json",
            cure="name the directory that 'foedus run --out' wrote",
        )  # fmt: skip
    _same(file, "format", _format(text), FORMAT)
    try:
        found = Manifest.model_validate_json(text)
    except ValidationError as error:
        raise _fault(file, error) from error
    _same(file, "arms", ", ".join(found.arms), ", ".join(ARMS))
    _same(file, "variables", ", ".join(found.variables), ", ".join(VARIABLES))
    return found


def _same(file: Path, key: str, found: str, wanted: str) -> None:
    if found != wanted:
        raise InputError(
            "another version of Foedus wrote this run", file=file, key=key, found=found, expected=wanted, cure=AGAIN
        )


def _is_run(text: str) -> bool:
    return _format(text).startswith("foedus-run/")


def _format(text: str) -> str:
    try:
        found = json.loads(text)
    except RecursionError:
        return ""
    return str(found.get("format", "")) if isinstance(found, dict) else ""


def _fault(file: Path, error: ValidationError) -> InputError:
    first = error.errors(include_url=False)[0]
    missing = first["type"] == "missing"
    return InputError(
        "the manifest of this run is damaged",
        file=file,
        key=".".join(str(part) for part in first["loc"]),
        found="nothing" if missing else repr(first["input"])[:100],
        expected="a value for this key" if missing else first["msg"],
        cure=AGAIN,
    )
