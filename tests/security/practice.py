"""A practice with one of everything, twice: two patients whose every row has a twin, and everyone who might look."""

import datetime
from dataclasses import dataclass
from typing import Any

from accounts.access_reasons import give_reason, review
from accounts.identifiers import uuid7
from accounts.models import Practitioner, Role, User
from pathways.diary import log_entry
from pathways.letters import write_letter
from pathways.models import CarePlan, CheckIn, FollowUp, Goal, Letter, PathwayVersion, Reference, Task
from pathways.versions import start_draft
from patients.data_import.columns import set_columns
from patients.data_import.staging import start
from patients.data_import.steps import ask_to_check, carry_on
from patients.models import (
    DataImport,
    Encounter,
    EpisodeOfCare,
    Erasure,
    ExternalPractitioner,
    IntakeResponse,
    Measure,
    NoteTemplate,
    Observation,
    Patient,
    Prescription,
    PrivacyRequest,
    PrivacyText,
)
from patients.notes import amend_note, save_note, sign_note, start_note
from patients.privacy_requests import ask as ask_about_data
from scheduling.consents import give, stop_link
from scheduling.feeds import make_feed
from scheduling.models import Appointment, AppointmentSeries, Communication, Proposal, Room, WaitingListEntry
from tests.pathways.stories import make_plan, published
from tests.people import NOW, TODAY, at, make_patient, make_practitioner, make_user

WORDS = "Woorden over wat er scheelt"
DAY = datetime.timedelta(days=1)
IMPORTED = (
    b"Familienaam;Voornaam;Geboortedatum;Oude nota\r\n"
    b"Van den Berg;Ria;03/02/1950;Met nota\r\nPeeters Maes;Jan;31/02/1980;\r\n"
)


@dataclass(frozen=True)
class Record:
    """One patient with one row of everything."""

    patient: Patient
    user: User
    episode: EpisodeOfCare
    prescription: Prescription
    plan: CarePlan
    draft: IntakeResponse
    encounter: Encounter
    visit: Appointment
    gap: Appointment
    series: AppointmentSeries
    entry: WaitingListEntry
    request: Proposal
    offer: Proposal
    message: Communication
    task: Task
    letter: Letter
    diary: Any
    observation: Observation
    follow_up: FollowUp
    wish: PrivacyRequest
    feed: str
    stop: str

    @property
    def intake(self) -> IntakeResponse:
        """The finished intake behind the plan."""
        found: IntakeResponse = self.plan.classification.intake
        return found


@dataclass(frozen=True)
class Practice:
    """Everyone, the two records, and what belongs to nobody."""

    treating: Practitioner
    colleague: Practitioner
    receptionist: User
    owner: User
    record: Record
    other: Record
    version: PathwayVersion
    draft: PathwayVersion
    template: NoteTemplate
    room: Room
    reason: Any
    text: PrivacyText
    certificate: Erasure
    reference: str
    data_import: DataImport

    def user(self, role: str) -> User | None:
        """The account that plays a role in the tests; None for nobody."""
        return {
            "nobody": None,
            "patient": self.record.user,
            "another patient": self.other.user,
            "receptionist": self.receptionist,
            "treating therapist": self.treating.user,
            "other therapist": self.colleague.user,
            "owner": self.owner,
        }[role]


ROLES = ("nobody", "patient", "another patient", "receptionist", "treating therapist", "other therapist", "owner")


def plant() -> Practice:
    """Make the practice: about three hundred rows."""
    treating = make_practitioner("treating@practice.example", "Lotte Maes")
    colleague = make_practitioner("other@practice.example", "Bram Claes", "#8a4b08")
    desk = make_user("desk@practice.example", "Els Wouters", Role.RECEPTIONIST)
    owner = make_user("owner@practice.example", "Fien Smets", Role.ADMIN)
    User.objects.filter(pk__in=[owner.pk]).update(is_staff=True, is_superuser=True)
    owner.refresh_from_db()
    doctor, room = ExternalPractitioner.objects.create(name="Dr. Jan Willems"), Room.objects.create(name="Zaal 1")
    version = published()
    Measure.objects.get_or_create(key="nprs_worst", defaults={"label": "Pijn", "type": "integer"})
    record = _record("Peeters", "An", 0, treating, desk, doctor, room, version)
    other = _record("Janssens", "Piet", 1, treating, desk, doctor, room, version)
    data_import = start(IMPORTED, kind="patients", file_name="Oud programma.csv", by=owner, now=NOW)
    set_columns(data_import, data_import.columns, {}, by=owner, now=NOW)
    ask_to_check(data_import, by=owner, now=NOW)
    carry_on(data_import.pk, now=NOW)
    reason = give_reason(other.patient.pk, code="other", words="Planted", by=treating.user, now=NOW)
    review(reason, "question", note="Why?", by=owner, now=NOW)
    return Practice(
        treating=treating,
        colleague=colleague,
        receptionist=desk,
        owner=owner,
        record=record,
        other=other,
        version=version,
        draft=start_draft(version.pathway, based_on=version, by=owner, now=NOW),
        template=NoteTemplate.objects.create(name="Gewoon", subjective="Sjabloon", practitioner=treating),
        room=room,
        reason=reason,
        text=PrivacyText.objects.create(
            kind="notice", version=1, title="Privacy", body="Tekst", published_at=NOW, published_by=owner
        ),
        certificate=Erasure.objects.create(patient_id=uuid7(), basis="retention"),
        reference=str(Reference.objects.values_list("key", flat=True)[0]),
        data_import=data_import,
    )


def _record(
    family: str,
    given: str,
    number: int,
    treating: Practitioner,
    desk: User,
    doctor: ExternalPractitioner,
    room: Room,
    version: PathwayVersion,
) -> Record:
    user = make_user(f"{given.lower()}@mail.example", f"{given} {family}", Role.PATIENT)
    mail = {"user": user, "email": user.email, "phone": f"+3247012345{number}"}
    patient = make_patient(family, given, general_practitioner=doctor, **mail)
    by, person = treating.user, {"patient": patient, "practitioner": treating}
    episode = EpisodeOfCare.objects.create(
        reason=WORDS, side="R", status="active", referrer=doctor, started_on=TODAY - 30 * DAY, **person
    )
    prescription = Prescription.objects.create(
        episode=episode, prescriber=doctor, prescribed_on=TODAY - 20 * DAY, sessions_ordered=9, diagnosis=WORDS
    )
    plan = make_plan(episode, treating, phase="P3")
    encounter = Encounter.objects.create(episode=episode, kind="session", note=WORDS, **person)
    texts = dict.fromkeys(("subjective", "objective", "assessment", "plan"), WORDS)
    note = start_note(encounter, by=by, now=NOW)
    note = save_note(note, revision=note.revision, exercises_done=[], by=by, now=NOW, **texts)
    amend_note(sign_note(note, by=by, now=NOW), WORDS, by=by, now=NOW)
    intake = Encounter.objects.create(episode=episode, kind="intake", note=WORDS, **person)
    draft = IntakeResponse.objects.create(
        encounter=intake, episode=episode, questionnaire=version.questionnaire, answers={"remark": WORDS}
    )
    observation = Observation.objects.create(
        patient=patient, episode=episode, encounter=encounter, measure_id="nprs_worst", value=3, entered_by=by
    )
    Goal.objects.create(plan=plan, description=WORDS)
    CheckIn.objects.create(plan=plan, week=2, due_on=TODAY - DAY)
    task = Task.objects.create(
        patient=patient, episode=episode, plan=plan, kind="review", description=WORDS, due_at=NOW, source_key=family
    )
    letter = write_letter(episode, "report", recipient=doctor, remark=WORDS, by=by, now=NOW)
    begun, ended = NOW - datetime.timedelta(hours=30), NOW - datetime.timedelta(hours=29)
    given_of = {"pre": 1, "during": 2, "after": 2, "note": WORDS, "kind": "run"}
    diary = log_entry(plan, started_at=begun, ended_at=ended, client_key=family, by=user, now=ended, **given_of)
    series = AppointmentSeries.objects.create(patient=patient, count=2, booked_by=desk)
    visit = _visit(patient, treating, desk, at("2026-12-01", f"{10 + number}:00"), room=room, series=series)
    gap = _visit(patient, treating, desk, at("2026-12-02", f"{10 + number}:00"), status="cancelled")
    entry = WaitingListEntry.objects.create(patient=patient, episode=episode, earliest=TODAY, created_by=desk)
    moment = {"practitioner": treating, "start": at("2026-12-03", f"{10 + number}:00")}
    moment |= {"end": moment["start"] + datetime.timedelta(minutes=30)}
    request = Proposal.objects.create(patient=patient, appointment=visit, origin="patient", made_by=user, **moment)
    offer = Proposal.objects.create(patient=patient, fills=gap, origin="practice", made_by=desk, **moment)
    give(patient, "email", source="desk", by=desk, now=NOW)
    message = Communication.objects.create(
        key=family, kind="reminder", channel="email", patient=patient, appointment=visit, due_at=NOW, status="not-done"
    )
    return Record(
        patient=patient,
        user=user,
        episode=episode,
        prescription=prescription,
        plan=plan,
        draft=draft,
        encounter=encounter,
        visit=visit,
        gap=gap,
        series=series,
        entry=entry,
        request=request,
        offer=offer,
        message=message,
        task=task,
        letter=letter,
        diary=diary,
        observation=observation,
        follow_up=plan.follow_ups.first(),
        wish=ask_about_data(patient, kind="rectification", statement=WORDS, how="portal", by=user, now=NOW),
        feed=make_feed(patient, by=user, now=NOW),
        stop=stop_link(patient.pk, "email", now=NOW),
    )


def _visit(patient: Patient, treating: Practitioner, desk: User, start: datetime.datetime, **more: Any) -> Appointment:
    end = start + datetime.timedelta(minutes=30)
    return Appointment.objects.create(
        patient=patient, practitioner=treating, start=start, end=end, booked_by=desk, **more
    )
