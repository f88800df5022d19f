"""Load treaties, incidents and the vocabulary; errors name file, line and key."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import warnings
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ruamel.yaml.error import YAMLError

from foedus.errors import FoedusWarning, InputError, RunError, closest
from foedus.files import write_text
from foedus.shown import Named
from foedus.states import check_then, code_of, name_of
from foedus.textfile import read_bytes, text_of
from foedus.treaties.checking import check_known, checked
from foedus.treaties.incident import Incident
from foedus.treaties.logic import Condition
from foedus.treaties.model import Treaty, Version
from foedus.treaties.terms import vocabulary
from foedus.yamlfile import MOST_BYTES, line_of, load_plain, load_yaml, parse_yaml, plain, validate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_HERE = Path(str(resources.files("foedus.treaties")))
_told: list[str] = []  # why nothing could be kept, once it was said


@cache
def library() -> Mapping[str, Treaty]:
    """Return all treaties that come with Foedus, by id."""
    return MappingProxyType(Named(load_library(_HERE / "library")))


def load_library(folder: Path) -> Mapping[str, Treaty]:
    """Read and check every treaty file of a folder; files read before come from a cache.

    The cache is keyed by the content of the files and of this room, which says what a treaty is.

    Raises:
        InputError: a file is not in order.

    """
    paths = sorted(folder.glob("*.yaml"))
    digest = hashlib.sha256()
    for path in (*paths, _HERE / "vocabulary.yaml", _HERE / "sources.yaml", *sorted(_HERE.glob("*.py"))):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    store = _cache_file(digest.hexdigest())
    cached = {} if store is None else {treaty.id: treaty for treaty in _read_cache(store)}
    if list(cached) == [path.stem for path in paths]:
        return MappingProxyType(cached)
    found, documents = {}, []
    for path in paths:
        document, treaty = _read(path)
        if treaty.id != path.stem:
            raise InputError("a treaty's id is its file's name", file=path, key="id", found=treaty.id)
        found[treaty.id] = treaty
        documents.append(document)
    if store is None:
        _tell_not_kept("the user has no home folder")
    else:
        _write_cache(store, documents)
    return MappingProxyType(found)


def _read(path: Path) -> tuple[Any, Treaty]:
    try:
        document = load_plain(path)
        return document, _definite(document, path)
    except (InputError, YAMLError, ValueError, OSError):
        document = load_yaml(path)  # slower, and names the line of what is wrong
        return plain(document), _definite(document, path)


def _cache_file(digest: str) -> Path | None:
    """Return where documents of this content are kept, or None where the user has no folder of their own."""
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    try:
        folder = named if named.is_absolute() else Path.home() / ".cache"  # the XDG rule: a relative path is ignored
    except RuntimeError:  # no home, as in a container that runs under a number
        return None
    return folder / "foedus" / f"treaties-{digest[:32]}.json"


def _read_cache(store: Path) -> list[Treaty]:
    """Return the treaties of files checked before; none if anything is odd about the cache."""
    try:
        if not store.is_file():  # a pipe would wait for somebody to write
            return []
        seal, content = store.read_bytes().split(b"\n", 1)
        if seal != _seal(store, content):
            return []
        return [_apply_definitions(Treaty.model_validate(document)) for document in json.loads(content)]
    except (OSError, ValueError, TypeError, RecursionError):
        return []


def _write_cache(store: Path, documents: list[Any]) -> None:
    content = json.dumps(documents, default=str)
    if any(f'"{old}"' in content for old in vocabulary().renamed):  # whoever reads these files should be told each time
        return
    try:
        if store.exists() and not store.is_file():
            raise FileExistsError(17, f"something else has the name {store.name}")
        store.parent.mkdir(parents=True, exist_ok=True)
        write_text(store, f"{_seal(store, content.encode()).decode()}\n{content}")
    except RunError:  # another process is writing it
        return
    except InputError as error:  # it belongs to another user, or has a second name
        _tell_not_kept(f"{store}: {error.message}")
        return
    except OSError as error:
        _tell_not_kept(f"{store.parent}: {error.strerror}")
        return
    for old in store.parent.glob("treaties-*.json"):
        if old != store:
            with contextlib.suppress(OSError):
                old.unlink()


def _tell_not_kept(why: str) -> None:
    """Say once a process that what was read cannot be kept."""
    if not _told:
        _told.append(why)
        warnings.warn(
            f"the treaties that were read cannot be kept ({why}), so every command reads them anew; "
            "set XDG_CACHE_HOME to the full path of a folder that you may write to",
            FoedusWarning, stacklevel=2,
        )  # fmt: skip


def _seal(store: Path, content: bytes) -> bytes:
    """Return what tells a cache that is as it was written, and for these very files, from any other."""
    return hashlib.sha256(store.name.encode() + b"\0" + content).hexdigest().encode()


def check(path: Path | str) -> Treaty | Incident:
    """Read and check a file of your own: a treaty, or an incident (which has ``facts``).

    >>> check(_HERE / "library" / "fpda-1971.yaml").short
    'FPDA'

    Raises:
        InputError: malformed, or naming facts, actions or sources that do not exist; says file, line and key.

    """
    document = load_yaml(path)
    return (
        _incident(document, path) if isinstance(document, dict) and "facts" in document else _definite(document, path)
    )


def load_treaty(path: Path | str) -> Treaty:
    """Read and check one treaty file.

    Raises:
        InputError: malformed, or naming facts, actions or sources that do not exist.

    """
    return _definite(load_yaml(path), path)


def _definite(document: Any, path: Path | str) -> Treaty:
    return _apply_definitions(checked(document, path))


def _apply_definitions(treaty: Treaty) -> Treaty:
    """Return the treaty with its own definitions put into its conditions: a defined fact or what defines it."""
    if not treaty.definitions:
        return treaty

    def expand(condition: Condition, inside: frozenset[str] = frozenset()) -> Condition:
        if condition.atom in treaty.definitions and condition.atom not in inside:
            meaning = expand(treaty.definitions[condition.atom], inside | {condition.atom})
            return Condition("any", children=(condition, meaning))
        return Condition(
            condition.op, condition.atom, tuple(expand(child, inside) for child in condition.children), condition.at
        )

    def apply(version: Version) -> Version:
        return version.model_copy(
            update={
                "readings": {name: expand(reading) for name, reading in version.readings.items()},
                "when": None if version.when is None else expand(version.when),
                "unless": None if version.unless is None else expand(version.unless),
                "terminated_by": None if version.terminated_by is None else expand(version.terminated_by),
                "duties": tuple(
                    duty if duty.condition is None else duty.model_copy(update={"condition": expand(duty.condition)})
                    for duty in version.duties
                ),
            }
        )

    provisions = tuple(
        provision.model_copy(update={"versions": tuple(apply(version) for version in provision.versions)})
        for provision in treaty.provisions
    )
    return treaty.model_copy(update={"provisions": provisions})


def load_incident(name_or_path: str | Path) -> Incident:
    """Load an incident by name (those that come with Foedus) or from a file.

    Raises:
        InputError: unknown, malformed, or naming facts that do not exist.

    """
    path = incident_file(name_or_path)
    return read_incident(read_bytes(path, MOST_BYTES), path)


def incident_file(name_or_path: str | Path) -> Path:
    """Return the file of an incident: one of the user's, or by name one that comes with Foedus.

    Raises:
        InputError: none that comes with Foedus has this name.

    """
    path = Path(name_or_path)
    if path.suffix:
        return path
    if str(name_or_path) not in (known := incident_names()):
        raise InputError(
            f"unknown incident '{name_or_path}'",
            expected="the name of an incident, or the path of a YAML file",
            cure=closest(str(name_or_path), known) or "`foedus treaties incidents` shows them",
        )
    return _HERE / "incidents" / f"{name_or_path}.yaml"


@lru_cache(maxsize=32)
def read_incident(raw: bytes, path: Path) -> Incident:
    """Return the incident in the content of a file.

    Raises:
        InputError: malformed, or naming facts that do not exist.

    """
    return _incident(parse_yaml(text_of(raw, path), path), path)


def _incident(document: Any, path: Path | str) -> Incident:
    incident = validate(Incident, document, path)
    for i, fact in enumerate(incident.facts):
        check_known([fact.fact], vocabulary().facts, "fact", path, document, ["facts", i, "fact"])
    _existing(incident, path, document)
    return incident


def _existing(incident: Incident, path: Path | str, document: Any) -> None:
    """Refuse a target or attacker that did not exist on the day of the incident."""
    named: list[tuple[list[int | str], str]] = [(["target"], incident.target)]
    named += [(["attackers", i], state) for i, state in enumerate(incident.attackers)]
    for where, state in named:
        try:
            check_then(state, incident.date)
        except InputError as error:
            raise InputError(
                error.message, file=path, line=line_of(document, where), key=".".join(map(str, where)),
                expected=error.expected, cure=error.cure,
            ) from error  # fmt: skip


def incident_names() -> list[str]:
    """Return the names of the incidents that come with Foedus."""
    return sorted(path.stem for path in (_HERE / "incidents").glob("*.yaml"))


def resolve(name: str, *, among: Iterable[Treaty] | None = None) -> list[Treaty]:
    """Return the treaties that a name means: an id, a short name, a family, or the path of a treaty file.

    >>> [treaty.id for treaty in resolve("NATO")]
    ['nato-1949']

    Raises:
        InputError: none does, or the file is not in order.

    """
    if Path(name).suffix in (".yaml", ".yml"):
        return [load_treaty(name)]
    treaties = list(library().values() if among is None else among)
    wanted = name.lower()
    for key in ("id", "short", "family"):
        found = [treaty for treaty in treaties if getattr(treaty, key).lower() == wanted]
        if found:
            return found
    known = [treaty.id for treaty in treaties]
    if (state := _state(name)) is not None:
        naming = ", ".join(treaty.id for treaty in treaties if state in treaty.states())
        raise InputError(
            f"'{name}' is a state ({name_of(state)}), not a treaty", expected="a treaty's id, short name or family",
            cure=f"name one of {naming}" if naming else f"{name_of(state)}: no treaty in the library binds it",
        )  # fmt: skip
    raise InputError(
        f"unknown treaty '{name}'",
        expected="a treaty's id, short name or family, or the path of a treaty file",
        cure=closest(wanted, known) or "`foedus treaties list` shows them",
    )


def _state(name: str) -> str | None:
    with contextlib.suppress(InputError):
        return code_of(name)
    return None
