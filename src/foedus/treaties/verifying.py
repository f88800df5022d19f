"""Check where the words of the library stand against a folder of texts, and show article and rule side by side.

The texts are not part of Foedus: they are the reviewer's. A file is known by its SHA-256; a file that holds several
copies marks each with a line that begins ``# source:``.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from foedus.errors import InputError
from foedus.textfile import read_bytes
from foedus.treaties.load import library, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from foedus.treaties.model import Provision, Treaty, Version, Words

Verdict = Literal["found", "no such copy", "no such source", "no such article", "no words named"]
_MOST_BYTES = 20_000_000
_MOST_SHOWN = 1500  # characters of an article
_SOURCE = re.compile(r"^# source:.*$", re.MULTILINE)
_HEADINGS = (
    r"articles?|art\.?|artikel|artículos?|artigo|статья|ст\.|article|section|paragraph|chapter|المادة|مادة|madde|maddə|"
    r"bend|point|пункт|pasal|§"
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ARABIC = ("الأولى", "الثانية", "الثالثة", "الرابعة", "الخامسة", "السادسة", "السابعة", "الثامنة", "التاسعة", "العاشرة")
_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether the words of one version were found, and what stands there."""

    treaty: Treaty
    provision: Provision
    version: Version
    verdict: Verdict
    file: Path | None
    excerpt: str


def verify(texts: Path | str, name: str | None = None) -> list[Verified]:
    """Return for every version of every provision whether its words were found in a folder of texts.

    Args:
        texts: a folder of text files, looked through with its folders.
        name: only this treaty or family.

    Raises:
        InputError: no such folder, or no such treaty.

    """
    folder = Path(texts)
    if not folder.is_dir():
        raise InputError("there is no such folder of texts", file=folder, cure="name the folder that holds the texts")
    copies = dict(_copies(folder))
    among = library().values() if name is None else resolve(name)
    return [
        _verified(treaty, provision, version, copies)
        for treaty in among
        for provision in treaty.provisions
        for version in provision.versions
    ]


def _copies(folder: Path) -> Iterator[tuple[str, tuple[Path, str]]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            raw = read_bytes(path, _MOST_BYTES)
            yield hashlib.sha256(raw).hexdigest(), (path, raw.decode("utf-8", errors="replace"))


def _verified(
    treaty: Treaty, provision: Provision, version: Version, copies: Mapping[str, tuple[Path, str]]
) -> Verified:
    words = version.text
    if words is None or words.sha256 is None:
        return Verified(treaty, provision, version, "no words named", None, "")
    if words.sha256 not in copies:
        return Verified(treaty, provision, version, "no such copy", None, "")
    path, text = copies[words.sha256]
    part = _part(text, words)
    if part is None:
        return Verified(treaty, provision, version, "no such source", path, "")
    excerpt = article_in(part, words.article)
    return Verified(treaty, provision, version, "found" if excerpt else "no such article", path, excerpt)


def _part(text: str, words: Words) -> str | None:
    """Return the copy of a file that has an address; a file without marks is one copy."""
    marks = list(_SOURCE.finditer(text))
    if not marks:
        return text
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    parts = [text[mark.end() : end] for mark, end in zip(marks, ends, strict=True) if words.address in mark[0]]
    return "\n".join(parts) if parts else None


def article_in(text: str, article: str) -> str:
    """Return an article of a text, from its heading to the next one; "" if no heading has its number.

    >>> article_in("Article 4\\nParties consult.\\nArticle 5\\nParties help.", "4")
    'Article 4\\nParties consult.'
    """
    number = re.search(r"\d+|\b[IVXLC]+\b", article)
    if number is None:
        return ""
    wanted = int(number[0]) if number[0].isdigit() else _from_roman(number[0])
    forms = [rf"{wanted}(?!\d)", rf"{_roman(wanted)}\b"]
    forms += [*_ORDINALS[wanted - 1 : wanted], *_ARABIC[wanted - 1 : wanted]]
    found = re.search(rf"(?im)^\W*(?:{_HEADINGS})\s*\(?(?:{'|'.join(forms)})|^\W*(?:{forms[0]})\s*[.)]", text)
    found = found or re.search(rf"(?i)\b(?:{_HEADINGS})\s*(?:{forms[0]})", text)
    if found is None:
        return ""
    after = re.compile(rf"(?im)^\W*(?:{_HEADINGS})\s*\(?(?:\d+|[IVXLC]+\b)").search(text, found.end())
    return text[found.start() : after.start() if after else None].strip()[:_MOST_SHOWN]


def _roman(number: int) -> str:
    out = ""
    for value, letters in _ROMAN:
        while number >= value:
            out, number = out + letters, number - value
    return out


def _from_roman(letters: str) -> int:
    value = 0
    values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
    for here, after in zip(letters, [*letters[1:], ""], strict=True):
        value += -values[here] if values.get(after, 0) > values[here] else values[here]
    return value
