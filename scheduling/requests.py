"""The desk's page with what patients ask, what waits for patients, and what patients did themselves in the portal."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.kept_query import NOW, SOMEBODY, KeptQuery
from accounts.models import Practitioner, Role, User
from scheduling.models import Appointment, Proposal
from scheduling.proposals import asks_in_words
from scheduling.slots import free_moments

DONE_SHOWN = datetime.timedelta(days=14)
MOST_DONE = 50
_THERAPIST = UUID(int=2)  # a stand-in of a kept query


class Moment(StrEnum):
    """Whether the moment that is asked can still be had."""

    FREE = "free"
    TAKEN = "taken"
    IN_WORDS = "in_words"


@dataclass(frozen=True, slots=True)
class Request:
    """A question of a patient, and whether its moment can still be had."""

    proposal: Proposal
    moment: Moment


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that a patient did in the portal: what, when, and about which moment."""

    at: datetime.datetime
    label: Any
    tone: str
    patient: Any
    start: datetime.datetime
    practitioner: str
    words: str
    visit: UUID | None


def open_requests(user: User, *, now: datetime.datetime) -> Any:
    """Return the questions of patients that wait for an answer, the oldest first."""
    rows = Proposal.objects.visible_to(user).open(now).filter(origin=Proposal.Origin.PATIENT)
    related = ("patient", "practitioner", "appointment__practitioner")
    return rows.select_related(*related).order_by("made_at", "id")


def open_offers(user: User, *, now: datetime.datetime) -> Any:
    """Return the offers that wait for a patient, the first moment first."""
    rows = Proposal.objects.visible_to(user).open(now).filter(origin=Proposal.Origin.PRACTICE)
    return rows.select_related("patient", "practitioner", "appointment__practitioner").order_by("start", "id")


def count_requests(user: User, *, now: datetime.datetime, practitioner: Practitioner | None = None) -> int:
    """Return how many questions of patients wait for an answer, of all therapists or of one. One query."""
    whose = practitioner.pk if practitioner else None
    query = _waiting(user.role, is_of_one=practitioner is not None)
    return len(query.ask({SOMEBODY: user.pk, _THERAPIST: whose, NOW: now}))


@cache
def _waiting(role: str, *, is_of_one: bool) -> KeptQuery:
    """The questions as bare keys: there are a few, and to word the query costs more than to read them."""
    rows = Proposal.objects.visible_to(User(id=SOMEBODY, role=role)).open(NOW)
    rows = rows.filter(origin=Proposal.Origin.PATIENT, **({"practitioner": _THERAPIST} if is_of_one else {}))
    return KeptQuery.of(rows.order_by().values_list("pk"))


def with_moments(proposals: Iterable[Proposal], *, now: datetime.datetime) -> list[Request]:
    """Say of each question whether its moment is free now. Queries for each length and kind of visit, not for each row.

    A moment that overlaps the visit that would move counts as taken: agreeing looks again, and may still succeed.
    """
    rows = list(proposals)
    groups: dict[tuple[int, str], list[Proposal]] = defaultdict(list)
    for row in rows:
        if not asks_in_words(row):
            groups[(row.minutes, row.type)].append(row)
    free: set[tuple[int, str, UUID, datetime.datetime]] = set()
    for (minutes, type_), group in groups.items():
        found = free_moments(
            practitioners={row.practitioner_id: row.practitioner for row in group}.values(),
            start=min(row.start for row in group),
            end=max(row.end for row in group),
            minutes=minutes,
            type=type_,
            now=now,
        )
        free |= {(minutes, type_, each.practitioner.pk, each.start) for each in found}
    return [Request(row, _moment(row, free)) for row in rows]


def _moment(row: Proposal, free: set[tuple[int, str, UUID, datetime.datetime]]) -> Moment:
    if asks_in_words(row):
        return Moment.IN_WORDS
    return Moment.FREE if (row.minutes, row.type, row.practitioner_id, row.start) in free else Moment.TAKEN


def done_in_portal(user: User, *, now: datetime.datetime) -> list[Deed]:
    """Return what patients did themselves in the last 14 days, the latest first and at most 50. Three queries."""
    since = now - DONE_SHOWN
    deeds = [*_booked(user, since), *_cancelled(user, since), *_proposed(user, since)]
    return sorted(deeds, key=lambda each: each.at, reverse=True)[:MOST_DONE]


def _booked(user: User, since: datetime.datetime) -> list[Deed]:
    rows = Appointment.objects.visible_to(user).filter(booked_by__role=Role.PATIENT, created_at__gte=since)
    found = rows.select_related("patient", "practitioner").order_by("-created_at", "-id")[:MOST_DONE]
    return [_deed(row, row.created_at, _("booked"), "green", words=row.note, visit=row.pk) for row in found]


def _cancelled(user: User, since: datetime.datetime) -> list[Deed]:
    """The visits that their own patient cancelled: the history of a visit says who did it."""
    rows = Appointment.objects.visible_to(user).filter(status=Appointment.Status.CANCELLED, cancelled_at__gte=since)
    events: Any = apps.get_model("scheduling", "AppointmentEvent")
    written = events.objects.filter(pgh_obj=OuterRef("pk"), status=Appointment.Status.CANCELLED)
    by_patient = written.annotate(by=KeyTextTransform("user", "pgh_context__metadata")).filter(
        by=Cast(OuterRef("patient__user_id"), CharField())
    )
    rows = rows.filter(Exists(by_patient)).select_related("patient", "practitioner")
    found = rows.order_by("-cancelled_at", "-id")[:MOST_DONE]
    return [
        _deed(
            row,
            row.cancelled_at,
            _("cancelled late") if row.is_late_cancellation else _("cancelled"),
            "red",
            words=": ".join(each for each in (row.get_cancellation_code_display(), row.cancellation_reason) if each),
            visit=row.pk,
        )
        for row in found
    ]


def _proposed(user: User, since: datetime.datetime) -> list[Deed]:
    """The questions that patients asked, and their answers to what was offered."""
    status = Proposal.Status
    asked = Q(origin=Proposal.Origin.PATIENT, made_at__gte=since, made_by__role=Role.PATIENT)
    answered = Q(origin=Proposal.Origin.PRACTICE, answered_at__gte=since, answered_by__role=Role.PATIENT)
    rows = Proposal.objects.visible_to(user).filter(asked | answered).select_related("patient", "practitioner")
    deeds = []
    for row in rows.order_by("-made_at", "-id")[:MOST_DONE]:
        if row.origin == Proposal.Origin.PATIENT:
            label, tone = {
                status.NEEDS_ACTION: (_("asks a moment"), "amber"),
                status.WITHDRAWN: (_("asked, and took it back"), "neutral"),
            }.get(status(row.status), (_("asked a moment"), "neutral"))
            deeds.append(_deed(row, row.made_at, label, tone, words=row.message, visit=row.appointment_id))
        else:
            agreed = row.status == status.ACCEPTED
            label, tone = (_("agreed to your offer"), "green") if agreed else (_("refused your offer"), "neutral")
            deeds.append(_deed(row, row.answered_at, label, tone, words=row.answer, visit=row.booked_id))
    return deeds


def _deed(row: Any, at: datetime.datetime, label: Any, tone: str, *, words: str, visit: UUID | None) -> Deed:
    return Deed(at, label, tone, row.patient, row.start, row.practitioner.name, words, visit)
