"""What is shown: representations that fit a screen, and text that only shows itself."""

from __future__ import annotations

import re
import reprlib
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

_MOST, _LINE = 1_200, 200  # characters; a screen holds about 2,000
Item = TypeVar("Item")
Value = TypeVar("Value")

# what moves the cursor, ends a line early, speaks to the terminal or turns the direction of what follows, so that a
# reader sees other words than there are; and half characters of damaged file names
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_ENDS = re.compile("[\t\n]")


def visible(text: str) -> str:
    r"""Return text with control characters written out, so that a terminal only shows them.

    The form is that of JSON, so a JSON text stays one and says the same.

    >>> visible("a\x1b[2Jb")
    'a\\u001b[2Jb'
    """
    return _CONTROL.sub(escaped, text)


def one_line(text: str) -> str:
    r"""Return text as ``visible`` does, in one line, as a name in a message must be: it could forge another message.

    >>> one_line("a\nerror: b")
    'a\\u000aerror: b'
    """
    return _ENDS.sub(escaped, visible(text))


def escaped(found: re.Match[str]) -> str:
    """Return what was found as JSON writes it: in UTF-16, so that one beyond the first plane becomes two."""
    code = found.group().encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{code[at : at + 2].hex()}" for at in range(0, len(code), 2))


def brief(thing: Any) -> str:
    """Return a short representation of a dataclass or a pydantic model; meant as its ``__repr__`` and ``__str__``."""
    names = [field.name for field in fields(thing)] if is_dataclass(thing) else list(type(thing).model_fields)
    held = ((name, getattr(thing, name)) for name in names if not name.startswith("_"))
    shown = ", ".join(f"{name}={_short.repr(value)}" for name, value in held if not _empty(value))
    text = f"{type(thing).__name__}({shown})"
    return _cut(text, _MOST)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 4] + " ..)"


class Rows(list[Item]):
    """A list that shows how many items it holds and the first of them."""

    def __repr__(self) -> str:
        return _some(self)


class FixedRows(tuple[Item, ...]):
    """A tuple that shows how many items it holds and the first of them."""

    __slots__ = ()

    def __repr__(self) -> str:
        return _some(self)


_NAMES = 60


class Named(dict[str, Value]):
    """A dictionary that shows its keys."""

    def __repr__(self) -> str:
        shown = ", ".join(list(self)[:_NAMES])
        return one_line(f"<{len(self)}: {shown}{f' and {len(self) - _NAMES} more' if len(self) > _NAMES else ''}>")


def _some(items: Any) -> str:
    shown = "".join(f"\n  {_cut(repr(item), _LINE)}" for item in items[:3])
    return f"<{len(items)} items>" + shown + ("\n  ..." if len(items) > 3 else "")


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | tuple | list | dict) and not value)


class _Short(reprlib.Repr):
    """Cuts what is long; of an object inside another one only its kind and name."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel, self.maxtuple, self.maxlist, self.maxdict = 2, 3, 3, 4
        self.maxstring, self.maxother = 100, 100

    def repr_instance(self, x: Any, level: int) -> str:
        if is_dataclass(x) or hasattr(type(x), "model_fields"):
            name = next((value for key in ("id", "name") if isinstance(value := getattr(x, key, None), str)), None)
            return f"{type(x).__name__}({'...' if name is None else repr(name)})"
        if hasattr(x, "shape"):
            return f"<{type(x).__name__} of shape {x.shape}>"
        return super().repr_instance(x, level)


_short = _Short()
