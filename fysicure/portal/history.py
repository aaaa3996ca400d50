"""The diary looked back on: a page of entries with their lights, and four weeks of pain as a chart and a table."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.db.models import Q
from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from fysicure.portal.meaning import Meaning, meaning_of
from fysicure.portal.pages import page_of
from fysicure.templatetags.fysicure import local_day, local_time
from pathways.definitions import definition_of
from pathways.diary import LOOK_AHEAD, LOOK_BACK, as_entry
from pathways.engine.lights import JudgedEntry, judge
from pathways.engine.model import Definition
from pathways.models import CarePlan, DiaryEntry

PAGE_SIZE = 15
CHART_DAYS = 28


@dataclass(frozen=True, slots=True)
class Row:
    """One entry with what its light means."""

    entry: DiaryEntry
    meaning: Meaning
    when: str
    title: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class History:
    """A page of the diary."""

    plan: CarePlan | None
    page: Page[DiaryEntry] | None = None
    rows: tuple[Row, ...] = ()
    chart: tuple[dict[str, Any], ...] = ()
    limit: int | None = None
    has_runs: bool = False


def history_of(plan: CarePlan | None, *, page: str | None, now: datetime.datetime) -> History:
    """Return a page of the plan's diary. Two queries, whatever its length."""
    if plan is None:
        return History(None)
    found = page_of(plan.diary.order_by("-started_at", "-id"), page, PAGE_SIZE)
    judged, definition = _judged(plan, list(found.object_list), now), definition_of(plan.pathway_version)
    rows = tuple(_row(entry, judged[str(entry.pk)], definition) for entry in found)
    chart = _chart(judged.values(), now)
    return History(plan, found, rows, chart, definition.lights.green_peak_max, definition.running is not None)


def _row(entry: DiaryEntry, judged: JudgedEntry, definition: Definition) -> Row:
    meaning = meaning_of(judged, definition)
    return Row(
        entry,
        meaning,
        when=f"{local_day(entry.started_at)}, {local_time(entry.started_at)}",
        title=capfirst(entry.get_kind_display())
        + (f" {floatformat(entry.distance_km)} km" if entry.distance_km is not None else ""),
        text=f"{meaning.title} {_pain(entry, judged)}",
        url=reverse("portal:entry", args=[entry.pk]),
    )


def _pain(entry: DiaryEntry, judged: JudgedEntry) -> str:
    """The pain scores in one sentence; "?" where none was given."""
    if entry.kind == DiaryEntry.Kind.REST:
        return _("Worst pain %(pain)s.") % {"pain": _score(entry.pre)}
    return _("Pain %(before)s before, %(during)s during, %(after)s after, %(next)s the morning after.") % {
        "before": _score(entry.pre),
        "during": _score(entry.during),
        "after": _score(entry.after),
        "next": _score(judged.next),
    }


def _score(pain: int | None) -> str:
    return "?" if pain is None else str(pain)


def _judged(plan: CarePlan, entries: list[DiaryEntry], now: datetime.datetime) -> dict[str, JudgedEntry]:
    """Judge a page of entries and the last four weeks, each among its neighbours. One query."""
    reach = Q(started_at__gte=_midnight(_first_day(now)) - LOOK_BACK)
    if entries:
        reach |= Q(started_at__range=(entries[-1].started_at - LOOK_BACK, entries[0].started_at + LOOK_AHEAD))
    rules = definition_of(plan.pathway_version).lights
    rows = [as_entry(row) for row in plan.diary.filter(reach).order_by("started_at", "id")]
    return {each.entry.id or "": each for each in judge(rows, now=now, rules=rules)}


def _first_day(now: datetime.datetime) -> datetime.date:
    return timezone.localtime(now).date() - datetime.timedelta(days=CHART_DAYS - 1)


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def _chart(judged: Iterable[JudgedEntry], now: datetime.datetime) -> tuple[dict[str, Any], ...]:
    """The pain of the last four weeks. A day without an entry has no point: no data is not "no pain"."""
    first = _first_day(now)
    shown = [each for each in judged if each.entry.day >= first]
    sessions = _worst_by_day((each.entry.day, max(_known(each.peak, each.entry.pre), default=None)) for each in shown)
    mornings = _worst_by_day((each.entry.day, each.next) for each in shown)
    return (
        {"label": _("Worst pain that day"), "points": sessions},
        {"label": _("The morning after"), "points": mornings},
    )


def _known(*pains: int | None) -> list[int]:
    return [pain for pain in pains if pain is not None]


def _worst_by_day(pains: Iterable[tuple[datetime.date, int | None]]) -> list[tuple[datetime.date, int | None]]:
    days: dict[datetime.date, int | None] = {}
    for day, pain in pains:
        days[day] = max(_known(days.get(day), pain), default=None)
    return sorted(days.items())
