"""The words of the law: facts that conditions may ask for, actions that duties name, sources that files cite."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from foedus.models import Text
from foedus.shown import Named
from foedus.treaties.records import Record
from foedus.treaties.renamed import Renamed
from foedus.yamlfile import load_model, load_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

_HERE = Path(str(resources.files("foedus.treaties")))


class Action(Record):
    """What a duty asks for or prohibits; ``level`` orders strength from 0 (refrain) to 5 (all means).

    ``text`` follows *must*, *may* or *must not*; ``organ`` stands in its place where an organ must or may do it;
    ``judged``: the text already says that the bearer decides what is necessary; ``help``: who does it helps the target;
    ``collective``: states do it because an organ decides; ``prohibited``: whether *must not* is the only way to name it
    (``only``), one that has no sense (``never``), or one among others (``possible``).
    """

    level: int
    text: Text
    organ: Text | None = None
    judged: bool = False
    help: bool = False
    collective: bool = False
    prohibited: Literal["only", "possible", "never"] = "possible"


class Vocabulary(Record):
    """The closed lists of facts and actions; ``renamed`` gives today's name for one of the first version.

    ``absent``: how to say of a fact that it is presumed not to hold.
    """

    facts: dict[str, Text]
    absent: dict[str, Text] = Field(default_factory=dict)
    actions: dict[str, Action]
    renamed: dict[str, str] = Field(default_factory=dict)


@cache
def vocabulary() -> Vocabulary:
    """Return the facts and actions that treaty and incident files may name."""
    words = load_model(Vocabulary, _HERE / "vocabulary.yaml")
    return words.model_copy(update={"actions": Renamed(words.actions, words.renamed)})


@cache
def sources() -> Mapping[str, dict[str, str]]:
    """Return the library's sources by key: kind, title and address."""
    return MappingProxyType(Named(load_yaml(_HERE / "sources.yaml")))
