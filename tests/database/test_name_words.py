"""The words of names come with the first patient who has one and leave with the last, whoever writes."""

import datetime

import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from accounts.models import User
from patients.erasure import erase
from patients.models import NameWord, Patient
from tests.people import NOW, make_patient

pytestmark = pytest.mark.django_db
BORN = datetime.date(1960, 1, 1)


def words() -> set[str]:
    return set(NameWord.objects.values_list("word", flat=True))


def test_a_name_brings_its_words_folded_and_joined() -> None:
    make_patient("Van den Bossche", "Marie-Claire Zoë")
    assert words() == {"van", "den", "bossche", "vandenbossche", "marie-claire", "zoe"}


def test_many_rows_at_once_bring_theirs() -> None:
    Patient.objects.bulk_create(
        [Patient(family_name=f"Naam{number}", given_name="An", birth_date=BORN) for number in range(3)]
    )
    assert words() == {"naam0", "naam1", "naam2", "an"}


def test_a_new_name_takes_the_old_words_that_nobody_else_has() -> None:
    make_patient("Peeters", "An")
    patient = make_patient("Quaegebeur", "An", phone="")
    Patient.objects.filter(pk=patient.pk).update(family_name="Peeters")
    assert words() == {"peeters", "an"}


def test_another_change_leaves_them() -> None:
    patient = make_patient("Peeters", "An")
    Patient.objects.filter(pk=patient.pk).update(city="Mol", archived_at=NOW)
    assert words() == {"peeters", "an"}


def test_an_erasure_takes_the_words_of_the_last_who_had_them(owner: User) -> None:
    make_patient("Peeters", "An")
    proof = erase(make_patient("Quaegebeur", "An", phone=""), by=owner, now=NOW).proofs.get()
    assert words() == {"peeters", "an"}
    assert proof.is_clean


def test_many_that_leave_at_once_take_theirs() -> None:
    for number in range(3):
        make_patient(f"Naam{number}", "An", phone="")
    Patient.objects.exclude(family_name="Naam1").delete()
    assert words() == {"naam1", "an"}


@pytest.mark.parametrize("statement", ["DELETE FROM patients_nameword", "INSERT INTO patients_nameword VALUES ('x')"])
def test_nobody_but_the_triggers_writes_them(statement: str) -> None:
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(statement)
