"""Who is said to say it, and through whom."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from foedus.evidence.entities import Mention, entities, person_of
from foedus.evidence.governments import disputed_place, state_named
from foedus.states.names import name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_VERB = (
    r"(?:said|says|say|told|tells|reported|reports|announced|announces|stated|states|claimed|claims|declared|declares"
    r"|added|adds|confirmed|confirms|estimated|estimates|warned|warns|argued|argues|noted|notes|stressed|insisted"
    r"|insists|acknowledged|admitted|denied|denies|alleged|alleges|believes?|put the|counted|blam(?:ed|es)|revealed"
    r"|disclosed|posted|wrote|writes|called|speaks?|spoke|pointed out|points out|mentioned|recalled|explained|assured"
    r"|claiming|saying|adding|accused|vowed|suggested|maintains?|asserted|testified|placed the blame|quoted)"
)
_ACCORDING = re.compile(r"\b[Aa]ccording to (?P<who>[^,.;:()\"]{3,90})|\b[Aa]s per (?P<who2>[^,.;:()\"]{3,80})")
_SAYS = re.compile(rf"\b{_VERB}\b")
_ADVERBS = re.compile(r"(?: (?:has|have|had|also|later|earlier|so far|recently|then|himself|herself|on \w+|who))+$")
_BOUNDARY = re.compile(r"[,.;:()\"\u2014]")
_INVERTED = re.compile(
    r"[,\"] (?P<verb>said|says|added|told|warned|argued|noted|stressed|concluded|insisted) (?P<who>[^,.;:()\"]{2,80})"
)
_NAME = re.compile(r"[A-ZÀ-Þ][\w'-]+(?: [A-ZÀ-Þ][\w'-]+)+")
_SURNAME = re.compile(r"\b[A-ZÀ-Þ][\w'-]{2,}\b")
_PRONOUN = re.compile(r"^(?:and |but |while |however )?(?:he|she|they|it|who)$", re.IGNORECASE)
_MINISTRIES = "interior|health|defen[cs]e|foreign|information|justice|emergenc\\w+|internal affairs|foreign affairs"
_BODY = re.compile(
    rf"\b(?:(?:{_MINISTRIES}) ministry|ministry of (?:the )?(?:{_MINISTRIES})"
    r"|prosecutor[- ]general'?s?(?: office)?|general prosecutor'?s?(?: office)?|prosecutors?(?:'s? office)?|police"
    r"|presidential (?:office|administration)|state department|white house|kremlin|central bank|ombudsm[ae]n|red cross"
    r"|human rights (?:watch|groups?|organi[sz]ations?|activists)|rights groups?|amnesty international|security council"
    r"|national guard|army|authorities|officials?|government|opposition|hospitals?|witnesses|residents|lawyers|doctors"
    r"|diplomats|experts|analysts|observers|local media|state media|state television|organi[sz]ers|protesters|critics"
    r"|eyewitnesses|activists|commandant|mayor|governor|president|prime minister|premier|king"
    r"|spokes(?:man|woman|person))\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"^.*\b(?:and|but|while|as|because|although|when|where|that|whether|which|after|before|since|with) ", re.DOTALL
)
_TRIM = re.compile(
    r"^(?:however|meanwhile|earlier|later|on \w+|in a statement|also|but|and|for (?:his|her|its) part|the|a|an|so|then"
    r"|\W)+\s",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"\b(?:[Aa]lleg\w+|[Cc]laiming|what (?:he|she|it|they) (?:called|described)|line of argument"
    r"|points? (?:the finger|to)|blam\w+|referr\w+ to|accus\w+|threaten\w+|vow\w+|asked|appealed|requested"
    r"|called on|authori[sz]ed)\b"
)
_CHANNEL = re.compile(
    r"\b(?:told|told reporters|quoted by|cited by|reported by|carried by|via|to|through|interview with|citing|for) "
    r"(?:the )?$"
)
_OPENERS = re.compile(
    r"Within|After|Before|During|While|When|But|And|The|Th(?:at|is|ese|ose|ey|en|ere)|It|He|She|We|You|As|At|In|On|By"
    r"|For|From|With|Since|Until|If|So|Yet|Now|Here|Also|Still|Last|Next|More|Most|Some|Many|All|Both"
)
_OFFICES = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"interior ministry|ministry of (?:the )?(?:interior|internal affairs)", "Interior Ministry"),
        (r"health ministry|ministry of health", "Health Ministry"),
        (r"defen[cs]e ministry|ministry of defen[cs]e", "defence ministry"),
        (r"foreign ministry|ministry of foreign affairs", "foreign ministry"),
        (r"prosecutor", "Prosecutor General office"),
        (r"state department", "US State Department"),
        (r"kremlin", "Kremlin"),
        (r"human rights watch", "Human Rights Watch"),
        (r"amnesty international", "Amnesty International"),
    )
)
_OF_ITSELF = frozenset({"US State Department", "Kremlin", "Human Rights Watch", "Amnesty International"})


def speakers(text: str, country: str, last: str) -> list[tuple[int, str]]:
    """Return who says a sentence and where the words that name them stand; ``last`` is whom a pronoun means."""
    found = [(match.start(), match["who"] or match["who2"]) for match in _ACCORDING.finditer(text)]
    inverted = {match.start("verb"): match for match in _INVERTED.finditer(text)}
    found += [(match.start(), match["who"]) for match in inverted.values()]
    inverted = {at: match for at, match in inverted.items() if _who(match["who"], country, last)}
    found += [_before(text, at) for at in (match.start() for match in _SAYS.finditer(text)) if at not in inverted]
    named = [(at, who) for at, raw in found if (who := _who(raw, country, last))]
    framing = "" if named else _framing(text, last)
    return [(0, framing)] if framing else named


def speaker(named: Sequence[tuple[int, str]], near: int | None = None) -> str:
    """Return who says a sentence, "" if nobody is named: of several speakers the one that frames the claim ``near``."""
    if not named:
        return ""
    if near is None or len(named) == 1:
        return named[0][1]
    before = [item for item in named if item[0] <= near]
    return min(before or named, key=lambda item: abs(item[0] - near))[1]


def _before(text: str, verb: int) -> tuple[int, str]:
    """Return where the words before a verb of saying begin, and them; an apposition between commas is stepped over."""
    left = max(verb - 240, 0)
    head = _ADVERBS.sub("", text[left:verb].rstrip())
    marks = [match.start() for match in _BOUNDARY.finditer(head)]
    if marks and marks[-1] == len(head) - 1 and head[-1] == ",":
        inside = marks[-2] if len(marks) > 1 else -1
        if inside >= 0 and head[inside] == ",":
            outer = marks[-3] if len(marks) > 2 else -1
            return left + outer + 1, head[outer + 1 : inside][-90:]
        return left + inside + 1, head[inside + 1 : -1][-90:]
    start = marks[-1] + 1 if marks else 0
    return left + start, head[start:][-90:]


def _framing(text: str, last: str) -> str:
    """Return whose view a sentence gives without a verb of saying: "alleging ...", "what he called ..."."""
    if not _FRAME.search(text):
        return ""
    for match in _SURNAME.finditer(text):
        person = person_of(match.group())
        if person:
            return person
    return last if re.search(r"\b(?:[Tt]he president|[Hh]e|[Ss]he)\b", text) else ""


def _who(raw: str, country: str, last: str) -> str:
    """Return a speaker in the form that claims use."""
    raw = raw.strip(" '\"")
    raw = _TRIM.sub("", raw).strip()
    if _PRONOUN.match(raw.split(" ")[-1]) and (len(raw.split()) < 3 or _PRONOUN.match(raw)):
        return last
    for match in _NAME.finditer(raw):
        words = match.group().split()
        for index in range(len(words) - 1):
            person = person_of(f"{words[index]} {words[index + 1]}")
            if person:
                return person
    person = next((p for m in _SURNAME.finditer(raw) if (p := person_of(m.group()))), None)
    if person:
        return person
    low = raw.lower()
    for pattern, name in _OFFICES:
        if at := pattern.search(low):
            if name in _OF_ITSELF:
                return name
            around = _around(raw, at)
            state = state_named(around)
            if not state and (place := disputed_place(around)):
                return f"{place} {name[0].lower()}{name[1:]}"
            own = name[0].isupper() and state in ("", country)  # the one that the report is about
            return name if own else _whose(state or country, name if name[0].islower() else name.lower())
    names = [m.group() for m in _NAME.finditer(raw) if not _BODY.fullmatch(m.group())]
    body = _BODY.search(raw)
    if body:
        tail = _CLAUSE.sub("", raw)
        whole = tail if _BODY.search(tail) and len(tail) < 60 else body.group()
        return names[-1] if names and "spokes" in low else whole.strip()
    if names and len(raw) < 90:
        return names[-1]
    single = [m.group() for m in _SURNAME.finditer(raw) if not _OPENERS.fullmatch(m.group())]
    if len(single) == 1 and len(raw.split()) <= 4:
        return single[0]
    return ""


def _around(raw: str, office: re.Match[str]) -> str:
    """Return an office with what may name its state: the three words before it, and what follows it."""
    before = raw[: office.start()].split(" ")[-4:]
    return f"{' '.join(before)}{raw[office.start() : office.end() + 40]}"


def _whose(code: str, name: str) -> str:
    """Return an office with its state, by the state's adjective where one is known."""
    known = entities().countries.get(code)
    return f"{known[0]} {name}" if known else f"{name} of {name_of(code)}" if code else name


def channel(text: str, named: Sequence[Mention]) -> str:
    """Return the agency or paper through which a sentence is said to come, "" if none is named."""
    for mention in named:
        if mention.kind == "agency" and _CHANNEL.search(text[max(mention.start - 40, 0) : mention.start]):
            return mention.key
    return ""
