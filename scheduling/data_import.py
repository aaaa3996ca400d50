"""Visits from a file.

What cannot be (two visits at once, a room taken twice) is refused, as at the desk. The soft rules (hours, buffers,
length) are not asked, since these visits were agreed elsewhere; visits of the past are taken as the file tells them;
and nothing is announced to patients. A visit without a room in the file stays without one.
"""

import datetime
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.exceptions import InvalidInput
from accounts.models import Practitioner
from patients.data_import.kinds import ROW, ImportKind, Line, Option, Outcome
from patients.data_import.values import Unreadable, read_date
from patients.episodes import RUNNING
from patients.models import EpisodeOfCare, Patient
from patients.validation import errors_of_rows
from scheduling.booking_rules import check_values, end_of
from scheduling.data_import_clashes import LinesSoFar, clashes_of
from scheduling.data_import_columns import COLUMNS
from scheduling.data_import_patients import EXTERNAL, FAMILY, GIVEN, NUMBER, WHOLE, recognise
from scheduling.data_import_people import PractitionerBook, RoomBook
from scheduling.data_import_words import at_wall, read_minutes, read_moment, read_status, read_time, read_type
from scheduling.models import Appointment
from scheduling.visit_needs import visit_needs
from scheduling.writing import lock_days

_L = gettext_lazy
_STATUS = Appointment.Status
_RELATIONS = ("patient", "practitioner", "room", "episode", "equipment", "series", "fills", "encounter", "booked_by")
_EARLIEST = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
_FARTHEST = datetime.timedelta(days=3 * 366)  # how far ahead a visit may be; a year of two digits is none later


class AppointmentImport(ImportKind):
    """Visits. One that is there already, of the same patient with the same therapist at the same moment, is left."""

    model = Appointment
    columns = COLUMNS
    options = (
        Option("date_format", _L("Dates"), (("", _L("day first, or year first")), ("mdy", _L("month first")))),
        Option(
            "past_status",
            _L("Past visits without a status, or still booked"),
            (
                ("", _L("leave them as they are")),
                ("fulfilled", _L("they took place")),
                ("noshow", _L("nobody came")),
            ),
        ),
        Option(
            "unknown_type",
            _L("Kinds of visits that are not known"),
            (("", _L("refuse")), ("session", _L("take them as sessions"))),
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.practitioners, self.rooms = PractitionerBook(), RoomBook()
        self.minutes = {name: needs.minutes for name, needs in visit_needs().items()}
        self.earlier = LinesSoFar()
        self.today = timezone.localdate(self.now)

    @classmethod
    def all_options(cls) -> tuple[Option, ...]:
        """The options, and the therapist of lines that name none."""
        people = [(str(each.pk), each.name) for each in Practitioner.objects.filter(is_active=True)]
        nobody = ("", _L("refuse"))
        return (*cls.options, Option("default_practitioner", _L("Visits without a physiotherapist"), (nobody, *people)))

    @classmethod
    def guessed(cls, found: dict[str, str]) -> dict[str, str]:
        """A name without a first name beside it is the whole name."""
        if FAMILY in found and not {GIVEN, WHOLE} & set(found):
            found[WHOLE] = found.pop(FAMILY)
        return found

    @classmethod
    def missing_columns(cls, chosen: set[str]) -> list[str]:
        """A moment, and something by which the patient is known."""
        missing = [] if "start" in chosen or {"date", "time"} <= chosen else ["start"]
        is_named = {WHOLE, "patient_birth_date"} <= chosen or {FAMILY, "patient_birth_date"} <= chosen
        return missing if chosen & {NUMBER, EXTERNAL} or is_named else [*missing, NUMBER]

    def judge(self, lines: Sequence[Line]) -> None:
        """Read each line, find its patient, and see what is in the way."""
        for line in lines:
            self._read_line(line)
        recognise(self, lines, today=self.today)
        self._complete(lines)
        self._against_agenda([line for line in lines if line.is_open])
        for line in lines:
            if line.is_open:
                self._against_file(line)

    def make(self, lines: Sequence[Line]) -> None:
        """Book the lines for the patients whom the check found; what is taken meanwhile is refused, and told."""
        for line in lines:
            self._read_line(line)
            if line.is_open and line.patient_id is None:
                line.refuse(ROW, _("This patient was removed meanwhile."))
        self._complete(lines)
        wanted = [line for line in lines if line.is_open]
        lock_days(*(moment for line in wanted for moment in (line.row.start, line.row.end)))
        self._against_agenda(wanted)
        wanted = [line for line in wanted if line.is_open]
        Appointment.objects.bulk_create([line.row for line in wanted], ignore_conflicts=True)
        there = set(Appointment.objects.filter(pk__in=[line.row.pk for line in wanted]).values_list("pk", flat=True))
        for line in wanted:
            if line.row.pk in there:
                line.outcome, line.made_id = Outcome.MADE, line.row.pk
        self._against_agenda([line for line in wanted if line.is_open], is_taken=True)

    def _read_line(self, line: Line) -> None:
        """Fill in the visit of a line without its patient, or refuse the columns that cannot be read."""
        visit = Appointment(booked_by_id=self.data_import.asked_by_id or self.data_import.created_by_id)
        visit.created_at, visit.note = self.now, self.cell(line, "note")
        visit.type = self._try(line, "type", self._type) or "session"
        start = self._try(line, "start" if "start" in self.places else "date", lambda _text: self._start(line))
        visit.practitioner = self._try(line, "practitioner", self._practitioner)
        if self.cell(line, "room"):
            visit.room = self._try(line, "room", self.rooms.read)
        status = self._try(line, "status", read_status) or _STATUS.BOOKED
        if start is None or not line.is_open:
            return
        visit.start = start
        minutes = self._try(
            line, "minutes" if "minutes" in self.places else "end", lambda _text: self._minutes(line, start, visit.type)
        )
        if minutes is None:
            return
        try:
            visit.end = end_of(start, minutes)
        except InvalidInput as error:
            line.refuse("minutes" if "minutes" in self.places else "end", error.detail)
            return
        self._set_status(line, visit, status)
        if line.is_open:
            line.row = visit

    def _try(self, line: Line, name: str, read: Callable[[str], Any]) -> Any:
        try:
            return read(self.cell(line, name))
        except Unreadable as error:
            line.refuse(name, str(error))
            return None

    def _type(self, text: str) -> str:
        try:
            return read_type(text)
        except Unreadable:
            if self.option("unknown_type"):
                return self.option("unknown_type")
            raise

    def _practitioner(self, text: str) -> Practitioner | None:
        if text:
            return self.practitioners.read(text)
        found = self.practitioners.by_id.get(self.option("default_practitioner"))
        if found is None:
            raise Unreadable(_("Say which physiotherapist."))
        return found

    def _start(self, line: Line) -> datetime.datetime:
        order, pivot = self.option("date_format"), self.today + _FARTHEST
        if whole := self.cell(line, "start"):
            moment = read_moment(whole, order=order, pivot=pivot)
        else:
            day, time = self.cell(line, "date"), self.cell(line, "time")
            if not day or not time:
                raise Unreadable(_("A visit has a date and a time."))
            moment = at_wall(read_date(day, order=order, pivot=pivot), read_time(time))
        if not _EARLIEST < moment < self.now + _FARTHEST:
            raise Unreadable(_("This date lies too far away."))
        return moment

    def _minutes(self, line: Line, start: datetime.datetime, type: str) -> int:
        """The length in minutes: as it stands there, until the end that stands there, or as its kind usually takes."""
        if text := self.cell(line, "minutes"):
            return read_minutes(text)
        text = self.cell(line, "end")
        if not text:
            return self.minutes[type]
        try:
            end = at_wall(timezone.localdate(start), read_time(text))
        except Unreadable:
            end = read_moment(text, order=self.option("date_format"), pivot=self.today + _FARTHEST)
        if end <= start:
            raise Unreadable(_("The end must come after the start."))
        return int((end - start).total_seconds() // 60)

    def _set_status(self, line: Line, visit: Appointment, status: str) -> None:
        is_over = visit.end <= self.now
        if is_over and status == _STATUS.BOOKED and self.option("past_status"):
            status = self.option("past_status")
        if visit.start > self.now and status in {_STATUS.ARRIVED, _STATUS.FULFILLED, _STATUS.NO_SHOW}:
            line.refuse("status", _("This visit has not begun yet."))
        visit.status = status
        if status == _STATUS.CANCELLED:
            visit.cancellation_code = Appointment.CancellationReason.OTHER

    def _complete(self, lines: Sequence[Line]) -> None:
        """Give each visit its patient and the running episode, and refuse what the desk could not book at any time."""
        wanted = [line for line in lines if line.is_open]
        patients = Patient.objects.in_bulk({line.patient_id for line in wanted})
        coming = {line.patient_id for line in wanted if line.row.start >= self.now}
        episodes = _running_episodes(coming)
        for line in wanted:
            if line.patient_id not in patients:
                line.refuse(ROW, _("This patient was removed meanwhile."))
                continue
            line.row.patient = patients[line.patient_id]
            line.row.episode = episodes.get(line.patient_id) if line.row.start >= self.now else None
            try:
                check_values(line.row)
            except InvalidInput as error:
                for name, sentences in error.errors.items():
                    line.refuse(ROW if name == "patient" else name, sentences[0])
        wanted = [line for line in wanted if line.is_open]
        refusals = errors_of_rows([line.row for line in wanted], without=_RELATIONS)
        for line, errors in zip(wanted, refusals, strict=True):
            for name, sentence in errors.items():
                line.refuse(name if name in self.places else ROW, sentence)

    def _against_agenda(self, lines: Sequence[Line], *, is_taken: bool = False) -> None:
        """See what is in the way on the agenda; `is_taken`: something surely is, or was a moment ago."""
        found = clashes_of([line.row for line in lines])
        for place, line in enumerate(lines):
            field, sentence = found.get(place, ("", ""))
            if field == "same":
                line.outcome, line.errors[ROW] = Outcome.SAME, _("This visit is there already.")
            elif field or is_taken:
                sentence = sentence or _("This moment has just been taken.")
                line.refuse(field if field in self.places else ROW, sentence)

    def _against_file(self, line: Line) -> None:
        """See what is in the way on an earlier line of the file; else remember this one."""
        earlier = self.earlier.same(line.row)
        if earlier is not None:
            line.outcome = Outcome.SAME
            line.errors[ROW] = _("The same visit as on line %(line)d.") % {"line": earlier}
            return
        clash = self.earlier.clash(line.row)
        if clash is None:
            self.earlier.remember(line.row, line.number)
            return
        sentences = {
            "practitioner": _("This physiotherapist has another visit then, on line %(line)d."),
            "room": _("This room is taken then, by line %(line)d."),
            "patient": _("This patient has another visit then, on line %(line)d."),
        }
        field, number = clash
        line.refuse(field if field in self.places else ROW, sentences[field] % {"line": number})


def _running_episodes(patients: set[UUID | None]) -> dict[UUID | None, EpisodeOfCare]:
    """The running episode of each patient who has exactly one (as scheduling.writing.running_episode). One query."""
    found: dict[UUID | None, list[EpisodeOfCare]] = {}
    for each in EpisodeOfCare.objects.filter(patient__in=patients, status__in=RUNNING):
        found.setdefault(each.patient_id, []).append(each)
    return {patient: rows[0] for patient, rows in found.items() if len(rows) == 1}
