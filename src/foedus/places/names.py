"""Names compared without case, accents and signs, in any script."""

from __future__ import annotations

import unicodedata

# letters that have no accent to drop, as they are written without them
_PLAIN = str.maketrans(
    dict(zip("øđðłħıəŋёйїيكة", "oddlhianеиіیکه", strict=True))
    | {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
    | dict.fromkeys("ʻʼ'‘’`´ʿʾ\u0640\u200c\u200d", "")
)


def folded(name: str) -> str:
    """Return a name in small letters without accents and apostrophes, words parted by one blank.

    >>> folded("Côte-d'Or"), folded("AKTÖBE"), folded("Şirnak"), folded("Йошкар-Ола") == folded("ЙОШКАР ОЛА")
    ('cote dor', 'aktobe', 'sirnak', True)
    """
    apart = unicodedata.normalize("NFKD", name.casefold().translate(_PLAIN))
    kept = "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(_PLAIN)
    return " ".join("".join(letter if letter.isalnum() else " " for letter in kept).split())
