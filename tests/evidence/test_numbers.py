"""Numbers come back from every form in which they are written."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus.evidence.numbers import HEDGES, figures, interval, lowered
from foedus.evidence.times import moments

UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
]
UNITS += ["seventeen", "eighteen", "nineteen"]
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
counts = st.integers(1, 999_999)


def words(n: int, *, joint: str = " and ") -> str:
    """Write a number out, independently of how it is read."""
    if n < 20:
        return UNITS[n]
    if n < 100:
        return TENS[n // 10] + (f"-{UNITS[n % 10]}" if n % 10 else "")
    if n < 1000:
        return f"{UNITS[n // 100]} hundred" + (joint + words(n % 100, joint=joint) if n % 100 else "")
    rest = n % 1000
    return f"{words(n // 1000, joint=joint)} thousand" + (f" {words(rest, joint=joint)}" if rest else "")


def only(text: str) -> tuple[float | None, float | None]:
    found = figures(lowered(text))
    assert len(found) == 1, (text, found)
    return found[0].low, found[0].high


@given(counts, st.sampled_from([",", " ", "'", "."]))
def test_digits_with_any_thousands_separator(n: int, separator: str) -> None:
    assert only(f"at dawn {n:,}".replace(",", separator) + " people died") == (n, n)


@given(counts, st.sampled_from([" and ", " "]))
def test_numbers_in_words(n: int, joint: str) -> None:
    assert only(f"{words(n, joint=joint)} people died") == (n, n)


@given(counts)
def test_capital_letters_do_not_matter(n: int) -> None:
    assert only(f"{words(n).capitalize()} people died") == (n, n)


@given(st.integers(1, 999), st.sampled_from([("thousand", 10**3), ("million", 10**6), ("billion", 10**9)]))
def test_digits_with_a_scale(n: int, scale: tuple[str, int]) -> None:
    assert only(f"{n / 10:.1f} {scale[0]} people") == (n * scale[1] / 10,) * 2
    assert only(f"{n} {scale[0]} people") == (n * scale[1],) * 2


@given(counts, st.sampled_from(sorted(h for h in HEDGES if h[-1] not in "~." and h not in {"in total", "altogether", "or so", "more or less", "exceeded", "exceeds", "or thereabouts"})))  # fmt: skip
def test_every_hedge_widens_the_number_as_documented(n: int, hedge: str) -> None:
    assert only(f"{hedge} {n} people") == interval(float(n), HEDGES[hedge])


@given(counts, counts, st.sampled_from(["{}-{} people", "{} to {} people", "between {} and {} people", "from {} to {} people"]))  # fmt: skip
def test_ranges(a: int, b: int, form: str) -> None:
    low, high = sorted((a, b))
    if low < high:
        assert only(form.format(low, high)) == (low, high)


@pytest.mark.parametrize(
    ("text", "low"),
    [("dozens of people", 24), ("scores were held", 40), ("hundreds of people", 200), ("thousands", 2000), ("tens of thousands", 20000)],
)  # fmt: skip
def test_vague_numbers_are_open_above(text: str, low: int) -> None:
    assert only(text) == (low, None)


@pytest.mark.parametrize(
    "text", ["$83.70 a barrel", "at 9.15 p.m", "section 4:12", "the 12th floor", "covid-19", "15-0"]
)
def test_what_counts_nothing_is_no_count_of_people(text: str) -> None:
    assert not any(f.low == f.high and f.low and f.low > 100 for f in figures(text))


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)), st.sampled_from(["%d %B %Y", "%B %d, %Y", "%Y-%m-%d", "%d.%m.%Y", "the %d of %B %Y"]))  # fmt: skip
def test_days_written_in_full(day: dt.date, form: str) -> None:
    found = [m.when for m in moments(f"on {day.strftime(form)} it began".lower(), None) if m.when]
    assert [(w.earliest, w.latest) for w in found] == [(day, day)]


@given(st.dates(dt.date(1950, 1, 1), dt.date(2080, 12, 31)), st.integers(0, 6))
def test_a_weekday_is_the_last_one_before_publication(published: dt.date, back: int) -> None:
    day = published - dt.timedelta(days=back)
    (found,) = moments(f"clashes broke out on {day.strftime('%A')}".lower(), published)
    assert found.when
    assert found.when.earliest == day
