"""YAML 1.2 files that a scholar can edit, read with line numbers for every key.

YAML 1.2 (ruamel.yaml), so that ``NO`` is Norway and ``4.10`` stays what the author wrote when quoted;
duplicate keys are refused. Validation errors of pydantic models are translated to file, line and key.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar, get_origin

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError
from ruamel.yaml import YAML, main
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import ConstructorError, DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from foedus.errors import InputError, closest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pydantic.fields import FieldInfo

    Location = tuple[int | str, ...]

Model = TypeVar("Model", bound=BaseModel)
CParser: Any = getattr(main, "CParser", None)  # libyaml's, where it is built: quick, and of YAML 1.1
MOST_TEXT = 2_000_000  # characters in one file
MOST_NODES = 200_000  # values in one file, with all anchors unfolded
# What libyaml may take for something else or place on another line: tabs and breaks beyond "\n",
# directives and marks of documents, odd names of anchors, tags, explicit keys, merges, empty keys and items, colons
# that touch.
_UNUSUAL = re.compile(
    r"""[\t\x85\u2028\u2029\ufeff] | ^(?:%|---|\.\.\.)
    | (?:^|[\s\[\]{},"'])(?:[&*](?!\s|[A-Za-z0-9_-]+(?:[\s,\]}]|$))|[!?]|<<)
    | (?:^|[\s\[{,]): | ["'\]}]:\S | (?:^|\s)-[ ]*(?:\#.*)?$""",
    re.MULTILINE | re.VERBOSE,
)


def wrong(message: str, expected: str, cure: str = "") -> PydanticCustomError:
    """Return what a validator of a single value raises; ``refuse`` and ``fault`` name a key as well."""
    words = {"message": message, "expected": expected, "cure": cure}
    return PydanticCustomError("consistency", "{message}", words)


def _no_flag(given: object) -> object:
    if isinstance(given, bool):
        raise wrong("true and false are no numbers", "a number", "write a number")
    return given


def _no_seconds(like: str, given: object) -> object:
    if isinstance(given, int | float) or (isinstance(given, str) and re.fullmatch(r"\s*[-+]?[\d._]+\s*", given)):
        raise wrong("a number is no date", f"a date: {like}", f"write a date as {like}")
    return given


# pydantic takes true for 1, and a number for the seconds since 1970; in a file either is a slip of the pen
NotFlag = BeforeValidator(_no_flag)
Day = Annotated[dt.date, BeforeValidator(partial(_no_seconds, "2022-01-05"))]
Moment = Annotated[AwareDatetime, BeforeValidator(partial(_no_seconds, "2022-01-05T16:30:00+06:00"))]
MOST_SHOWN = 200


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
    try:
        if path.stat().st_size > 4 * MOST_TEXT:  # a character takes at most four bytes
            raise _too_large(path, f"{path.stat().st_size:,} bytes")
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError("no such file", file=path, cure="check the name and the folder") from None
    except UnicodeDecodeError as error:
        cure = "save the file as UTF-8"
        raise InputError("the file is not UTF-8 text", file=path, found=error, cure=cure) from error
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        found = getattr(error, "strerror", None) or error
        cure = "name a file that exists and that you may read"
        raise InputError("the file cannot be read", file=path, found=found, cure=cure) from error
    if len(text) > MOST_TEXT:
        raise _too_large(path, f"{len(text):,} characters")
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
            "a key is no word", file=path, expected="text before the colon", cure="write a name before each colon"
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


def _too_large(path: Path, found: str) -> InputError:
    return InputError("the file is too large", file=path, found=found, expected=f"at most {MOST_TEXT:,} characters")


def validate(model: type[Model], data: Any, path: Path | str) -> Model:
    """Validate loaded YAML against a pydantic model; the first fault becomes an InputError."""
    _keyed(model, data, path)
    try:
        return model.model_validate(_bounded(data, path))
    except ValidationError as error:
        first, *more = _faults(model, data, path, error)
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
        return sorted(_faults(model, data, path, error), key=lambda fault: fault.line or 0)
    return []


def refuse(key: str, message: str, found: object, expected: str, cure: str = "") -> NoReturn:
    """Refuse one key of a record from within its validator.

    Raises:
        ValidationError: always.

    """
    raise ValidationError.from_exception_data(key, [fault((key,), message, found, expected, cure)])


def fault(
    location: tuple[int | str, ...], message: str, found: object, expected: str, cure: str = ""
) -> InitErrorDetails:
    """Return a fault at a place of the file, for validators that look at several places together.

    Raise them with ``ValidationError.from_exception_data(title, faults)`` inside a validator.
    """
    return InitErrorDetails(type=wrong(message, expected, cure), loc=location, input=found)


def _faults(model: type[BaseModel], data: Any, path: Path | str, error: ValidationError) -> list[InputError]:
    made = []
    items = [(_in_file(item["loc"]), item) for item in error.errors(include_url=False)]
    for location, item in items:
        if _only_other_kind(location, item, items):
            continue
        found, context = item["input"], item.get("ctx", {})
        expected = _expected(item["type"], context)
        cure = context.get("cure") or _cure(item["type"], found, context, expected, _limits(model, location))
        if item["type"] == "extra_forbidden":
            known = _field_names(model, location[:-1])
            expected = ", ".join(known) or None
            cure = closest(str(location[-1]), known) or "leave it out, or check its indentation"
        made.append(
            InputError(
                "the number has too many digits" if item["type"] == _HUGE else _sentence(item["msg"]),
                file=path,
                line=line_of(data, location),
                key=".".join(str(part) for part in location) or None,
                found=None if isinstance(found, dict | list) and len(str(found)) > MOST_SHOWN else _shown(found),
                expected=expected,
                cure=cure,
            )
        )
    return made


def _in_file(location: Location) -> Location:
    """Leave out the tags of unions, such as ``constrained-int`` or ``tuple[...]``, which no file holds."""
    return tuple(p for p in location if isinstance(p, int) or not ("[" in p or p.startswith("constrained-")))


def _only_other_kind(location: Location, item: Any, items: list[tuple[Location, Any]]) -> bool:
    """Return whether a fault only says that a value is not of a union's other kind, while one says what is wrong."""
    if location == item["loc"] or not item["type"].endswith("_type"):
        return False
    told = (other for at, other in items if at[: len(location)] == location and other is not item)
    return any(not other["type"].endswith("_type") for other in told)


_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}
_HUGE = "int_parsing_size"  # more digits than pydantic reads
_EXPECTED = {
    _HUGE: "a whole number",
    "finite_number": "a finite number",
    "missing": "this key, with a value",
    "timezone_aware": "a time with its offset, such as 2022-01-05T16:30:00+06:00",
    "string_too_short": "some text",
    "too_short": "at least one entry",
    "string_type": "text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "tuple_type": "a list: [ ... ], or one entry a line after '- '",
    "list_type": "a list: [ ... ], or one entry a line after '- '",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "date_type": "a day, such as 2022-01-05",
    "date_parsing": "a day, such as 2022-01-05",
    "date_from_datetime_parsing": "a day, such as 2022-01-05",
    "date_from_datetime_inexact": "a day without an hour, such as 2022-01-05",
    "datetime_type": "a time with its offset, such as 2022-01-05T16:30:00+06:00",
    "datetime_parsing": "a time with its offset, such as 2022-01-05T16:30:00+06:00",
    "datetime_from_date_parsing": "a time with its offset, such as 2022-01-05T16:30:00+06:00",
}


def _expected(kind: str, context: dict[str, Any]) -> str | None:
    """Return in words what pydantic's constraint asks for."""
    if kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        return f"{words} {context[key]:,}" if isinstance(context[key], int | float) else f"{words} {context[key]}"
    if kind == "string_pattern_mismatch":
        return f"text of the form {context['pattern']}"
    return _EXPECTED.get(kind) or (str(context["expected"]) if context.get("expected") else None)


def _cure(kind: str, found: object, context: dict[str, Any], expected: str | None, limits: str) -> str | None:
    """Return how to mend a fault of one of pydantic's kinds."""
    if kind in _BOUNDS or (kind == _HUGE and limits):
        return f"write a number that is {limits}"
    if kind == "literal_error":
        return closest(str(found), re.findall(r"'([^']*)'", context["expected"])) or "write one of these words"
    if kind == "missing":
        return "add the key"
    return f"write {expected}" if expected and kind != "consistency" else None


def _limits(model: type[BaseModel], location: Location) -> str:
    """Return in words all limits of a number, of which pydantic tells the one that was passed."""
    found: dict[str, str] = {}
    field = _field(model, location)
    for limit in _metadata(field) if field is not None else ():
        for key, words in _BOUNDS.values():
            if (bound := getattr(limit, key, None)) is not None:
                found.setdefault(key, f"{words} {bound:,}")
    return " and ".join(found.values())


def _metadata(field: Any) -> Iterator[Any]:
    """Yield what annotations a field carries, also inside of unions and tuples."""
    for note in (*getattr(field, "metadata", ()), *getattr(field, "__metadata__", ())):
        yield from getattr(note, "metadata", (note,))  # a Field holds its own
    for inner in (getattr(field, "annotation", None), *getattr(field, "__args__", ())):
        if inner is not None:
            yield from _metadata(inner)


def _shown(found: object) -> str:
    text = found.isoformat() if isinstance(found, dt.date) else repr(found)
    return text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "..."


def load_model(model: type[Model], path: Path | str) -> Model:
    """Read and validate one file."""
    return validate(model, load_yaml(path), path)


def _bounded(data: Any, path: Path | str) -> Any:
    """Return plain data, unless anchors that repeat each other would blow it up."""
    left = [MOST_NODES]

    def count(node: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise InputError("the file unfolds to too much", file=path, expected=f"at most {MOST_NODES:,} values")
        for key in node if isinstance(node, CommentedMap) else ():
            if not isinstance(key, str | int | float | dt.date):
                raise InputError(
                    "a key is no word", file=path, line=node.lc.key(key)[0] + 1,
                    key="null" if key is None else _shown(plain(key)), expected="text before the colon",
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
        return {key: plain(value) for key, value in data.items()}
    if isinstance(data, CommentedSeq | list):
        return [plain(value) for value in data]
    if isinstance(data, str):
        return str(data)
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


def _sentence(message: str) -> str:
    message = message.removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _field_names(model: type[BaseModel], location: Sequence[int | str]) -> list[str]:
    """Return the keys allowed at a place, as far as plain nested models tell."""
    field = _field(model, location)
    current = model if not location else None if field is None else _inner_model(field.annotation)
    return [field.alias or name for name, field in current.model_fields.items()] if current is not None else []


def _field(model: type[BaseModel], location: Sequence[int | str]) -> FieldInfo | None:
    """Return the field that a place of the file fills, as far as plain nested models tell."""
    current: type[BaseModel] | None = model
    field: FieldInfo | None = None
    named = True
    for part in location:
        if isinstance(part, int) or not named:  # the number of an entry, or a key of the author's own
            named = True
            continue
        field = current.model_fields.get(part) if current is not None else None
        if field is None:
            return None
        current, named = _inner_model(field.annotation), get_origin(field.annotation) is not dict
    return field


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _inner_model(argument)
        if found is not None:
            return found
    return None
