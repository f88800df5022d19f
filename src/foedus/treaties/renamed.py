"""Actions under the names of the first version, in which a prohibition named the abstention: read with a warning."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, TypeVar

from foedus.errors import InputError
from foedus.yamlfile import line_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from foedus.treaties.model import Treaty

Value = TypeVar("Value")


class Renamed(dict[str, Value]):
    """A dictionary that still answers to old names, with a warning."""

    def __init__(self, items: Mapping[str, Value], renamed: Mapping[str, str]) -> None:
        super().__init__(items)
        self._renamed = renamed

    def __missing__(self, name: str) -> Value:
        new = self._renamed[name]
        warnings.warn(_told(name, new), FutureWarning, stacklevel=2)
        return self[new]


def with_new_names(treaty: Treaty, renamed: Mapping[str, str], document: Any, path: Path | str) -> Treaty:
    """Return the treaty with old names of actions replaced; *must* and *must not* both prohibited under an old one.

    Raises:
        InputError: a permission to abstain, which prohibits nothing.

    """
    if not any(d.action in renamed for p in treaty.provisions for v in p.versions for d in v.duties):
        return treaty
    provisions = []
    for p, provision in enumerate(treaty.provisions):
        versions = []
        for v, version in enumerate(provision.versions):
            duties = []
            for d, duty in enumerate(version.duties):
                place: list[int | str] = ["provisions", p, "versions", v, "duties", d, "action"]
                new, line = renamed.get(duty.action), line_of(document, place)
                if new is None:
                    duties.append(duty)
                    continue
                if duty.modality == "may":
                    raise InputError(
                        "a permission to abstain prohibits nothing", file=path, line=line,
                        key=".".join(map(str, place)), found=f"may {duty.action}", expected=f"must_not {new}",
                        cure="correct the duty or leave it out",
                    )  # fmt: skip
                warnings.warn(f"{path}:{line}: {_told(duty.action, new)}", FutureWarning, stacklevel=2)
                duties.append(duty.model_copy(update={"modality": "must_not", "action": new}))
            versions.append(version.model_copy(update={"duties": tuple(duties)}))
        provisions.append(provision.model_copy(update={"versions": tuple(versions)}))
    return treaty.model_copy(update={"provisions": tuple(provisions)})


def _told(old: str, new: str) -> str:
    return (
        f"the action '{old}' is now called '{new}', because must_not names the act that is prohibited; "
        "this version still reads the old name, the next will not"
    )
