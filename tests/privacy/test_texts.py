"""Texts about privacy: written, published once, counted by version."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from fysicure.demo.privacy import ASKED
from patients.consents import note_choice, standings_of, withdraw_all
from patients.exceptions import InvalidRecord, TextPublished
from patients.models import Patient, PrivacyText
from patients.privacy_texts import publish_text, sections, suggested_words, versions, write_text
from tests.people import NOW, make_patient

pytestmark = pytest.mark.django_db
Kind = PrivacyText.Kind


def published(kind: str, owner: User, **words: str) -> PrivacyText:
    given = {"title": "Titel", "body": "Woorden.", **words}
    return publish_text(write_text(kind, words=given, by=owner, now=NOW), by=owner, now=NOW)


@pytest.mark.parametrize("kind", Kind.values)
def test_there_are_words_to_begin_with_in_three_languages(kind: str, owner: User) -> None:
    words = suggested_words(kind)
    assert all(words.values())
    assert published(kind, owner, **words).version == 1


def test_the_notice_says_that_care_needs_no_consent_and_for_how_long() -> None:
    body = suggested_words(Kind.NOTICE)["body"]
    assert "toestemming niet nodig" in body and "30" in body and "50" in body
    assert ("Hoe lang?" in [title for title, _text in sections(body)]) and len(sections(body)) == 6


def test_a_text_is_published_once(owner: User) -> None:
    text = published(Kind.NOTICE, owner)
    with pytest.raises(TextPublished):
        publish_text(text, by=owner, now=NOW)
    draft = write_text(Kind.NOTICE, words={"title": "Twee", "body": "…"}, by=owner, now=NOW)
    again = write_text(Kind.NOTICE, words={"title": "Twee!", "body": "…"}, by=owner, now=NOW)
    assert (draft.pk, again.version) == (again.pk, 2)
    with pytest.raises(InvalidRecord):
        write_text(Kind.RESEARCH, words={"title": "", "body": ""}, by=owner, now=NOW)


def test_counts_go_by_the_latest_choice_of_each_patient(owner: User, patient: Patient) -> None:
    other = make_patient("Ander", "Bart", phone="")
    published(Kind.RESEARCH, owner)
    for who, choices in ((patient, ("given", "withdrawn")), (other, ("refused", "given"))):
        for choice in choices:
            note_choice(who, Kind.RESEARCH, choice, how="desk", by=owner, now=NOW)
    published(Kind.RESEARCH, owner, body="Anders.")
    note_choice(other, Kind.RESEARCH, "given", how="desk", by=owner, now=NOW)
    assert [(row.text.version, row.given, row.refused) for row in versions()] == [(2, 1, 0), (1, 0, 1)]


def test_an_earlier_yes_holds_until_withdrawn(owner: User, patient: Patient) -> None:
    published(Kind.IMAGES, owner)
    note_choice(patient, Kind.IMAGES, "given", how="paper", by=owner, now=NOW)
    published(Kind.IMAGES, owner, body="Anders.")
    standing = standings_of(patient)[Kind.IMAGES]
    assert standing.is_given and standing.asks_again
    assert len(withdraw_all(patient, how="desk", by=owner, now=NOW)) == 1
    assert not standings_of(patient)[Kind.IMAGES].is_given


def test_other_languages_fall_back_to_dutch(owner: User) -> None:
    text = published(Kind.NOTICE, owner, title_fr="Titre", body_fr="")
    assert (text.title_in("fr"), text.body_in("fr"), text.title_in("en")) == ("Titre", "Woorden.", "Titel")


def test_the_demo_asks_something_that_is_late() -> None:
    assert max(days for days, _kind, _words in ASKED) > 31


def test_the_second_owner_sees_what_the_first_wrote_and_keeps_the_own_words(
    owner: User, client_of: Callable[[User], Client]
) -> None:
    browser, url = client_of(owner), "/privacy/texts/notice/edit/"
    seen = browser.get(url).context["form"]["seen"].value()
    write_text(Kind.NOTICE, words={"title": "Van de ander", "body": "Hun woorden"}, by=owner, now=NOW)
    answer = browser.post(url, {"title": "Van mij", "body": "Mijn woorden", "seen": seen})
    assert answer.status_code == 409
    assert {"Hun woorden", "Mijn woorden"} <= set(re.findall(r"Hun woorden|Mijn woorden", answer.content.decode()))
    again = {"title": "Van mij", "body": "Mijn woorden", "seen": answer.context["form"]["seen"].value()}
    assert browser.post(url, again).status_code == 302
    assert PrivacyText.objects.get(kind=Kind.NOTICE).title == "Van mij"
