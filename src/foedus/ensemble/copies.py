"""The copies of its inputs that a stored run holds, and how it finds what was copied.

A run is opened from its own ``scenario.json``. Where the scenario that was run still says the same, the report shows
its claims and its incident as they now are; where it is gone or changed, the run's own copies are taken, and that is
told.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from foedus import files
from foedus.crisis import Scenario, load_scenario, packaged_file
from foedus.crisis.scenario import AS_IT_WAS
from foedus.ensemble import formats
from foedus.ensemble.manifest import AGAIN, INPUTS, MANIFEST, SCENARIO, Manifest, read
from foedus.errors import FoedusWarning, InputError
from foedus.faults import explained
from foedus.record import open_record
from foedus.textfile import MOST_BYTES, read_bytes
from foedus.yamlfile import is_file, is_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from foedus.crisis import Loaded
    from foedus.record import Record


def keep(loaded: Loaded, own: Record | None, directory: Path) -> tuple[dict[str, str], dict[str, Any]]:
    """Copy a run's inputs into its directory, as they were read.

    Returns:
        The fingerprints of the copies, and what the manifest says of where the inputs came from: the way from the run
        to them, never a path of this machine.

    """
    scenario, file = loaded.scenario, loaded.file
    copies = {INPUTS[role]: content for role, content in loaded.contents().items()}
    copies[SCENARIO] = scenario.model_dump_json(indent=1).encode()
    notes = scenario.directory / Path(INPUTS["notes"]).name  # on the documents that the claims name
    if file is not None and is_file(notes):
        copies[INPUTS["notes"]] = read_bytes(notes, MOST_BYTES)
    if own is not None:
        copies[INPUTS["record"]] = own.content
    for name, content in copies.items():
        files.add_to_draft(directory, name, content)
    origin = "python" if file is None else "library" if file == packaged_file(scenario.name) else "file"
    return {name: _fingerprint(content) for name, content in copies.items()}, {
        "scenario_origin": origin,
        "scenario_directory": _way(scenario.directory, directory) if origin == "file" else None,
        "scenario_file": file.name if file else None,
        "scenario_sha256": scenario.sha256(),
        "record": _way(own.path, directory) or own.path.name if own else None,
        "record_sha256": own.digest if own else None,
    }


def find_scenario(place: Path, manifest: Manifest) -> Scenario:
    """Return the scenario of a stored run: the one that was run, or else the run's own copy.

    Raises:
        InputError: it is gone or changed, and the copy is gone or damaged.

    """
    verified = SCENARIO in manifest.tables
    own = _own_scenario(place, manifest) if verified else None
    if own and manifest.scenario_origin == "python":  # it never was in a file
        return own.kept_as(_files_of(own, place, manifest))
    # today's fingerprint of the copy: the one in the manifest is that of the model of scenarios as it then was
    wanted = own.sha256() if own else manifest.scenario_sha256
    known = list(_candidates(place, manifest))
    for file in known or _elsewhere(manifest):
        if found := _saying(file, wanted):
            return found
    own = own or _own_scenario(place, manifest)
    if known:
        reason = f"the scenario was changed since this run, or cannot be read ({known[0]}); the run's own copy"
    elif manifest.scenario_directory is None and manifest.scenario_origin == "file":
        reason = "this run does not record where its scenario was; its own copy"
    else:
        reason = "the scenario is not where it was run; the run's own copy"
    _warn(place, f"{reason} is used")
    return own.kept_as(_files_of(own, place, manifest))


def own_record(directory: Path) -> Record | None:
    """Return the record of the user's own that a stored run's forecast is made from, if it is.

    Raises:
        InputError: the record is gone or changed, and the run has no copy of it.

    """
    manifest = read(directory)
    if manifest.record is None:
        return None
    path, expected = _from(directory, manifest.record), manifest.record_sha256
    if (found := _record_in(path)) and expected in (None, found.digest):
        return found
    unrecorded = Path(manifest.record).name == manifest.record  # its name, and no way to it
    if unrecorded and (here := _record_in(Path(manifest.record))) and here.digest == expected:  # in the current folder
        return here
    there = is_file(path)
    reason = "the record was changed since this run" if there else "the record is not where it was"
    if INPUTS["record"] in manifest.tables:
        if unrecorded and not there:
            _warn(directory, f"this run does not record where its record ({manifest.record}) was; its own copy is used")
        else:
            _warn(directory, f"{reason} ({manifest.record}); the run's own copy is used")
        return open_record(_checked(directory, INPUTS["record"], manifest))
    raise InputError(
        reason, file=directory / MANIFEST, key="record", found=path,
        expected="the record as it was when it was run", cure=f"put it back, or {AGAIN}",
    )  # fmt: skip


def _record_in(path: Path) -> Record | None:
    """Return the record in a file, if there is one."""
    with contextlib.suppress(InputError):
        return open_record(path) if is_file(path) else None
    return None


def tell_changes(loaded: Loaded, directory: Path) -> None:
    """Warn of files beside the scenario that are no more what they were when it was run.

    Raises:
        InputError: one is gone, and the run, of an earlier version, kept no copy of it.

    """
    manifest, scenario = read(directory), loaded.scenario
    prints = manifest.tables
    for role, path in scenario.files.items():
        if scenario.is_kept and not is_file(path):
            where = manifest.scenario_directory
            raise InputError(
                f"this run kept no copy of its {role}", file=directory, found="no such file beside the scenario either",
                cure="put the scenario's folder back" + (f" to {_from(directory, where)}" if where else ""),
            )  # fmt: skip
        if INPUTS[role] in prints and is_file(path) and prints[INPUTS[role]] != _fingerprint(loaded.content(role)):
            _warn(directory, f"the {role} changed since this run; the report shows what now is in {path}")


def _way(path: Path, directory: Path) -> str | None:
    """Return the way from a run to an input; None where it leads through folders above the user's own or names them."""
    try:
        here, there = directory.resolve(), path.resolve()
        common = Path(os.path.commonpath([here, there]))
        home = Path(os.path.expanduser("~"))  # noqa: PTH111 - Path.home() fails where there is none
        if common == Path(common.anchor) or (home != common and home.is_relative_to(common)):
            return None
        way = Path(os.path.relpath(there, here))
        return None if home.name in way.parts else way.as_posix()
    except ValueError:  # another drive
        return None


def _from(place: Path, way: str) -> Path:
    """Go a way from a run; an absolute one, of an earlier version, stays what it is."""
    return Path(os.path.normpath(place / way))


def _candidates(place: Path, manifest: Manifest) -> Iterator[Path]:
    """Yield the files that may be the scenario that was run, where the run says that it was."""
    for folder in _folders(place, manifest):
        if manifest.scenario_file is not None:
            found = [folder / manifest.scenario_file]
        else:  # the usual name first
            found = sorted(folder.glob("*.y*ml"), key=lambda file: (file.name != "scenario.yaml", file.name))
        yield from filter(is_file, found)


def _elsewhere(manifest: Manifest) -> Iterator[Path]:
    """Yield files that may be a scenario whose place is not known: packaged, here, or in a folder of its name."""
    if manifest.scenario_origin == "library" or (manifest.scenario_origin and manifest.scenario_directory):
        return
    if packaged := packaged_file(manifest.scenario):
        yield packaged
    name = manifest.scenario_file or "scenario.yaml"
    yield from filter(is_file, (Path(name), Path(manifest.scenario) / name))


def _folders(place: Path, manifest: Manifest) -> Iterator[Path]:
    """Yield the folders that the scenario may be in."""
    origin = manifest.scenario_origin
    if manifest.scenario_directory is not None:
        folder = _from(place, manifest.scenario_directory)
        if is_folder(folder):
            yield folder
            return
    # an earlier version did not say whether a scenario came with Foedus, which may have been installed elsewhere then
    packaged = packaged_file(manifest.scenario) if origin in (None, "library") else None
    if packaged is not None:
        yield packaged.parent


def _saying(file: Path, sha256: str) -> Scenario | None:
    """Return the scenario in a file if it says just that."""
    try:
        found = load_scenario(file)
    except InputError:
        return None
    return found if found.sha256() == sha256 else None


def _own_scenario(place: Path, manifest: Manifest) -> Scenario:
    """Return the scenario that the run itself holds.

    Raises:
        InputError: it is gone or was changed, or this version cannot read it.

    """
    file = _checked(place, SCENARIO, manifest)
    verified = SCENARIO in manifest.tables
    try:
        said = formats.scenario_of_today(json.loads(file.read_bytes()), manifest.number)
        # it fitted together when it was run; a later version may demand more of a new scenario
        own = Scenario.model_validate_json(json.dumps(said), context=AS_IT_WAS if verified else None)
    except OSError as error:
        raise InputError(
            "the scenario of this run is gone, and so is the run's copy", file=file, found=error.strerror,
            expected="the scenario as it was run", cure=f"put it back, or {AGAIN}",
        ) from error  # fmt: skip
    except ValidationError as error:
        _, words = next(explained(Scenario, error))
        told = words["message"] + (f"; expected {words['expected']}" if words["expected"] else "")
        raise InputError(
            "the run's copy of its scenario cannot be read by this version of Foedus", file=file, key=words["key"],
            found=words["found"], expected=told, cure=AGAIN,
        ) from error  # fmt: skip
    except (ValueError, AttributeError, TypeError, KeyError, RecursionError) as error:
        raise InputError(
            "the run's copy of its scenario is not a scenario", file=file, found=str(error)[:200], cure=AGAIN
        ) from error
    if not verified and own.sha256() != manifest.scenario_sha256:
        _warn(place, f"{SCENARIO} could not be verified: another version wrote it, or it was changed")
    return own


def _files_of(own: Scenario, place: Path, manifest: Manifest) -> dict[str, Path]:
    """Return the files for a run's own scenario: its copies, or those beside the scenario that was run."""
    found = {}
    named = {"claims": own.claims, "incident": own.law.incident, "geometry": own.geometry}
    for role, name in named.items():
        if INPUTS[role] in manifest.tables:
            found[role] = _checked(place, INPUTS[role], manifest)
        elif name is not None and Path(name).suffix:  # a run of an earlier version, and not an incident of the library
            beside = [folder / name for folder in _folders(place, manifest)]
            found[role] = next(filter(is_file, beside), place / INPUTS[role])
    return found


def _checked(place: Path, name: str, manifest: Manifest) -> Path:
    """Return a file of the run after a look at its fingerprint."""
    path = place / name
    expected = manifest.tables.get(name)
    if expected is not None and (not is_file(path) or _fingerprint(path.read_bytes()) != expected):
        raise InputError(
            "a file of the run is missing or was changed", file=path, found="another content than the run wrote",
            cure=AGAIN,
        )  # fmt: skip
    return path


def _fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _warn(place: Path, words: str) -> None:
    warnings.warn(f"{place}: {words}", FoedusWarning, stacklevel=4)
