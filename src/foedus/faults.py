"""Faults of data in words: what a validator raises, and what pydantic found, as the parts of an ``InputError``."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, NoReturn, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from foedus.errors import closest, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic.fields import FieldInfo

    Location = tuple[int | str, ...]

MOST_SHOWN = 200


def wrong(message: str, expected: str, cure: str = "") -> PydanticCustomError:
    """Return what a validator of a single value raises; ``refuse`` and ``fault`` name a key as well."""
    words = {"message": message, "expected": expected, "cure": cure}
    return PydanticCustomError("consistency", "{message}", words)


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


def explained(model: type[BaseModel], error: ValidationError) -> Iterator[tuple[Location, dict[str, Any]]]:
    """Yield what a model refuses: its place in the data, and the words of an ``InputError`` but for file and line."""
    items = [(_in_file(item), item) for item in error.errors(include_url=False)]
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
        yield (
            location,
            {
                "message": _message(item["type"], item["msg"]),
                "key": ".".join(str(part) for part in location) or None,
                "found": None if isinstance(found, dict | list) and len(str(found)) > MOST_SHOWN else shown(found),
                "expected": expected,
                "cure": cure,
            },
        )


def _in_file(item: Any) -> Location:
    """Return a fault's place without the tags of unions, such as ``constrained-int``, which no file holds."""
    *way, last = item["loc"] or (None,)
    place = tuple(part for part in way if isinstance(part, int) or not _TAG.fullmatch(part))
    own = isinstance(last, int) or item["type"] in ("extra_forbidden", "missing")  # a key, however odd
    return place if last is None or not (own or not _TAG.fullmatch(last)) else (*place, last)


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
_TAG = re.compile(r"constrained-\w+|[a-z][a-z-]*\[.*\]", re.DOTALL)
_MESSAGES = {
    _HUGE: "the number has too many digits",
    "json_invalid": "the text is not valid JSON",
    "missing": "a required key is missing",
    "extra_forbidden": "unknown key",
    "literal_error": "the value is not one of those allowed",
    "string_pattern_mismatch": "the text does not have the required form",
    "string_too_short": "the text is empty",
    "string_unicode": "the text holds half a character",
    "too_short": "the list is too short",
    "too_long": "the list is too long",
    "greater_than_equal": "the number is too small",
    "greater_than": "the number is too small",
    "less_than_equal": "the number is too large",
    "less_than": "the number is too large",
    "finite_number": "the number is not finite",
    "timezone_aware": "the time has no offset",
    "string_type": "the value is not text",
    "bool_type": "the value is neither true nor false",
    "bool_parsing": "the value is neither true nor false",
    "int_type": "the value is not a whole number",
    "int_parsing": "the value is not a whole number",
    "int_from_float": "the value is not a whole number",
    "float_type": "the value is not a number",
    "float_parsing": "the value is not a number",
    "tuple_type": "the value is not a list",
    "list_type": "the value is not a list",
    "dict_type": "the value has no keys",
    "model_type": "the value has no keys",
}
_FORMS = {  # what the patterns of our models ask for
    "^[a-z0-9]+(-[a-z0-9]+)*$": "small letters and digits with single hyphens between, such as kazakhstan-2022",
    "^[a-z0-9-]+$": "small letters, digits and hyphens, such as article-4",
    "^[A-Z]{3}$": "three capital letters, such as KAZ",
    "^[A-Za-z0-9._-]+$": "letters, digits, dots, hyphens and underscores, such as report-001",
    "^[A-Za-z0-9][A-Za-z0-9._-]*$": "letters, digits, dots, hyphens and underscores, such as kazakhstan-2022",
    "^(any_state|group:[a-z0-9-]+)$": "any_state, or group: and the name of a group, such as group:american",
    "^[0-9a-f]{64}$": "the 64 digits of a SHA-256 hash, each 0 to 9 or a to f",
    "^(all|others|target|organ:[a-z0-9-]+|state:[A-Z]{3})$": "all, others, target, organ:NAME or state:CODE, such as "
    "organ:council or state:KAZ",
    r"^parts/\d{5}\.parquet$": "the name of a part, such as parts/00000.parquet",
}
_OWN = {"consistency", "value_error"}  # in words of ours
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
        return _FORMS.get(context["pattern"]) or f"text of the form {context['pattern']}"
    if kind == "too_long":
        return f"at most {context['max_length']} entries"
    return _EXPECTED.get(kind) or (str(context["expected"]) if context.get("expected") else None)


def _cure(kind: str, found: object, context: dict[str, Any], expected: str | None, limits: str) -> str | None:
    """Return how to fix a fault of one of pydantic's kinds."""
    if kind in _BOUNDS or (kind == _HUGE and limits):
        return f"write a number that is {limits}"
    if kind == "literal_error":
        return closest(str(found), re.findall(r"'([^']*)'", context["expected"])) or "write one of these words"
    if kind == "missing":
        return "add the key"
    if kind == "string_pattern_mismatch" and context["pattern"].startswith("^[a-z0-9]"):
        name = "-".join(re.findall("[a-z0-9]+", str(found).lower()))
        return f"write '{name}'" if name else f"write {expected}"
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


def shown(found: object) -> str:
    """Return a value as an error shows it, cut if it is long."""
    return found.isoformat() if isinstance(found, dt.date) else told(_dated(found), MOST_SHOWN, repr)


def _dated(found: object) -> object:
    """Return a value in which days are text, as the file has them."""
    if isinstance(found, dict):
        return {_dated(key): _dated(value) for key, value in found.items()}
    if isinstance(found, list):
        return [_dated(value) for value in found]
    return found.isoformat() if isinstance(found, dt.date) else found


def _message(kind: str, told: str) -> str:
    """Return in our own words what is wrong."""
    if kind in _OWN:
        told = told.removeprefix("Value error, ")
        return told[:1].lower() + told[1:]
    return _MESSAGES.get(kind) or ("this is not a date" if kind.startswith("date") else "the value cannot be used")


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
