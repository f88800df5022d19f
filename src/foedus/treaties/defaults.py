"""Exceptions by default logic: what defeats a rule does so once it is established, and is presumed absent till then.

Nobody states what has not happened. So an exception of which nobody has said anything is presumed not to hold, and the
finding says what it presumes. Where somebody claims that it holds, it depends on whom one believes, and the answer is
unknown. Established it defeats; established not to hold it is no presumption any more.

Sources: Reiter 1980, A logic for default reasoning; burden of proof as in PROLEG (Satoh et al. 2010), exceptions as in
Catala (Merigoux et al. 2021).
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from foedus.treaties.logic import EXACT_UP_TO, Condition, Truth, decide

if TYPE_CHECKING:
    from collections.abc import Mapping


def without_exception(trigger: Condition, exception: Condition) -> Condition:
    """Return that the trigger holds and the exception does not."""
    return Condition("all", children=(trigger, Condition("not", children=(exception,))))


def presumed_absent(exception: Condition, facts: Mapping[str, Truth]) -> frozenset[str]:
    """Return the facts that nobody stated and on which an exception is presumed absent; none if it is not presumed.

    Args:
        exception: what would defeat a rule.
        facts: the facts that were stated, also those whose value is unknown because they are claimed or contradicted.

    >>> from foedus.treaties.logic import parse
    >>> acted = parse("unsc.acted")
    >>> sorted(presumed_absent(acted, {})), sorted(presumed_absent(acted, {"unsc.acted": Truth.UNKNOWN}))
    (['unsc.acted'], [])

    """
    if decide(exception, facts) is not Truth.UNKNOWN:
        return frozenset()
    unstated = exception.atoms() - facts.keys()
    disputed = [atom for atom in sorted(exception.atoms()) if facts.get(atom, Truth.YES) is Truth.UNKNOWN]
    if not unstated or len(disputed) > EXACT_UP_TO:
        return frozenset()
    for turn in product((Truth.YES, Truth.NO), repeat=len(disputed)):
        if decide(exception, {**facts, **dict(zip(disputed, turn, strict=True))}) is Truth.YES:
            return frozenset()  # whoever is believed on these facts establishes it
    return unstated
