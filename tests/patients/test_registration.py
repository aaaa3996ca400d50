"""Registering, correcting, archiving."""

import datetime

import pytest

from accounts.models import User
from accounts.versions import EditConflict
from patients.duplicates import likely_duplicates
from patients.episodes import correct_episode
from patients.exceptions import InvalidRecord, StillInCare
from patients.models import EpisodeOfCare, ExternalPractitioner, Patient
from patients.registration import archive, correct, register, unarchive
from scheduling.models import Appointment
from tests.people import NOW, TODAY, make_patient

pytestmark = pytest.mark.django_db
AN = {"family_name": "Peeters", "given_name": "An", "birth_date": datetime.date(1997, 3, 14)}


def test_a_patient_is_kept_in_one_form_however_it_was_typed(receptionist: User) -> None:
    patient = register(
        by=receptionist,
        now=NOW,
        **AN,
        phone="0470 12 34 56",
        national_number="85.07.30-033.28",
        general_practitioner="Dr. Willems",
        city="  Mol ",
    )
    patient.refresh_from_db()
    assert (patient.phone, patient.national_number, patient.city) == ("+32470123456", "85073003328", "Mol")
    assert patient.general_practitioner == ExternalPractitioner.objects.get(name="Dr. Willems")
    assert patient.events.get().pgh_context.metadata["user"] == str(receptionist.pk)


def test_a_doctor_is_not_added_twice(receptionist: User, doctor: ExternalPractitioner) -> None:
    patient = register(by=receptionist, now=NOW, **AN, general_practitioner="dr. jan  WILLEMS")
    assert patient.general_practitioner == doctor


def test_a_dutch_phone_and_address_are_taken(receptionist: User) -> None:
    patient = register(by=receptionist, now=NOW, **AN, phone="+31 6 12345678", country="NL", postal_code="5521 AB")
    assert patient.phone == "+31612345678"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "12"),
        ("phone", "bel mij"),
        ("national_number", "85073003329"),
        ("national_number", "26123199889"),
        ("birth_date", TODAY + datetime.timedelta(days=1)),
        ("birth_date", datetime.date(1850, 1, 1)),
        ("postal_code", "0400"),
        ("postal_code", "24000"),
        ("email", "an@"),
        ("family_name", "  "),
        ("gender", "vrouw"),
        ("role", "admin"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(receptionist: User, field: str, value: object) -> None:
    with pytest.raises(InvalidRecord) as refusal:
        register(by=receptionist, now=NOW, **{**AN, field: value})
    assert set(refusal.value.errors) == {field}
    assert not Patient.objects.exists()


def test_a_national_number_belongs_to_one_patient(receptionist: User) -> None:
    make_patient("Janssens", "Jan", national_number="85073003328")
    with pytest.raises(InvalidRecord) as refusal:
        register(by=receptionist, now=NOW, **AN, national_number="85073003328")
    assert set(refusal.value.errors) == {"national_number"}


def test_correcting_keeps_the_old_value_in_the_history(patient: Patient, receptionist: User) -> None:
    corrected = correct(patient, by=receptionist, now=NOW, version=1, city="Geel")
    assert (corrected.city, corrected.version) == ("Geel", 2)
    assert [(event.city, event.version) for event in patient.events.order_by("pgh_id")] == [("", 1), ("Geel", 2)]


def test_the_second_editor_hears_what_changed_and_nothing_is_lost(patient: Patient, receptionist: User) -> None:
    correct(patient, by=receptionist, now=NOW, version=1, city="Geel")
    with pytest.raises(EditConflict) as conflict:
        correct(patient, by=receptionist, now=NOW, version=1, city="", street="Markt 1")
    assert conflict.value.changed == ["city"]
    assert (conflict.value.before.city, conflict.value.current.city) == ("", "Geel")
    assert conflict.value.extra["version"] == 2
    patient.refresh_from_db()
    assert (patient.city, patient.street) == ("Geel", "")


def test_a_record_with_an_open_episode_or_a_coming_visit_is_not_put_away(
    episode: EpisodeOfCare, receptionist: User
) -> None:
    patient = episode.patient
    with pytest.raises(StillInCare):
        archive(patient, by=receptionist, now=NOW)
    correct_episode(episode, by=receptionist, now=NOW, status="finished")
    visit = Appointment.objects.create(
        patient=patient,
        practitioner=episode.practitioner,
        start=NOW + datetime.timedelta(days=1),
        end=NOW + datetime.timedelta(days=1, minutes=30),
        booked_by=receptionist,
    )
    with pytest.raises(StillInCare):
        archive(patient, by=receptionist, now=NOW)
    visit.status = Appointment.Status.CANCELLED
    visit.save(update_fields=["status"])
    assert archive(patient, by=receptionist, now=NOW).archived_at == NOW
    assert not Patient.objects.in_care().exists()
    assert unarchive(patient, by=receptionist, now=NOW).archived_at is None


@pytest.mark.parametrize(
    ("person", "is_likely"),
    [
        ({"family_name": "Peters", "given_name": "Anne", "birth_date": datetime.date(1997, 3, 14)}, True),
        ({"family_name": "An", "given_name": "Peeters", "birth_date": datetime.date(1997, 3, 14)}, True),
        ({"family_name": "Maes", "given_name": "Lotte", "birth_date": datetime.date(1997, 3, 14)}, False),
        ({"family_name": "Peeters", "given_name": "An", "birth_date": datetime.date(1950, 1, 1)}, False),
        ({"family_name": "Maes", "given_name": "Lotte", "birth_date": None, "phone": "+32470123456"}, True),
        ({"family_name": "Maes", "given_name": "Lotte", "birth_date": None, "national_number": "85073003328"}, True),
    ],
)
def test_who_may_be_the_same_person(person: dict[str, object], is_likely: bool) -> None:
    known = make_patient("Peeters", "An", national_number="85073003328")
    duplicates = likely_duplicates(**person)  # type: ignore[arg-type]
    assert [row.patient for row in duplicates] == ([known] if is_likely else [])
    assert all(row.reasons for row in duplicates)
