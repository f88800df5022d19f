"""YAML by libyaml and by the pure parser: the same values, the same lines, and the same words where something is wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pytest
from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from foedus import yamlfile
from foedus.errors import InputError
from foedus.models import Day, Moment, NotFlag

ROOT = Path(__file__).parents[1]
FILES = sorted(p for place in ("src", "tests") for p in (ROOT / place).rglob("*.yaml") if "starter" not in p.parts)
CAREFUL = {"rules.yaml", "statements.yaml"}  # expressions with a colon after a quote: left to the pure parser
PIECES = [*" \n:,[]{}#-\"'?|>!&*%@~<=0aT.\\é/", ": ", " #", "- ", ", ", "\n  ", "|\n", ">-\n", "<<: ", "[a, b]", "{a: 1}",
          "'it''s'", '"x\\n"', "null", "yes", "0o14", "014", "1e3", "2022-01-05", "2022-01-05T10:00:00+06:00", "\n\n",
          "\n# c\n", ">+\n", "|2\n", "&x ", "*x", "- &y z\n- *y\n"]  # fmt: skip


def described(data: Any) -> Any:
    """Return values with their types, and the lines and columns of keys and items."""
    if isinstance(data, CommentedMap):
        at = {key: tuple(data.lc.key(key)) for key in data}
        return (data.lc.line, at, [(key, described(value)) for key, value in data.items()])
    if isinstance(data, CommentedSeq):
        return (data.lc.line, [tuple(data.lc.item(n)) for n in range(len(data))], [described(item) for item in data])
    return (type(data), repr(data))


def quickly(text: str) -> Any:
    """Return what libyaml makes of a text, or nothing where the pure parser is asked."""
    if yamlfile._UNUSUAL.search(text):
        return None
    try:
        return described(yamlfile._read(text, yamlfile.CParser))
    except (YAMLError, ValueError, RecursionError):
        return None


def test_both_parsers_read_every_file_that_comes_with_foedus_alike() -> None:
    assert len(FILES) > 100
    for path in FILES[:: len(FILES) // 30]:
        if path.name not in CAREFUL:
            text = path.read_text(encoding="utf-8")
            assert quickly(text) == described(yamlfile._read(text)), path


@pytest.mark.parametrize("name", ["kazakhstan-2022", "bahrain-2011", "kyrgyzstan-2010"])
def test_scenarios_are_read_quickly(name: str) -> None:
    text = (ROOT / "src" / "foedus" / "crisis" / "scenarios" / name / "scenario.yaml").read_text(encoding="utf-8")
    assert quickly(text) is not None


def test_whatever_is_read_quickly_means_the_same_to_the_pure_parser() -> None:
    """Pieces of our files with something put in at random: of 1,500, those that libyaml takes."""
    rng = np.random.default_rng(5)
    texts = [path.read_text(encoding="utf-8").splitlines(keepends=True) for path in FILES[:: len(FILES) // 40]]
    taken = 0
    for _ in range(1500):
        lines = texts[rng.integers(len(texts))]
        first = int(rng.integers(len(lines)))
        text = "".join(line[len(lines[first]) - len(lines[first].lstrip()) :] for line in lines[first : first + 6])
        for _ in range(rng.integers(3)):
            at = int(rng.integers(len(text) + 1))
            text = text[:at] + PIECES[rng.integers(len(PIECES))] + text[at + rng.integers(2) :]
        found = quickly(text)
        if found is not None:
            taken += 1
            assert found == described(yamlfile._read(text)), text
    assert taken > 300


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("a: NO\nb: 014\nc: 0o14\nd: on", {"a": "NO", "b": 14, "c": 12, "d": "on"}),
        ("%YAML 1.1\n---\na: NO", {"a": False}),
        ("{a: 2:3, b: http://x.org/y}", {"a": "2:3", "b": "http://x.org/y"}),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
        ("a: {<<: {b: 1}, c: 2}", {"a": {"b": 1, "c": 2}}),
        ("? a\n: b", {"a": "b"}),
        ("a: x\u2028y", {"a": "x\u2028y"}),
    ],
)
def test_yaml_is_that_of_version_1_2_whatever_the_parser(tmp_path: Path, text: str, meaning: Any) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text, encoding="utf-8")
    assert yamlfile.plain(yamlfile.load_yaml(file)) == meaning


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3", 3, 'found duplicate key "a" with value "3"'),
        ("a: 1\nb: !!python/name:os.system x", 2, "the tag tag:yaml.org,2002:python/name:os.system is not allowed"),
        ("a: 1\nb: [1, 2\nc: 3", 3, "malformed YAML"),
        ("a: 1\nb: 2022-02-30", 2, "no such day"),
        ("a: " + "9" * 5000, None, "a value cannot be read"),
        ("a: 1\n---\nb: 2", 2, "malformed YAML"),
        ("[" * 1000, None, "nested too deeply"),
        ("- " * 1000, None, "nested too deeply"),
    ],
)
@pytest.mark.parametrize("compiled", [True, False])
def test_faults_are_worded_and_placed_alike_with_and_without_libyaml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, line: int | None, words: str, compiled: bool
) -> None:
    if not compiled:
        monkeypatch.setattr(yamlfile, "CParser", None)
    file = tmp_path / "a.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        yamlfile.load_yaml(file)
    assert words in caught.value.message
    assert caught.value.line == line


def test_the_line_of_a_key_and_of_an_item_without_a_value_are_their_own(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("top:\n  empty:\n  list:\n    -\n    - b\n  last: 1\n", encoding="utf-8")
    data = yamlfile.load_yaml(file)
    places = [("top", "empty"), ("top", "list"), ("top", "list", 1), ("top", "last")]
    assert [yamlfile.line_of(data, place) for place in places] == [2, 3, 5, 6]


def test_what_cannot_be_read_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "latin.yaml").write_bytes("b: 1\na: é".encode("latin-1"))
    (tmp_path / "shut.yaml").write_text("a: 1", encoding="utf-8")
    with pytest.raises(InputError, match="not UTF-8 text") as latin:
        yamlfile.load_yaml(tmp_path / "latin.yaml")
    assert (latin.value.line, latin.value.found) == (2, "byte 0xe9, which is 'é' in Windows-1252")
    with pytest.raises(InputError, match="Is a directory"):
        yamlfile.load_yaml(tmp_path)
    with pytest.raises(InputError, match="no such file"):
        yamlfile.load_yaml(tmp_path / "none.yaml")

    def shut(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", shut)
    with pytest.raises(InputError, match="Permission denied") as caught:
        yamlfile.load_yaml(tmp_path / "shut.yaml")
    assert "UTF-8" not in str(caught.value)
    assert caught.value.cure


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    share: Annotated[float, Field(ge=0, lt=1), NotFlag] | None = None


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    count: Annotated[int, Field(gt=0, le=9000), NotFlag] = 1
    pair: tuple[Annotated[int, Field(ge=1)], ...] = ()
    day: Day | None = None
    moment: Moment | None = None
    word: Literal["square", "city_hall"] = "square"
    flag: bool = False
    name: str = "x"
    own: dict[str, Inner] = {}


@pytest.mark.parametrize(
    ("text", "key", "cure"),
    [
        ("count: 0", "count", "write a number that is more than 0 and at most 9,000"),
        ("count: many", "count", "write a whole number"),
        ("count: true", "count", "write a number"),
        ("pair: [1, 0]", "pair.1", "write a number that is at least 1"),
        ("pair: 3", "pair", "write a list: [ ... ], or one entry a line after '- '"),
        ("own: {a: {share: 1}}", "own.a.share", "write a number that is at least 0 and less than 1"),
        ("own: {a: {shre: 1}}", "own.a.shre", "did you mean 'share'?"),
        ("day: 0", "day", "write a date, such as 2022-01-05"),
        ("day: '1500'", "day", "write a date, such as 2022-01-05"),
        ("moment: 2022-01-05", "moment", "write a time with its offset, such as 2022-01-05T16:30:00+06:00"),
        ("moment: 1641400000", "moment", "write a date, such as 2022-01-05T16:30:00+06:00"),
        ("word: sqare", "word", "did you mean 'square'?"),
        ("flag: maybe", "flag", "write true or false"),
        ("name: [1]", "name", "write text"),
        ("count: 1e308", "count", "write a number that is more than 0 and at most 9,000"),
        ("own:\n  ~: {}", "null", "write a name before the colon, in quotes if YAML takes it for something else"),
        ("? [a]\n: 1", "('a',)", "write a name before the colon, in quotes if YAML takes it for something else"),
    ],
)
def test_every_kind_of_fault_has_a_cure(tmp_path: Path, text: str, key: str | None, cure: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        yamlfile.load_model(Outer, file)
    assert (caught.value.key, caught.value.cure) == (key, cure)
    assert caught.value.line in {1, 2}


def test_lists_within_a_list_are_no_key(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("? [a, [b]]\n: 1", encoding="utf-8")
    with pytest.raises(InputError, match="a key must be text"):
        yamlfile.load_model(Outer, file)


class Named(BaseModel):
    """A small file."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1)]
    kind: Literal["a", "b"] = "a"
    count: Annotated[int, Field(ge=0), NotFlag] = 0
    day: Day | None = None
    size: Annotated[float, Field(allow_inf_nan=False)] = 0
    more: tuple[int | tuple[str, ...], ...] = ()


def test_a_character_written_as_two_escapes_is_one(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text('{"name": "\\ud83d\\udca5", "\\ud83d\\udca5": 1}')
    assert yamlfile.plain(yamlfile.load_yaml(file)) == {"name": "💥", "💥": 1}


@pytest.mark.parametrize("text", ['name: "\\ud800"', 'name: x\n"\\udc00x": 1', 'name: x\nmore: [["\\ud83d"]]'])
def test_half_a_character_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text)
    with pytest.raises(InputError, match="half a character"):
        yamlfile.load_model(Named, file)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("name: 5", "name"),
        ("name: [x]", "name"),
        ("name: ''", "name"),
        ("kind: a", "name"),
        ("name: x\nnmae: x", "nmae"),
        ('name: x\n"[b]": x', "[b]"),
        ("name: x\nconstrained-x: x", "constrained-x"),
        ("name: x\nkind: c", "kind"),
        ("name: x\ncount: a", "count"),
        ("name: x\ncount: -1", "count"),
        ("name: x\ncount: 1.5", "count"),
        ("name: x\nsize: .nan", "size"),
        ("name: x\nday: 2022-02-30x", "day"),
        ("name: x\nmore: 5", "more"),
    ],
)
def test_a_fault_is_told_in_our_own_words_with_its_key(text: str, key: str, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text)
    with pytest.raises(InputError) as error:
        yamlfile.load_model(Named, file)
    assert error.value.key == key
    assert not re.search(
        "(?i)input should|required$|extra inputs|string should|valid (?:string|integer)", error.value.message
    )


def test_days_inside_of_a_list_are_told_as_the_file_has_them(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("day: [{since: 1971-09-01}, 2022-01-05]\n")
    with pytest.raises(InputError) as error:
        yamlfile.load_model(Outer, path)
    assert error.value.found == "[{'since': '1971-09-01'}, '2022-01-05']"
