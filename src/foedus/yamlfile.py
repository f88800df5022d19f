"""YAML 1.2 files that a scholar can edit, read with line numbers for every key.

YAML 1.2 (ruamel.yaml), so that ``NO`` is Norway and ``4.10`` stays what the author wrote when quoted;
duplicate keys are refused. What a pydantic model refuses is told with file, line and key.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML, main
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import ConstructorError, DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from foedus.errors import InputError
from foedus.faults import MOST_SHOWN, explained, shown
from foedus.textfile import has_halves, joined, read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Model = TypeVar("Model", bound=BaseModel)
CParser: Any = getattr(main, "CParser", None)  # libyaml's, where it is built: quick, and of YAML 1.1
MOST_TEXT = 2_000_000  # characters in one file
MOST_BYTES = 4 * MOST_TEXT  # a character takes at most four
MOST_NODES = 200_000  # values in one file, with all anchors expanded
# What libyaml may take for something else or place on another line: tabs and breaks beyond "\n",
# directives and marks of documents, odd names of anchors, tags, explicit keys, merges, empty keys and items, colons
# that touch.
_UNUSUAL = re.compile(
    r"""[\t\x85\u2028\u2029\ufeff] | ^(?:%|---|\.\.\.)
    | (?:^|[\s\[\]{},"'])(?:[&*](?!\s|[A-Za-z0-9_-]+(?:[\s,\]}]|$))|[!?]|<<)
    | (?:^|[\s\[{,]): | ["'\]}]:\S | (?:^|\s)-[ ]*(?:\#.*)?$""",
    re.MULTILINE | re.VERBOSE,
)


class _NoTags(RoundTripConstructor):
    """Refuses every tag of a file's own: tags ask the reader to build objects, and data need none."""

    def refuse(self, node: Any) -> Any:
        raise ConstructorError(None, None, f"the tag {node.tag} is not allowed", node.start_mark)


_NoTags.add_constructor(None, _NoTags.refuse)


def is_file(path: Path | str) -> bool:
    """Return whether there is a file; a folder that may not be read has none for us."""
    with contextlib.suppress(OSError):
        return Path(path).is_file()
    return False


def is_folder(path: Path | str) -> bool:
    """Return whether there is a folder; one that cannot be looked at, or a name too long, is none for us."""
    with contextlib.suppress(OSError):
        return Path(path).is_dir()
    return False


def load_plain(path: Path | str) -> Any:
    """Read one of our own YAML files quickly, as plain data without line numbers.

    Raises:
        YAMLError, ValueError: anything out of order; ``load_yaml`` says what and where.

    """
    return YAML(typ="safe").load(Path(path).read_text(encoding="utf-8"))


def load_yaml(path: Path | str) -> Any:
    """Read one YAML document, keeping line numbers (see ``line_of``).

    Raises:
        InputError: the file is missing, not text, malformed, or repeats a key.

    """
    path = Path(path)
    return parse_yaml(read_text(path, MOST_BYTES), path)


def parse_yaml(text: str, path: Path | str) -> Any:
    """Return the YAML document in a text, as ``load_yaml`` does that of a file.

    Raises:
        InputError: malformed, too large, or it repeats a key.

    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MOST_TEXT:
        found, expected = f"{len(text):,} characters", f"at most {MOST_TEXT:,} characters"
        raise InputError("the file is too large", file=path, found=found, expected=expected, cure="split it")
    try:
        if CParser is not None and not _UNUSUAL.search(text):
            with contextlib.suppress(YAMLError, ValueError):  # the pure parser reads it, or says better what is wrong
                return _read(text, CParser)
        return _read(text)
    except DuplicateKeyError as error:
        problem = (error.problem or "a key appears twice").splitlines()[0]
        raise InputError(problem, file=path, line=_mark_line(error), cure="keep one of the two keys") from error
    except ConstructorError as error:
        cure = "write the value as plain text, number, list or keys"
        raise InputError(str(error.problem), file=path, line=_mark_line(error), cure=cure) from error
    except RecursionError:
        raise InputError("the file is nested too deeply", file=path) from None
    except TypeError as error:  # a list within a list before a colon
        raise InputError(
            "a key must be text", file=path, expected="text before the colon", cure="write a name before each colon"
        ) from error
    except MarkedYAMLError as error:
        raise InputError(
            "malformed YAML",
            file=path,
            line=_mark_line(error),
            found=error.problem,
            cure="check indentation, quotes and colons on this line and the one above",
        ) from error
    except YAMLError as error:
        raise InputError("malformed YAML", file=path, found=error) from error
    except ValueError as error:  # a date that the calendar does not have, or a number of thousands of digits
        line, word = _impossible_date(text)
        if word is None:
            cure = "shorten or quote the value"
            raise InputError("a value cannot be read", file=path, found=error, cure=cure) from error
        raise InputError("no such day", file=path, line=line, found=word, expected="a day of the calendar") from error


def _read(text: str, parser: Callable[[str], Any] | None = None) -> Any:
    """Return a document, composed and constructed by the same code from the events of either parser."""
    reader = YAML(typ="rt", pure=True)
    reader.version = (1, 2)
    reader.Constructor = _NoTags
    if parser is not None:
        reader.Parser = lambda **_: parser(text)
    return reader.load(text)


def validate(model: type[Model], data: Any, path: Path | str) -> Model:
    """Validate loaded YAML against a pydantic model; the first fault becomes an InputError."""
    _keyed(model, data, path)
    try:
        return model.model_validate(_bounded(data, path))
    except ValidationError as error:
        first, *more = _placed(model, data, path, error)
        if more:
            count = f"{len(more)} more fault{'s' if len(more) > 1 else ''} in this file"
            first = InputError(
                first.message, file=first.file, line=first.line, key=first.key, found=first.found,
                expected=first.expected, cure=f"{first.cure}; {count}" if first.cure else count,
            )  # fmt: skip
        raise first from error


def _keyed(model: type[BaseModel], data: Any, path: Path | str) -> None:
    if not isinstance(data, dict | BaseModel):
        found = "nothing" if data is None else f"a {'list' if isinstance(data, list) else 'single value'}"
        raise InputError("the file has no keys", file=path, found=found, expected=_wanted(model))


def _wanted(model: type[BaseModel]) -> str:
    names = [field.alias or name for name, field in model.model_fields.items() if field.is_required()]
    return "keys such as " + ", ".join(names[:4])


def faults(model: type[BaseModel], path: Path | str) -> list[InputError]:
    """Return every fault of one file, in its order; none for a good one.

    Raises:
        InputError: the file cannot be read at all.

    """
    data = load_yaml(path)
    _keyed(model, data, path)
    try:
        model.model_validate(_bounded(data, path))
    except ValidationError as error:
        return sorted(_placed(model, data, path, error), key=lambda fault: fault.line or 0)
    return []


def _placed(model: type[BaseModel], data: Any, path: Path | str, error: ValidationError) -> list[InputError]:
    return [InputError(**words, file=path, line=line_of(data, place)) for place, words in explained(model, error)]


def load_model(model: type[Model], path: Path | str) -> Model:
    """Read and validate one file."""
    return validate(model, load_yaml(path), path)


def _bounded(data: Any, path: Path | str) -> Any:
    """Return plain data, unless anchors that repeat each other would blow it up."""
    left = [MOST_NODES]

    def count(node: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise InputError(
                f"the file is too large: its anchors expand to more than {MOST_NODES:,} values", file=path,
                cure="repeat fewer anchors, or split the file",
            )  # fmt: skip
        for text in (node,) if isinstance(node, str) else node if isinstance(node, dict) else ():
            if isinstance(text, str) and has_halves(joined(text)):
                raise InputError(
                    "the file holds half a character", file=path, found=ascii(str(text))[:MOST_SHOWN],
                    expected="whole characters", cure="write the character itself in place of its escapes",
                )  # fmt: skip
        for key in node if isinstance(node, CommentedMap) else ():
            if not isinstance(key, str | int | float | dt.date):
                raise InputError(
                    "a key must be text", file=path, line=node.lc.key(key)[0] + 1,
                    key="null" if key is None else shown(plain(key)), expected="text before the colon",
                    found="nothing" if key is None else "a list or keys",
                    cure="write a name before the colon, in quotes if YAML takes it for something else",
                )  # fmt: skip
        for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            count(child)

    try:
        count(data)
    except RecursionError:
        raise InputError("the file is nested too deeply, or contains itself", file=path) from None
    return plain(data)


def plain(data: Any) -> Any:
    """Return the document as plain dictionaries, lists and scalars."""
    if isinstance(data, CommentedMap):
        return {plain(key): plain(value) for key, value in data.items()}
    if isinstance(data, CommentedSeq | list):
        return [plain(value) for value in data]
    if isinstance(data, str):
        return joined(str(data))
    if isinstance(data, dt.datetime):  # the reader's own kind loses its offset when it is copied
        return dt.datetime.combine(data.date(), data.time(), data.tzinfo)
    if isinstance(data, bool) or data is None:
        return data
    if isinstance(data, int):
        return int(data)
    if isinstance(data, float):
        return float(data)
    return data


def line_of(data: Any, location: Sequence[int | str]) -> int | None:
    """Return the 1-based line of a key path, or of the deepest part of it that the file has."""
    line: int | None = None
    node = data
    for part in location:
        if isinstance(node, CommentedMap) and part in node:
            line = node.lc.key(part)[0] + 1
        elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
            line = node.lc.item(part)[0] + 1
        else:
            # pydantic puts the tags of unions into the path; they are not in the file
            continue
        node = node[part]
    if line is None and isinstance(data, CommentedMap | CommentedSeq):
        line = data.lc.line + 1
    return line


def line_in(file: Path | None, location: Sequence[int | str]) -> int | None:
    """Return the line of a key path in a file, if there is one."""
    return line_of(load_yaml(file), location) if file is not None else None


def _impossible_date(text: str) -> tuple[int | None, str | None]:
    for number, line in enumerate(text.splitlines(), 1):
        for word in re.findall(r"\b\d{4}-\d{2}-\d{2}\b", line):
            try:
                dt.date.fromisoformat(word)
            except ValueError:
                return number, word
    return None, None


def _mark_line(error: MarkedYAMLError) -> int | None:
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark is not None else None
