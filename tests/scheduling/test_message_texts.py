"""Every text of a message in every language: complete, short where it must be, and without a clinical word."""

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from accounts.models import Practitioner
from patients.models import Encounter
from scheduling.messages import KIND, Change
from scheduling.messages_text import LANGUAGES, SMS_LENGTH, SMS_LONGEST, write_offer, write_text
from scheduling.models import Appointment, BookingPolicy, Communication
from tests.people import NOW, at

FOLDER = Path(django_settings.BASE_DIR) / "templates" / "messages"
FILES = sorted(FOLDER.rglob("*.txt"))
CLINICAL = re.compile(
    r"kine|kinesi|kiné|physio|fysio|therap|thérap|knie|genou|knee|pijn|douleur|pain|oefening|exerc|loop|running|course|"
    r"letsel|blessure|injur|lésion|diagnos|behandel|traitement|treat|klacht|plainte|complaint|intake|sessie|séance|"
    r"session|retest|patiënt|patient|voorschrift|prescri|rijksregister|insz|niss",
    re.IGNORECASE,
)
GSM = re.compile(r"[A-Za-z0-9 @£$¥èéùìòÇØøÅåΔ_ÆæßÉ!\"#¤%&'()*+,\-./:;<=>?¡ÄÖÑÜ§¿äöñüà\n]*")


def test_every_kind_has_every_language() -> None:
    names = {f"{kind}{form}.txt" for kind in Communication.Kind.values for form in ("", "_sms")}
    assert {(path.parent.name, path.name) for path in FILES} == set(itertools.product(LANGUAGES, names))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_clinical_word(path: Path) -> None:
    text = re.sub(r"{[{%].*?[}%]}", "", path.read_text(encoding="utf-8"))
    assert not CLINICAL.findall(text)
    assert not any(str(kind.label) in text for kind in Encounter.Kind)


@pytest.fixture
def place(settings: Any) -> Any:
    """The practice as patients know it."""
    settings.PRACTICE_NAME, settings.PRACTICE_PHONE = "De Praktijk", "+3214312345"
    settings.PRACTICE_ADDRESS, settings.PRACTICE_TOWN = "Markt 1", "Mol"
    settings.PUBLIC_URL = "https://praktijk.example"
    return settings


def change(kind: str, day: str = "2026-11-25", **more: Any) -> Change:
    therapist = Practitioner(name="Bram Claes")
    return Change(KIND(kind), Appointment(), at(day), therapist, **more)


def text(kind: str, changes: list[Change], *, channel: str = "email", language: str = "nl") -> tuple[str, str]:
    message = Communication(kind=kind, channel=channel)
    return write_text(message, changes, rules=BookingPolicy(), language=language, stop_link="https://stop.example/x/")


ALL = [change("booked"), change("moved", before=NOW, other=Practitioner(name="Bram Claes")), change("cancelled")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_says_where_and_how_to_answer_and_how_to_stop(place: Any, language: str) -> None:
    for kind, changes in (("change", ALL), ("reminder", [change("reminded")])):
        subject, body = text(kind, changes, language=language)
        assert "\n" not in subject and 10 < len(subject) < 78
        for words in ("De Praktijk, Markt 1, Mol", "014 31 23 45", "https://praktijk.example/portal/visits/"):
            assert words in body
        assert body.endswith("https://stop.example/x/\n")
        assert "\n\n\n" not in body and "{" not in body and " \n" not in body.replace("-- \n", "")
    assert re.search(
        "van maandag 23 november|au lieu de lundi 23 novembre|from Monday 23 November",
        text("change", ALL, language=language)[1],
    )


def test_names_are_not_escaped_in_plain_text(place: Any) -> None:
    place.PRACTICE_NAME = "Jansen & d'Haese"
    assert text("change", [change("booked")])[0] == "Uw afspraak bij Jansen & d'Haese"


def test_without_address_phone_or_links(settings: Any) -> None:
    settings.PRACTICE_PHONE = settings.PUBLIC_URL = settings.PRACTICE_ADDRESS = ""
    message = Communication(kind="change", channel="email")
    _subject, body = write_text(message, ALL, rules=BookingPolicy(), language="nl", stop_link="")
    assert "http" not in body
    assert "Zeg het ons." in body


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_message_fits(place: Any, language: str) -> None:
    few: list[tuple[str, list[Change]]] = [
        ("change", [change("booked")]),
        ("change", [change("moved", before=NOW)]),
        ("change", [change("cancelled")]),
        ("reminder", [change("reminded")]),
        ("change", [change("booked", f"2026-12-{day:02}") for day in range(1, 13)]),
    ]
    for kind, changes in few:
        subject, body = text(kind, changes, channel="sms", language=language)
        assert subject == ""
        assert len(body) <= SMS_LENGTH, body
        assert "014 31 23 45" in body
        assert GSM.fullmatch(body), body
    assert "12" in body
    place.PRACTICE_NAME = "x" * 400
    assert len(text("reminder", [change("reminded")], channel="sms")[1]) == SMS_LONGEST


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_offer_holds_nothing(place: Any, language: str) -> None:
    for channel in ("email", "sms"):
        message = Communication(kind="offer", channel=channel)
        _subject, body = write_offer(
            message, at("2026-11-25"), at("2026-11-24"), rules=BookingPolicy(), language=language, stop_link=""
        )
        assert "25" in body and "014 31 23 45" in body
        assert channel == "sms" or "24" in body
        assert channel == "email" or len(body) <= SMS_LENGTH
