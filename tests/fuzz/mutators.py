"""Change a valid value, tree, table or text a little, so that most of what comes out still parses."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from random import Random

    Pool = dict[str, list[Any]]
    Path = tuple[int | str, ...]

ODD_TEXTS = (
    "", " ", "\t", "\n", "a\nb", "a\r\nb", "a\rb", "\u2028", "a\u2029b", "\x85", "a\x0bb", "\x1e", "\x1b[2J", "\x00", "\x7f",
    "\ufeff", "\u200b", "\u202eabc", "\ud800", "e\u0301", "ﬁ", "İstanbul", "ß", "Қазақстан", "日本", "مصر", "١٢٣", "２０２２", "²", "½",
    "⅓", "Ⅷ", "💥", "NaN", "nan", "inf", "-inf", "Infinity", "null", "None", "~", "true", "false", "yes", "no", "NO", "on", "off",
    "0", "-0", "-1", "007", "0x10", "0o7", "1_000", "1e3", "1e400", "1e-400", "1.5", "1,5", "1.000,5", "1 000", "1'000", "+5", ".5",
    "5.", "--", "1/2", "50%", "$5", "=1+1", "+1+1", "-2+3", "@SUM(A1)", "=cmd|' /C calc'!A0", "[b]", "[/b]", "[of x]", "{{7*7}}",
    "{0}", "%s", "%(x)s", "<script>alert(1)</script>", "</script>", "<!--", "&amp;", "&#0;", "a|b", "a;b", "a,b", "a\tb", "'", '"',
    '""', "'''", "\\", "\\n", "\\u0000", "../..", "/", "C:\\x", "CON", "a/b", ".", "..", "*", "?", "#", "# x", ": ", "- ", "- a",
    "a: b", "!!python/object:os.system", "!x", "&a", "*a", "<<", "%", "@", "`", "|", ">", "{", "[", "]", "}", "x" * 300, "x" * 5000,
    "é" * 400, "9" * 30, "9" * 400, "9" * 5000, "A" * 200 + "1", "a " * 200, "2022-02-30", "2022-13-01", "KAZ", "kaz", "XKX", "TWN",
)  # fmt: skip
ODD_NUMBERS = (
    0, -1, 1, 2, 3, 7, 10, 99, 100, 365, 1000, 10_000, 0.5, -0.5, 0.1, 1.5, 1e-9, 1e9, 1e15, 1e18, 1e19, 1e100, 1e308, -1e308, 5e-324,
    -0.0, float("inf"), float("-inf"), float("nan"), 2**15, 2**16, 2**24 + 1, 2**31 - 1, 2**31, 2**32, 2**53 + 1, 2**63 - 1, 2**63, 2**64,
    10**30, 10**400, 3e9, -(2**31), -(2**63) - 1, 90, 91, 180, 181, -90, -180,
)  # fmt: skip
ODD_DAYS = (
    "2022-01-06", "2022-02-29", "2024-02-29", "2022-00-10", "2022-1-5", "2022-01-05T00:00:00Z", "2022-01-05T16:30:00+06:00",
    "2022-01-05T16:30:00+25:00", "2022-01-05 16:30", "20220105", "05.01.2022", "01/05/2022", "5 January 2022", "Jan 5 2022", "2022",
    "2022-01", "2022-W01", "2022-005", "0000-01-01", "0001-01-01", "9999-12-31", "9999", "9999-12", "10000-01-01", "-2022-01-01", "1e9",
    "1641340800", "0999-12-31", "1582-10-10", "1899-12-31", "1900-01-01", "1945-01-01", "2100-01-01", "2022-01-05..2022-01-01",
    "2022-01-01..2022-01-05", "2022..", "..2022", "2022-01-05..", "today", "yesterday", "٢٠٢٢-٠١-٠٥", "２０２２-01-05", "2022–01–05",
)  # fmt: skip
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


def harvest(trees: Iterable[Any]) -> Pool:
    """Return every value that stands under a key anywhere in some trees; ``[]`` holds the entries of lists."""
    pool: Pool = defaultdict(list)

    def walk(node: Any, key: str) -> None:
        if len(pool[key]) < 400:
            pool[key].append(node)
        for name, value in node.items() if isinstance(node, dict) else ():
            walk(value, str(name))
        for value in node if isinstance(node, list) else ():
            walk(value, f"{key}[]")

    for tree in trees:
        walk(tree, "")
    return pool


def paths(node: Any, at: Path = ()) -> Iterator[Path]:
    """Yield the way to every value of a tree."""
    yield at
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from paths(value, (*at, key))


def value(rng: Random, now: Any) -> Any:
    """Return something else in place of a single value: near it, of another type, or odd."""
    turn = rng.random()
    if turn < 0.55:
        return near(rng, now)
    if turn < 0.75:
        return rng.choice(ODD_TEXTS)
    if turn < 0.87:
        return rng.choice(ODD_NUMBERS)
    if turn < 0.95:
        return rng.choice(ODD_DAYS)
    return rng.choice((None, True, False, [], {}, [now], {"a": now}, [None], [[[]]], {"": ""}))


def near(rng: Random, now: Any) -> Any:
    """Return a value of the same kind that somebody could have meant."""
    if isinstance(now, bool) or now is None:
        return rng.choice((True, False, None))
    if isinstance(now, int | float):
        with contextlib.suppress(OverflowError, ValueError):  # of no end, or with hundreds of digits
            return rng.choice(_NEAR)(now)
        return 0
    if isinstance(now, dt.date):
        return near(rng, now.isoformat())
    if not isinstance(now, str):
        return now
    if (day := _DAY.match(now)) and rng.random() < 0.6:
        return _other_day(rng, now, day)
    if now and rng.random() < 0.25 and now.replace(".", "", 1).isdecimal():
        return str(near(rng, float(now)))
    return rng.choice(_TYPING)(rng, now)


_NEAR: tuple[Callable[[float], Any], ...] = (
    lambda now: now + 1, lambda now: now - 1, lambda now: -now, lambda now: now * 2, lambda now: now * 10, lambda now: now / 10,
    lambda now: now + 0.5, round, lambda _: 0, lambda now: now * 1000, str,
)  # fmt: skip


def _other_day(rng: Random, now: str, day: re.Match[str]) -> str:
    year, month, last = map(int, day.groups())
    change = rng.choice(
        ((0, 0, 1), (0, 0, -1), (1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (10, 0, 0), (-100, 0, 0), (0, 0, 25))
    )
    found = f"{year + change[0]:04d}-{month + change[1]:02d}-{last + change[2]:02d}"
    return rng.choice((found + now[10:], found[:7], found[:4], found))


def _typed(rng: Random, now: str) -> str:
    at = rng.randrange(len(now) + 1)
    return now[:at] + rng.choice((*ODD_TEXTS[:40], "x", "-", ".", "0", "'", '"', ",", ":")) + now[at:]


def _lost(rng: Random, now: str) -> str:
    at = rng.randrange(len(now) + 1)
    return now[:at] + now[at + 1 :]


def _swapped(rng: Random, now: str) -> str:
    words = now.split(" ")
    rng.shuffle(words)
    return " ".join(words)


_TYPING: tuple[Callable[[Random, str], str], ...] = (
    _typed, _lost, _swapped,
    lambda _, now: now.upper(), lambda _, now: now.lower(), lambda _, now: now.title(), lambda _, now: f" {now} ",
    lambda _, now: now + now, lambda _, now: now[: len(now) // 2], lambda _, now: now.replace("-", "_"), lambda _, now: now.replace(" ", "\u00a0"),
    lambda _, now: unicodedata.normalize("NFD", now), lambda _, now: now.replace("e", "е"), lambda rng, now: now + rng.choice(ODD_TEXTS),
    lambda rng, now: now * rng.choice((3, 20)) if len(now) < 200 else now,
)  # fmt: skip


def tree(rng: Random, whole: Any, pool: Pool, changes: int | None = None) -> Any:
    """Return a tree with one to three changes, the first and most usual one a plausible value in another's place."""
    for _ in range(changes if changes is not None else rng.choice((1, 1, 1, 2, 2, 3))):
        whole = _changed(rng, whole, rng.choice(list(paths(whole))), pool)
    return whole


def _changed(rng: Random, node: Any, at: Path, pool: Pool, key: str = "") -> Any:
    if at:
        inner = f"{key}[]" if isinstance(node, list) else str(at[0])
        if len(at) == 1 and rng.random() < 0.25:
            return _keys(rng, node, at[0], pool)
        copy = node.copy()
        copy[at[0]] = _changed(rng, node[at[0]], at[1:], pool, inner)
        return copy
    if pool.get(key) and rng.random() < 0.5:
        return rng.choice(pool[key])
    return _shaken(rng, node) if isinstance(node, list | dict) and rng.random() < 0.8 else value(rng, node)


def _shaken(rng: Random, node: Any) -> Any:
    """Return a list in another order, shorter or longer, or keys in another order."""
    if isinstance(node, dict):
        items = list(node.items())
        rng.shuffle(items)
        return dict(items)
    if not node:
        return [value(rng, "x")]
    entry = rng.choice(node)
    return rng.choice(
        (
            node[::-1],
            [*node, entry],
            [one for one in node if one is not entry],
            [entry],
            [*node, value(rng, "x")],
            node * 3,
        )
    )


def _keys(rng: Random, node: Any, key: int | str, pool: Pool) -> Any:
    """Return a list or mapping with an entry lost, doubled, renamed, added, or exchanged with another."""
    copy = node.copy()
    if isinstance(copy, list):
        rng.choice((lambda: copy.pop(key), lambda: copy.insert(key, copy[key]), lambda: rng.shuffle(copy)))()
        return copy
    turn = rng.randrange(5)
    if turn == 0:
        del copy[key]
    elif turn == 1:
        copy[near(rng, str(key))] = copy.pop(key)
    elif turn == 2:
        other = rng.choice(list(copy))
        copy[key], copy[other] = copy[other], copy[key]
    elif turn == 3:
        copy[rng.choice(list(pool) or ["x"])] = copy[key]
    else:
        copy[rng.choice(("x", "note", "why", *ODD_TEXTS[:12]))] = value(rng, copy[key])
    return copy


def lines(rng: Random, text: str, words: list[str]) -> str:
    """Return a text of lines with one to three of them lost, doubled, moved, indented, or with another's value."""
    rows = text.split("\n")
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        at = rng.randrange(len(rows))
        turn = rng.randrange(10)
        if turn == 0:
            rows.pop(at)
            rows = rows or [""]
        elif turn == 1:
            rows.insert(at, rows[at])
        elif turn == 2:
            rows.insert(rng.randrange(len(rows)), rows.pop(at))
        elif turn == 3:
            rows[at] = rng.choice(("  ", " ", "\t", "- ")) + rows[at]
        elif turn == 4:
            rows[at] = near(rng, rows[at])
        else:
            head, mark, tail = rows[at].partition(": ")
            new = rng.choice(words) if rng.random() < 0.6 else str(value(rng, tail))
            rows[at] = f"{head}{mark}{new}" if mark else rows[at]
    return "\n".join(rows)


def rows(
    rng: Random, header: list[str], body: list[dict[str, str]], columns: Pool
) -> tuple[list[str], list[dict[str, str]]]:
    """Return a table with some cells, and now and then a row or a column, changed."""
    body = [dict(row) for row in body]
    for _ in range(rng.choice((1, 1, 2, 3))):
        turn = rng.random()
        if turn < 0.5 and body:
            row, name = rng.choice(body), rng.choice(header)
            row[name] = str(rng.choice(columns.get(name, ODD_TEXTS)))
        elif turn < 0.9 and body:
            row, name = rng.choice(body), rng.choice(header)
            row[name] = str(value(rng, row.get(name, "")))
        elif turn < 0.94 and body:
            body.append(dict(rng.choice(body)))
        elif turn < 0.96 and body:
            body.pop(rng.randrange(len(body)))
        else:
            header = _columns(rng, list(header))
    return header, body


def _columns(rng: Random, header: list[str]) -> list[str]:
    at = rng.randrange(len(header))
    turn = rng.randrange(3)
    if turn == 0:
        rng.shuffle(header)
    elif turn == 1:
        header.pop(at)
    else:
        header.append(near(rng, header[at]))
    return header


def table(rng: Random, header: list[str], body: list[dict[str, str]], *, plain: bool = False) -> str:
    """Return a table as CSV, in one of the forms that programs write; a plain one has commas."""
    out = io.StringIO()
    end = rng.choice(("\n", "\n", "\n", "\r\n", "\r"))
    comma = "," if plain else rng.choice((",", ",", ",", ",", ",", ",", ";", "\t"))
    writer = csv.writer(
        out, lineterminator=end, delimiter=comma, quoting=rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    )
    writer.writerow(header)
    writer.writerows([row.get(name, "") for name in header] for row in body)
    return rng.choice(("", "", "", "\ufeff")) + out.getvalue()


def noise(rng: Random, raw: bytes) -> bytes:
    """Return bytes with a few lost, doubled or made others."""
    for _ in range(rng.choice((1, 1, 2, 5))):
        at, size = rng.randrange(len(raw) + 1), rng.choice((1, 1, 2, 8, 50))
        new = rng.choice(
            (
                b"",
                raw[at : at + size] * 2,
                bytes(rng.randrange(256) for _ in range(size)),
                rng.choice(ODD_TEXTS).encode("utf-8", "replace"),
            )
        )
        raw = raw[:at] + new + raw[at + size :]
    return raw
