"""Files of the user's: whole or untouched, one writer at a time, nothing of a dead writer's left."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import threading
import types
from pathlib import Path

import pytest

from foedus import files
from foedus.errors import InputError, RunError
from foedus.treaties import ask

HOLD = (
    "import sys, time; from pathlib import Path; from foedus import files\n"
    "with files.{kind}(Path(sys.argv[1])) as given:\n print(given, flush=True)\n time.sleep(60)"
)


def holding(kind: str, path: Path) -> subprocess.Popen[str]:
    job = subprocess.Popen(
        [sys.executable, "-c", HOLD.format(kind=kind), str(path)], stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    assert job.stdout is not None
    job.stdout.readline()
    return job


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_whole_and_keeps_its_permissions_and_links(tmp_path: Path) -> None:
    file, link = tmp_path / "a.csv", tmp_path / "link.csv"
    files.write_text(file, "new\r\n")
    assert file.read_bytes() == b"new\r\n"
    assert file.stat().st_mode & 0o777 == 0o666 & ~_umask()
    file.chmod(0o640)
    link.symlink_to(file)
    files.write_text(link, "newer")
    assert link.is_symlink()
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("newer", 0o640)
    assert names(tmp_path) == ["a.csv", "link.csv"]


AS_ROOT = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")


@AS_ROOT
def test_a_file_that_is_replaced_keeps_its_owner_and_group(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("old")
    os.chown(file, 12345, 23456)
    file.chmod(0o640)
    files.write_text(file, "new")
    found = file.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o777, file.read_text()) == (12345, 23456, 0o640, "new")


@AS_ROOT
@pytest.mark.parametrize(("owner", "group", "mode", "kept"), [
    (12345, -1, 0o666, "belongs to another user"),
    (-1, 23456, 0o660, "belongs to another group"),
    (-1, 23456, 0o604, "belongs to another group"),
    (-1, 23456, 0o644, None),
])  # fmt: skip
def test_a_file_that_would_change_hands_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: int, group: int, mode: int, kept: str | None
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("old")
    os.chown(file, owner, group)
    file.chmod(mode)

    def refuse(*_: object) -> None:
        raise PermissionError(1, "not yours")

    monkeypatch.setattr(os, "fchown", refuse)
    if kept is None:  # the group may no more and no less than all
        files.write_text(file, "new")
        return
    before = file.stat()
    with pytest.raises(InputError, match=kept) as caught:
        files.write_text(file, "new")
    assert caught.value.cure
    assert (file.read_text(), file.stat().st_ino) == ("old", before.st_ino)
    assert names(tmp_path) == ["a.csv"]


def test_a_file_with_a_second_name_is_not_replaced(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("old")
    os.link(file, tmp_path / "b.csv")
    with pytest.raises(InputError, match="second name") as caught:
        files.write_text(file, "new")
    assert caught.value.cure
    assert (file.read_text(), names(tmp_path)) == ("old", ["a.csv", "b.csv"])


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="no attributes on this system")
def test_attributes_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("old")
    try:
        os.setxattr(file, "user.note", b"kept")
    except OSError:
        pytest.skip("this file system holds no attributes")
    files.write_text(file, "new")
    assert os.getxattr(file, "user.note") == b"kept"


def test_a_draft_of_a_private_file_is_private_while_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("old")
    file.chmod(0o600)
    with files.replacing(file) as stream:
        stream.write("secret")
        (draft,) = files.drafts_of(file)
        assert draft.stat().st_mode & 0o077 == 0


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.parametrize("failure", [OSError, KeyboardInterrupt])
def test_what_fails_halfway_leaves_the_earlier_file_and_says_so(tmp_path: Path, failure: type[BaseException]) -> None:
    file = tmp_path / "a.csv"
    file.write_text("by hand")
    with pytest.raises(failure) as caught, files.replacing(file) as stream:
        stream.write("half")
        stream.flush()
        raise failure
    assert names(tmp_path) == ["a.csv"]
    assert file.read_text() == "by hand"
    assert getattr(caught.value, "__notes__", []) == ([files.UNTOUCHED] if failure is KeyboardInterrupt else [])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_is_written_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    (tmp_path / "link").symlink_to(pipe)
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_text()))
    reader.start()
    files.write_text(tmp_path / "link", "text")
    reader.join(5)
    assert got == ["text"]
    assert pipe.is_fifo()
    assert names(tmp_path) == ["link", "pipe"]


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="this system names no open files")
@pytest.mark.parametrize("linked", [True, False])
def test_a_pipe_of_the_shell_is_written(tmp_path: Path, linked: bool) -> None:
    """What ``/dev/stdout`` and ``>(gzip)`` come to: a name that leads to no place in any folder."""
    source, sink = os.pipe()
    place = Path(f"/dev/fd/{sink}")
    if linked:
        (tmp_path / "stdout").symlink_to(place)
        place = tmp_path / "stdout"
    try:
        files.write_text(place, "text", over=False)
        assert os.read(source, 10) == b"text"
    finally:
        os.close(source)
        os.close(sink)


def test_a_lock_of_windows_covers_no_byte_of_a_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There a locked byte cannot be read through another handle, as the comparison with an earlier file does."""
    places: list[int] = []
    fake = types.ModuleType("msvcrt")
    fake.LK_NBLCK = 2  # type: ignore[attr-defined]
    fake.locking = lambda handle, how, size: places.append(os.lseek(handle, 0, os.SEEK_CUR))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "msvcrt", fake)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "platform", "win32")
        spec = importlib.util.spec_from_file_location("files_of_windows", files.__file__)
        assert spec is not None
        assert spec.loader is not None
        there = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(there)
        for _ in range(2):
            there.write_text(tmp_path / "a.csv", "text", over=False)
    assert (tmp_path / "a.csv").read_bytes() == b"text"
    assert len(places) >= 2
    assert min(places) > 2**30


@pytest.mark.parametrize("links", [True, False])
def test_a_file_is_given_only_a_name_that_nothing_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "no links on this file system")

    if not links:
        monkeypatch.setattr(os, "link", refuse)
    draft, target = tmp_path / "draft", tmp_path / "target"
    draft.write_text("ours")
    target.write_text("another's")
    with pytest.raises(FileExistsError):
        files.move_new(draft, target)
    assert target.read_text() == "another's"
    target.unlink()
    files.move_new(draft, target)
    assert (target.read_text(), names(tmp_path)) == ("ours", ["target"])


def test_a_file_that_came_meanwhile_is_not_overwritten_where_a_new_one_was_wanted(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    with pytest.raises(FileExistsError), files.replacing(file, new=True) as stream:
        file.write_text("another's")
        stream.write("ours")
    assert file.read_text() == "another's"
    assert names(tmp_path) == ["a.yaml"]


def test_drafts_of_dead_writers_go_and_those_of_living_ones_stay(tmp_path: Path) -> None:
    file, folder = tmp_path / "a.csv", tmp_path / "run"
    jobs = [holding("replacing", file), holding("draft_folder", folder)]
    try:
        assert len(names(tmp_path)) == 2
        files.write_text(file, "x")
        files.sweep(folder)
        assert len(names(tmp_path)) == 3
    finally:
        for job in jobs:
            job.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
            job.communicate()
    for name in (".run-like-0a1b2c3d4e5f.tmp", ".run-0a1b2c3_.tmp"):  # another's, and one of the first version at work
        (tmp_path / name).mkdir()
    (tmp_path / ".run-0a1b2c3d4e5f.tmp").mkdir()  # killed in the last moment
    files.write_text(file, "y")
    files.sweep(folder)
    assert names(tmp_path) == [".run-0a1b2c3_.tmp", ".run-like-0a1b2c3d4e5f.tmp", "a.csv"]
    os.utime(tmp_path / ".run-0a1b2c3_.tmp", (0, 0))
    files.sweep(folder)
    assert names(tmp_path) == [".run-like-0a1b2c3d4e5f.tmp", "a.csv"]


def test_a_lock_keeps_others_out_and_dies_with_its_holder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.csv"
    job = holding("locked", file)
    monkeypatch.setattr(files, "_PATIENCE", 0.1)
    with pytest.raises(Exception, match="another process is writing"), files.locked(file):
        pass
    job.kill()
    job.communicate()
    assert names(tmp_path) == [".a.csv.lock"]
    with files.locked(file):
        pass
    assert names(tmp_path) == []


def test_threads_take_turns(tmp_path: Path) -> None:
    file = tmp_path / "count"
    file.write_text("0")

    def add() -> None:
        for _ in range(10):
            with files.locked(file):
                files.write_text(tmp_path / "count.new", str(int(file.read_text()) + 1))
                (tmp_path / "count.new").replace(file)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert file.read_text() == "40"


def test_two_folders_swap_their_names_in_one_step_or_not_at_all(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        (folder / f"of {folder.name}").write_text("")
    done = files.exchange(one, other)
    assert (names(one), names(other)) == ((["of other"], ["of one"]) if done else (["of one"], ["of other"]))
    if sys.platform == "linux":
        assert done
        with pytest.raises(FileNotFoundError):
            files.exchange(one, tmp_path / "third")


def test_a_system_that_cannot_swap_names_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert not files.exchange(tmp_path / "one", tmp_path / "other")


def test_nothing_is_written_beside_the_top_of_the_file_system() -> None:
    top = Path(Path.cwd().anchor)
    for write in (files.locked, files.draft_folder, files.replacing):
        with pytest.raises(OSError, match="directory"), write(top):
            pass


def test_the_name_of_standard_output_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for write in (files.locked, files.replacing, files.folder_made):
        with pytest.raises(InputError, match="standard output"), write(Path("-")):
            pass
    with pytest.raises(InputError, match="standard output"):
        files.write_pages(Path("-"), {"a.md": "a"}, "the pages")
    with pytest.raises(InputError, match="standard output"):  # before the first question
        ask("KAZ", "2022-01-05", "csto", "-", answer=pytest.fail, source=pytest.fail)
    assert names(tmp_path) == []


def test_folders_that_were_made_for_nothing_are_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "there").mkdir()
    monkeypatch.setattr(files, "_begin", full)
    for folder in ("there/a/b", "new", "there"):
        with pytest.raises(RunError, match="the pages cannot be written"):
            files.write_pages(tmp_path / folder, {"deep/a.md": "a", "b.md": "b"}, "the pages")
        assert names(tmp_path) == ["there"]
        assert names(tmp_path / "there") == []
