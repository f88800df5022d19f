"""The manifest of a stored run: what was run, in which files the figures are, and how a reader checks them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from foedus.crisis.inputs import Mode
from foedus.crisis.layout import VARIABLES
from foedus.ensemble import formats
from foedus.ensemble.runs import ARMS, Arm
from foedus.errors import InputError
from foedus.faults import explained
from foedus.files import add_to_draft
from foedus.sealing import is_broken

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST, SCENARIO, DRAWN, STARTS = "manifest.json", "scenario.json", "parameters.parquet", "began.parquet"
REPORT = "report.html"
INPUTS = {
    "claims": "inputs/claims.csv", "incident": "inputs/incident.yaml", "geometry": "inputs/outlines.json",
    "record": "inputs/record.csv", "notes": "inputs/sources.md",
}  # fmt: skip
AGAIN = "run the scenario again"
_HASHED = 3  # the first format whose manifest has a hash of its own
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
    """What ``manifest.json`` says, in the words of today's format.

    ``format`` is the one that the run was written in. ``scenario_origin`` says where the scenario was from: a file of
    the user's, Foedus, or Python; ``scenario_directory`` is the way from the run to such a file's folder, None where
    that is nobody's business; ``scenario_file``, its file there, None where it is not known; ``record``, the way to a
    record of the user's own. ``parts`` and ``tables`` are the fingerprints of all other files, the report and the
    copies of the inputs among them; a run of format 2 may lack ``record_sha256`` and some of ``tables``: then these
    files are not checked.
    """

    format: str
    scenario: str
    scenario_origin: Literal["file", "library", "python"] | None
    scenario_directory: str | None
    scenario_file: str | None
    scenario_sha256: str
    record: str | None
    record_sha256: str | None
    seed: Annotated[int, Field(ge=0, lt=2**63)]
    runs: Annotated[int, Field(ge=1)]
    replicates: Annotated[int, Field(ge=1)]
    method: StoredMethod
    arms: tuple[Arm, ...]
    days: Annotated[tuple[dt.date, ...], Field(min_length=1)]
    places: Annotated[tuple[str, ...], Field(min_length=1)]
    variables: tuple[str, ...]
    parts: Annotated[dict[_PART, str], Field(min_length=1)]
    tables: dict[str, str]
    versions: dict[str, str]

    @property
    def shape(self) -> tuple[int, int, int, int, int]:
        """The shape of the figures: [run, arm, day, place, variable]."""
        return self.runs, len(self.arms), len(self.days), len(self.places), len(self.variables)

    @property
    def number(self) -> int:
        """The number of the format that the run was written in."""
        return formats.number_of({"format": self.format}) or 0

    @property
    def is_hashed(self) -> bool:
        """Whether it was checked as a whole."""
        return self.number >= _HASHED


def sealed(data: dict[str, Any]) -> dict[str, Any]:
    """Return what a manifest says with the hash of it."""
    rest = {key: value for key, value in data.items() if key != "sha256"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"))
    return rest | {"sha256": hashlib.sha256(text.encode()).hexdigest()}


def write(directory: Path, data: dict[str, Any]) -> dict[str, Any]:
    """Write a manifest with its hash into the folder of a run that is being written; return what it says."""
    data = sealed(data)
    add_to_draft(directory, MANIFEST, json.dumps(data, indent=1).encode())
    return data


def add_report(directory: Path) -> None:
    """Put the fingerprint of its report into the manifest of a run that is being written.

    A page that is written again later is not the run's: the manifest stays as it is.

    Raises:
        OSError: it cannot be written.

    """
    data = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
    report = hashlib.sha256((directory / REPORT).read_bytes()).hexdigest()
    write(directory, data | {"tables": data["tables"] | {REPORT: report}})


def is_ours(directory: Path) -> bool:
    """Say whether a directory holds a run of any version.

    Raises:
        OSError: it cannot be looked into.

    """
    try:
        return formats.number_of(_plain((directory / MANIFEST).read_text(encoding="utf-8"))) is not None
    except (FileNotFoundError, IsADirectoryError, ValueError):
        return False


def refuse_edited_report(directory: Path, cure: str) -> None:
    """Refuse to replace the report of a run if it was changed by hand; one of format 2 has no seal that would tell.

    Raises:
        InputError: it was changed.
        OSError: it cannot be read.

    """
    page = directory / REPORT
    if not page.is_file():
        return
    broken = is_broken(page.read_bytes())
    if broken is None:
        data = _plain((directory / MANIFEST).read_text(encoding="utf-8"))
        broken = (formats.number_of(data) or 0) >= _HASHED
    if broken:
        raise InputError(
            "the report of this run was changed after Foedus wrote it, possibly by hand; it was left unchanged",
            file=page, expected="a report as it was written, or none", cure=cure,
        )  # fmt: skip


def read(directory: Path) -> Manifest:
    """Read the manifest of a stored run.

    Raises:
        InputError: there is none, a later version wrote it, or it is damaged.

    """
    file = directory / MANIFEST
    try:
        data = _plain(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        data = {}
    except OSError as error:
        raise InputError("the run cannot be read", file=file, found=error.strerror) from error
    number = formats.number_of(data)
    if number is None:
        raise InputError(
            "this is not a Foedus run", file=directory, expected="a directory with manifest.json",
            cure="name the directory that 'foedus run --out' wrote",
        )  # fmt: skip
    if (formats.known(number, file) >= _HASHED or "sha256" in data) and sealed(data)["sha256"] != data.get("sha256"):
        raise InputError(
            "the manifest of this run was changed after the run wrote it", file=file, key="sha256",
            found=str(data.get("sha256", "no such key"))[:64], expected=sealed(data)["sha256"],
            cure=f"put an unchanged copy back, or {AGAIN}",
        )  # fmt: skip
    try:
        found = Manifest.model_validate_json(json.dumps(formats.manifest_of_today(data, number)))
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


def _plain(text: str) -> dict[str, Any]:
    """Return the object in a JSON text; an empty one if there is none."""
    try:
        found = json.loads(text)
    except RecursionError:
        return {}
    return found if isinstance(found, dict) else {}


def _fault(file: Path, error: ValidationError) -> InputError:
    _, words = next(explained(Manifest, error))
    told = words["message"] + (f"; expected {words['expected']}" if words["expected"] else "")
    return InputError(
        "the manifest of this run is damaged",
        file=file,
        key=words["key"],
        found=words["found"],
        expected=told,
        cure=AGAIN,
    )
