"""States by name and names in a row, as they stand inside a sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from foedus.states import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable

# names that take an article inside a sentence
_ARTICLE = re.compile(
    r"^(United|Soviet|German Dem|Democratic Rep|Republic|Bahamas|Comoros|Gambia|Isle|Maldives|Netherlands|Philippines"
    r"|Seychelles|U\.S\.|British|Caribbean|Cocos|Northern Mariana|French Southern)"
    r"|(Republic|Islands|Virgin Islands)$"
)


def state_name(code: str) -> str:
    """Return a state's name as it stands inside a sentence.

    >>> state_name("USA"), state_name("KAZ")
    ('the United States', 'Kazakhstan')
    """
    name = name_of(code)
    return f"the {name}" if _ARTICLE.search(name) else name


def listed(names: Iterable[str], joint: str = "and") -> str:
    """Return names as a list in a sentence.

    >>> listed(["Armenia", "Belarus", "Russia"])
    'Armenia, Belarus and Russia'
    """
    *most, last = names
    return f"{', '.join(most)} {joint} {last}" if most else last


def capital(text: str) -> str:
    """Return a text with its first letter as a capital, the others as they are."""
    return text[:1].upper() + text[1:]
