"""All open visits of a plan at once: one moment for each within its window, booked together or not at all."""

import datetime
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pghistory
from django.db import transaction

from accounts.models import Practitioner, User
from pathways.follow_ups import book_follow_up
from pathways.models import CarePlan, FollowUp
from patients.models import EpisodeOfCare
from patients.prescriptions import SESSION_KINDS
from scheduling.exceptions import BookingRefused
from scheduling.models import AppointmentSeries
from scheduling.series import PlannedVisit, begin_series, refusing
from scheduling.series_calendar import Calendar
from scheduling.series_preview import Draft
from scheduling.series_proposal import Due, propose_due
from scheduling.series_sheet import Asked
from scheduling.series_wish import Slot
from scheduling.writing import retried


def open_of_plan(plan: CarePlan) -> list[FollowUp]:
    """Return the visits that a running plan still calls for, in the order of their windows. One query."""
    rows = FollowUp.objects.filter(plan=plan).open().select_related("practitioner", "appointment")
    return list(rows.order_by("window_start", "id"))


def named_of_plan(plan: CarePlan, keys: Sequence[str]) -> list[FollowUp]:
    """Return the visits of a plan that a form names, in its order, booked meanwhile or not. One query."""
    ids = [key for key in keys if _is_id(key)]
    found = {str(row.pk): row for row in FollowUp.objects.filter(plan=plan, pk__in=ids).select_related("practitioner")}
    return [found[key] for key in keys if key in found]


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def wanted_days(episode: EpisodeOfCare) -> list[datetime.date]:
    """Return the days in the middle of the windows of visits that an episode's plan still calls for. One query.

    Only visits that count as sessions; what `scheduling.session_budget` asks (settings.SESSIONS_WANTED).
    """
    rows = FollowUp.objects.filter(plan__episode=episode, type__in=SESSION_KINDS).open().order_by()
    windows = rows.values_list("window_start", "window_end")
    return [opens + (closes - opens) / 2 for opens, closes in windows]


def asked_by(plan: CarePlan, rows: Sequence[FollowUp], people: Sequence[Practitioner], today: datetime.date) -> Asked:
    """Return the sheet that these visits ask for: each its own length, kind, window and preferred therapist. Pure."""
    visits = [Draft((row.type, row.minutes), None, window=(row.window_start, row.window_end)) for row in rows]
    preferred = list(dict.fromkeys(row.practitioner_id for row in rows))
    known = {person.pk for person in people}

    def propose(calendar: Calendar) -> list[Slot]:
        due = [
            Due((row.window_start, row.window_end), calendar.free[row.type, row.minutes], _who(row, known, people))
            for row in rows
        ]
        return propose_due(due, today=today)

    others = [person.pk for person in people if person.pk not in preferred]
    days = [day for row in rows for day in (row.window_start, row.window_end)]
    return Asked(
        patient=plan.patient,
        visits=visits,
        span=(max(today, min(days)), max(today, *days)),
        people=people,
        order=[*(pk for pk in preferred if pk in known), *others],
        propose=propose,
        keys=[str(row.pk) for row in rows],
    )


def _who(row: FollowUp, known: set[UUID], people: Sequence[Practitioner]) -> UUID:
    """The preferred therapist, or another when that one no longer works here."""
    return row.practitioner_id if row.practitioner_id in known else people[0].pk


@retried
def book_follow_ups(
    plan: CarePlan,
    visits: Sequence[tuple[FollowUp, PlannedVisit]],
    *,
    by: User,
    now: datetime.datetime,
    idempotency_key: str | None = None,
    override_reason: str = "",
) -> AppointmentSeries:
    """Book each visit on its follow-up, all or none; the same key with the same visits gives the same series.

    Raises InvalidInput, IdempotencyMismatch, or SeriesRefused, which names the visit that cannot be there: it clashes,
    it was booked meanwhile, or the plan no longer calls for it.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        ids = [row.pk for row, _visit in visits]
        list(FollowUp.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
        planned = [visit for _row, visit in visits]
        series, is_new = begin_series(plan.patient, planned, by=by, now=now, idempotency_key=idempotency_key)
        if not is_new:
            return series
        for number, (row, visit) in enumerate(visits):
            with refusing(number):
                asked: dict[str, Any] = {"practitioner": visit.practitioner, "start": visit.start, "by": by, "now": now}
                try:
                    book_follow_up(row, **asked, series=series)
                except BookingRefused as refused:
                    if refused.clash != "hours" or not override_reason.strip():
                        raise
                    book_follow_up(row, **asked, series=series, override_reason=override_reason)
        return series
