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
    r"articles?|art\.?|artikel|artículos?|artigo|стать[а-я]+|ст\.|article|section|paragraph|chapter|المادة|مادة|"
    r"madde|maddə|bend|point|пункт|pasal|§"
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ARABIC = ("الأولى", "الثانية", "الثالثة", "الرابعة", "الخامسة", "السادسة", "السابعة", "الثامنة", "التاسعة", "العاشرة")
_TEENS = (
    "الحادية عشرة", "الثانية عشرة", "الثالثة عشرة", "الرابعة عشرة", "الخامسة عشرة",
    "السادسة عشرة", "السابعة عشرة", "الثامنة عشرة", "التاسعة عشرة", "العشرون",
)  # fmt: skip
_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_UNNUMBERED = re.compile(r"\b(?:unnumbered|statement|communiqué|declaration)\b", re.IGNORECASE)
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
    named, body = part
    excerpt = article_in(body, words.article)
    if not excerpt and (_UNNUMBERED.search(words.article) or _says_it_holds(named, words.article)):
        excerpt = body.strip()[:_MOST_SHOWN]
    return Verified(treaty, provision, version, "found" if excerpt else "no such article", path, excerpt)


def _part(text: str, words: Words) -> tuple[str, str] | None:
    """Return the mark and the body of the copy that has an address; a file without marks is one copy."""
    marks = list(_SOURCE.finditer(text))
    if not marks:
        return "", text
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    both = zip(marks, ends, strict=True)
    parts = [(mark[0], text[mark.end() : end]) for mark, end in both if words.address in mark[0]]
    return ("\n".join(mark for mark, _ in parts), "\n".join(body for _, body in parts)) if parts else None


def _says_it_holds(mark: str, article: str) -> bool:
    """Return whether the mark of a copy, after its address, says that it holds an article that has no heading there."""
    number = re.search(r"\d+", article)
    about = mark.partition("|")[2]
    return number is not None and bool(re.search(rf"(?i)\barticles?\b[^|;:]*?\b{number[0]}\b", about))


def article_in(text: str, article: str) -> str:
    """Return an article of a text, from its heading to the next one; "" if no heading has its number.

    >>> article_in("Article 4\\nParties consult.\\nArticle 5\\nParties help.", "4")
    'Article 4\\nParties consult.'
    """
    numbers = re.findall(r"\d+|\b[IVXLC]+\b", article.partition("(")[0])  # "1 (draft of 4 September)" has one
    return next((found for number in numbers if (found := _under(text, number))), "")


def _under(text: str, number: str) -> str:
    """Return the article with a number, arabic or roman."""
    wanted = int(number) if number.isdigit() else _from_roman(number)
    forms = [rf"{wanted}(?!\d)", rf"{_roman(wanted)}\b"]
    forms += [*_ORDINALS[wanted - 1 : wanted], str(wanted).translate(_ARABIC_DIGITS) + r"(?!\d)"]
    forms += [rf"{one}(?!\s*عشر)" for one in _ARABIC[wanted - 1 : wanted]]
    forms += _TEENS[wanted - 11 : wanted - 10] if wanted > 10 else ()
    found = re.search(rf"(?im)^\W*(?:{_HEADINGS})\s*\(?(?:{'|'.join(forms)})|^\W*(?:{forms[0]})\s*[.()\]]", text)
    found = found or re.search(rf"(?i)\b(?:{_HEADINGS})\s*(?:{forms[0]})", text)
    if found is None:
        return ""
    numbers = rf"\d+|[IVXLC]+\b|{'|'.join(_ORDINALS)}|ال\w+"
    after = re.compile(rf"(?im)^\W*(?:{_HEADINGS})\s*\(?(?:{numbers})").search(text, found.end())
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
