"""Let the disk fail at the n-th call, for every n until the work is done, under every writer; say what was not kept.

``python faults.py FOLDER [WRITER ...]`` works in FOLDER, needs ``faulty.c`` loaded with LD_PRELOAD, and prints a line of
JSON for each writer. What must hold after each fault: every file is as it was or as it was to be; a failure is told in
one message with what went wrong, true, without a traceback, with exit code 1 (2 where another place may be named);
success means that all is written; drafts are gone, or go with the next command, which works.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import io
import json
import os
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from writers import WRITERS, Writer, contents, fresh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EVER = 2**40
ONCE = {"EIO": errno.EIO, "EDQUOT": errno.EDQUOT, "EINTR": errno.EINTR, "EACCES": errno.EACCES}
FOR_GOOD = {"ENOSPC": errno.ENOSPC, "EROFS": errno.EROFS, "EIO": errno.EIO}
READING = ("open to read", "close after reading")
REMOVING = ("unlink", "rmdir", *READING)  # where cleaning up fails, the next command does it
DRAFT = re.compile(r"(^|/)\.[^/]*-[0-9a-f]{12}\.(tmp|old)(/|$)")


class Disk:
    """The disk below a folder, which fails when told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._library = ctypes.CDLL(None)
        self._library.faulty_arm.argtypes = [ctypes.c_char_p, ctypes.c_long, ctypes.c_long, ctypes.c_int]
        self.failed = ""

    @contextlib.contextmanager
    def failing(self, first: int, last: int, code: int) -> Iterator[None]:
        name = ctypes.create_string_buffer(64)
        self._library.faulty_arm(os.fsencode(self.folder), first, last, code)
        try:
            yield
        finally:
            self._library.faulty_disarm(name, 64)
            self.failed = name.value.decode()


def quietly(work: Callable[[], object]) -> tuple[object, str]:
    """Work without a word; return what came of it and what was said on standard error."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        done = work()
    return done, err.getvalue()


def visible(state: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files of a state, without drafts and folders."""
    return {name: content for name, content in state.items() if not DRAFT.search(name) and not name.endswith("/")}


def whole(writer: Writer, disk: Disk) -> dict[str, bytes]:
    """Return what is there after work on a sound disk."""
    with fresh(disk.folder):
        quietly(writer.begin)
        done, said = quietly(writer.work)
        assert done == 0, said
        return contents(disk.folder)


def broken(writer: Writer, disk: Disk, wanted: dict[str, bytes], first: int, last: int, code: int) -> list[str]:
    """Work while the disk fails; return what was not kept."""
    with fresh(disk.folder):
        quietly(writer.begin)
        before = contents(disk.folder)
        try:
            with disk.failing(first, last, code):
                done, said = quietly(writer.work)
        except Exception as error:  # noqa: BLE001 - just that is looked for
            return [f"traceback: {error!r}"]
        if not disk.failed:
            return []
        after = contents(disk.folder)
        found = list(_told(writer, done, said, code, disk.failed))
        if writer.falls_back and done == 0 and disk.failed in READING:
            return found
        steps = writer.many or (last > first and code in (errno.EROFS, errno.EIO))  # nothing can be taken back
        good = visible(after) == visible(wanted) if writer.only_a_cache else done == 0
        found += _kept(visible(before), visible(after), visible(wanted), good=good, steps=steps)
        left = [name for name in after if DRAFT.search(name)]
        if left and last == first and disk.failed not in REMOVING:
            found.append(f"drafts were left: {left}")
        if visible(after) != visible(wanted):
            done, said = quietly(writer.work)
            after = contents(disk.folder)
            if done != 0:
                found.append(f"the next command failed: {said}")
            elif visible(after) != visible(wanted):
                found.append("the next command wrote something else")
            if left := [name for name in after if DRAFT.search(name)]:
                found.append(f"drafts stayed after the next command: {left}")
        return found


def _told(writer: Writer, done: object, said: str, code: int, failed: str) -> Iterator[str]:
    if "Traceback" in said:
        yield f"traceback: {said}"
    if done == 0:
        return
    if writer.only_a_cache:
        yield f"failed for the sake of a cache: {said}"
    places = code in (errno.EACCES, errno.EROFS) or failed in READING
    if done != 1 and not (places and done == 2):
        yield f"exit code {done}"
    if len(re.findall("^error:", said, re.MULTILINE)) != 1:
        yield f"not one message: {said!r}"
    if os.strerror(code) not in said:
        yield f"the message does not say what went wrong ({os.strerror(code)}): {said}"


def _kept(
    before: dict[str, bytes], after: dict[str, bytes], wanted: dict[str, bytes], *, good: bool, steps: bool
) -> Iterator[str]:
    if good and after != wanted:
        yield f"said that it worked, and did not write {_other(after, wanted)}"
    if not good and after == wanted != before:
        yield "said that it failed, and wrote all"
    halves = [
        name for name in {*before, *after, *wanted} if after.get(name) not in (before.get(name), wanted.get(name))
    ]
    if halves:
        yield f"neither as it was nor as it was to be: {halves}"
    elif not good and not steps and after not in (before, wanted):
        yield f"some of its files: {sorted(after)}"


def _other(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def try_all(name: str, disk: Disk, *, quick: bool) -> dict[str, object]:
    """Let the disk fail everywhere under one writer; return how often, and what was not kept."""
    writer, began = WRITERS[name], time.monotonic()
    wanted = whole(writer, disk)
    met: Counter[str] = Counter()
    faults: list[str] = []
    once = {"EIO": errno.EIO} if quick else ONCE
    for_good = {"ENOSPC": errno.ENOSPC} if quick else FOR_GOOD
    for word, code, lasting in [
        *((w, c, False) for w, c in once.items()),
        *((w, c, True) for w, c in for_good.items()),
    ]:
        for n in (*range(1, 12), *range(12, 10_000, 5 if quick else writer.stride)):
            found = broken(writer, disk, wanted, n, EVER if lasting else n, code)
            faults += [f"{word} from call {n} ({disk.failed}){' on' * lasting}: {one}" for one in found]
            if not disk.failed:
                break
            met[disk.failed] += 1
    seconds = round(time.monotonic() - began, 1)
    return {"writer": name, "injected": met.total(), "calls": dict(met), "seconds": seconds, "faults": faults}


def main(folder: str, names: list[str]) -> None:
    quick = "--quick" in names
    disk = Disk(Path(folder).resolve() / "disk")
    for name in [name for name in names if name != "--quick"] or WRITERS:
        sys.stdout.write(json.dumps(try_all(name, disk, quick=quick)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
