"""Who may do what with a file that is replaced: the same as before, or it is not replaced."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from typing import TYPE_CHECKING

from foedus.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def keep_owner(handle: int, target: Path) -> None:
    """Give a draft the owner and the group of the file that it will replace.

    Raises:
        InputError: the system does not let us, so that others would lose the file; or it has a second name, which
            would keep the old content.

    """
    if sys.platform == "win32" or not target.exists():
        return
    there, mine = target.stat(), os.fstat(handle)
    if there.st_nlink > 1:
        raise InputError(
            "the file has a second name (a hard link), which would keep the old content; nothing was written",
            file=target, found=f"{there.st_nlink} names", cure="name another file, or make a copy and move it here",
        )  # fmt: skip
    if there.st_gid != mine.st_gid:
        try:
            os.fchown(handle, -1, there.st_gid)
        except OSError as error:
            if there.st_mode >> 3 & 7 != there.st_mode & 7:  # the group may more, or less, than all
                raise _changes_hands(target, "group", there.st_gid) from error
    if there.st_uid != mine.st_uid:
        try:
            os.fchown(handle, there.st_uid, -1)
        except OSError as error:
            raise _changes_hands(target, "user", there.st_uid) from error


def _changes_hands(target: Path, whose: str, number: int) -> InputError:
    return InputError(
        f"the file belongs to another {whose}, who could lose it; nothing was written", file=target,
        found=f"{whose} {number}", cure="name another file, or ask its owner to write it",
    )  # fmt: skip


def keep_rights(draft: Path, target: Path) -> None:
    """Give a draft, after its owner, the permissions of the file that it will replace; on Linux its access list too.

    Raises:
        OSError: they cannot be given.

    """
    draft.chmod(stat.S_IMODE(target.stat().st_mode))
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # a file system without such lists
            for name in os.listxattr(target):
                if name == "system.posix_acl_access" or name.startswith("user."):
                    os.setxattr(draft, name, os.getxattr(target, name))
