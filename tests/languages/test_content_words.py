"""The content of the practice in the language of who reads it."""

import datetime
import re
from pathlib import Path

import pytest
from django.forms import DateField
from django.utils import translation
from django.utils.formats import get_format

from accounts.day_words import day_in_words
from fysicure.errors import constraint_sentences
from pathways.engine.sentences import BETWEEN, LONGEST, READY_FOR, SENTENCES, Sentence
from pathways.engine.words import Vocabulary, rule_words
from pathways.page_language import spoken_vocabulary, told
from patients.content_words import all_spoken, spoken
from scripts import collect_content
from scripts.collect_content import LANGUAGES, faults, sentences

SENTENCE = "Blijf rustig ademen en hou je bekken stil."


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_seeds_has_a_translation(language: str) -> None:
    assert SENTENCE in sentences()
    assert faults(language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_said_in_the_language_of_the_page(language: str) -> None:
    with translation.override(language):
        said = spoken(SENTENCE)
    assert said != SENTENCE
    assert "bekken" not in said


def test_dutch_is_what_was_written_and_what_nobody_translated_stays() -> None:
    assert spoken(SENTENCE) == SENTENCE
    with translation.override("fr"):
        assert all_spoken(["Voor Piet: enkel op zijn gemak.", ""]) == ("Voor Piet: enkel op zijn gemak.", "")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (f'msgid "{SENTENCE}"\nmsgstr ""\n', f"fr: no translation of {SENTENCE!r}"),
        (f'#, fuzzy\nmsgid "{SENTENCE}"\nmsgstr "Respirez."\n', f"fr: no translation of {SENTENCE!r}"),
        (
            'msgid "Dit zegt niemand meer."\nmsgstr "Personne ne le dit plus."\n',
            "fr: no seed says 'Dit zegt niemand meer.'",
        ),
    ],
)
def test_a_missing_doubtful_or_stale_sentence_is_a_fault(
    written: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = tmp_path / "content.po"
    catalogue.write_text(
        f'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n{written}', encoding="utf-8"
    )
    monkeypatch.setattr(collect_content, "_catalogue", lambda language: catalogue)
    assert said in faults("fr")


def test_the_engine_is_collected_too() -> None:
    assert {READY_FOR.text, "hoogstens", "niet ({rule})"} <= set(sentences())


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_of_the_engine_is_read_back_and_said_in_another_language(sentence: Sentence) -> None:
    facts = {name: "7" for name in re.findall(r"\{(\w+)\}", sentence.text)}
    said = sentence.say(**facts)
    assert sentence.read(said) == facts
    assert told(said) == said
    with translation.override("fr"):
        assert told(said) == spoken(sentence.text).format(**facts) != said


def test_facts_of_a_sentence_are_said_in_the_language_too() -> None:
    with translation.override("en"):
        assert told(BETWEEN.say(low="0", high="1,5")) == "Must lie between 0 and 1.5."
        assert told(LONGEST.say(length=5)) == "Must be at most 5 characters long."
        assert told("Vrij woord van een kinesist.") == "Vrij woord van een kinesist."


def test_a_rule_is_said_in_the_language_of_the_page() -> None:
    rule = {"measure": "nprs", "at_most": 0.5, "maximum_age_days": 7}
    vocabulary = Vocabulary({"nprs": "pijn in het dagboek"})
    assert (
        rule_words(rule, spoken_vocabulary(vocabulary)) == "pijn in het dagboek hoogstens 0,5, niet ouder dan 7 dagen"
    )
    with translation.override("en"):
        assert rule_words(rule, spoken_vocabulary(vocabulary)) == "pain in the diary at most 0.5, not older than 7 days"


@pytest.mark.parametrize(
    ("language", "said"), [("nl", "1 december 2026"), ("fr", "1er décembre 2026"), ("en", "1 December 2026")]
)
def test_a_day_is_written_as_its_language_does(language: str, said: str) -> None:
    with translation.override(language):
        assert day_in_words(datetime.date(2026, 12, 1), "j F Y") == said
        assert get_format("FIRST_DAY_OF_WEEK") == 1
        assert parse_day("04/05/2026") == datetime.date(2026, 5, 4)


def parse_day(text: str) -> datetime.date:
    """Read a day as a form does."""
    day: datetime.date = DateField().clean(text)
    return day


def test_a_refusal_of_the_database_is_said_in_the_language_of_who_asks() -> None:
    name = next(iter(constraint_sentences()))
    said = set()
    for language in ("nl", "fr", "en"):
        with translation.override(language):
            said.add(str(constraint_sentences()[name]))
    assert len(said) == 3
