"""Whose visit a line is: by national number, by the number in the other program, or by name and date of birth."""

import datetime
from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from patients.data_import.kinds import ROW, ImportKind, Line
from patients.data_import.recognising import Known, Person, find_by_external_number, find_known
from patients.data_import.values import Unreadable, read_date
from patients.national_number import InvalidNationalNumber, read_national_number
from patients.registration import national_number_errors

NUMBER, EXTERNAL, WHOLE, BORN = (
    "patient_national_number",
    "patient_external_number",
    "patient_name",
    "patient_birth_date",
)
FAMILY, GIVEN = "patient_family_name", "patient_given_name"


def recognise(kind: ImportKind, lines: Sequence[Line], *, today: datetime.date) -> None:
    """Fill in the patient of each line, or refuse it. Two queries for all lines.

    What decides first is the national number, then the number in the other program, then name with date of birth. A
    line whose numbers are unknown can still be known by the name.
    """
    people = [_person(kind, line, today) for line in lines]
    external = find_by_external_number({kind.cell(line, EXTERNAL)[:60] for line in lines})
    for line, known in zip(lines, find_known(people), strict=True):
        if line.is_open:
            _decide(line, known, external.get(kind.cell(line, EXTERNAL)[:60], set()))


def _person(kind: ImportKind, line: Line, today: datetime.date) -> Person:
    number, born = kind.cell(line, NUMBER), kind.cell(line, BORN)
    day = None
    try:
        number = read_national_number(number, today=today) if number else ""
    except InvalidNationalNumber as error:
        line.refuse(NUMBER, national_number_errors(error))
    try:
        day = read_date(born, order=kind.option("date_format"), pivot=today) if born else None
    except Unreadable as error:
        line.refuse(BORN, str(error))
    family, given, whole = kind.cell(line, FAMILY), kind.cell(line, GIVEN), kind.cell(line, WHOLE)
    whole = whole or ("" if given else family)
    if "," in whole:
        family, given = (part.strip() for part in whole.split(",", 1))
        whole = ""
    return Person(family, given, day, number or None, " ".join(whole.split()))


def _decide(line: Line, known: Known | None, by_external: set[UUID]) -> None:
    if known is not None and known.is_other_birth_date:
        line.refuse(BORN, _("This national number is registered for somebody with another date of birth."))
    elif known is not None and known.is_by_number:
        line.patient_id = known.patient_id
    elif len(by_external) == 1:
        line.patient_id = next(iter(by_external))
    elif len(by_external) > 1:
        line.refuse(EXTERNAL, _("Several patients came with this number from the other program."))
    elif known is not None and known.is_one_of_several:
        line.refuse(ROW, _("Several patients with this name and date of birth are registered already."))
    elif known is not None:
        line.patient_id = known.patient_id
    else:
        line.refuse(ROW, _("This patient is not registered: import the patients first, or check the number."))
