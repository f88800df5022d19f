"""The law in words: one sentence a duty, by its modality; states, organs and claimants by name, never by code.

What a finding says of a duty is its *answer*. It speaks of the one provision: what is *not permitted* by it may be
permitted by another.

======== ========= ============= ==========
modality yes       no            unknown
======== ========= ============= ==========
must     owed      not owed      open
may      permitted not permitted open
must not barred    not barred    open
======== ========= ============= ==========

An organ that may decide and has not is *not decided*.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from foedus.treaties.load import library
from foedus.treaties.logic import Truth
from foedus.treaties.naming import capital, listed, state_name
from foedus.treaties.terms import vocabulary

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from foedus.treaties.evaluated import Evaluated, OwedDuty
    from foedus.treaties.incident import Incident
    from foedus.treaties.model import Duty, Organ, Treaty

_MODALITIES = {"must": "must", "may": "may", "must_not": "must not"}
_ANSWERS = {
    "must": {Truth.YES: "owed", Truth.NO: "not owed", Truth.UNKNOWN: "open"},
    "may": {Truth.YES: "permitted", Truth.NO: "not permitted", Truth.UNKNOWN: "open"},
    "must_not": {Truth.YES: "barred", Truth.NO: "not barred", Truth.UNKNOWN: "open"},
}
_DISCRETION = {
    "own_means": "with means of {own} own choice",
    "own_judgement": "as {own} own judgement requires",
    "organ": "as the organ decides",
}
_STATES = {"met": "done", "late": "done late", "open": "not yet done", "breached": "not done in time"}
_BROKEN = {"breached": "breached", "presumed breached": "breached, presuming that it was not self-defence"}
_DECISION = "decision."  # how facts about what an organ has decided begin
_BASES = {
    "quoted": "from a quotation or a translation, not from the article itself",
    "memory": "from memory or a paraphrase, not checked against the text",
}
_EVERYBODY = {"all": "the parties", "others": "the other parties", "target": "the state in need"}
_BODIES = re.compile(
    r"^(army|authority|chair|commission|committee|council|court|government|junta|minister|ministry|movement|office"
    r"|opposition|parliament|police|presidency|president|press|secretariat|spokes(man|woman|person))$"
)


class DutyLine(NamedTuple):
    """Duties of a finding that differ only in who bears them, and the sentence that tells them."""

    bearers: tuple[str, ...]
    bearer_names: tuple[str, ...]
    modality: str
    action: str
    level: int
    answer: str
    discretion: str | None
    act: str
    sentence: str


def modality_word(modality: str) -> str:
    """Return *must*, *may* or *must not*.

    >>> modality_word("must_not")
    'must not'
    """
    return _MODALITIES[modality]


def answer(finding: Evaluated, duty: OwedDuty) -> str:
    """Return what the finding says of a duty in one or two words (see the table above)."""
    if _undecided(finding, duty):
        return "not decided"
    return _ANSWERS[duty.modality][duty.owed]


def _undecided(finding: Evaluated, duty: OwedDuty) -> bool:
    """Say whether an organ may decide and has not: its own decision is no condition of its power."""
    own_power = duty.modality == "may" and duty.bearer.startswith("organ:") and duty.owed is Truth.NO
    lacks = [fact for fact in finding.version.requires if finding.view.values.get(fact) is not Truth.YES]
    return own_power and finding.status is Truth.YES and bool(lacks) and all(f.startswith(_DECISION) for f in lacks)


def bearer_name(treaty: Treaty, bearer: str) -> str:
    """Return who bears a duty, as it stands inside a sentence: a state, an organ of the treaty, or every member.

    >>> bearer_name(library()["csto-pk-2007"], "organ:csc"), bearer_name(library()["csto-pk-2007"], "KAZ")
    ('the Collective Security Council', 'Kazakhstan')
    """
    kind, colon, name = bearer.partition(":")
    if not colon:
        return _EVERYBODY.get(bearer) or (state_name(bearer) if re.fullmatch("[A-Z]{3}", bearer) else bearer)
    return state_name(name) if kind == "state" else organ_name(treaty, name)


def decider(treaty: Treaty, body: str) -> str:
    """Return who decides: an organ of the treaty or its family by name, or a body that the file describes."""
    named = organ_name(treaty, body)
    return f"the {body}" if named.startswith("the organ called") else named


def breach_words(state: str) -> str:
    """Return what became of a ban that was broken.

    >>> breach_words("presumed breached")
    'breached, presuming that it was not self-defence'
    """
    return _BROKEN[state]


def organ_name(treaty: Treaty, organ: str) -> str:
    """Return the name of an organ of a treaty, or of another treaty of its family, with its article."""
    among = [treaty, *(other for other in library().values() if other.family == treaty.family)]
    found: Organ | None = next((item for one in among for item in one.organs if item.id == organ), None)
    if found is None:
        return f"the organ called '{organ}'"
    name = found.name.partition(" (")[0]
    return name if re.match("(an?|any|every|the) ", name) else f"the {name}"


def claimant_name(incident: Incident, claimant: str) -> str:
    """Return who a claimant of an incident is, as it stands after *by* or *according to*."""
    return named_claimant(incident.claimants.get(claimant, claimant))


def named_claimant(title: str) -> str:
    """Return a claimant's title with its article where it needs one.

    >>> named_claimant("president of Kazakhstan"), named_claimant("independent observers"), named_claimant("Reuters")
    ('the president of Kazakhstan', 'independent observers', 'Reuters')
    """
    head = re.split(r" of | for | \(|,", title)[0].split()[-1:]
    return f"the {title}" if head and _BODIES.match(head[0].lower()) else title


def action_phrase(modality: str, action: str, *, organ: bool = False) -> str:
    """Return modality and action: *may decide binding collective measures* where an organ may, not *must*."""
    known = vocabulary().actions[action]
    text = known.organ if organ and known.organ and modality != "must_not" else known.text
    return f"{_MODALITIES[modality]} {text}"


def basis_words(basis: str) -> str | None:
    """Return how an encoding was made if the encoder did not read the article's words, else None.

    >>> basis_words("memory"), basis_words("read")
    ('from memory or a paraphrase, not checked against the text', None)
    """
    return _BASES.get(basis)


def presumption(facts: Iterable[str]) -> str:
    """Return what is presumed not to be so, as a clause after *presuming that*.

    >>> presumption(["unsc.acted"])
    'the Security Council has not taken the measures necessary to restore peace'
    """
    known = vocabulary()
    return "; ".join(known.absent.get(fact, f"it is not so that: {known.facts[fact]}") for fact in facts)


def duty_sentence(finding: Evaluated, duty: OwedDuty) -> str:
    """Return one duty of one bearer as a sentence that ends with its answer.

    >>> from foedus.treaties import obligations
    >>> finding = obligations("KAZ", "2022-01-05", "kazakhstan-2022")["cst-1992"].provision("6")
    >>> duty_sentence(finding, finding.duties[0])
    'The Collective Security Council may decide binding collective measures: permitted.'
    """
    return _sentence((bearer_name(finding.treaty, duty.bearer),), duty, answer(finding, duty))


def duty_lines(finding: Evaluated) -> list[DutyLine]:
    """Return the duties of a finding, those that differ only in their bearers in one sentence."""
    groups: dict[tuple[object, ...], list[OwedDuty]] = {}
    for duty in finding.duties:
        alike = (duty.bearer.startswith("organ:"), *duty._replace(bearer="", basis=None, home=None))
        groups.setdefault(alike, []).append(duty)
    return [_line(finding, duties) for duties in groups.values()]


def _line(finding: Evaluated, duties: Sequence[OwedDuty]) -> DutyLine:
    first = duties[0]
    named = sorted(
        ((bearer_name(finding.treaty, d.bearer), d.bearer) for d in duties),
        key=lambda pair: pair[0].removeprefix("the "),
    )
    names, said = tuple(name for name, _ in named), answer(finding, first)
    return DutyLine(
        bearers=tuple(bearer for _, bearer in named),
        bearer_names=names,
        modality=first.modality,
        action=first.action,
        level=first.level,
        answer=said,
        discretion=first.discretion,
        act=action_phrase(first.modality, first.action, organ=first.bearer.startswith("organ:")),
        sentence=_sentence(names, first, said),
    )


def _sentence(names: Sequence[str], duty: OwedDuty, said: str) -> str:
    what_became = f", {(_BROKEN if duty.modality == 'must_not' else _STATES)[duty.state]}" if duty.state else ""
    reserved = f" It declared: {duty.reserved}." if duty.reserved else ""
    due = f" (by {duty.due})" if duty.due else ""
    phrase = _phrase(duty, organ=duty.bearer.startswith("organ:"), several=len(names) > 1)
    who = listed(names)
    if duty.modality == "must_not" and who.startswith("every "):  # "every member must not" could be read as "not every"
        who, phrase = f"no {who.removeprefix('every ')}", phrase.replace("must not", "may", 1)
    return f"{capital(who)} {phrase}{due}: {said}{what_became}.{reserved}"


def _phrase(duty: OwedDuty | Duty, *, organ: bool, several: bool) -> str:
    """Return what a duty asks for, with the choice that it leaves and its deadline."""
    text = action_phrase(duty.modality, duty.action, organ=organ)
    way = _DISCRETION.get(duty.discretion or "") if duty.modality == "must" else None
    if way is not None and not (duty.discretion == "own_judgement" and vocabulary().actions[duty.action].judged):
        text += ", " + way.format(own="their" if several else "its")
    return text + (f", {duty.deadline}" if duty.deadline else "")


def written_duty(treaty: Treaty, duty: Duty) -> str:
    """Return a duty as the treaty's file has it, before any facts: *the other parties must consult*."""
    phrase = _phrase(duty, organ=duty.who.startswith("organ:"), several=duty.who in ("all", "others"))
    return f"{bearer_name(treaty, duty.who)} {phrase}"


def clause(finding: Evaluated) -> str:
    """Return a provision as one cites it, short: *CST art. 4*."""
    article = finding.provision.article.partition(" (")[0]
    numbered = re.match(r"[0-9]|[IVXL]+\b", article)
    return f"{finding.treaty.short}{' art. ' if numbered else ', '}{article}"


def facts_in_words(facts: Iterable[str], *, brief: bool = False) -> str:
    """Return facts by what they mean, separated by semicolons; ``brief`` leaves out what stands in brackets."""
    texts = (vocabulary().facts[fact] for fact in facts)
    return "; ".join(re.sub(r" \([^)]*\)", "", text) if brief else text for text in texts)


def in_view(on: dt.date, known_by: dt.date | None, according_to: str | None) -> str:
    """Return the day of the law and whose eyes are used, as a phrase."""
    eyes = f", according to {named_claimant(according_to)}" if according_to else ""
    return f"on {on}{eyes}" + (f", as known by {known_by}" if known_by else "")


def said(fact: Mapping[str, str | None]) -> str:
    """Return a statement of a trace in words: its value, on whose word, known from when."""
    who = f"claimed by {fact['claimant_name']}" if fact["basis"] == "claimed" else fact["basis"]
    return f"{fact['value']}, {who} from {fact['known_from']}"
