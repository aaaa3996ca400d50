"""The types of time and place: visits, the hours of therapists, free moments, rooms, the practice."""

import datetime
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Practitioner, Role, User
from fysicure.fhir.appointment import appointment
from fysicure.fhir.elements import LOCAL, Resource
from fysicure.fhir.location import location
from fysicure.fhir.organization import organization
from fysicure.fhir.schedule import schedule, slot, slot_of
from fysicure.fhir.server.asked import Asked
from fysicure.fhir.server.clauses import AnyOf, Choice, Code, Ref, Text, When
from fysicure.fhir.server.kinds import Kind, Source, by_history, by_number, with_change
from fysicure.fhir.server.outcomes import FhirRefusal, NotSupported
from fysicure.fhir.server.record_kinds import CHANGE, OF_PATIENT
from fysicure.fhir.server.values import alternatives, plain, read_date, read_reference, read_token, read_uuid
from patients.models import Encounter
from patients.search_text import fold
from scheduling.models import Appointment, Room, booking_policy
from scheduling.slots import free_moments
from scheduling.visit_needs import visit_needs

LONGEST, USUAL, FURTHEST = (datetime.timedelta(days=days) for days in (62, 14, 731))
_KINDS = f"{LOCAL}/encounter-kind"
_IS_ACTIVE = Q(is_active=True)
_BOOKABLE = {kind.value for kind in Encounter.Kind if kind != Encounter.Kind.SELF_REPORT}


def _visits(user: User) -> QuerySet[Any]:
    """The visits that one may know of; patients see theirs when the practice lets them."""
    rows = with_change(Appointment.objects.visible_to(user))
    return rows.none() if user.role == Role.PATIENT and not booking_policy().patients_see else rows


def _practice(asked: Asked, *, base: str) -> Sequence[Resource]:
    """The practice, unless something else is asked for."""
    made = organization()
    for name, _modifier, value in asked.filters:
        given = [plain(each) for each in alternatives(value)]
        if name == "_id" and made["id"] not in given:
            return []
        if name == "name" and not any(fold(settings.PRACTICE_NAME).startswith(fold(each)) for each in given):
            return []
    return [made]


def _the_practice(pk: str) -> Resource | None:
    made = organization()
    return made if made["id"] == pk else None


def _free(asked: Asked, *, base: str) -> Sequence[Resource]:
    """Free moments, the earliest first, of at most 62 days; without an end two weeks, without a start from now on.

    How long they are follows from the kind of visit (`service-type`, usually a session). One query, two with a kind.
    """
    now = timezone.now()
    start, end = _window(asked, now)
    kind = _service(asked)
    people = _people(asked, base)
    if kind is None or not _wants_free(asked) or start > now + FURTHEST:
        return []
    found = free_moments(
        practitioners=Practitioner.objects.filter(is_active=True) if people is None else people,
        start=start,
        end=end,
        minutes=visit_needs()[kind].minutes,
        type=kind,
        now=now,
    )
    ids = [each for name, _modifier, value in asked.filters if name == "_id" for each in alternatives(value)]
    made = [slot(moment) for moment in found]
    return [each for each in made if not ids or each["id"] in ids]


def _window(asked: Asked, now: datetime.datetime) -> tuple[datetime.datetime, datetime.datetime]:
    start, end = now, None
    for name, _modifier, value in asked.filters:
        if name != "start":
            continue
        span = read_date(value, parameter="start")
        if span.prefix not in {"eq", "ge", "gt", "sa", "le", "lt", "eb"}:
            raise NotSupported(_("Free moments are asked with eq, ge, gt, le or lt."), parameter="start")
        if span.prefix in {"eq", "ge", "gt", "sa"}:
            start = max(start, span.start if span.prefix in {"eq", "ge"} else span.end)
        if span.prefix in {"eq", "le", "lt", "eb"}:
            until = span.end if span.prefix in {"eq", "le"} else span.start
            end = until if end is None else min(end, until)
    if end is not None and end - start > LONGEST:
        sentence = _("Ask for at most %(days)d days.") % {"days": LONGEST.days}
        raise FhirRefusal(sentence, code="too-costly", parameter="start")
    return start, start + USUAL if end is None else end


def _service(asked: Asked) -> str | None:
    """The kind of visit that is asked; None for one that is none of the practice's."""
    kind: str = Encounter.Kind.SESSION.value
    for name, _modifier, value in asked.filters:
        if name == "service-type":
            token = read_token(value)
            kind = token.code if token.system in (None, _KINDS) else ""
    return kind if kind in _BOOKABLE else None


def _wants_free(asked: Asked) -> bool:
    wanted = [value for name, _modifier, value in asked.filters if name == "status"]
    return all(any(read_token(each).code == "free" for each in alternatives(value)) for value in wanted)


def _people(asked: Asked, base: str) -> Collection[Practitioner] | None:
    """The therapists whose time is asked; None for all."""
    wanted: set[UUID] | None = None
    for name, _modifier, value in asked.filters:
        if name == "schedule":
            found = [read_reference(each, base=base, parameter="schedule") for each in alternatives(value)]
            keys = {read_uuid(each[1]) for each in found if each and each[0] in ("", "Schedule")} - {None}
            wanted = keys if wanted is None else wanted & keys  # type: ignore[assignment]
    return None if wanted is None else list(Practitioner.objects.filter(is_active=True, pk__in=wanted))


def _one_slot(pk: str) -> Resource | None:
    """A free moment again by its id, when it is still free: of 5 to 240 minutes, looked for as a session is."""
    asked = slot_of(pk)
    if asked is None:
        return None
    practitioner, start, minutes = asked
    people = Practitioner.objects.filter(pk=practitioner, is_active=True)
    length = datetime.timedelta(minutes=minutes)
    if not 5 <= minutes <= 240 or abs(start - timezone.now()) > FURTHEST:
        return None
    kind = Encounter.Kind.SESSION
    found = free_moments(
        practitioners=people, start=start, end=start + length, minutes=minutes, type=kind, now=timezone.now()
    )
    return next((slot(moment) for moment in found if moment.start == start), None)


APPOINTMENT = Kind(
    name="Appointment",
    action="api.appointments",
    is_clinical=False,
    sources=(
        Source(
            rows=_visits,
            resource=lambda row, lookup: appointment(row),
            patient="patient_id",
            changed=by_history,
            sorts={"date": "start"},
            clauses={
                "patient": OF_PATIENT,
                "practitioner": Ref("practitioner_id", "Practitioner"),
                "location": Ref("room_id", "Location", is_number=True),
                "actor": AnyOf(
                    (
                        OF_PATIENT,
                        Ref("practitioner_id", "Practitioner"),
                        Ref("room_id", "Location", is_number=True),
                    )
                ),
                "date": When("start"),
                "status": Code("status", "http://hl7.org/fhir/appointmentstatus"),
                "service-type": Code("type", _KINDS),
                "_lastUpdated": CHANGE,
            },
        ),
    ),
    mandatory=("status", "participant"),
    includes={"patient": "participant", "practitioner": "participant", "location": "participant"},
)

SCHEDULE = Kind(
    name="Schedule",
    action="api.slots",
    is_clinical=False,
    sources=(
        Source(
            rows=lambda user: Practitioner.objects.all(),
            resource=lambda row, lookup: schedule(row),
            clauses={
                "actor": Ref("pk", "Practitioner"),
                "active": Choice({"true": _IS_ACTIVE, "false": ~_IS_ACTIVE}),
            },
        ),
    ),
    mandatory=("actor",),
    includes={"actor": "actor"},
)

SLOT = Kind(
    name="Slot",
    action="api.slots",
    is_clinical=False,
    listed=_free,
    listed_one=_one_slot,
    listed_parameters={"start": "date", "schedule": "reference", "service-type": "token", "status": "token"},
    mandatory=("schedule", "status", "start", "end"),
    includes={"schedule": "schedule"},
)

LOCATION = Kind(
    name="Location",
    action="api.patients",
    is_clinical=False,
    sources=(
        Source(
            rows=lambda user: Room.objects.all(),
            resource=lambda row, lookup: location(row),
            by_id=by_number,
            sorts={"name": "name"},
            clauses={
                "name": Text(("name",)),
                "status": Choice(
                    {"active": _IS_ACTIVE, "inactive": ~_IS_ACTIVE}, "http://hl7.org/fhir/location-status"
                ),
            },
        ),
    ),
)

ORGANIZATION = Kind(
    name="Organization",
    action="api.patients",
    is_clinical=False,
    listed=_practice,
    listed_one=_the_practice,
    listed_parameters={"name": "string"},
)
