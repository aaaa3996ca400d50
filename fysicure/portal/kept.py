"""Entries that a telephone kept while there was no network: the same forms and rules, answered for a script."""

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.exceptions import DomainError
from accounts.models import User
from fysicure.portal.forms import MorningForm
from fysicure.portal.reading import is_running, own_plan
from fysicure.portal.sessions import PAGES, save
from fysicure.templatetags.fysicure import local_day, local_time
from pathways.diary import answer_next, is_session
from pathways.diary_input import BACK_DATED
from pathways.engine.model import LightRules
from pathways.exceptions import DuplicateEntry
from pathways.models import DiaryEntry

MORNING = "morning"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a kept entry, as the script reads it: `status`, and where it stands now or why it was refused."""

    status: int
    body: dict[str, Any]
    entry: UUID | None = None


def filled_at(ago: str | None, now: datetime.datetime) -> datetime.datetime:
    """When a form was filled in: so many seconds ago, by the telephone's own clock, which may be wrong as a whole.

    What is no number is now; nothing is older than an entry may be.
    """
    seconds = int(ago) if ago and ago.isascii() and ago.isdecimal() and len(ago) < 8 else 0
    return now - min(datetime.timedelta(seconds=seconds), BACK_DATED)


def take(data: QueryDict, *, by: User, now: datetime.datetime) -> Outcome:
    """Save one kept entry, as the page of its kind would have. The same key again gives the same entry."""
    at = filled_at(data.get("ago"), now)
    try:
        return _answered(data, by=by, now=now, at=at) if data.get("kept") == MORNING else _logged(data, by, now, at)
    except DuplicateEntry as twin:
        row = twin.entry
        there = f"{row.get_kind_display()}, {local_day(row.started_at)} {local_time(row.started_at)}"
        return Outcome(409, {"refused": [twin.detail], "twin": there})
    except DomainError as refusal:
        return _refused([str(each) for each in refusal.errors.values()] or [refusal.detail])


def _logged(data: QueryDict, by: User, now: datetime.datetime, at: datetime.datetime) -> Outcome:
    page, plan = PAGES.get(data.get("kept", "")), own_plan(by)
    if page is None or plan is None or not is_running(plan):
        return _refused([_("Your plan takes no entries now. Call the practice.")])
    form = page.form(plan, now, data, {})
    if not form.is_valid():
        return _refused(_sentences(form))
    entry = save(page, plan, form, by=by, now=now, at=at, on_duplicate=data.get("on_duplicate", "ask"))
    return _stands_at(entry.pk)


def _answered(data: QueryDict, *, by: User, now: datetime.datetime, at: datetime.datetime) -> Outcome:
    form, row = MorningForm(data), _entry(data.get("entry", ""), by)
    if row is None:
        return _refused([_("This session is no longer in your diary.")])
    if not form.is_valid():
        return _refused(_sentences(form))
    answer_next(row, form.cleaned_data["next"], after=form.cleaned_data["after"], by=by, now=now, at=at)
    return _stands_at(row.pk)


def _entry(text: str, by: User) -> DiaryEntry | None:
    try:
        pk = UUID(text)
    except ValueError:
        return None
    rows = DiaryEntry.objects.visible_to(by).select_related("plan__pathway_version")
    found: DiaryEntry | None = rows.filter(pk=pk).first()
    return found


def _sentences(form: Any) -> list[str]:
    """Each fault of a form, with the name of its field."""
    return [
        f"{form.fields[name].label}: {sentence}" if name in form.fields else str(sentence)
        for name, sentences in form.errors.items()
        for sentence in sentences
    ]


def _refused(sentences: list[str]) -> Outcome:
    return Outcome(422, {"refused": sentences})


def _stands_at(pk: UUID) -> Outcome:
    return Outcome(200, {"to": reverse("portal:entry", args=[pk])}, pk)


def asked_later(entries: Iterable[DiaryEntry], rules: LightRules) -> list[str]:
    """The questions of the morning after that these entries leave open, as JSON for a telephone without a network."""
    return [
        json.dumps(
            {
                "id": str(row.pk),
                "about": _("After your session of %(day)s at %(time)s (%(kind)s), when you do what you do every day.")
                % {
                    "day": local_day(row.started_at),
                    "time": local_time(row.started_at),
                    "kind": row.get_kind_display(),
                },
                "after": row.after is None,
                "from": _milliseconds(row, rules.next_from_hours),
                "until": _milliseconds(row, rules.next_until_hours),
            }
        )
        for row in entries
        if is_session(row) and row.next is None
    ]


def _milliseconds(row: DiaryEntry, hours: float) -> int:
    return int((row.ended_at.timestamp() + hours * 3600) * 1000)
