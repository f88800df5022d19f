"""The directory of a run: claimed before the work, filled aside, put in place whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from foedus import files
from foedus.ensemble.manifest import DRAWN, INPUTS, MANIFEST, REPORT, SCENARIO, STARTS, is_ours, refuse_edited_report
from foedus.errors import InputError, RunError

if TYPE_CHECKING:
    from collections.abc import Iterator

# of a process that was killed while it wrote the report again
_PASSING = re.compile(rf"\.{re.escape(REPORT)}(\.lock|-[0-9a-f]{{12}}\.tmp)")
_WRITTEN = re.compile(
    rf"{MANIFEST}|{SCENARIO}|{re.escape(REPORT)}|{DRAWN}|{STARTS}|parts(/\d{{5}}\.parquet)?|inputs|{'|'.join(INPUTS.values())}"
    rf"|{_PASSING.pattern}"
)
_ELSEWHERE = "name another place with --out"
_IN_THE_WAY = {errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENOTEMPTY, errno.ENOENT, errno.ELOOP}


def as_path(value: object, key: str) -> Path:
    """Return what was given for a file or directory as a path.

    Raises:
        InputError: it is none.

    """
    if not isinstance(value, str | os.PathLike) or "\0" in str(value) or not str(value):
        raise InputError(
            f"'{key}' is not a path", key=key, found=repr(value), expected="the path of a file or directory"
        )
    return Path(value)


@contextlib.contextmanager
def claim_directory(out: Path) -> Iterator[Path]:
    """Give an empty directory to write into that takes the place of ``out`` when the block ends well.

    An earlier Foedus run in ``out`` is replaced only then; on failure or interruption it stays as it was.

    Raises:
        InputError: ``out`` is a file, holds something that Foedus did not write, or cannot be replaced.
        RunError: the place cannot be written.

    """
    made: list[Path] = []
    try:
        _check(out)
        made = [folder for folder in out.parents if not folder.exists()]
        out.parent.mkdir(parents=True, exist_ok=True)
        with files.locked(out):
            _recover(out)
        with files.draft_folder(out) as draft:
            try:
                yield draft
                _put(draft, out)
            except BrokenPipeError:  # the reader of the events went away; the place is fine
                raise
            except OSError as error:
                _unwritable("the results cannot be written", out, error)
    except BrokenPipeError:
        raise
    except OSError as error:
        _unwritable("the output directory cannot be written", out, error)
    except KeyboardInterrupt as error:
        if files.drafts_of(out, "old"):  # an earlier run was just being removed; the next run goes on with that
            files.told_untouched(error, left=True)
        raise
    finally:
        _remove_empty(made)


def _check(out: Path) -> None:
    """Refuse a place that holds something else, or that could not be replaced once the work is done."""
    if not os.path.lexists(out):
        return
    if not out.is_dir():
        what = "a file" if out.exists() else "a link that leads nowhere"
        raise InputError(f"the output directory is {what}", file=out, cure=_ELSEWHERE)
    foreign = _not_ours(out)
    if foreign:
        raise InputError(
            "this directory holds something that Foedus did not write; nothing was touched",
            file=out,
            found=", ".join(foreign[:3]) + (" ..." if len(foreign) > 3 else ""),
            expected="an empty or new directory, or an earlier run and nothing else",
            cure=_ELSEWHERE,
        )
    if is_ours(out):
        refuse_edited_report(out, f"{_ELSEWHERE}, or move the report away")
    if out.samefile(Path.cwd()) or out.is_mount():
        raise InputError(
            "this directory cannot be replaced, since it is the current one or a mount point", file=out,
            expected="a directory that can be replaced as a whole", cure=f"name one in it, such as --out {out / 'run'}",
        )  # fmt: skip


def _not_ours(directory: Path) -> list[str]:
    """Return the names of what lies in a directory and is no part of a run."""
    ours = _WRITTEN if is_ours(directory) else re.compile("")
    return sorted(name for name in names_in(directory) if not ours.fullmatch(name))


def is_passing(name: str) -> bool:
    """Say whether a name in a run's directory is of a file that is about to go: a lock, or a draft."""
    return _PASSING.fullmatch(name) is not None


def names_in(directory: Path) -> set[str]:
    """Return the names of all that lies in a directory, and in the directories in it.

    Raises:
        OSError: one of them cannot be looked into.

    """
    names: set[str] = set()
    for folder, folders, inside in os.walk(directory, onerror=_refuse):
        names |= {(Path(folder) / name).relative_to(directory).as_posix() for name in (*folders, *inside)}
    return names


def _refuse(error: OSError) -> NoReturn:
    """Stop at a folder that cannot be looked into: it might hold something of the user's."""
    raise error


def _put(draft: Path, out: Path) -> None:
    """Move the draft to its place; an earlier run goes only when the new one is there.

    The place is looked at again: work takes minutes, and somebody may have put something into it meanwhile. Whatever
    it is that is in the way, the new run is kept.
    """
    with files.locked(out):
        files.finish(draft)
        try:
            _check(out)
            if out.exists():
                _swap(draft, out)
            else:
                draft.replace(out)
        except (InputError, OSError) as error:
            if isinstance(error, OSError) and error.errno not in _IN_THE_WAY:
                raise
            beside = _free(out)
            draft.replace(beside)
            found = error.strerror if isinstance(error, OSError) else error.found or error.message
            raise RunError(
                "the output directory changed during the run; nothing in it was touched, and the run was saved next to "
                "it",
                file=out, found=found, expected="an earlier run and nothing else",
                cure=f"the run is in {beside}; move it, or work with it there",
            ) from error  # fmt: skip
        finally:
            files.sync_folder(out.parent)


def _free(out: Path) -> Path:
    """Return a name beside the place that nothing has."""
    names = (out.with_name(f"{out.name}-{number}") for number in itertools.count(2))
    return next(path for path in names if not os.path.lexists(path))


def _swap(draft: Path, out: Path) -> None:
    aside = files.draft_of(out, "old")
    aside.mkdir()
    earlier = aside / "run"
    try:
        if files.exchange(draft, out):  # at no moment is there no run
            with contextlib.suppress(OSError):  # else it goes with the draft whose name it has
                draft.replace(earlier)
        else:
            out.replace(earlier)
            draft.replace(out)
    finally:
        if os.path.lexists(earlier) and not out.exists():  # a link that was moved may lead nowhere
            earlier.replace(out)
        left = _clear(aside)
    if left:
        raise RunError(
            "something was put into the earlier run while it was replaced; it was kept", file=out, found=left,
            cure="move it to where you want it",
        )  # fmt: skip


def _clear(aside: Path) -> Path | None:
    """Remove an earlier run, name by name, and nothing else; return where something of another's lies, if it does.

    What cannot be removed is left to the next run of the same name. The manifest, by which a run is known, goes last.
    """
    earlier = aside / "run"
    foreign: list[str] = []
    with contextlib.suppress(OSError):
        if earlier.is_symlink():
            earlier.unlink()
        elif not earlier.is_dir():  # put there since
            foreign = [earlier.name] if earlier.exists() else []
        else:
            foreign = _not_ours(earlier)
            ours = sorted(names_in(earlier) - set(foreign) - {MANIFEST}, reverse=True)  # what is in a folder first
            for name in (*ours, MANIFEST):
                with contextlib.suppress(OSError):
                    (earlier / name).rmdir() if (earlier / name).is_dir() else (earlier / name).unlink()
    for folder in (earlier, aside):
        with contextlib.suppress(OSError):
            folder.rmdir()
    return earlier if foreign else None


def _recover(out: Path) -> None:
    """Finish what a process that was killed while it swapped two runs has left; the caller holds the lock."""
    for aside in files.drafts_of(out, "old"):
        with contextlib.suppress(OSError):
            if os.path.lexists(aside / "run") and not os.path.lexists(out):
                (aside / "run").replace(out)
            _clear(aside)


def _unwritable(what: str, out: Path, error: OSError) -> NoReturn:
    where = error.filename if isinstance(error.filename, str | os.PathLike) else out
    raise RunError(
        what, file=out, found=f"{error.strerror or error} ({where})",
        expected="a directory that can be made and written", cure=_ELSEWHERE,
    ) from error  # fmt: skip


def _remove_empty(folders: list[Path]) -> None:
    """Leave no empty folder behind where nothing was written."""
    for folder in folders:
        with contextlib.suppress(OSError):
            folder.rmdir()
