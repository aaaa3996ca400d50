"""What the database refuses about patients, whoever asks."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import User
from patients.models import (
    Encounter,
    EpisodeOfCare,
    IntakeResponse,
    Invitation,
    Measure,
    Observation,
    Patient,
    Prescription,
    Questionnaire,
)
from tests.people import NOW, TODAY, make_patient

pytestmark = pytest.mark.django_db


def refusal(act: Callable[[], Any]) -> str:
    """Return the name of the constraint that refuses an act."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
    name = error.value.__cause__.diag.constraint_name  # type: ignore[union-attr]
    return str(name)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"national_number": "85073003328"}, "patients_patient_national_number_once"),
        ({"national_number": "85.07.30"}, "patients_patient_national_number_digits"),
        ({"phone": "0470 12 34 56"}, "patients_patient_phone_e164"),
        ({"birth_date": datetime.date(1850, 1, 1)}, "patients_patient_birth_date_plausible"),
        ({"given_name": ""}, "patients_patient_has_name"),
    ],
)
def test_a_patient(fields: dict[str, Any], constraint: str) -> None:
    make_patient("Janssens", "Jan", national_number="85073003328", phone="")
    assert refusal(lambda: make_patient(**{"phone": "", **fields})) == constraint


def test_two_patients_without_a_national_number_may_both_stay() -> None:
    make_patient("Janssens", "Jan")
    make_patient("Peeters", "An")


def test_an_episode_or_a_contact_that_ends_before_it_begins(episode: EpisodeOfCare) -> None:
    yesterday = TODAY - datetime.timedelta(days=1)
    assert (
        refusal(lambda: EpisodeOfCare.objects.filter(pk=episode.pk).update(ended_on=yesterday))
        == "patients_episode_ends_after_start"
    )
    assert (
        refusal(
            lambda: Encounter.objects.create(
                patient=episode.patient,
                episode=episode,
                kind="session",
                started_at=NOW,
                ended_at=NOW - datetime.timedelta(minutes=1),
            )
        )
        == "patients_encounter_ends_after_start"
    )


@pytest.mark.parametrize("sessions", [0, 121])
def test_an_order_of_no_or_too_many_sessions(episode: EpisodeOfCare, doctor: Any, sessions: int) -> None:
    name = refusal(
        lambda: Prescription.objects.create(
            episode=episode, prescriber=doctor, prescribed_on=TODAY, sessions_ordered=sessions
        )
    )
    assert name == "patients_prescription_sessions_range"


def test_a_measure_whose_lowest_lies_above_its_highest() -> None:
    name = refusal(lambda: Measure.objects.create(key="x", label="x", type="integer", minimum=5, maximum=1))
    assert name == "patients_measure_range_ordered"


@pytest.fixture
def questionnaire() -> Questionnaire:
    return Questionnaire.objects.create(slug="intake", version=1, title="Intake", document={})


def test_a_version_of_a_questionnaire_stands_once_and_never_changes(questionnaire: Questionnaire) -> None:
    twice = {"slug": "intake", "version": 1, "title": "Intake", "document": {}}
    assert refusal(lambda: Questionnaire.objects.create(**twice)) == "patients_questionnaire_version_once"
    with pytest.raises(DatabaseError), transaction.atomic():
        Questionnaire.objects.filter(pk=questionnaire.pk).update(title="Anders")
    with pytest.raises(DatabaseError), transaction.atomic():
        Questionnaire.objects.filter(pk=questionnaire.pk).delete()


def test_an_episode_has_one_draft_and_a_finished_intake_a_moment(
    episode: EpisodeOfCare, questionnaire: Questionnaire
) -> None:
    def draft(**fields: Any) -> IntakeResponse:
        encounter = Encounter.objects.create(patient=episode.patient, episode=episode, kind="intake")
        return IntakeResponse.objects.create(
            encounter=encounter, episode=episode, questionnaire=questionnaire, **fields
        )

    draft()
    assert refusal(draft) == "patients_intake_one_draft"
    assert refusal(lambda: draft(status="completed")) == "patients_intake_completed_when"
    draft(status="completed", completed_at=NOW)


@pytest.fixture
def observe(episode: EpisodeOfCare, therapist: User) -> Callable[..., Observation]:
    measure = Measure.objects.create(key="nprs", label="Pijn", type="integer", minimum=0, maximum=10)

    def make(value: int, **fields: Any) -> Observation:
        return Observation.objects.create(
            patient=episode.patient,
            episode=episode,
            measure=measure,
            value=value,
            number=value,
            entered_by=therapist,
            **fields,
        )

    return make


def test_an_observation_out_of_range_or_on_an_unknown_side(observe: Callable[..., Observation]) -> None:
    assert refusal(lambda: observe(11)) == "patients_observation_in_range"
    assert refusal(lambda: observe(-1)) == "patients_observation_in_range"
    assert refusal(lambda: observe(5, side="B")) == "patients_observation_side_known"
    assert observe(10, side="L").number == 10


def test_an_observation_is_never_changed_or_deleted_and_corrected_once(observe: Callable[..., Observation]) -> None:
    row = observe(5)
    with pytest.raises(DatabaseError), transaction.atomic():
        Observation.objects.filter(pk=row.pk).update(number=4)
    with pytest.raises(DatabaseError), transaction.atomic():
        Observation.objects.filter(pk=row.pk).delete()
    observe(4, replaces=row)
    with pytest.raises(IntegrityError), transaction.atomic():
        observe(3, replaces=row)


def test_a_bulk_write_leaves_its_trace_in_the_history(patient: Patient) -> None:
    Patient.objects.filter(pk=patient.pk).update(city="Geel")
    assert list(patient.events.order_by("pgh_id").values_list("city", flat=True)) == ["", "Geel"]


def test_an_invitation(patient: Patient, receptionist: User) -> None:
    def make(**fields: Any) -> Invitation:
        row = {"patient": patient, "email": "an@mail.example", "digest": "a" * 64, "invited_by": receptionist}
        moments = {"created_at": NOW, "expires_at": NOW + datetime.timedelta(hours=72)}
        return Invitation.objects.create(**{**row, **moments, **fields})

    make()
    assert refusal(lambda: make(digest="b" * 64)) == "patients_invitation_one_open"
    assert refusal(lambda: make(status="used")) == "patients_invitation_link_once"
    ended = {"status": "withdrawn", "digest": "c" * 64}
    late = NOW + datetime.timedelta(hours=73)
    assert refusal(lambda: make(**ended, expires_at=late)) == "patients_invitation_three_days"
    assert refusal(lambda: make(**ended, attempts=4)) == "patients_invitation_three_attempts"
    assert refusal(lambda: make(digest="d" * 64, status="lost")) == "patients_invitation_status_known"
