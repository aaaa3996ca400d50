"""What a doctor ordered, what was used of it, and what the Belgian rules say about the rest.

Rules of nomenclature article 7 for a common ("courante") pathology, as RIZIV and the health funds publish them: the
first session within two months of the order, and 18 sessions at the normal rate for each pathology in a calendar year.
Both warn and never block: who pays is between patient and fund.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pghistory
from django.db import transaction
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.kept_query import END, SOMEBODY, START, KeptObjects
from accounts.locking import locked
from accounts.models import User
from accounts.versions import refuse_stale
from patients.doctors import find_or_add_doctor
from patients.episodes import RUNNING
from patients.exceptions import EpisodeClosed
from patients.models import Encounter, EpisodeOfCare, ExternalPractitioner, Prescription
from patients.validation import check_row, refuse

SESSIONS_A_YEAR = 18
WARN_FROM = 16
SESSION_KINDS = [Encounter.Kind.INTAKE, Encounter.Kind.SESSION, Encounter.Kind.GAIT_ANALYSIS, Encounter.Kind.RETEST]
COUNTS = Q(encounters__kind__in=SESSION_KINDS) & ~Q(encounters__status=Encounter.Status.CANCELLED)


@dataclass(frozen=True)
class Order:
    """A prescription with the sessions that were used of it, and what to look out for."""

    prescription: Prescription
    used: int
    warnings: list[str]

    @property
    def left(self) -> int | None:
        """Sessions that the order still holds; None when the doctor named no number."""
        ordered = self.prescription.sessions_ordered
        return None if ordered is None else max(ordered - self.used, 0)


@dataclass(frozen=True)
class Budget:
    """The sessions of one pathology in a calendar year, against those at the normal rate."""

    year: int
    used: int
    allowed: int = SESSIONS_A_YEAR

    def __str__(self) -> str:
        return _("%(used)d/%(allowed)d in %(year)d") % {"used": self.used, "allowed": self.allowed, "year": self.year}

    @property
    def is_running_out(self) -> bool:
        """Whether it is time to tell the patient: from the 16th session."""
        return self.used >= WARN_FROM

    @property
    def warning(self) -> str:
        """What to tell the patient, or nothing."""
        if self.used >= self.allowed:
            return _("The 18 sessions of this year are used: from here on the reduced rate applies.")
        return _("The 18 sessions of this year are nearly used.") if self.is_running_out else ""


def counts_as_session() -> Q:
    """Return the condition on contacts that use up a session of an order: in person, and not cancelled."""
    return Q(kind__in=SESSION_KINDS) & ~Q(status=Encounter.Status.CANCELLED)


def orders(prescriptions: Any, *, on: datetime.date) -> list[Order]:
    """Return the prescriptions of a queryset, the latest first, with use and warnings on a day. One query."""
    return as_orders(_with_use(prescriptions), on=on)


def as_orders(rows: Iterable[Any], *, on: datetime.date) -> list[Order]:
    """Return what `kept_orders` gave as orders, with their warnings on a day."""
    return [Order(row, row.used, _warnings(row, on)) for row in rows]


@cache
def kept_orders() -> KeptObjects[Any]:
    """Return the question for a patient's prescriptions: `SOMEBODY` is the patient."""
    return KeptObjects.of(_with_use(Prescription.objects.filter(episode__patient_id=SOMEBODY)))


def _with_use(prescriptions: Any) -> Any:
    """The prescriptions with their writer, how many sessions were used of each, and when the first one was."""
    return prescriptions.select_related("prescriber").annotate(
        used=Count("encounters", filter=COUNTS), first_at=Min("encounters__started_at", filter=COUNTS)
    )


def _warnings(row: Any, on: datetime.date) -> list[str]:
    """Return what the rules say about an annotated prescription."""
    warnings = []
    ordered, first = row.sessions_ordered, timezone.localdate(row.first_at) if row.first_at else None
    if ordered is None:
        warnings.append(_("No number of sessions: the fund asks for it."))
    elif row.used > ordered:
        warnings.append(_("More sessions given than ordered."))
    elif row.used == ordered:
        warnings.append(_("All sessions are used: ask for a new prescription."))
    elif ordered - row.used <= 2:
        left = ordered - row.used
        warnings.append(ngettext("%(left)d session left.", "%(left)d sessions left.", left) % {"left": left})
    if first and first > row.start_before:
        warnings.append(_("The first session came more than two months after the order: the fund may refuse it."))
    elif not first and on > row.start_before:
        warnings.append(_("No session within two months of the order: the fund may refuse it."))
    elif not first:
        day = {"day": f"{row.start_before:%d/%m/%Y}"}
        warnings.append(_("First session due by %(day)s (two months after the order).") % day)
    return warnings


def open_prescription(episode: EpisodeOfCare, on: datetime.date) -> Prescription | None:
    """Return the prescription that a session on a day counts on: the oldest of the episode with sessions left, or None.

    An order without a number never runs out. One query.
    """
    rows = (
        episode.prescriptions.filter(prescribed_on__lte=on)
        .annotate(used=Count("encounters", filter=COUNTS))
        .order_by("prescribed_on", "id")
    )
    for row in rows:
        if row.sessions_ordered is None or row.used < row.sessions_ordered:
            found: Prescription = row
            return found
    return None


def with_budget(rows: Iterable[Any], *, on: datetime.date) -> list[tuple[EpisodeOfCare, Budget]]:
    """Return what `kept_episodes` gave with the budget of each."""
    return [(row, Budget(on.year, row.used)) for row in rows]


def year_of(day: datetime.date) -> dict[datetime.datetime, datetime.datetime]:
    """Return when the year of a day begins and ends, for the stand-ins `START` and `END`."""
    begin, end = (timezone.make_aware(datetime.datetime(year, 1, 1)) for year in (day.year, day.year + 1))  # noqa: DTZ001
    return {START: begin, END: end}


@cache
def kept_episodes() -> KeptObjects[Any]:
    """Return the question for a patient's episodes: `SOMEBODY` is the patient, `START` and `END` those of the year."""
    this_year = COUNTS & Q(encounters__started_at__gte=START, encounters__started_at__lt=END)
    episodes = EpisodeOfCare.objects.filter(patient_id=SOMEBODY).select_related("practitioner", "referrer")
    return KeptObjects.of(episodes.annotate(used=Count("encounters", filter=this_year)))


def add_prescription(
    episode: EpisodeOfCare, *, by: User, now: datetime.datetime, doctor: str, **fields: Any
) -> Prescription:
    """Add a doctor's order to an episode. `doctor` is a name, `fields` those of Prescription.

    Raises EpisodeClosed, or InvalidRecord naming each wrong field.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        if episode.status not in RUNNING:
            raise EpisodeClosed(_("This episode is closed. Open it again or make a new one."))
        row = Prescription(episode=episode, prescriber=_prescriber(doctor), **fields)
        _check(row, now)
        row.save(force_insert=True)
        return row


def correct_prescription(
    prescription: Prescription,
    *,
    by: User,
    now: datetime.datetime,
    doctor: str,
    version: int | None = None,
    **fields: Any,
) -> Prescription:
    """Correct a doctor's order, seen at a version; the old values stay in the history.

    Raises EditConflict when someone else changed it since, InvalidRecord.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        current: Prescription = locked(Prescription.objects.select_related("prescriber"), prescription.pk)
        given = {"prescriber": _prescriber(doctor), **fields}
        refuse_stale(current, version=version, given=given)
        for name, value in given.items():
            setattr(current, name, value)
        _check(current, now)
        current.save(update_fields=[*given])
        return current


def _prescriber(doctor: str) -> ExternalPractitioner:
    found = find_or_add_doctor(doctor)
    if found is None:
        raise refuse(doctor=_("Who wrote the prescription?"))
    return found


def _check(row: Prescription, now: datetime.datetime) -> None:
    check_row(row)
    if row.prescribed_on > timezone.localdate(now):
        raise refuse(prescribed_on=_("A prescription cannot be dated in the future."))
