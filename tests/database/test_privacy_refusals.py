"""What the database refuses about privacy, whoever asks."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from accounts.identifiers import uuid7
from accounts.models import Practitioner, User
from pathways.models import (
    CarePlan,
    CheckIn,
    Classification,
    Decision,
    DiaryEntry,
    EducationItem,
    ExercisePrescription,
    Goal,
    Letter,
    Phase,
    PlanPause,
    Task,
)
from patients.belongings import is_history, patient_links
from patients.erasure_rows import delete_rows
from patients.models import (
    Consent,
    Encounter,
    EpisodeOfCare,
    Erasure,
    ErasureProof,
    IntakeResponse,
    Observation,
    Patient,
    Prescription,
    PrivacyRequest,
    PrivacyText,
    Restriction,
    RetentionDecision,
    SessionNote,
)
from patients.restriction import lift, restrict
from scheduling.models import Appointment
from tests.erasures import recorded_erasure
from tests.pathways.stories import log, make_plan, measure
from tests.people import NOW, TODAY

pytestmark = pytest.mark.django_db


def refusal(act: Callable[[], Any]) -> str:
    """Return the name of the constraint that refuses an act."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
    return str(error.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]


@pytest.fixture
def text(owner: User) -> PrivacyText:
    return PrivacyText.objects.create(
        kind="notice", version=1, title="Verklaring", body="…", published_at=NOW, published_by=owner
    )


def test_texts(text: PrivacyText, owner: User) -> None:
    def make(**fields: Any) -> PrivacyText:
        return PrivacyText.objects.create(**{"kind": "notice", "version": 2, "title": "T", "body": "B", **fields})

    given = {"published_at": NOW, "published_by": owner}
    assert refusal(lambda: make(version=1, **given)) == "patients_privacytext_version_once"
    assert refusal(lambda: make(published_at=NOW)) == "patients_privacytext_published_by"
    assert refusal(lambda: make(body="")) == "patients_privacytext_has_text"
    make()
    assert refusal(lambda: make(version=3)) == "patients_privacytext_one_draft"
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        PrivacyText.objects.filter(pk=text.pk).update(body="Stil veranderd")
    with pytest.raises(ProgrammingError, match="delete rows"), recorded_erasure(uuid7()):
        PrivacyText.objects.filter(pk=text.pk).delete()


def test_consents(patient: Patient, text: PrivacyText, owner: User) -> None:
    def make(**fields: Any) -> Consent:
        given = {"patient": patient, "text": text, "how": "desk", "made_by": owner, **fields}
        return Consent.objects.create(**given)

    assert refusal(lambda: make(kind="notice", choice="given")) == "patients_consent_choice_fits"
    assert refusal(lambda: make(kind="research", choice="shown")) == "patients_consent_choice_fits"
    row = make(kind="research", choice="given")
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Consent.objects.filter(pk=row.pk).update(choice="refused")


def test_requests(patient: Patient, owner: User) -> None:
    def make(**fields: Any) -> PrivacyRequest:
        given = {"patient": patient, "kind": "copy", "how": "desk", "due_on": TODAY, "recorded_by": owner, **fields}
        return PrivacyRequest.objects.create(**given)

    answered = {"answered_at": NOW, "answered_by": owner}
    assert refusal(lambda: make(status="accepted")) == "patients_privacyrequest_answered_when"
    assert refusal(lambda: make(status="refused", **answered)) == "patients_privacyrequest_refusal_has_reason"
    assert refusal(lambda: make(kind="remark")) == "patients_privacyrequest_has_words"
    row = make(kind="remark", statement="Mijn woorden")
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        PrivacyRequest.objects.filter(pk=row.pk).update(statement="Andere woorden")
    PrivacyRequest.objects.filter(pk=row.pk).update(status="accepted", **answered)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        PrivacyRequest.objects.filter(pk=row.pk).update(answer="Achteraf")


def test_restrictions(patient: Patient, owner: User) -> None:
    def make(**fields: Any) -> Restriction:
        return Restriction.objects.create(**{"patient": patient, "reason": "Betwist", "begun_by": owner, **fields})

    assert refusal(lambda: make(reason="")) == "patients_restriction_has_reason"
    assert refusal(lambda: make(lifted_at=NOW, lifted_by=owner)) == "patients_restriction_lifted_when"
    make()
    assert refusal(make) == "patients_restriction_one_open"


def test_decisions_and_erasures_stay(patient: Patient, owner: User) -> None:
    with_reason = {"patient": patient, "keep_until": TODAY, "decided_by": owner}
    empty = refusal(lambda: RetentionDecision.objects.create(**with_reason, reason=""))
    assert empty == "patients_retentiondecision_has_reason"
    assert refusal(lambda: Erasure.objects.create(patient_id=uuid7(), basis="wish")) == "patients_erasure_basis_known"
    erasure = Erasure.objects.create(patient_id=uuid7(), basis="retention")
    proof = {"erasure": erasure, "counts": {}, "searched": {}, "is_clean": True}
    assert refusal(lambda: ErasureProof.objects.create(**proof, digest="x")) == "patients_erasureproof_digest_hex"
    ErasureProof.objects.create(**proof, digest="0" * 64)
    for model in (Erasure, ErasureProof):
        with pytest.raises(ProgrammingError, match="permission denied"), recorded_erasure(erasure.pk):
            delete_rows(model, list(model.objects.values_list("pk", flat=True)))


@pytest.fixture
def frozen(patient: Patient, episode: EpisodeOfCare, practitioner: Practitioner, doctor: Any, owner: User) -> CarePlan:
    """A full record that is frozen."""
    plan, by = make_plan(episode, practitioner), practitioner.user
    log(plan, 1)
    measure(plan, {"stairs_nprs": {"R": 3}})
    Prescription.objects.create(episode=episode, prescriber=doctor, prescribed_on=TODAY)
    Goal.objects.create(plan=plan, description="Lopen")
    CheckIn.objects.create(plan=plan, due_on=TODAY)
    Letter.objects.create(patient=patient, episode=episode, kind="plan", document={}, created_by=by)
    PlanPause.objects.create(plan=plan, started_on=TODAY, reason_code="illness", made_by=by)
    Task.objects.create(patient=patient, episode=episode, plan=plan, kind="review", due_at=NOW, source_key="x")
    SessionNote.objects.create(
        patient=patient, episode=episode, encounter=Encounter.objects.latest("pk"), written_by=by, subjective="a"
    )
    restrict(patient, reason="De patiënt betwist de intake", by=owner, now=NOW)
    return plan


FROZEN = "patients_restriction_frozen"
CHANGES: list[tuple[Any, str, Any]] = [
    (Encounter, "note", "x"),
    (EpisodeOfCare, "reason", "x"),
    (SessionNote, "subjective", "x"),
    (Prescription, "diagnosis", "x"),
    (IntakeResponse, "answers", {"x": 1}),
    (CarePlan, "gait_strategy", "x"),
    (Task, "description", "x"),
    (DiaryEntry, "note", "x"),
    (Phase, "title", "x"),
    (Goal, "description", "x"),
    (ExercisePrescription, "dosage", "x"),
    (EducationItem, "text", "x"),
    (CheckIn, "note", "x"),
    (PlanPause, "reason", "x"),
    (Patient, "family_name", "x"),
]


@pytest.mark.parametrize(("model", "column", "value"), CHANGES, ids=lambda each: getattr(each, "__name__", None))
def test_a_frozen_record_changes_nowhere(frozen: CarePlan, model: Any, column: str, value: Any) -> None:
    assert model.objects.exists()
    assert refusal(lambda: model.objects.update(**{column: value})) == FROZEN


def test_a_frozen_record_takes_no_new_rows(frozen: CarePlan, therapist: User) -> None:
    episode, patient = frozen.episode, frozen.patient
    own = {"patient": patient, "episode": episode}
    observed = {"measure_id": "stairs_nprs", "value": 1, "number": 1, "entered_by": therapist}
    assert refusal(lambda: Observation.objects.create(**own, **observed)) == FROZEN
    assert refusal(lambda: Encounter.objects.create(**own, kind="session")) == FROZEN
    assert refusal(lambda: Letter.objects.create(**own, kind="plan", document={}, created_by=therapist)) == FROZEN
    assert refusal(lambda: Decision.objects.create(plan=frozen, kind="hold", made_by=therapist)) == FROZEN
    assert refusal(lambda: log(frozen, 2)) == FROZEN
    row = Classification.objects.get()
    again = {"intake": row.intake, "episode": episode, "pathway_version": row.pathway_version}
    made = {"side": "L", "outcome": "LIKELY", "result": {}, "made_by": therapist}
    assert refusal(lambda: Classification.objects.create(**again, **made)) == FROZEN
    assert refusal(lambda: delete_rows(DiaryEntry, list(DiaryEntry.objects.values_list("pk", flat=True)))) == FROZEN


def test_every_clinical_table_is_frozen() -> None:
    """A table that belongs to a patient either stands still or is named here with the reason why not."""
    free = {
        "patients_patient": "frozen but for how to reach the person",
        "patients_consent": "a choice must be withdrawable at any time",
        "patients_invitation": "a way into the portal, which stays open to the patient",
        "patients_privacyrequest": "the request is how a freeze begins and ends",
        "patients_restriction": "the freeze itself",
        "patients_retentiondecision": "how long it is kept",
        "patients_dataimportrow": "a line of a file from elsewhere, no part of the record",
        "pathways_planstanding": "a picture worked out from frozen rows",
        "pathways_followup": "appointments go on",
        "pathways_pushsubscription": "where a notice goes; it must be withdrawable at any time",
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE tgname = 'frozen_record'"
        )
        still = {name for (name,) in cursor.fetchall()}
    from_walk = {table for table in tables_of_patients() if table.startswith(("patients_", "pathways_"))}
    assert from_walk - still - set(free) == set()


def tables_of_patients() -> set[str]:
    """Return the tables whose rows belong to patients, history left out."""
    return {model._meta.db_table for model in patient_links() if not is_history(model)}


def test_appointments_and_reaching_the_patient_go_on(frozen: CarePlan, owner: User) -> None:
    patient = frozen.patient
    end = NOW + datetime.timedelta(minutes=30)
    Appointment.objects.create(
        patient=patient, practitioner=frozen.practitioner, start=NOW, end=end, booked_by=frozen.practitioner.user
    )
    Patient.objects.filter(pk=patient.pk).update(phone="+32470000001")
    lift(Restriction.objects.get(), because="Opgelost", by=owner, now=NOW)
    DiaryEntry.objects.update(note="weer vrij")
    assert DiaryEntry.objects.get().note == "weer vrij"


def test_another_record_is_free(frozen: CarePlan, stranger: User) -> None:
    Patient.objects.filter(user=stranger).update(given_name="Anders")
    assert Patient.objects.get(user=stranger).given_name == "Anders"
