"""An erasure takes every row of a person in every room, and proves it by searching the whole database."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, connection, models, transaction
from django.test import Client
from procrastinate.contrib.django import app

from accounts.identifiers import uuid7
from accounts.models import AccessLog, Practitioner, SecurityEvent, User
from pathways.models import CarePlan, Classification, Decision, Letter, Task
from patients.belongings import belongings_of, every_model, is_history, patient_links
from patients.erasure import digest_of, erase, prospect, reapply
from patients.erasure_rows import delete_rows, remove
from patients.erasure_scan import DECLARED, scan
from patients.exceptions import ErasureRefused
from patients.models import (
    Erasure,
    ErasureProof,
    IntakeResponse,
    NoteAddendum,
    Observation,
    Patient,
    Prescription,
    SessionNote,
)
from scheduling.models import Appointment, CalendarFeed, Communication, ContactConsent, Proposal, WaitingListEntry
from tests.erasures import recorded_erasure
from tests.pathways.stories import log, make_plan, measure
from tests.people import NOW, make_patient, make_user

pytestmark = pytest.mark.django_db
CANARY = "kanarievogel"
LATER = NOW.replace(year=2057)


@pytest.fixture
def full(patient: Patient, episode: Any, practitioner: Practitioner, doctor: Any, receptionist: User) -> CarePlan:
    """A patient with rows in every room, and a canary in every text that holds one."""
    plan = make_plan(episode, practitioner)
    log(plan, 1, note=CANARY)
    measure(plan, {"stairs_nprs": {"R": 3}})
    by = practitioner.user
    Patient.objects.filter(pk=patient.pk).update(
        family_name="Kanarievogel", given_name="Zsófia", national_number="85073003328", street="Vogelzang 77",
        phone="+32470112233", email="kanarievogel@mail.example",
    )  # fmt: skip
    User.objects.filter(pk=patient.user_id).update(name="Zsófia Kanarievogel", email="kanarievogel@mail.example")
    Prescription.objects.create(episode=episode, prescriber=doctor, prescribed_on=NOW.date(), diagnosis=CANARY)
    encounter = patient.encounters.first()
    note = SessionNote.objects.create(
        patient=patient, episode=episode, encounter=encounter, written_by=by, subjective=CANARY, status="final",
        signed_at=NOW, signed_by=by,
    )  # fmt: skip
    NoteAddendum.objects.create(note=note, text=CANARY, written_by=by)
    Letter.objects.create(
        patient=patient, episode=episode, plan=plan, kind="plan", document={"a": CANARY}, created_by=by
    )
    Task.objects.create(
        patient=patient, episode=episode, plan=plan, kind="review", description=CANARY, due_at=NOW, source_key=CANARY
    )
    visit = Appointment.objects.create(
        patient=patient, episode=episode, practitioner=practitioner, start=NOW,
        end=NOW + datetime.timedelta(minutes=30), status="cancelled", cancelled_at=NOW, note=CANARY,
        booked_by=patient.user,
    )  # fmt: skip
    Proposal.objects.create(
        patient=patient, appointment=visit, practitioner=practitioner, start=NOW, end=NOW + datetime.timedelta(hours=1),
        origin="patient", message=CANARY, made_by=patient.user,
    )  # fmt: skip
    CalendarFeed.objects.create(patient=patient, digest="0" * 64, created_by=patient.user)
    ContactConsent.objects.create(patient=patient, channel="email", is_given=True, source="desk")
    message = Communication.objects.create(
        key=CANARY, kind="reminder", channel="email", patient=patient, appointment=visit, due_at=NOW, body=CANARY,
        address="kanarievogel@mail.example",
    )  # fmt: skip
    entry = WaitingListEntry.objects.create(
        patient=patient, minutes=30, earliest=NOW.date(), created_by=receptionist, note=CANARY
    )
    entry.practitioners.add(practitioner)
    app.configure_task("fysicure.tasks.deliver_message").defer(message=str(message.pk))
    LogEntry.objects.create(
        user=by, content_type=ContentType.objects.get_for_model(Patient), object_id=str(patient.pk),
        object_repr="Zsófia Kanarievogel", action_flag=CHANGE,
    )  # fmt: skip
    AccessLog.objects.create(user_id=by.pk, role="therapist", patient_id=patient.pk, part="chart")
    Client().force_login(patient.user, backend="django.contrib.auth.backends.ModelBackend")
    patient.refresh_from_db()
    return plan


def texts() -> Iterator[tuple[str, str, str]]:
    """Yield every value of every text-like column of the database, with its table and column."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables"
            " USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT "{column}"::text FROM "{table}" WHERE "{column}" IS NOT NULL')  # noqa: S608
            for (value,) in cursor.fetchall():
                yield table, column, value


def places(*words: str) -> set[tuple[str, str]]:
    """Return where one of the words stands; its own search, not the one of the code."""
    return {(table, column) for table, column, value in texts() if any(word in value.lower() for word in words)}


def test_every_row_of_the_person_goes_and_the_proof_says_so(full: CarePlan, owner: User, stranger: User) -> None:
    patient, account = full.patient, full.patient.user
    words = ("kanarievogel", "zsófia", "zsofia", "85073003328", "+32470112233", "vogelzang", str(patient.pk))
    assert len(places(*words)) > 25
    others = Patient.objects.exclude(pk=patient.pk).count()
    erasure = erase(patient, by=owner, now=LATER)
    assert places(*words) <= set(DECLARED)
    assert places(str(account.pk)) <= set(DECLARED)
    assert not User.objects.filter(pk=account.pk).exists()
    assert Patient.objects.count() == others > 0
    proof = ErasureProof.objects.get(erasure=erasure)
    assert proof.is_clean and not proof.left_over and proof.counts["patients_patient"] == 1
    assert proof.counts["procrastinate_jobs"] == proof.counts["django_session"] == proof.counts["django_admin_log"] == 1
    assert proof.searched["tables"] > 90 and proof.searched["words"] >= 8
    assert (erasure.patient_id, erasure.erased_by_id, erasure.basis) == (patient.pk, owner.pk, "retention")
    assert SecurityEvent.objects.get(kind="erased").patient_id == patient.pk


def test_the_search_finds_what_an_erasure_would_have_missed(full: CarePlan, owner: User) -> None:
    other = make_patient("Ander", "Bart", phone="")
    note = "Zus van Zsófia Kanarievogel"
    Appointment.objects.create(
        patient=other, practitioner=full.practitioner, start=NOW, end=NOW + datetime.timedelta(minutes=30), note=note,
        booked_by=owner,
    )  # fmt: skip
    erase(full.patient, by=owner, now=LATER)
    proof = ErasureProof.objects.get()
    assert not proof.is_clean
    assert {(row["table"], row["column"]) for row in proof.left_over} == {
        ("scheduling_appointment", "note"),
        ("scheduling_appointmentevent", "note"),
    }


def test_what_someone_else_shares_is_no_trace(full: CarePlan, owner: User) -> None:
    make_patient("Kanarievogel", "Piet", phone="+32470112233", street="Vogelzang 77")
    erase(full.patient, by=owner, now=LATER)
    proof = ErasureProof.objects.get()
    assert proof.is_clean and proof.searched["shared"] == 3


def test_another_patient_forgets_the_visit_whose_time_it_took(full: CarePlan, owner: User) -> None:
    other = make_patient("Ander", "Bart", phone="")
    visit = Appointment.objects.create(
        patient=other, practitioner=full.practitioner, start=NOW, end=NOW + datetime.timedelta(minutes=30),
        fills=full.patient.appointments.get(), booked_by=owner,
    )  # fmt: skip
    erase(full.patient, by=owner, now=LATER)
    visit.refresh_from_db()
    assert visit.fills_id is None and ErasureProof.objects.get().is_clean


def test_the_account_of_staff_who_are_patients_too_stays(
    full: CarePlan, therapist: User, owner: User, patient_user: User
) -> None:
    Patient.objects.filter(pk=full.patient_id).update(user=None)
    Patient.objects.filter(pk=full.patient_id).update(user=therapist)
    erase(Patient.objects.get(pk=full.patient_id), by=owner, now=LATER)
    assert User.objects.filter(pk=therapist.pk).exists()
    assert not User.objects.filter(pk=patient_user.pk).exists()


def test_a_treated_record_stays_for_thirty_years(full: CarePlan, owner: User) -> None:
    with pytest.raises(ErasureRefused) as refused:
        erase(full.patient, by=owner, now=NOW.replace(year=2056))
    assert "17(3)(c)" in refused.value.detail and "2056" in refused.value.detail
    assert not Erasure.objects.exists()
    seen = prospect(full.patient, now=NOW)
    assert seen.basis is None and dict(seen.rows) and seen.history > 10


def test_a_mistake_may_go_at_once_but_not_once_there_is_care(patient: Patient, owner: User, receptionist: User) -> None:
    twin = make_patient("Peeters", "An", email="an@mail.example")
    WaitingListEntry.objects.create(patient=twin, minutes=30, earliest=NOW.date(), created_by=receptionist)
    assert prospect(twin, now=NOW).basis == Erasure.Basis.NEVER_TREATED
    erase(twin, by=owner, now=NOW)
    assert ErasureProof.objects.get().is_clean
    assert Patient.objects.get() == patient


def test_nothing_is_half_erased(full: CarePlan) -> None:
    """A row that still needs one of the patient's makes the whole deletion fail."""
    before = belongings_of(full.patient_id).counts()
    found = belongings_of(full.patient_id)
    found.keys[IntakeResponse].clear()
    with pytest.raises(IntegrityError), recorded_erasure(uuid7()):
        remove(found)
    assert belongings_of(full.patient_id).counts() == before


@pytest.mark.parametrize("model", [Classification, Decision, Letter, NoteAddendum, Observation, SessionNote])
def test_what_is_kept_goes_only_in_the_name_of_an_erasure(full: CarePlan, model: Any) -> None:
    keys = belongings_of(full.patient_id).of(model)
    assert keys
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        delete_rows(model, keys)
    with pytest.raises(ProgrammingError, match="Cannot update"), recorded_erasure(uuid7()):
        model.objects.filter(pk__in=keys).update(id=uuid7())


def test_erasures_are_applied_again_after_a_restore(full: CarePlan, owner: User, tmp_path: Path) -> None:
    gone = full.patient_id
    (tmp_path / "ids").write_text(f"{gone}\n{owner.pk}\n")
    call_command("erasures", "--reapply", str(tmp_path / "ids"))
    assert not Patient.objects.filter(pk=gone).exists()
    assert Erasure.objects.get().basis == "reapplied" and ErasureProof.objects.get().is_clean
    call_command("erasures", "--export", str(tmp_path / "out"))
    assert (tmp_path / "out").read_text() == f"{gone}\n"
    assert reapply([gone], by=None, now=NOW) == []


def test_the_walk_knows_every_model_that_leads_to_a_patient() -> None:
    """No model of ours may name a patient without being found by the walk."""
    known = set(patient_links())
    missed = [
        model._meta.label
        for model in every_model()
        if model not in known
        and any(
            isinstance(each, models.ForeignKey) and each.related_model in known and each.name != "fills"
            for each in model._meta.concrete_fields
        )
    ]
    assert missed == []
    assert len([model for model in known if is_history(model)]) > 15
    assert apps.get_model("pathways.PlanStanding") in known


def test_the_digest_is_of_the_content() -> None:
    assert digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1}) != digest_of({"a": 1, "b": 3})


def test_the_search_knows_whole_words_only() -> None:
    make_user("x@practice.example", "Annemie Peetersen", "therapist")
    assert scan(["annemie peeters"]).is_clean
    assert not scan(["annemie peetersen"]).is_clean or scan(["annemie peetersen"]).shared == 1
    assert Session.objects.count() == 0
