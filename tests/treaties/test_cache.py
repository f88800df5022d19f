"""The cache of the treaties that were read: verified, never believed against the files, made anew in silence."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from foedus.errors import FoedusWarning
from foedus.treaties import load, load_treaty

LIBRARY = Path(load_treaty.__code__.co_filename).parent / "library"


def test_the_library_comes_from_its_cache_until_a_file_is_edited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "library"
    folder.mkdir()
    file = folder / "fpda-1971.yaml"
    file.write_text((LIBRARY / file.name).read_text(encoding="utf-8"), encoding="utf-8")
    first = load.load_library(folder)
    (store,) = (tmp_path / "cache" / "foedus").glob("treaties-*.json")
    with monkeypatch.context() as patch:
        patch.setattr(load, "_read", lambda _: pytest.fail("read the file though the cache has it"))
        assert load.load_library(folder) == first
    file.write_text(file.read_text(encoding="utf-8").replace("London", "Singapore"), encoding="utf-8")
    assert "Singapore" in (load.load_library(folder)["fpda-1971"].place or "")
    assert not store.exists()  # what is out of date does not pile up
    (store,) = (tmp_path / "cache" / "foedus").glob("treaties-*.json")
    store.write_text("half a fi", encoding="utf-8")
    assert "Singapore" in (load.load_library(folder)["fpda-1971"].place or "")


def sealed(content: bytes) -> bytes:
    """Return what somebody who knows how caches are sealed would write."""
    (store,) = (Path(os.environ["XDG_CACHE_HOME"]) / "foedus").iterdir()
    return load._seal(store, content) + b"\n" + content


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda _: b"[]",
        lambda _: sealed(b"[]"),
        lambda _: sealed(b"1.5"),
        lambda _: sealed(b'[{"id": "fpda-1971"}]'),
        lambda _: sealed(b"[" * 100_000),
        lambda _: b"[{}]",
        lambda content: content[: len(content) // 2],
        lambda content: content.replace(b"1971-11-01", b"1961-11-01"),
        lambda content: content.split(b"\n", 1)[1],
        lambda _: bytes(range(256)),
    ],
)
def test_a_cache_that_is_not_as_it_was_written_is_never_believed_and_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / "fpda-1971.yaml").write_bytes((LIBRARY / "fpda-1971.yaml").read_bytes())
    first = load.load_library(folder)
    (store,) = (tmp_path / "cache" / "foedus").iterdir()
    written = store.read_bytes()
    store.write_bytes(damage(written))
    assert store.read_bytes() != written
    assert load.load_library(folder) == first
    assert store.read_bytes() == written


def test_a_cache_of_another_version_of_the_law_room_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shutil.copytree(LIBRARY.parent, tmp_path / "room", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(load, "_HERE", tmp_path / "room")
    first = load.load_library(tmp_path / "room" / "library")
    (store,) = (tmp_path / "cache" / "foedus").iterdir()
    with (tmp_path / "room" / "model.py").open("a") as file:
        file.write("# a later version\n")
    assert load.load_library(tmp_path / "room" / "library") == first
    (later,) = (tmp_path / "cache" / "foedus").iterdir()
    assert later != store


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_the_place_of_the_cache_keeps_nobody_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(load, "_told", [])
    load.load_library(LIBRARY)
    (store,) = (tmp_path / "cache" / "foedus").iterdir()
    store.unlink()
    os.mkfifo(store)
    with pytest.warns(FoedusWarning, match="something else has the name"):
        assert "fpda-1971" in load.load_library(LIBRARY)


def test_actions_under_old_names_are_told_each_time_the_files_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    old, new = next(iter(load.vocabulary().renamed.items()))
    folder = tmp_path / "library"
    folder.mkdir()
    name = next(file.name for file in sorted(LIBRARY.glob("*.yaml")) if f"action: {new}\n" in file.read_text("utf-8"))
    text = (LIBRARY / name).read_text(encoding="utf-8")
    (folder / name).write_text(text.replace(f"action: {new}\n", f"action: {old}\n"), encoding="utf-8")
    for _ in range(2):
        with pytest.warns(FutureWarning, match=old):
            read = load.load_library(folder)
        assert {d.action for p in read[name[:-5]].provisions for v in p.versions for d in v.duties} & {new}


def test_a_cache_of_other_files_under_this_name_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    stores = {}
    for name in ("fpda-1971", "cst-1992"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / f"{name}.yaml").write_bytes((LIBRARY / f"{name}.yaml").read_bytes())
        assert list(load.load_library(folder)) == [name]
        (store,) = (tmp_path / "cache" / "foedus").iterdir()
        stores[store] = store.read_bytes()
    own, foreign = stores.values()
    store.write_bytes(own)
    assert list(load.load_library(folder)) == [name]
    assert store.read_bytes() == foreign


def test_a_relative_cache_folder_is_ignored_and_makes_nothing_where_the_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    assert "fpda-1971" in load.load_library(LIBRARY)
    assert list((tmp_path / "work").iterdir()) == []
    assert len(list((tmp_path / "home" / ".cache" / "foedus").glob("treaties-*.json"))) == 1


@pytest.mark.parametrize("hindrance", ["no home", "a file in the way", "a folder in its place"])
def test_the_library_is_read_without_a_cache_where_none_can_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hindrance: str
) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if hindrance == "no home":
        monkeypatch.delenv("XDG_CACHE_HOME")
        monkeypatch.setattr(Path, "home", homeless)
    elif hindrance == "a file in the way":
        (tmp_path / "foedus").write_text("mine", encoding="utf-8")
    else:
        load.load_library(LIBRARY)
        (store,) = (tmp_path / "foedus").iterdir()
        store.unlink()
        store.mkdir()
    before = sorted(tmp_path.rglob("*"))
    monkeypatch.setattr(load, "_told", [])
    with pytest.warns(FoedusWarning, match="cannot be kept .* so every command reads them anew") as told:
        read = [load.load_library(LIBRARY) for _ in range(2)]
    assert all("fpda-1971" in one for one in read)
    assert len(told) == 1
    assert sorted(tmp_path.rglob("*")) == before
