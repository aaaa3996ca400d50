"""Patients from a file: the same rules as at the desk (patients.registration), for many lines at once."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.data_import.doctors import DoctorBook
from patients.data_import.kinds import ROW, ImportKind, Line, Option, Outcome
from patients.data_import.patient_columns import COLUMNS
from patients.data_import.recognising import Known, Person, find_known, name_key
from patients.data_import.values import (
    Unreadable,
    read_country,
    read_date,
    read_gender,
    read_language,
    read_postal_code,
    split_name,
)
from patients.models import Patient
from patients.registration import calendar_errors, read_fields
from patients.validation import errors_of_rows

_L = gettext_lazy
# Where a field's error stands, when the file has the field under another name.
_OTHER_COLUMN = {"family_name": "full_name", "given_name": "full_name", "phone": "mobile", "street": "house_number"}


class PatientImport(ImportKind):
    """Patients. One who is known by national number, or by name and date of birth, is left as he or she is."""

    model = Patient
    columns = COLUMNS
    options = (
        Option("date_format", _L("Dates"), (("", _L("day first, or year first")), ("mdy", _L("month first")))),
        Option(
            "name_order",
            _L("Name in one column, without a comma"),
            (("", _L("refuse")), ("family", _L("family name first")), ("given", _L("first name first"))),
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.doctors = DoctorBook()
        self.today = timezone.localdate(self.now)
        self.numbers: dict[str, tuple[int, datetime.date]] = {}
        self.names: dict[tuple[str, datetime.date], list[tuple[int, str | None]]] = {}

    @classmethod
    def guessed(cls, found: dict[str, str]) -> dict[str, str]:
        """A name without a first name beside it is the whole name."""
        if "family_name" in found and not {"given_name", "full_name"} & set(found):
            found["full_name"] = found.pop("family_name")
        return found

    @classmethod
    def missing_columns(cls, chosen: set[str]) -> list[str]:
        """A date of birth, and a name in one column or two."""
        missing = [] if "birth_date" in chosen else ["birth_date"]
        if "full_name" not in chosen:
            missing += [name for name in ("family_name", "given_name") if name not in chosen]
        return missing

    def judge(self, lines: Sequence[Line]) -> None:
        """Read each line, and see who is known already or stands in the file twice."""
        self._read(lines)
        self._recognise(lines)
        for line in lines:
            if line.is_open:
                self._compare(line)

    def make(self, lines: Sequence[Line]) -> None:
        """Register the lines. Who became known since the check is left as he or she is, and told."""
        self._read(lines)
        self._recognise(lines)
        wanted = [line for line in lines if line.is_open]
        made = self.doctors.add([line.facts["doctor"] for line in wanted if "doctor" in line.facts])
        self.data_import.made_doctors += [str(each.pk) for each in made]
        for line in wanted:
            line.row.general_practitioner = self.doctors.find(*line.facts.get("doctor", ("", "")))
        Patient.objects.bulk_create([line.row for line in wanted], ignore_conflicts=True)
        there = set(Patient.objects.filter(pk__in=[line.row.pk for line in wanted]).values_list("pk", flat=True))
        for line in wanted:
            if line.row.pk in there:
                line.outcome, line.made_id, line.patient_id = Outcome.MADE, line.row.pk, line.row.pk
            else:
                line.refuse("national_number", _("Another patient already has this national number."))

    def _read(self, lines: Sequence[Line]) -> None:
        """Fill in the row of each line that can be read."""
        for line in lines:
            line.external_number = self.cell(line, "external_number")[:60]
            self._read_line(line)
        readable = [line for line in lines if line.row is not None]
        refusals = errors_of_rows([line.row for line in readable], without=["general_practitioner", "user"])
        for line, errors in zip(readable, refusals, strict=True):
            for name, sentence in (errors or calendar_errors(line.row, self.now)).items():
                self._refuse(line, name, sentence)

    def _read_line(self, line: Line) -> None:
        fields = self._fields(line)
        values, errors = read_fields(fields, self.now)
        for name, sentence in errors.items():
            self._refuse(line, name, sentence)
        if line.is_open:
            line.row = Patient(**values)

    def _fields(self, line: Line) -> dict[str, Any]:
        """The fields of patients.registration.FIELDS, as far as the cells can be read."""
        code, town = read_postal_code(self.cell(line, "postal_code"))
        fields: dict[str, Any] = {
            "national_number": self.cell(line, "national_number"),
            "phone": self.cell(line, "mobile") or self.cell(line, "phone"),
            "email": self.cell(line, "email"),
            "street": " ".join(filter(None, (self.cell(line, "street"), self.cell(line, "house_number")))),
            "postal_code": code,
            "city": self.cell(line, "city") or town,
        }
        readers = {"gender": read_gender, "language": read_language, "country": read_country}
        for name, read in readers.items():
            try:
                fields[name] = read(self.cell(line, name))
            except Unreadable as error:
                line.refuse(name, str(error))
        fields |= self._name(line) | self._birth_date(line)
        self._doctor(line)
        return fields

    def _name(self, line: Line) -> dict[str, str]:
        family, given = self.cell(line, "family_name"), self.cell(line, "given_name")
        whole = self.cell(line, "full_name") or ("" if "given_name" in self.places else family)
        if whole and not (family and given):
            try:
                family, given = split_name(whole, order=self.option("name_order"))
            except Unreadable as error:
                self._refuse(line, "family_name", str(error))
        for name, value in (("family_name", family), ("given_name", given)):
            if not value:
                self._refuse(line, name, _("A patient has a family name and a first name."))
        return {"family_name": family, "given_name": given}

    def _birth_date(self, line: Line) -> dict[str, datetime.date]:
        text = self.cell(line, "birth_date")
        try:
            if not text:
                raise Unreadable(_("A patient has a date of birth."))
            return {"birth_date": read_date(text, order=self.option("date_format"), pivot=self.today)}
        except Unreadable as error:
            line.refuse("birth_date", str(error))
            return {}

    def _doctor(self, line: Line) -> None:
        name, number = self.cell(line, "general_practitioner"), self.cell(line, "general_practitioner_number")
        if not name and not number:
            return
        try:
            line.facts["doctor"] = self.doctors.read(name, number)
        except Unreadable as error:
            line.refuse("general_practitioner_number" if number else "general_practitioner", str(error))

    def _refuse(self, line: Line, name: str, sentence: str) -> None:
        """Refuse at the column of the file in which the field stands."""
        other = _OTHER_COLUMN.get(name, name)
        line.refuse(other if name not in self.places and other in self.places else name, sentence)

    def _recognise(self, lines: Sequence[Line]) -> None:
        wanted = [line for line in lines if line.is_open]
        rows = [line.row for line in wanted]
        people = [Person(row.family_name, row.given_name, row.birth_date, row.national_number) for row in rows]
        for line, known in zip(wanted, find_known(people), strict=True):
            if known is not None:
                self._tell(line, known)

    def _tell(self, line: Line, known: Known) -> None:
        if known.is_other_birth_date:
            sentence = _("This national number is registered for somebody with another date of birth.")
            line.refuse("national_number", sentence)
        elif known.is_one_of_several:
            line.refuse(ROW, _("Several patients with this name and date of birth are registered already."))
        else:
            line.outcome, line.patient_id = Outcome.SAME, known.patient_id
            told = _("Registered already, and archived.") if known.is_archived else _("Registered already.")
            line.errors[ROW] = told

    def _compare(self, line: Line) -> None:
        """See whether an earlier line of the file is the same person; else remember this one."""
        row = line.row
        key = (name_key(row.family_name, row.given_name), row.birth_date)
        by_number = self.numbers.get(row.national_number) if row.national_number else None
        if by_number is not None and by_number[1] != row.birth_date:
            sentence = _("Line %(line)d has this national number with another date of birth.")
            line.refuse("national_number", sentence % {"line": by_number[0]})
            return
        alike = [
            at
            for at, number in self.names.get(key, [])
            if None in (number, row.national_number) or number == row.national_number
        ]
        earlier = by_number[0] if by_number else next(iter(alike), None)
        if earlier is not None:
            line.outcome = Outcome.SAME
            line.errors[ROW] = _("The same person as on line %(line)d.") % {"line": earlier}
            return
        if row.national_number:
            self.numbers[row.national_number] = (line.number, row.birth_date)
        self.names.setdefault(key, []).append((line.number, row.national_number))
