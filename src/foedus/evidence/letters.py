"""Letters and marks in their plainest form, so that spellings of one name or one sentence fall together."""

from __future__ import annotations

import unicodedata

_SPACES = {"\xa0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\t": " ", "\x0b": " ", "\x0c": " "}
_QUOTES = {"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"'}
_DASHES = {"\u2010": "-", "\u2011": "-", "\u2012": "-"}
_TYPED = {**_SPACES, **_QUOTES, **_DASHES, "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\r": "\n"}
_MARKS = str.maketrans(dict.fromkeys("\u2018\u2019\u02bb\u02bc", "'"))


def unaccented(text: str) -> str:
    """Return a text in plain Latin letters, with straight apostrophes; other letters are left out.

    >>> unaccented("Bogotá"), unaccented("Nuku\u2018alofa")
    ('Bogota', "Nuku'alofa")
    """
    return unicodedata.normalize("NFKD", text.translate(_MARKS)).encode("ascii", "ignore").decode()


def plain(text: str, between: str = " ") -> str:
    """Return a name in lower case without accents, with a blank (or what is given) between runs of letters and digits.

    >>> plain("Guinea-Bissau"), plain("Côte d'Ivoire", "-")
    ('guinea bissau', 'cote-d-ivoire')
    """
    words = "".join(letter if letter.isalnum() else " " for letter in unaccented(text).lower()).split()
    return between.join(words)


def typed(text: str) -> str:
    """Return a text with the quotes, blanks, dashes and line ends of a keyboard, of the same length.

    >>> typed("\u201cHelp\u201d,\u00a0he said")
    '"Help", he said'
    """
    for odd, usual in _TYPED.items():
        if odd in text:
            text = text.replace(odd, usual)
    return text
