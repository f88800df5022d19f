"""A commented treaty file to begin with."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from foedus.errors import InputError
from foedus.files import telling, write_text
from foedus.treaties.load import library


def new_treaty(name: str, out: Path | str | None = None) -> Path:
    """Write a treaty file with comments that explain it, and return where it is.

    Args:
        name: the treaty's id: small letters, digits and hyphens.
        out: the file to write (default: ``NAME.yaml`` in the current folder).

    Raises:
        InputError: no possible id, one of the library's, or a file that exists.
        RunError: the disk is full or broken.

    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise InputError(
            "this cannot be the id of a treaty", found=name,
            expected="small letters, digits and hyphens, as in my-pact-2001",
        )  # fmt: skip
    if name in library():
        raise InputError("a treaty of the library has this id", found=name, cure="choose another")
    file = Path(out) if out is not None else Path(f"{name}.yaml")
    text = resources.files("foedus.treaties").joinpath("skeleton.yaml").read_text(encoding="utf-8")
    with telling("the treaty file", file):
        write_text(file, text.replace("{{ id }}", name), new=True)
    return file
