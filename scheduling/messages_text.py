"""The words of a message: a plain text file for each language and subject, in templates/messages/.

A message names days, times, the place and the phone of the practice, and nothing of what is the matter: no kind of
visit, no complaint, no exercise, not even the patient's name. A therapist is named only when the visit has another one
than the patient was told. The first line of an e-mail's file is its subject.
"""

import datetime
import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from patients.contact_details import read_phone, shown_phone
from scheduling.messages import KIND, Change
from scheduling.models import BookingPolicy, Channel, Communication

SMS_LENGTH = 160
SMS_LONGEST = 306  # two parts
LANGUAGES = ("nl", "fr", "en")
_TIMES = {"nl": r"H.i \u\u\r", "fr": r"G \h i", "en": "H:i"}


def write_text(
    message: Communication, changes: Iterable[Change], *, rules: BookingPolicy, language: str, stop_link: str
) -> tuple[str, str]:
    """Return subject and body of a change notice or a reminder, in one of LANGUAGES."""
    rows = [(change.kind, _words(change, language)) for change in changes]
    values: dict[str, Any] = {kind.value: [words for each, words in rows if each == kind] for kind in KIND}
    values |= {"count": len(rows), "first": rows[0][1]}
    return _written(message, values, rules=rules, language=language, stop_link=stop_link)


def write_offer(
    message: Communication,
    start: datetime.datetime,
    expires_at: datetime.datetime | None,
    *,
    rules: BookingPolicy,
    language: str,
    stop_link: str,
) -> tuple[str, str]:
    """Return subject and body of the offer of a moment, which holds nothing until the patient agrees."""
    values = {
        "first": {"day": _day(start, language), "time": _time(start, language), "short": _short(start, language)},
        "expires": f"{_day(expires_at, language)}, {_time(expires_at, language)}" if expires_at else "",
    }
    return _written(message, values, rules=rules, language=language, stop_link=stop_link)


def public_address(path: str) -> str:
    """Return an address of ours as patients reach it; "" when the practice did not say where that is."""
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else ""


def _written(
    message: Communication, values: dict[str, Any], *, rules: BookingPolicy, language: str, stop_link: str
) -> tuple[str, str]:
    values |= {
        "practice": settings.PRACTICE_NAME,
        "address": ", ".join(filter(None, (settings.PRACTICE_ADDRESS, settings.PRACTICE_TOWN))),
        "phone": _phone(settings.PRACTICE_PHONE),
        "link": public_address(reverse("portal:visits")),
        "stop_link": stop_link,
        "rule": rules.late_cancellation(language).strip(),
    }
    if message.channel == Channel.SMS:
        text = _sms(f"messages/{language}/{message.kind}_sms.txt", values)
        return "", text
    subject, _line, body = _render(f"messages/{language}/{message.kind}.txt", values).partition("\n")
    return " ".join(subject.split())[:200], re.sub(r"\n{3,}", "\n\n", body).strip() + "\n"


def _sms(name: str, values: dict[str, Any]) -> str:
    """One text message: every visit when that fits, else how many and the first."""
    text = " ".join(_render(name, values).split())
    if len(text) > SMS_LENGTH:
        text = " ".join(_render(name, {**values, "brief": True}).split())
    return text[:SMS_LONGEST]


def _render(name: str, values: dict[str, Any]) -> str:
    return str(Engine.get_default().get_template(name).render(Context(values, autoescape=False)))


def _words(change: Change, language: str) -> dict[str, str]:
    words = {
        "day": _day(change.start, language),
        "time": _time(change.start, language),
        "short": _short(change.start, language),
        "was": "",
        "was_short": "",
        "with": change.other.name if change.other else "",
    }
    if change.before is not None and change.before != change.start:
        words["was"] = f"{_day(change.before, language)}, {_time(change.before, language)}"
        words["was_short"] = _short(change.before, language)
    return words


def _day(moment: datetime.datetime, language: str) -> str:
    """Like "dinsdag 24 november 2026", "mardi 1er décembre 2026" or "Tuesday 24 November 2026"."""
    local = timezone.localtime(moment)
    pattern = r"l j\e\r F Y" if language == "fr" and local.day == 1 else "l j F Y"
    with translation.override(language):
        return str(date_format(local, pattern))


def _time(moment: datetime.datetime, language: str) -> str:
    """Like "10.30 uur", "10 h 30" or "10:30"."""
    with translation.override(language):
        return str(date_format(timezone.localtime(moment), _TIMES[language]))


def _short(moment: datetime.datetime, language: str) -> str:
    """Like "di 24/11 10:30"."""
    with translation.override(language):
        return str(date_format(timezone.localtime(moment), "D d/m H:i"))


def _phone(number: str) -> str:
    try:
        return shown_phone(read_phone(number))
    except ValueError:
        return number
