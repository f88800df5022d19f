"""A text in another language is reported; English full of foreign names is not."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner

from foedus.cli import cli
from foedus.evidence.language import Languages, languages_in
from foedus.yamlfile import load_model

GOLD = Path(__file__).parent / "gold"
FOREIGN = {
    "French": "Au moins douze personnes ont été tuées mardi lors de heurts dans la capitale, a annoncé le ministère.",
    "Spanish": "Al menos 12 personas murieron y 1.500 fueron detenidas, según la policía de la capital.",
    "Russian": "По данным МВД, погибли 14 сотрудников полиции, ранены около 300 человек, задержаны более 2000.",
    "Portuguese": "Pelo menos 14 pessoas morreram e 200 ficaram feridas nos confrontos, segundo o ministério.",
    "German": "Bei den Unruhen sind nach Angaben des Ministeriums mindestens 26 Menschen getötet worden.",
    "Arabic": "قال متحدث باسم وزارة الداخلية إن 12 شخصا قتلوا وأصيب أكثر من 300 في الاشتباكات التي وقعت في العاصمة.",
    "Chinese": "内政部表示，骚乱造成至少26人死亡，2000多人受伤，超过3000人被拘留。",
    "Swahili": "Polisi walisema kuwa watu 12 waliuawa na wengine 300 kujeruhiwa katika maandamano ya Nairobi.",
    "Polish": "Policja zatrzymała 300 osób, a rannych zostało 40 i trwa śledztwo w tej sprawie.",
    "Dutch": "Zeker twaalf doden door geweld in de hoofdstad, volgens het ministerie.",
    "Hungarian": "A rendőrség szerint 300 embert vettek őrizetbe, és a sérültek száma is nőtt.",
    "Filipino": "Inaresto ng mga pulis ang 300 katao at may 40 sugatan sa lungsod.",
    "Somali": "Ugu yaraan 12 qof ayaa ku dhintay magaalada, sida ay sheegeen booliska.",
    "Romanian": "Poliția a arestat 300 de persoane și a rănit 40 de manifestanți.",
    "Korean": "내무부는 이번 소요 사태로 최소 26명이 숨지고 2천 명 이상이 다쳤다고 밝혔다.",
    "a language in the Cyrillic script": "Погибли 164 человека.",
}
ENGLISH = [
    "Clashes kill nine, says hospital",
    "Killed: 18 and more than 700 wounded",
    "Almaty 151, Osh 26\nPort-au-Prince 12, La Paz de Ayacucho 3, Rio de Janeiro 4",
    "Jovenel Moïse, Ariel Henry and Jimmy Chérizier met in Cité Soleil, Delmas and Croix-des-Bouquets.",
    "In Cabo Delgado the Frente de Libertação de Moçambique and the Resistência Nacional de Moçambique fought.",
    "El Salvador, La Paz, Los Angeles, Las Vegas, San Juan del Sur: 40 dead.",
    "I saw them die at the door. I do not know why, and no one may say. I am at home with my son.",
    "Is the leader in Osh or at sea? No, I am told that 12 men died in a mine in May, per the army.",
    "Boulevard de la République, Rue du Marché: 12 killed, 40 wounded",
    "12 killed\n40 wounded\n300 arrested\nno word from army\ncurfew until Monday\n" * 10,
]


@pytest.mark.parametrize(("language", "text"), FOREIGN.items())
def test_a_text_in_another_language_is_named(language: str, text: str) -> None:
    assert languages_in(text) == (language, False)


@pytest.mark.parametrize("text", ENGLISH)
def test_english_full_of_foreign_names_raises_no_alarm(text: str) -> None:
    assert languages_in(text) == ("", False)


def test_the_annotated_reports_are_english() -> None:
    texts = [path for name in ("texts", "blind", "fresh") for path in (GOLD / name).iterdir()]
    assert [path.name for path in texts if languages_in(path.read_text(encoding="utf-8"))[0]] == []


def test_a_part_in_another_language_is_reported_as_a_part() -> None:
    english = "The police said that 12 people were killed in the capital on Tuesday and that more had been wounded."
    assert languages_in(f"{english}\n{FOREIGN['Russian']}") == ("Russian", True)


def test_no_language_claims_a_word_of_english() -> None:
    book = load_model(Languages, Path(str(resources.files("foedus.evidence").joinpath("languages.yaml"))))
    assert not book.english & book.shared
    assert {
        name: found for name, words in book.languages.items() if (found := words & (book.english | book.shared))
    } == {}


def test_the_command_reports_it_on_standard_error_and_lists_claims_only(tmp_path: Path) -> None:
    (tmp_path / "fr.txt").write_text(FOREIGN["French"], encoding="utf-8")
    (tmp_path / "en.txt").write_text("Twelve people were killed.", encoding="utf-8")
    files = [str(tmp_path / "fr.txt"), str(tmp_path / "en.txt")]
    result = CliRunner().invoke(cli, ["evidence", "extract", *files, "--json"])
    assert result.exit_code == 0
    assert "fr.txt: the text is in French; the rules read English only" in result.stderr
    assert "en.txt: the text" not in result.stderr
    assert [claim["quantity"] for claim in json.loads(result.stdout)] == ["dead"]
