"""One statement reads a whole record, and says what the rows say."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fysicure.fhir.bundle import everything, resources_of
from fysicure.fhir.record import _ROWS, Record
from fysicure.portal_role import narrow_to, widen
from pathways.models import CarePlan, DiaryEntry, PathwayVersion
from patients.models import Coding, Encounter, Observation, Patient, SessionNote
from tests.fhir.mapping.generated import Drawn
from tests.fhir.mapping.shared import shared
from tests.people import NOW

pytestmark = pytest.mark.django_db


def save_shared() -> None:
    """Keep what drawn patients share. The codes of the seeds are there already."""
    for model, rows in shared().items():
        if model is PathwayVersion:
            for row in rows:
                row.document, row.checksum = {}, f"{row.pk:064}"
        if model is not Coding:
            model._base_manager.bulk_create(rows)


def save(drawn: Drawn) -> Patient:
    """Keep a drawn patient with all rows, in an order in which each finds what it refers to."""
    drawn.user.save()
    drawn.patient.save()
    for model in _ROWS:
        model._base_manager.bulk_create(drawn.rows[model])
    return Patient.objects.get(pk=drawn.patient.pk)


def by_name(resources: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {f"{each['resourceType']}/{each['id']}": each for each in resources}


@pytest.fixture
def drawn() -> Drawn:
    """A patient whose drawn history has a plan, a diary, notes and a portal account."""
    save_shared()
    wanted = (CarePlan, DiaryEntry, SessionNote, Observation)
    return next(each for each in map(Drawn, range(100)) if each.patient.user_id and all(each.rows[m] for m in wanted))


def test_what_is_read_is_what_was_written(drawn: Drawn) -> None:
    codes = {Coding: list(Coding.objects.certain())}
    for each in (drawn, *map(Drawn, range(200, 206))):
        written = by_name(resources_of(each.patient, Record({**each.record().rows, **codes})))
        assert len(written) > 8
        assert by_name(everything(save(each))) == written


def test_nothing_of_another_patient_is_read(drawn: Drawn) -> None:
    first = by_name(everything(save(drawn)))
    other = Drawn(1000)
    save(other)
    assert by_name(everything(drawn.patient)) == first
    assert f"Patient/{other.patient.pk}" not in first


def test_two_years_of_care_are_one_query(drawn: Drawn) -> None:
    patient = save(drawn)
    plan, by = drawn.rows[CarePlan][0], drawn.user
    Encounter.objects.bulk_create(
        Encounter(
            patient=patient, episode=plan.episode, kind="session", practitioner=drawn.therapist,
            started_at=NOW - datetime.timedelta(days=12 * number),
        )
        for number in range(60)
    )  # fmt: skip
    DiaryEntry.objects.bulk_create(
        DiaryEntry(
            patient=patient, plan=plan, kind="run", side="R", pre=0, during=number % 4, client_key=f"day {number}",
            started_at=NOW - datetime.timedelta(days=number, minutes=30), created_by=by,
            ended_at=NOW - datetime.timedelta(days=number),
        )
        for number in range(700)
    )  # fmt: skip
    with CaptureQueriesContext(connection) as queries:
        resources = everything(patient)
    assert len(queries) == 1
    assert len(resources) > 780


def test_a_patient_reads_the_own_record_under_row_security(drawn: Drawn) -> None:
    patient = save(drawn)
    staff = by_name(everything(patient))
    narrow_to(drawn.user)
    try:
        own, other = by_name(everything(patient)), shared_only(patient)
    finally:
        widen()
    assert own == staff
    assert other == set()


def shared_only(patient: Patient) -> set[str]:
    """The kinds of what a narrowed connection gives of somebody else, but for the bare person that was handed over."""
    somebody = Patient(family_name="Ander", given_name="Iemand", birth_date=patient.birth_date)
    return {name.partition("/")[0] for name in by_name(everything(somebody))} - {"Patient", "Organization"}
