"""The sheet of a series: its rows as they stand in the form, judged against the calendar, until they are booked."""

import datetime
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from accounts.models import Practitioner
from patients.models import Patient
from scheduling.free_time import wall_time
from scheduling.series import PlannedVisit
from scheduling.series_calendar import Calendar, read_calendar
from scheduling.series_forms import ReasonForm, RowForm, row_forms, rows_data
from scheduling.series_preview import Draft, Preview, Row, preview, take_nearest
from scheduling.series_proposal import propose
from scheduling.series_wish import Hours, Slot, Wish


@dataclass(frozen=True)
class Asked:
    """What a sheet is drawn up for: its visits without moments, the days they span, and who may do them.

    `people` are all therapists to choose from, `order` those whom the proposal may use, the preferred first. `propose`
    gives a slot for each visit. `keys` say, for each row, what it is for (the id of a follow-up).
    """

    patient: Patient
    visits: Sequence[Draft]
    span: tuple[datetime.date, datetime.date]
    people: Sequence[Practitioner]
    order: Sequence[UUID]
    propose: Callable[[Calendar], Sequence[Slot]]
    hours: Hours = Hours()
    keys: Sequence[str] = ()
    one_person: bool = False


@dataclass(frozen=True)
class Sheet:
    """The rows with their forms, ready to be shown."""

    rows: Sequence[tuple[Row, RowForm]]
    preview: Preview
    people: Mapping[UUID, Practitioner]
    reason: ReasonForm
    key: str

    @property
    def is_readable(self) -> bool:
        """Whether every visit that is kept has a moment."""
        return all(row.draft.slot is not None for row in self.preview.kept)

    @property
    def days(self) -> list[datetime.date]:
        """The days of the visits that are kept."""
        return [row.draft.slot.day for row in self.preview.kept if row.draft.slot]

    @property
    def numbers(self) -> list[int]:
        """The places of the visits that are kept."""
        return [row.number for row in self.preview.kept]

    def visits(self) -> list[PlannedVisit]:
        """Return the visits to book; for a readable sheet."""
        return [
            PlannedVisit(
                self.people[row.draft.slot.person],
                wall_time(row.draft.slot.day, row.draft.slot.time),
                row.draft.kind[1],
                row.draft.kind[0],
            )
            for row in self.preview.kept
            if row.draft.slot is not None
        ]


def asked_for(wish: Wish, patient: Patient, people: Sequence[Practitioner], *, preferred: UUID | None = None) -> Asked:
    """Return what a wish of the desk asks for; the `preferred` therapist (of the episode) goes first. Pure."""
    kind = (wish.type, wish.minutes)
    ranked = sorted(people, key=lambda person: (person.pk != preferred, person.name, str(person.pk)))
    order = [wish.who] if isinstance(wish.who, UUID) else [person.pk for person in ranked]
    return Asked(
        patient=patient,
        visits=[Draft(kind, None)] * wish.count,
        span=(wish.first, wish.last_day()),
        people=people,
        order=order,
        propose=lambda calendar: propose(wish, calendar.free[kind], order),
        hours=wish.hours,
        one_person=wish.who == "same",
    )


def draw_up(asked: Asked, data: Mapping[str, Any] | None, *, now: datetime.datetime) -> Sheet:
    """Return the sheet: proposed when nothing was sent, else as it was sent. The calendar is read once."""
    sent = dict(data or {})
    forms = row_forms(sent, asked.people)[: len(asked.visits)]
    drafts = [
        replace(visit, slot=form.slot(), is_out=form.is_out) for visit, form in zip(asked.visits, forms, strict=False)
    ]
    calendar = _calendar(asked, drafts, now)
    if data is None:
        drafts = [replace(visit, slot=slot) for visit, slot in zip(asked.visits, asked.propose(calendar), strict=True)]
    order = _order(asked, drafts)
    if sent.get("act") == "nearest":
        drafts = take_nearest(drafts, calendar, people=order, hours=asked.hours)
    if data is None or sent.get("act") == "nearest":
        sent |= rows_data(drafts, asked.keys)
        forms = row_forms(sent, asked.people)
    seen = preview(drafts, calendar, people=order, hours=asked.hours)
    return Sheet(
        rows=list(zip(seen.rows, forms, strict=True)),
        preview=seen,
        people={person.pk: person for person in asked.people},
        reason=ReasonForm(sent),
        key=str(sent.get("idempotency_key") or uuid4().hex)[:80],
    )


def _calendar(asked: Asked, drafts: Sequence[Draft], now: datetime.datetime) -> Calendar:
    typed = [draft.slot for draft in drafts if draft.slot is not None]
    involved = {*asked.order, *(slot.person for slot in typed)}
    days = [*asked.span, *(slot.day for slot in typed)]
    return read_calendar(
        asked.patient,
        [person for person in asked.people if person.pk in involved],
        {visit.kind for visit in asked.visits},
        first=min(days),
        last=max(days),
        now=now,
    )


def _order(asked: Asked, drafts: Sequence[Draft]) -> Sequence[UUID]:
    """Whom alternatives may be with: for one therapist throughout, the one who stands on most rows."""
    present = Counter(draft.slot.person for draft in drafts if draft.slot is not None)
    return [present.most_common(1)[0][0]] if asked.one_person and present else asked.order
