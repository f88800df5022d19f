"""Files of the user's: written aside and put in place whole, one writer at a time, drafts of dead writers swept.

A draft lies beside its target as ``.NAME-xxxxxxxxxxxx.tmp``. Its writer holds a lock on it (of a folder, on ``.owner``
in it) that ends with the process, so whoever comes next can tell a draft that is being written from one left behind.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import filecmp
import os
import re
import secrets
import shutil
import sys
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from foedus.access import keep_owner, keep_rights
from foedus.errors import InputError, RunError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

UNTOUCHED = "nothing half-written was left"
OWNER = ".owner"
_PATIENCE = 30.0  # seconds that a writer waits for another
_NAME = 100  # bytes of a target's name in the name of its draft
_mine = threading.local()  # the locks that this thread holds
_owned: dict[Path, int] = {}  # the open marks of this process's drafts
_FAR = 2**31 - 2  # the byte that is locked on Windows, past the end of any draft
_ELSEWHERE = {  # what is wrong with a place, not with the disk
    errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ELOOP,
    errno.ENAMETOOLONG, errno.EINVAL,
}  # fmt: skip
_CURES = {errno.ENOSPC: "make room on the disk, and try again", errno.EIO: "the disk may be broken: save your work"}
if hasattr(errno, "EDQUOT"):
    _CURES[errno.EDQUOT] = "your share of the disk is used up: remove something, and try again"
_STRAY = 86_400.0  # seconds after which a draft without an owner (of an earlier version) is taken for dead


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other processes and threads that ask for the same lock out until the block ends; blocks may be nested.

    The lock is a file ``.NAME.lock`` beside the path. The system frees it when its process ends, however it ends.

    Raises:
        RunError: another process holds it for too long.
        OSError: the folder cannot be written.

    """
    if path.exists() and not path.is_file() and not path.is_dir():  # a pipe or a device, which has no folder of its own
        yield
        return
    target = _real(path)
    place = _beside(target, "lock")
    mine: set[Path] = _mine.__dict__.setdefault("places", set())
    if place in mine:
        yield
        return
    until = time.monotonic() + _PATIENCE
    while (handle := _take(place)) is None:
        if time.monotonic() > until:
            raise RunError(
                "another process is writing this file", file=path, found=f"{place.name}, held for {_PATIENCE:g} s",
                cure="wait until it is done, or end it, and try again",
            )  # fmt: skip
        time.sleep(0.02)
    mine.add(place)
    try:
        yield
    finally:
        mine.discard(place)
        _give_back(handle, place)


def write_text(path: Path, text: str, *, new: bool = False, over: bool = True) -> None:
    """Write a text file whole, or leave the place as it was; see ``replacing``.

    Raises:
        InputError: the file says something else, and is not to be replaced.
        OSError: it cannot be written.

    """
    with replacing(path, new=new, over=over) as file:
        file.write(text)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole, or leave the place as it was; see ``replacing``.

    Raises:
        OSError: it cannot be written.

    """
    with replacing(path, binary=True) as file:
        file.write(content)


def add_to_draft(draft: Path, name: str, content: bytes) -> None:
    """Write a file into a folder that is a draft itself, and so has one writer and reaches the disk as a whole.

    Raises:
        OSError: it cannot be written.

    """
    (draft / name).parent.mkdir(exist_ok=True)
    (draft / name).write_bytes(content)


def write_pages(folder: Path, texts: Mapping[str, str], what: str) -> list[Path]:
    """Write generated pages into a folder, each whole, and return the files; never over a page of another kind.

    Args:
        folder: is made if need be.
        texts: pages by their names. What has the name already must begin with the same line.
        what: they are, as in "the pages".

    Raises:
        InputError: a file of that name begins otherwise, or the folder cannot be written.
        RunError: the disk is full or broken.

    """
    places = {folder / name: text for name, text in texts.items()}
    with telling(what, folder):
        for path, text in places.items():
            if (
                path.is_file()
                and (there := path.read_bytes())
                and there.split(b"\n", 1)[0] != text.encode().split(b"\n", 1)[0]
            ):
                raise InputError(
                    f"{what} would overwrite a file of another kind; nothing was written", file=path,
                    expected=f"a file that begins with '{text.partition(chr(10))[0]}', or none",
                    cure="name another folder, or move this file away",
                )  # fmt: skip
        with folder_made(folder), contextlib.ExitStack() as made:
            for path, text in places.items():
                if path.parent != folder:
                    made.enter_context(folder_made(path.parent))
                write_text(path, text)
    return list(places)


@contextlib.contextmanager
def folder_made(folder: Path) -> Iterator[None]:
    """Make a folder and those above it; those that were made and are empty are taken back if the block fails.

    Raises:
        InputError: its name is that of standard output.
        OSError: it cannot be made.

    """
    refuse_dash(folder)
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for one in missing:
            with contextlib.suppress(OSError):
                one.rmdir()
        raise


@contextlib.contextmanager
def replacing(path: Path, *, new: bool = False, over: bool = True, binary: bool = False) -> Iterator[IO[Any]]:
    """Give a stream that takes the place of a file when the block ends well; line ends are written as given.

    An earlier file's owner, group and permissions are kept, and so is a symbolic link to it. What is no regular file
    (a pipe, a device) is written straight.

    Args:
        path: where to.
        new: refuse a file that is there already.
        over: take the place of a file that says something else; if not, only of one that is empty or says the same.
        binary: take bytes rather than text.

    Raises:
        InputError: the file says something else and is not to be replaced, has a second name, or would change hands.
        OSError: it cannot be written.

    """
    how: dict[str, Any] = {"mode": "wb"} if binary else {"mode": "w", "encoding": "utf-8", "newline": ""}
    if path.exists() and not path.is_file():  # a pipe or a device: there is nothing to lose
        with path.open(**how) as file:
            yield file
        return
    target = _real(path)
    _may_replace(target)
    draft, handle = draft_of(target), -1  # known before it is made, so that no interrupt leaves it behind
    try:
        with locked(target):
            sweep(target)
            handle = _begin(draft, 0o600 if target.exists() else 0o666)  # until it has the rights of what it replaces
            keep_owner(handle, target)
        with open(handle, **how, closefd=False) as file:
            yield file
        _sync(handle)
        with locked(target):
            _settle(draft, handle, target, over=over or new)
            done, handle = handle, -1  # it counts as closed even where closing fails
            os.close(done)  # Windows moves no open file
            move_new(draft, target) if new else draft.replace(target)
        sync_folder(target.parent)
    except BaseException as error:
        with contextlib.suppress(OSError):
            if handle >= 0:
                os.close(handle)
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        told_untouched(error, left=os.path.lexists(draft))
        raise


@contextlib.contextmanager
def telling(what: str, path: Path | str | None) -> Iterator[None]:
    """Explain in our own words why something cannot be written, if that is so.

    Args:
        what: is written, as in "the report".
        path: where to.

    Raises:
        InputError: this place cannot be written; another may.
        RunError: the disk is full or broken.

    """
    try:
        yield
    except BrokenPipeError:  # the reader went away, which is no fault
        raise
    except OSError as error:
        found = error.strerror or str(error)
        if (
            isinstance(error.filename, str)
            and error.filename
            and str(path) not in error.filename
            and not error.filename.endswith(".lock")
        ):
            found += f" ({error.filename})"
        kind, cure = (
            (InputError, "name another place")
            if error.errno in _ELSEWHERE
            else (RunError, _CURES.get(error.errno or 0))
        )
        raise kind(f"{what} cannot be written", file=path, found=found, cure=cure) from error


def move_new(draft: Path, target: Path) -> None:
    """Give a file a name that nothing has; never take one from another file, however late that came.

    Raises:
        FileExistsError: something has the name.
        OSError: it cannot be moved.

    """
    try:
        os.link(draft, target)
    except FileExistsError:
        raise
    except OSError:  # this file system has no second names
        if os.path.lexists(target):
            raise FileExistsError(17, "there is a file of this name already", str(target)) from None
        draft.rename(target)
    else:
        with contextlib.suppress(OSError):  # the file is in its place; a second name goes when drafts are swept
            draft.unlink()


def exchange(one: Path, other: Path) -> bool:
    """Let two files or folders swap their names in one step; False, with nothing done, where the system cannot.

    Raises:
        OSError: it can, and the disk is full or broken.

    """
    named = {"linux": ("renameat2", 2), "darwin": ("renameatx_np", 2)}.get(sys.platform)  # the flag that swaps
    step = None if named is None else getattr(ctypes.CDLL(None, use_errno=True), named[0], None)
    if named is None or step is None:
        return False
    here = -100 if sys.platform == "linux" else -2  # the current folder
    if step(here, os.fsencode(one), here, os.fsencode(other), named[1]) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number), str(one))


def told_untouched(error: BaseException, *, left: bool) -> None:
    """Note on an interruption that nothing was left, where that is so; the command line tells it."""
    if not isinstance(error, KeyboardInterrupt):
        return
    notes = [note for note in getattr(error, "__notes__", ()) if note != UNTOUCHED]
    error.__notes__ = notes if left else [*notes, UNTOUCHED]


@contextlib.contextmanager
def draft_folder(target: Path) -> Iterator[Path]:
    """Give a new folder beside the target, owned by this process until the block ends; then it is gone if still there.

    Raises:
        OSError: it cannot be made.

    """
    draft = draft_of(target)
    interrupt: BaseException | None = None
    try:
        with locked(target):
            sweep(target)
            draft.mkdir()
            _owned[draft] = os.open(draft / OWNER, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            _lock(_owned[draft])
        yield draft
    except BaseException as error:
        interrupt = error
        raise
    finally:
        _close(draft)
        remove_folder(draft)
        if interrupt is not None:
            told_untouched(interrupt, left=draft.exists())


def finish(draft: Path) -> None:
    """Put all of a draft folder on the disk and take the owner's mark out; the caller holds the lock and moves it."""
    for folder, _, names in os.walk(draft):
        for name in names:
            with (Path(folder) / name).open("rb+") as file:
                _sync(file.fileno())
        sync_folder(Path(folder))
    _close(draft)  # Windows moves no folder with an open file
    (draft / OWNER).unlink(missing_ok=True)


def remove_folder(folder: Path) -> None:
    """Remove a folder of our own as far as that can be done; it is never worth a failure."""
    with contextlib.suppress(OSError):  # raised by ``rmtree`` although it was told not to, if a folder fails to close
        shutil.rmtree(folder, ignore_errors=True)


def _close(draft: Path) -> None:
    if (handle := _owned.pop(draft, None)) is not None:
        with contextlib.suppress(OSError):
            os.close(handle)


def sweep(target: Path) -> None:
    """Remove the drafts of a target whose writers are dead; what cannot be removed stays."""
    for draft in drafts_of(target):
        if is_dead(draft):
            with contextlib.suppress(OSError):
                remove_folder(draft) if draft.is_dir() else draft.unlink()


def draft_of(target: Path, suffix: str = "tmp") -> Path:
    """Return a draft's name beside a target, which nothing has."""
    return _beside(target, f"{secrets.token_hex(6)}.{suffix}", "-")


def drafts_of(target: Path, suffix: str = "tmp") -> list[Path]:
    """Return what lies beside a target under a draft's name."""
    named = re.compile(rf"\.{re.escape(_short(target.name))}-([a-z0-9_]{{8}}|[0-9a-f]{{12}})\.{suffix}")
    with contextlib.suppress(OSError):
        return [one for one in target.parent.iterdir() if named.fullmatch(one.name) and not one.is_symlink()]
    return []


def is_dead(draft: Path) -> bool:
    """Say whether nobody writes a draft any more; the caller holds the lock of its target."""
    mark = draft / OWNER if draft.is_dir() else draft
    try:
        handle = os.open(mark, os.O_RDWR)
    except FileNotFoundError:
        if re.search(r"-[0-9a-f]{12}\.tmp$", draft.name):  # without its mark only while its owner holds the lock
            return True
        with contextlib.suppress(OSError):
            return time.time() - draft.stat().st_mtime > _STRAY
        return False
    except OSError:
        return False
    try:
        return _lock(handle) is True
    finally:
        with contextlib.suppress(OSError):
            os.close(handle)


def sync_folder(folder: Path) -> None:
    """See to it that a folder's entries are on the disk, where the system can do that."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sync(handle: int) -> None:
    """Put an open file on the disk; a file system that cannot be told to is believed.

    Raises:
        OSError: the disk is full or broken. What was written before may be lost, so the file must not be used.

    """
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS):
            raise


def _beside(target: Path, suffix: str, mark: str = ".") -> Path:
    """Return a hidden name beside a target.

    Raises:
        OSError: the target is the top of the file system, which nothing is beside.

    """
    if not target.name:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    return target.with_name(f".{_short(target.name)}{mark}{suffix}")


def _short(name: str) -> str:
    """Return as much of a target's name as fits into that of a draft, which may have 255 bytes in all."""
    return name.encode(errors="surrogateescape")[:_NAME].decode(errors="ignore")


def refuse_dash(path: Path) -> None:
    """Refuse the name by which other programs mean standard output: nobody wants a file of that name.

    Raises:
        InputError: it is that name.

    """
    if str(path) == "-":
        raise InputError(
            "'-' is not taken for standard output, nor for the name of a file", file=path,
            cure="name a file; /dev/stdout is standard output on Linux and macOS",
        )  # fmt: skip


def _real(path: Path) -> Path:
    """Follow links, so that a link stays one and what it names is written."""
    refuse_dash(path)
    real = Path(os.path.realpath(path))
    if real.is_symlink():  # links in a circle
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    return real


def _may_replace(target: Path) -> None:
    """Refuse a file that was marked read-only: moving another into its place would pass over the mark."""
    effective = os.access in os.supports_effective_ids
    if target.exists() and not os.access(target, os.W_OK, effective_ids=effective):
        raise PermissionError(13, "the file is read-only", str(target))


def _settle(draft: Path, handle: int, target: Path, *, over: bool) -> None:
    """Look once more at what a draft is about to replace, and give it the owner and the permissions of that."""
    if not target.exists():
        return
    if not over and target.stat().st_size and not filecmp.cmp(draft, target, shallow=False):
        raise InputError(
            "this file already exists with different content, possibly edited by hand; it was left unchanged",
            file=target, expected="a new file, or one that says the same",
            cure="name another file, or give --force to replace it",
        )  # fmt: skip
    keep_owner(handle, target)
    keep_rights(draft, target)


def _begin(draft: Path, mode: int) -> int:
    handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    _lock(handle)
    return handle


def _take(place: Path) -> int | None:
    """Open and lock a lock file; None if another has it."""
    try:
        handle = os.open(place, os.O_RDWR | os.O_CREAT, 0o666)
    except PermissionError:
        if sys.platform == "win32":  # it is just being removed
            return None
        if not place.exists():
            raise
        handle = os.open(place, os.O_RDONLY)  # another user's
    if _lock(handle) is not False:
        with contextlib.suppress(OSError):
            if os.path.samestat(os.fstat(handle), place.stat()):
                return handle
    os.close(handle)  # held by another, or removed by the one before
    return None


def _give_back(handle: int, place: Path) -> None:
    if sys.platform == "win32":  # which removes no open file
        os.close(handle)
        with contextlib.suppress(OSError):
            place.unlink()
        return
    with contextlib.suppress(OSError):  # removed while held, so that nobody locks a name that is about to go
        place.unlink()
    with contextlib.suppress(OSError):  # what was locked is done by now
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool | None:
        at = os.lseek(handle, 0, os.SEEK_CUR)
        os.lseek(handle, _FAR, os.SEEK_SET)  # nobody, not even this process, reads a locked byte by another handle
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(handle, at, os.SEEK_SET)
        return True
else:
    import fcntl

    def _lock(handle: int) -> bool | None:
        """Lock an open file until it is closed; False if another holds it, None if the file system has no locks."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            return False if error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EAGAIN) else None
        return True
