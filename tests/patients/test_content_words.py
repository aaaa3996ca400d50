"""The content of the practice in the language of who reads it."""

import pytest
from django.utils import translation

from patients.content_words import all_spoken, spoken
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
