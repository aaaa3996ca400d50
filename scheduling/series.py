"""Booking a series: all its visits or none, once for each key. Afterwards each visit lives on by itself."""

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pghistory
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.exceptions import DomainError, InvalidInput
from accounts.models import Practitioner, User
from patients.models import EpisodeOfCare, Patient
from scheduling.booking import book, cancel
from scheduling.exceptions import BookingRefused, StatusRefused
from scheduling.models import Appointment, AppointmentSeries
from scheduling.series_wish import Hours
from scheduling.writing import MOVABLE, lock_days, mismatch, retried

MOST_VISITS = 60


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A visit of a series, ready to be booked; `start` is aware."""

    practitioner: Practitioner
    start: datetime.datetime
    minutes: int
    type: str

    @property
    def end(self) -> datetime.datetime:
        """When the visit is over."""
        return self.start.astimezone(datetime.UTC) + datetime.timedelta(minutes=self.minutes)


class SeriesRefused(BookingRefused):
    """One visit of a series cannot be there, so none was booked. `number` counts from 0, `refusal` is its own."""

    def __init__(self, number: int, refusal: DomainError) -> None:
        sentence = _("Visit %(number)d: %(why)s Nothing was booked.")
        clash = refusal.clash if isinstance(refusal, BookingRefused) else ""
        super().__init__(sentence % {"number": number + 1, "why": refusal.detail}, clash=clash)
        self.number, self.refusal = number, refusal


@retried
def book_series(
    patient: Patient,
    visits: Sequence[PlannedVisit],
    *,
    by: User,
    now: datetime.datetime,
    idempotency_key: str | None = None,
    episode: EpisodeOfCare | None = None,
    weekdays: Sequence[int] = (),
    hours: Hours = Hours(),  # noqa: B008 frozen
    override_reason: str = "",
) -> AppointmentSeries:
    """Book every visit or none. The same `by` and key with the same visits gives the series that was booked before.

    `override_reason` allows the visits outside working hours, and is kept with those only. Raises InvalidInput for
    no visits or more than 60, IdempotencyMismatch, or SeriesRefused, which names the visit that cannot be there.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        series, is_new = begin_series(
            patient, visits, by=by, now=now, idempotency_key=idempotency_key, weekdays=weekdays, hours=hours
        )
        if not is_new:
            return series
        for number, visit in enumerate(visits):
            asked: dict[str, Any] = {"practitioner": visit.practitioner, "start": visit.start, "by": by, "now": now}
            asked |= {"minutes": visit.minutes, "type": visit.type, "episode": episode, "series": series}
            with refusing(number):
                try:
                    book(patient, **asked)
                except BookingRefused as refused:
                    if refused.clash != "hours" or not override_reason.strip():
                        raise
                    book(patient, **asked, override_reason=override_reason)
        return series


def begin_series(
    patient: Patient,
    visits: Sequence[PlannedVisit],
    *,
    by: User,
    now: datetime.datetime,
    idempotency_key: str | None = None,
    weekdays: Sequence[int] = (),
    hours: Hours = Hours(),  # noqa: B008 frozen
) -> tuple[AppointmentSeries, bool]:
    """Lock the days of all visits, in order, and write the row of their series; True when it is new.

    For use inside the transaction that books the visits: because every series first takes all its days in the order
    of the calendar, two of them never wait for each other in a circle.
    """
    if not 1 <= len(visits) <= MOST_VISITS:
        sentence = _("A series has 1 to 60 visits.")
        raise InvalidInput(sentence, errors={"count": [sentence]})
    if len(idempotency_key or "") > 80:
        raise InvalidInput(_("At most 80 characters."), errors={"idempotency_key": [_("At most 80 characters.")]})
    lock_days(*(moment for visit in visits for moment in (visit.start, visit.end)))
    earlier = _booked_before(patient, visits, by, idempotency_key)
    if earlier is not None:
        return earlier, False
    row = AppointmentSeries(
        patient=patient,
        count=len(visits),
        weekdays=list(weekdays),
        not_before=hours.not_before,
        not_after=hours.not_after,
        idempotency_key=idempotency_key or None,
        booked_by=by,
        created_at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:  # the same key on other days, at the same time: those locks did not meet
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") != "scheduling_series_idempotent":
            raise
        raise mismatch() from error
    return row, True


@contextmanager
def refusing(number: int) -> Iterator[None]:
    """Say of a refusal which visit of the series it was about."""
    try:
        yield
    except DomainError as refusal:
        raise SeriesRefused(number, refusal) from refusal


def _booked_before(
    patient: Patient, visits: Sequence[PlannedVisit], by: User, key: str | None
) -> AppointmentSeries | None:
    """Return the series that the same key booked before; its visits are compared as they were first written."""
    found: AppointmentSeries | None = AppointmentSeries.objects.filter(booked_by=by, idempotency_key=key).first()
    if not key or found is None:
        return None
    events: Any = Appointment.events.field.model.objects.filter(pgh_obj__series=found)  # type: ignore[attr-defined]
    first = events.order_by("pgh_obj_id", "pgh_id").distinct("pgh_obj_id")
    written = sorted(first.values_list("start", "end", "practitioner_id"))
    asked = sorted((visit.start, visit.end, visit.practitioner.pk) for visit in visits)
    if found.patient_id != patient.pk or written != asked:
        raise mismatch()
    return found


@retried
def cancel_remaining(
    series: AppointmentSeries, *, by: User, now: datetime.datetime, reason: str, code: str = ""
) -> list[Appointment]:
    """Cancel the visits of a series that have not begun, in one act. Raises StatusRefused when none is left."""
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        remaining = series.appointments.filter(status__in=MOVABLE, start__gt=now).order_by("start", "id")
        spans = remaining.select_for_update(no_key=True).order_by("id").values_list("start", "end")
        lock_days(*(moment for span in spans for moment in span))  # first visits, then days (see writing.locked_visit)
        coming = list(remaining.all())  # as they are now that nobody else writes on these days
        if not coming:
            raise StatusRefused(_("No visit of this series is still to come."))
        return [cancel(visit, by=by, now=now, reason=reason, code=code) for visit in coming]
