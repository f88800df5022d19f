"""The build gives the committed data again, byte for byte; the wheel holds it with its notices."""

from __future__ import annotations

import filecmp
import os
import subprocess
import sys
import venv
from importlib import resources
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BY_HAND = {"official.csv", "notes.csv"}


@pytest.mark.verify
def test_the_build_gives_the_committed_data_again(tmp_path: Path) -> None:
    packages = os.environ.get("FOEDUS_PLACES_PACKAGES")
    if not packages:
        pytest.skip("FOEDUS_PLACES_PACKAGES names no folder of fetched packages (130 MB)")
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    wanted = ROOT / "scripts" / "places" / "requirements.txt"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", wanted], check=True)
    command = [python, ROOT / "scripts" / "places" / "build.py", "--packages", packages, "--out", tmp_path / "data"]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": str(ROOT / "src")})
    committed = Path(str(resources.files("foedus.places") / "data"))
    made = {path.relative_to(tmp_path / "data") for path in (tmp_path / "data").rglob("*") if path.is_file()}
    assert made == {p.relative_to(committed) for p in committed.rglob("*") if p.is_file() and p.name not in BY_HAND}
    assert all(filecmp.cmp(committed / name, tmp_path / "data" / name, shallow=False) for name in made)


def test_the_people_of_units_add_up_and_have_the_interval_of_their_towns() -> None:
    program = (
        "import people, types\n"
        "town = lambda unit, people: types.SimpleNamespace(unit=unit, people=people)\n"
        "found = people.estimated(1000, [town('A', 500), town('B', 100), town('B', 50), town('B', 50)], ['A', 'B'])\n"
        "assert {unit: one.people for unit, one in found.items()} == {'A': 575, 'B': 425}, found\n"
        "assert round(found['A'].high / 575, 2) == 1.45 and round(found['B'].high / 425, 2) == 1.55, found\n"
        "over = people.estimated(1000, [town('A', 1500), town('B', 500)], ['A', 'B'])\n"
        "assert {unit: one.people for unit, one in over.items()} == {'A': 750, 'B': 250}, over\n"
        "bare = people.estimated(7, [town('A', 0), town('B', 0), town('B', 0)], ['A', 'B'])\n"
        "assert sum(one.people for one in bare.values()) == 7, bare\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT / "scripts" / "places", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_notice_and_the_page_name_every_source() -> None:
    for page in ("NOTICE", "docs/places.md", "docs/dependencies.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        for source in (
            "Natural Earth",
            "GeoNames",
            "CC BY 4.0",
            "World Population Prospects",
            "OurAirports",
            "Unicode",
        ):
            assert source in text, (page, source)
    listed = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"NOTICE"' in listed
