"""Soldiers who are announced and not there yet: promised, being sent, on their way."""

from __future__ import annotations

import re

_WILL = (
    r"(?:will|would|shall|should|(?:is|are|was|were) to"
    r"|(?:(?:is|are|was|were) )?(?:about|going|expected|due|set|scheduled|ready|prepared|willing) to)"
)
_FORCE = r"(?:force|contingent|mission|deployment|dispatch|brigade|battalion|sending|deploying)"
_TO_COME = re.compile(
    rf"(?:\b(?:{_WILL}|(?:agree|decide|decision|vote|plan|planned|promise|pledge|offer|order|intend|vow)\w* to)"
    r" (?:\w+ )?(?:send|deploy|dispatch|contribute|provide|supply|commit|grow|number|consist|be|rise|increase)\b"
    r"|\b(?:is|are|was|were) (?:sending|dispatching)\b|\b(?:promis|pledg|offer)(?:ed|es|s|ing)\b"
    rf"|\b(?:approv|authori[sz]|announc|order)(?:ed|es|s|ing) (?:the |a )?(?:\w+ )?{_FORCE}\b"
    rf"|\bagreed (?:to|on) (?:a|the) (?:[\w-]+ ){{0,2}}{_FORCE}\b)[^;.,]{{0,60}}$"
)
# the noun that a number counts, with what goes with it; no word that opens a clause of its own
_NOUN = (
    r"(?: (?!(?:and|but|to|will|would|who|which|that|those|as|than|once|if|when|where|while|after|before|until|since"
    r"|because|is|are|was|were|has|have|had)\b)[\w'-]+){0,6}?"
)
_SENT = r"(?:sent|deployed|dispatched|flown|stationed|moved)"
_AWAY = r"(?! (?:\w+ )?(?:home|back|out|away)\b)"
_STILL_TO_COME = re.compile(
    rf"(?P<noun>{_NOUN}(?:,? (?:who|which|that))?)(?: (?:{_WILL} (?:(?:be|have been) {_SENT}|come|arrive|land|fly"
    rf"|deploy|have (?:arrived|landed))|to be {_SENT}|(?:is|are|was|were) (?:being (?:sent|dispatched|flown)"
    r"|on (?:its|their|the) way|heading|expected|awaited)|(?:is|are|was|were|ha(?:s|ve|d) been)"
    rf" (?:promised|pledged|offered|approved|authori[sz]ed))\b{_AWAY}"
    rf"|(?P<weak> {_WILL} (?:go|join|take part)\b{_AWAY}))"
)
_HERE = re.compile(r"\b(?:already|now|currently|stationed|deployed|based|sent|landed|arrived|there|on the ground)\b")
_KNOWN = re.compile(r"\b(?:the|these|those|its|their|his|her|all)(?: \w+)? $")  # "the 2,500 will join": they are here
_CAME = re.compile(
    rf"{_NOUN}(?:,? (?:who|which|and(?: they)?))?"
    r"(?: (?:have|has|had|were|was|are|is)(?: (?:already|now|since|all|been))*"
    r" (?:deployed|in (?:the|place|position)|on the ground|there|here|guard\w+|patrol\w+|stationed|sent)\b"
    r"|(?: (?:have|has|had|already|since|later|then|duly|soon))* (?:arrived|landed|came|crossed|entered|reached|flew|"
    r"touched down|took up|disembarked|set foot|moved in|rolled|drove|marched)\b)"
)
_BROUGHT = re.compile(
    r"(?<!be )(?<!been )(?<!to have )\b(?:sent|deployed|dispatched|landed|stationed|brought|flew|contributed|has|had"
    r"|(?<!to )(?<!will )have)(?: (?!(?:and|but|or|to|will|would|not|yet|send|been|promised|pledged|offered|agreed)\b)"
    r"[\w'-]+){0,3} $"
)


def announced(before: str, after: str) -> bool:
    """Whether soldiers are yet to come, by the words of their sentence before and after their number.

    >>> announced("the alliance will send ", " troops."), announced("the alliance sent ", " troops, who will join in.")
    (True, False)
    >>> announced("", " soldiers are on their way."), announced("", " soldiers had arrived and will take part.")
    (True, False)
    """
    if _BROUGHT.search(before) or _CAME.match(after):
        return False
    if _TO_COME.search(before):
        return True
    coming = _STILL_TO_COME.match(after)
    if coming is None or _HERE.search(coming["noun"]):
        return False
    return not (coming["weak"] and _KNOWN.search(before))
