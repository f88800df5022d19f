"""Scenarios, outlines, the lattice's options, and the store of runs."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mutators
import scratch
from runner import Outcome, Target, Wrong, improper
from targets_law import as_text, read_yaml, unread

from foedus import crisis
from foedus.crisis import Scenario, outlines
from foedus.crisis.lattice.presets import PRESETS, Change
from foedus.crisis.lattice.simulate import run as play_lattice
from foedus.crisis.lattice.switches import BUNDLES, Rules
from foedus.errors import FoedusError
from foedus.yamlfile import load_plain

if TYPE_CHECKING:
    from random import Random

_SCENARIOS = Path(crisis.__file__).parent / "scenarios"


@cache
def _scenarios() -> tuple[list[Any], mutators.Pool, list[str]]:
    """Return the scenarios made small, all their values, and a small one as people write it."""
    whole = [load_plain(file) for file in sorted(_SCENARIOS.glob("*/scenario.yaml"))]
    pool = mutators.harvest(whole)
    small = []
    for tree in whole:
        kept = [place["code"] for place in tree["places"][:3]]
        events = [event for event in tree["events"] if set(event.get("places", ())) <= set(kept)][:3]
        troops = [one for one in tree.get("contingents", ()) if set(one["places"]) <= set(kept)][:2]
        small.append(
            tree
            | {
                "places": tree["places"][:3],
                "events": events,
                "contingents": troops,
                "also_named": {},
                "geometry": None,
            }
            | {
                "parameters": dict(list(tree["parameters"].items())[:3]),
                "limits": [],
                "rules": tree.get("rules", [])[:2],
            }
        )
    words = [str(value) for values in pool.values() for value in values if not isinstance(value, dict | list)]
    return [json.loads(json.dumps(tree, default=str)) for tree in small], pool, words


@cache
def _claims_beside(process_folder: Path) -> Path:
    place = process_folder / "claims.csv"
    shutil.copyfile(_SCENARIOS / "kazakhstan-2022" / "claims.csv", place)
    return place


def _make_scenario(rng: Random) -> str:
    small, pool, words = _scenarios()
    changed = mutators.tree(rng, rng.choice(small), pool)
    if rng.random() < 0.6:
        return as_text(rng, changed)
    return mutators.lines(rng, json.dumps(rng.choice(small), indent=1), [json.dumps(word) for word in words[:500]])


def _use_scenario(text: str) -> Outcome:
    _claims_beside(scratch.folder())
    path = read_yaml(text, "scenario.yaml")
    try:
        scenario = crisis.load_scenario(path)
    except FoedusError:
        if unread(path):
            return "unread"
        raise
    if Scenario.model_validate_json(scenario.model_dump_json()).sha256() != scenario.sha256():
        raise Wrong("a scenario that is read back from a run's own copy as another")
    if len(text) % 10 == 0:
        loaded = crisis.open_scenario(scenario)
        for fault in (*crisis.named_faults(loaded), *crisis.claim_faults(loaded)):
            if kind := improper(fault):
                raise Wrong(kind)
    return "accepted"


@cache
def _geometry() -> Any:
    ring = [[60.0, 45.0], [80.0, 45.0], [80.0, 55.0], [60.0, 55.0], [60.0, 45.0]]
    hole = [[65.0, 48.0], [66.0, 48.0], [66.0, 49.0], [65.0, 48.0]]
    feature = {
        "type": "Feature",
        "properties": {"code": "ALA", "name": "Almaty"},
        "geometry": {"type": "Polygon", "coordinates": [ring, hole]},
    }
    many = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "MultiPolygon", "coordinates": [[ring], [ring[::-1], hole]]},
    }
    point = {"type": "Feature", "properties": None, "geometry": {"type": "Point", "coordinates": [70.0, 50.0]}}
    return {"type": "FeatureCollection", "features": [feature, many, point]}


def _make_outlines(rng: Random) -> str:
    text = json.dumps(mutators.tree(rng, _geometry(), mutators.harvest([_geometry()])), default=str)
    return text if rng.random() < 0.9 else mutators.noise(rng, text.encode()).decode("utf-8", "replace")


@cache
def _places() -> Any:
    return crisis.load_scenario("kazakhstan-2022").places


def _use_outlines(text: str) -> Outcome:
    path = scratch.file("places.geojson", text)
    try:
        found = outlines.read(path.read_bytes(), path, _places())
    except FoedusError:
        try:
            json.loads(text, parse_constant=_none)
        except (ValueError, RecursionError):
            return "unread"
        raise
    json.dumps(found, allow_nan=False).encode()
    return "accepted"


def _none(word: str) -> None:
    raise ValueError(word)


_NUMBERS = {
    "people": 0.7, "officers": 0.04, "vision": 3.0, "legitimacy": 0.8, "threshold": 0.1, "k": 2.3, "jail_max": 15, "cloning": 0.05,
    "max_age": 60, "groups": 1, "height": 12, "width": 12, "steps": 4, "seed": 1, "burn": 0, "outburst_above": 5, "threads": 1,
}  # fmt: skip
_MOST_TURNS = 1_000_000
_CHOICES = {name: list(item.metadata["choices"]) for name, item in Rules.__dataclass_fields__.items()}


@cache
def _warm() -> None:
    """Compile every kernel, which takes longer than an input may."""
    asked: list[dict[str, Any]] = [{"preset_name": name} for name in PRESETS]
    asked += [{"rules": name} for name in BUNDLES]
    asked += [
        {"switches": {"schedule": name, "jailed": jailed}}
        for name in _CHOICES["schedule"]
        for jailed in ("leave", "keep")
    ]
    for one in asked:
        with contextlib.suppress(FoedusError):  # switches that do not go together
            play_lattice(one.pop("preset_name", "outbursts"), height=20, width=20, steps=2, **one)


def _make_lattice(rng: Random) -> dict[str, Any]:
    _warm()
    given: dict[str, Any] = {
        "preset_name": rng.choice([*PRESETS] * 4 + [None, "outburst"]),
        "height": rng.randrange(15, 25),
        "width": rng.randrange(15, 25),
        "steps": rng.randrange(1, 6),
    }
    for name in rng.sample(list(_NUMBERS), rng.randrange(0, 4)):
        given[name] = mutators.near(rng, _NUMBERS[name]) if rng.random() < 0.7 else mutators.value(rng, _NUMBERS[name])
    sizes = [given[name] for name in ("height", "width", "steps")]
    if all(isinstance(size, int) for size in sizes) and _MOST_TURNS < math.prod(sizes) < 10**12:
        given["steps"] = 1  # what takes long because so much was asked for is no find
    if rng.random() < 0.3:
        given["rules"] = rng.choice([*BUNDLES] * 4 + ["mesa", 3, None])
    if rng.random() < 0.6:
        given["switches"] = {
            name: rng.choice(_CHOICES[name]) if rng.random() < 0.95 else mutators.value(rng, "x")
            for name in rng.sample(list(_CHOICES), 2)
        }
    if rng.random() < 0.2:
        given["changes"] = [
            (
                rng.choice(("legitimacy", "legitimacy", "officers", "k")),
                rng.choice((0.1, 0.9, 0, 0.5, 0.2, 2, "x")),
                rng.choice((1, 1, 1, 2, 0)),
                rng.randrange(1, 6),
            )
        ]
    return given


def _use_lattice(given: dict[str, Any]) -> Outcome:
    given = {**given, "changes": [Change(*change) for change in given.get("changes", ())] or None}
    found = play_lattice(given.pop("preset_name"), **given)
    json.dumps(found.to_dict(), allow_nan=False)
    series, wanted = found.series, found.parameters
    if any((values < 0).any() for values in series.values()):
        raise Wrong("a count below zero")
    if wanted.groups == 1 and len(set((series["quiet"] + series["active"] + series["jailed"]).tolist())) > 1:
        raise Wrong("people are lost or made")
    if len(series["active"]) != found.steps or found.picture.shape != (wanted.height, wanted.width):
        raise Wrong("another size than was asked for")
    return "accepted"


@cache
def _stored(process_folder: Path) -> tuple[Path, Any, dict[str, bytes]]:
    """Return a small stored run, its manifest and its files."""
    from foedus.ensemble import run, save

    out = process_folder / "stored"
    out.mkdir()
    own = crisis.load_scenario("kyrgyzstan-2010").model_copy(update={"title": "Mine"})  # quicker to find than a file
    save(run(own, runs=2, seed=1, workers=1), out)
    manifest = json.loads((out / "manifest.json").read_text())
    return out, manifest, {str(file.relative_to(out)): file.read_bytes() for file in out.rglob("*") if file.is_file()}


def _make_manifest(rng: Random) -> tuple[str, str, str]:
    """Return a file of the run, and what it holds; the manifest tells the fingerprint of a table that was changed.

    Most manifests are sealed again, so that what they say is looked at.
    """
    from foedus.ensemble.manifest import sealed

    _, manifest, files = _stored(scratch.folder())
    if rng.random() < 0.8:
        changed = mutators.tree(rng, manifest, mutators.harvest([manifest]))
        if isinstance(changed, dict) and rng.random() < 0.85:
            with contextlib.suppress(TypeError, ValueError):  # a key, or a number, that JSON has not
                changed = sealed(changed)
        return "manifest.json", json.dumps(changed, default=str), ""
    name = rng.choice([name for name in files if name.endswith(("parquet", "json", "csv")) and name != "manifest.json"])
    raw = mutators.noise(rng, files[name])
    if name.endswith("parquet") and rng.random() < 0.6:
        raw = _other_table(rng, files[name])
    keys = {**manifest, "parts": {n: _mark(raw) if n == name else m for n, m in manifest["parts"].items()}}
    keys["tables"] = {n: _mark(raw) if n == name else m for n, m in manifest["tables"].items()}
    return name, json.dumps(sealed(keys) if rng.random() < 0.8 else manifest), raw.hex()


def _mark(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _other_table(rng: Random, raw: bytes) -> bytes:
    """Return a table with a column lost, renamed, of another kind, with gaps, or with other rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(pa.BufferReader(raw))
    at = rng.randrange(table.num_columns)
    name = table.column_names[at]
    odd = [rng.choice((None, 1.0, float("nan"), float("inf"), -1.0, 1e300)) for _ in range(table.num_rows)]
    column = rng.choice(
        (
            pa.array(odd),
            pa.array(["x"] * table.num_rows),
            pa.array([None] * table.num_rows),
            pa.array([[1]] * table.num_rows),
            pa.array([True] * table.num_rows),
        )
    )
    changed = rng.choice((
        lambda: table.remove_column(at), lambda: table.set_column(at, name, column), lambda: table.append_column("x", column),
        lambda: table.slice(1), lambda: table.slice(0, 0), lambda: pa.concat_tables([table, table]), lambda: table.append_column(name, column),
        lambda: table.rename_columns([f"{one}_" if one == name else one for one in table.column_names]),
    ))()  # fmt: skip
    out = pa.BufferOutputStream()
    pq.write_table(changed, out)
    return bytes(out.getvalue())


def _use_store(given: tuple[str, str, str]) -> Outcome:
    from foedus.ensemble import load

    name, manifest, raw = given
    out, _, files = _stored(scratch.folder())
    (out / "manifest.json").write_text(manifest, encoding="utf-8", errors="surrogatepass")
    if raw:
        (out / name).write_bytes(bytes.fromhex(raw))
    try:
        found = load(out)
        found.headline()
        json.dumps({key: value.tolist() for key, value in found.drawn.items()})
    finally:
        if raw:
            (out / name).write_bytes(files[name])
    return "accepted"


TARGETS = (
    Target("scenario", _make_scenario, _use_scenario, 0.4),
    Target("outlines", _make_outlines, _use_outlines, 4.0),
    Target("lattice", _make_lattice, _use_lattice, 1.0),
    Target("store", _make_manifest, _use_store, 0.4),
)
