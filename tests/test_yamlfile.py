"""YAML by libyaml and by the pure parser: the same values, the same lines, and the same words where something is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError

from foedus import yamlfile
from foedus.errors import InputError

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
