"""How good an extractor is: precision and recall per quantity against annotations made by hand."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from foedus.shown import brief

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foedus.evidence.extraction import Extractor
    from foedus.evidence.model import Claim

_CASE = re.compile(r"(?!other-)[a-z-]+-\d{4}")  # an event, not an alliance
ALL = "all quantities"
STATEMENTS = "all statements"


@dataclass(frozen=True, slots=True)
class Score:
    """What was found of one quantity: ``right`` of ``expected`` annotations, among ``found`` claims."""

    quantity: str
    expected: int
    found: int
    right: int

    @property
    def precision(self) -> float | None:
        """Share of the claims that are annotated; None if there are none."""
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Share of the annotations that were claimed; None if there are none."""
        return self.right / self.expected if self.expected else None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data with precision and recall."""
        return {**asdict(self), "precision": self.precision, "recall": self.recall}


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores per quantity, and the claims behind the faults."""

    __repr__ = brief

    rows: list[Score]
    missed: list[Claim]
    wrong: list[Claim]

    def of(self, quantity: str) -> Score:
        """Return one row."""
        return next(row for row in self.rows if row.quantity == quantity)


def score(claims: Iterable[Claim], gold: Iterable[Claim]) -> Scores:
    """Compare claims with annotations, one to one: the same document, quantity, event and value.

    Annotations with status ``rejected`` are doubtful ones: what is claimed at their words about their event is
    neither right nor wrong. Spellings are not scored; a statement counts once a document. Of claims on documents
    without annotations nothing is said.
    """
    wanted = _once(claim for claim in gold if claim.quantity != "spelling")
    documents = {claim.document for claim in wanted}
    made = _once(claim for claim in claims if claim.document in documents and claim.quantity != "spelling")
    open_gold: dict[tuple[Any, ...], list[Claim]] = defaultdict(list)
    for claim in wanted:
        open_gold[_key(claim)].append(claim)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for claim in wanted:
        if claim.status != "rejected":
            for name in _rows(claim):
                counts[name][0] += 1
    wrong = []
    for claim in sorted(made, key=lambda claim: (claim.document, claim.start or 0)):
        candidates = open_gold[_key(claim)]
        best = min(
            candidates, key=lambda g: (g.status == "rejected", abs((g.start or 0) - (claim.start or 0))), default=None
        )
        if best is not None:
            candidates.remove(best)
            if best.status == "rejected":
                continue
        elif any(_overlap(claim, other) for other in wanted if other.status == "rejected"):
            continue
        else:
            wrong.append(claim)
        for name in _rows(claim):
            counts[name][1] += 1
            counts[name][2] += best is not None
    missed = [claim for left in open_gold.values() for claim in left if claim.status != "rejected"]
    order = sorted(counts, key=lambda name: (name in (ALL, STATEMENTS), name))
    return Scores([Score(name, *counts[name]) for name in order], missed, wrong)


def _once(claims: Iterable[Claim]) -> list[Claim]:
    """Keep every figure, and of the same statement in the same document one."""
    kept: list[Claim] = []
    seen: set[tuple[Any, ...]] = set()
    for claim in claims:
        if not claim.statement or _key(claim) not in seen:
            kept.append(claim)
        seen.add(_key(claim))
    return kept


def _key(claim: Claim) -> tuple[Any, ...]:
    if claim.statement:
        return claim.document, claim.statement, claim.affirmed
    return claim.document, claim.quantity, claim.event, claim.low, claim.high


def _overlap(one: Claim, other: Claim) -> bool:
    """Whether two claims read the same words as the same quantity, whatever they make of them."""
    same = all(getattr(one, name) == getattr(other, name) for name in ("document", "quantity", "statement", "event"))
    spans = [c for c in (one, other) if c.start is not None and c.end is not None]
    return same and len(spans) == 2 and (one.start or 0) < (other.end or 0) and (other.start or 0) < (one.end or 0)


def _rows(claim: Claim) -> tuple[str, str]:
    if claim.statement:
        return f"statement: {claim.statement}", STATEMENTS
    return claim.quantity or "", ALL


@dataclass(frozen=True, slots=True)
class Made:
    """Claims of an extractor and the documents they were sought in."""

    claims: list[Claim]
    documents: set[str]


def claims_on(paths: Iterable[str], gold: Iterable[Claim], using: Extractor, *, event: str | None = None) -> Made:
    """Run an extractor on annotated reports, with the days of publication and the events of the annotations.

    Raises:
        InputError: a report cannot be read, or the extractor fails on it.

    """
    from foedus.evidence.document import load
    from foedus.evidence.extraction import failed

    annotated: dict[str, list[Claim]] = defaultdict(list)
    for claim in gold:
        annotated[claim.document].append(claim)
    claims: list[Claim] = []
    documents: set[str] = set()
    for path in paths:
        document = load(path)
        own = annotated.get(document.sha256)
        if not own:
            continue
        day = next((claim.published.latest for claim in own if claim.published), document.published)
        about = [claim.event for claim in own if _CASE.fullmatch(claim.event)]
        name = event or (max(set(about), key=lambda e: (about.count(e), e)) if about else None)
        documents.add(document.sha256)
        try:
            claims += using(replace(document, published=day), event=name)
        except Exception as error:
            raise failed(path, error) from error
    return Made(claims, documents)
