"""Letters without accents, so that spellings of one name fall together."""

from __future__ import annotations

import unicodedata

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
