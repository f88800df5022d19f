"""The Arab, Gulf and African treaties as their texts have them: what suspension costs, who is protected, Niger in 2023."""

from __future__ import annotations

import datetime as dt

import pytest

from foedus.treaties import Truth, library, obligations
from foedus.treaties.membership import barred_since, bound_on, protected_on, rights_in_doubt

MINE = (
    "aes-2023", "arab-jdt-1950", "arab-league-1945", "au-act-2000", "au-pact-2005", "eac-defence-2012",
    "eccas-copax-2000", "ecowas-mechanism-1999", "ecowas-pmad-1981", "gcc-charter-1981", "gcc-jda-2000", "sadc-mdp-2003",
    "sau-pak-2025",
)  # fmt: skip


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize("name", MINE)
def test_every_version_says_what_it_says_and_how_that_is_known(name: str) -> None:
    for provision in library()[name].provisions:
        for version in provision.versions:
            assert version.basis is not None, provision.id
            assert version.says, provision.id
            assert (version.basis == "read") <= (provision.confidence == "seen"), provision.id
            assert (version.basis == "memory") == (provision.confidence == "memory"), provision.id


@pytest.mark.parametrize(
    ("treaty", "state", "since", "until"),
    [
        ("au-act-2000", "TGO", "2005-02-25", "2005-05-27"),
        ("au-act-2000", "MRT", "2005-08-04", "2007-04-10"),
        ("au-act-2000", "GIN", "2008-12-29", "2010-12-09"),
        ("au-act-2000", "MDG", "2009-03-20", "2014-01-27"),
        ("au-act-2000", "CIV", "2010-12-09", "2011-04-21"),
        ("au-act-2000", "MLI", "2020-08-19", "2020-10-09"),
        ("au-act-2000", "CAF", "2013-03-25", "2016-04-06"),
        ("au-act-2000", "EGY", "2013-07-05", "2014-06-17"),
        ("au-act-2000", "SDN", "2019-06-06", "2019-09-06"),
        ("au-act-2000", "GAB", "2023-08-31", "2025-04-30"),
        ("au-act-2000", "GNB", "2025-11-28", None),
        ("ecowas-mechanism-1999", "NER", "2023-12-10", None),
        ("ecowas-mechanism-1999", "GIN", "2021-09-08", "2026-01-28"),
        ("eccas-copax-2000", "GAB", "2023-09-04", "2024-03-09"),
    ],
)
def test_a_suspended_government_loses_its_seat_and_stays_bound(
    treaty: str, state: str, since: str, until: str | None
) -> None:
    found = library()[treaty]
    party = found.party(state)
    assert party is not None
    before, first = day(since) - dt.timedelta(days=1), day(since)
    assert barred_since(party, before) is None
    assert barred_since(party, first) is not None
    assert bound_on(found, state, before) is bound_on(found, state, first)
    if until is not None:
        assert barred_since(party, day(until) - dt.timedelta(days=1)) is not None
        assert barred_since(party, day(until)) is None


def test_the_league_suspended_what_members_can_claim_not_what_they_owe() -> None:
    jdt = library()["arab-jdt-1950"]
    for state, on in (("LBY", "2011-03-20"), ("SYR", "2017-04-07")):
        assert bound_on(jdt, state, day(on)) is Truth.YES
        assert rights_in_doubt(jdt, state, day(on))
    assert bound_on(jdt, "EGY", day("1985-01-01")) is Truth.UNKNOWN  # its membership itself was suspended


def test_the_three_sahel_states_left_on_one_of_two_days() -> None:
    for treaty, states in (("ecowas-mechanism-1999", ("BFA", "MLI", "NER")), ("ecowas-pmad-1981", ("BFA", "NER"))):
        found = library()[treaty]
        for state in states:
            days = ("2024-01-27", "2024-01-28", "2025-01-28", "2025-01-29")
            assert [str(bound_on(found, state, day(on))) for on in days] == ["yes", "unknown", "unknown", "no"]


def test_who_is_protected_need_not_be_bound() -> None:
    pmad = library()["ecowas-pmad-1981"]
    assert protected_on(pmad, "GNB", day("1998-06-10")) is Truth.YES
    assert bound_on(pmad, "GNB", day("1998-06-10")) is Truth.NO
    assert library()["au-pact-2005"].protects("KEN")
    assert not library()["au-pact-2005"].protects("ISR")


def test_what_follows_from_the_pact_of_2025_is_not_public() -> None:
    version = library()["sau-pak-2025"].provisions[0].versions[0]
    assert all(duty.reading not in (None, version.main_reading) for duty in version.duties)


def test_niger_2023_in_three_views() -> None:
    plain = obligations("NER", "2023-08-10", "niger-2023")
    assert plain["ecowas-mechanism-1999"].provision("ecowas99.art25").status is Truth.YES
    assert any("ECOWAS" in told and "UN Charter prevails" in told for told in plain.conflicts)
    for claimant, consent in (("bazoum", Truth.YES), ("cnsp", Truth.NO)):
        seen = obligations("NER", "2023-08-10", "niger-2023", according_to=claimant)
        told = any("ECOWAS" in one and "UN Charter prevails" in one for one in seen.conflicts)
        assert told == (consent is Truth.NO)
    assert "2023-08-10" in plain.explain()
    assert not [finding for finding in plain.findings if finding.treaty.id == "aes-2023"]
