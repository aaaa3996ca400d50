"""The admin site opens for the owner, and keeps clinical rows shut."""

from collections.abc import Callable

import pytest
from django.contrib.admin.sites import site
from django.test import Client
from django.urls import reverse

from accounts.models import AccessLog, Device, Practitioner, SecurityEvent, User
from patients.models import Encounter, EpisodeOfCare, Patient
from tests.accounts.signing_in import NEW_PASSWORD, with_password

pytestmark = pytest.mark.django_db
OPEN = [
    "accounts_user",
    "accounts_practitioner",
    "accounts_apitoken",
    "accounts_accesslog",
    "patients_patient",
    "patients_externalpractitioner",
    "patients_measure",
    "patients_questionnaire",
    "patients_patientevent",
]
SHUT = [
    "patients_episodeofcare",
    "patients_prescription",
    "patients_encounter",
    "patients_intakeresponse",
    "patients_observation",
    "patients_encounterevent",
]


@pytest.fixture
def admin_client(owner: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(owner)


@pytest.mark.parametrize("name", OPEN)
def test_the_owner_opens_what_is_not_clinical(
    name: str, admin_client: Client, patient: Patient, therapist: User
) -> None:
    assert admin_client.get(reverse(f"admin:{name}_changelist"), {"q": "a"}).status_code == 200


@pytest.mark.parametrize("name", SHUT)
def test_what_is_the_matter_stays_shut_for_a_superuser(name: str, admin_client: Client) -> None:
    assert admin_client.get(reverse(f"admin:{name}_changelist")).status_code == 403


def test_every_model_of_both_rooms_is_there() -> None:
    rooms = {model._meta.label for model in site._registry if model._meta.app_label in {"patients", "accounts"}}
    assert {"patients.Observation", "patients.IntakeResponse", "accounts.AccessLog"} <= rooms


def test_a_therapist_who_may_open_the_site_reads_contacts_and_changes_none(
    episode: EpisodeOfCare, practitioner: Practitioner, client_of: Callable[[User], Client]
) -> None:
    user = practitioner.user
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    row = Encounter.objects.create(patient=episode.patient, episode=episode, kind="session", note="Rustpijn")
    client, url = client_of(user), reverse("admin:patients_encounter_change", args=[row.pk])
    assert "Rustpijn" in client.get(url).content.decode()
    assert client.post(url, {"note": "anders"}).status_code == 403
    assert AccessLog.objects.filter(patient_id=episode.patient_id, part="clinical admin").exists()


def test_whoever_opens_what_a_patient_was_called_is_noted(admin_client: Client, owner: User, patient: Patient) -> None:
    event = patient.events.get()
    page = admin_client.get(reverse("admin:patients_patientevent_change", args=[event.pk])).content.decode()
    assert patient.family_name in page
    rows = AccessLog.objects.filter(user_id=owner.pk, patient_id=patient.pk)
    assert list(rows.values_list("part", flat=True)) == ["admin"]


def test_the_owner_adds_an_account_by_mail_address(admin_client: Client) -> None:
    typed = {"email": "Nieuw@Practice.example", "name": "Nieuw", "role": "therapist", "usable_password": "false"}
    inline = {"practitioner-TOTAL_FORMS": "0", "practitioner-INITIAL_FORMS": "0"}
    response = admin_client.post(reverse("admin:accounts_user_add"), {**typed, **inline})
    assert response.status_code == 302, response.context and response.context["errors"]
    user = User.objects.get(email="nieuw@practice.example")
    assert [group.name for group in user.groups.all()] == ["therapist"]


def test_the_log_cannot_be_changed(admin_client: Client, patient: Patient) -> None:
    admin_client.get(reverse("admin:patients_patient_change", args=[patient.pk]))
    row = AccessLog.objects.get()
    assert row.part == "admin"
    assert (
        admin_client.post(reverse("admin:accounts_accesslog_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    )


@pytest.mark.parametrize("usable", [True, False])
def test_a_password_that_the_owner_sets_is_noted_and_ends_the_sessions_of_the_colleague(
    usable: bool, admin_client: Client, therapist: User, owner: User, client_of: Callable[[User], Client]
) -> None:
    client_of(with_password(therapist))
    url = reverse("admin:auth_user_password_change", args=[therapist.pk])
    contradicts = {"usable_password": "false", "password1": "", "password2": ""}
    assert admin_client.post(url, contradicts).status_code == 302
    assert not SecurityEvent.objects.filter(kind="password").exists(), "nothing was changed"
    typed = {"usable_password": "true", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "set-password": "1"}
    sent = typed if usable else contradicts | {"unset-password": "1"}
    assert admin_client.post(url, sent).status_code == 302
    therapist.refresh_from_db()
    assert therapist.has_usable_password() is usable
    event = SecurityEvent.objects.get(kind="password")
    assert (event.user_id, event.subject_id, event.detail) == (owner.pk, therapist.pk, {"deed": "set"})
    assert not Device.objects.filter(user=therapist).exists()
    assert Device.objects.filter(user=owner).exists()


def test_people_change_their_own_password_on_one_page(admin_client: Client) -> None:
    answer = admin_client.get(reverse("admin:password_change"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_change_password"))


def test_who_reads_the_log_in_the_admin_site_is_noted(admin_client: Client, owner: User, patient: Patient) -> None:
    row = AccessLog.objects.create(user_id=owner.pk, role="admin", patient_id=patient.pk, part="contact")
    for page in (
        reverse("admin:accounts_accesslog_changelist"),
        reverse("admin:accounts_accesslog_change", args=[row.pk]),
    ):
        before = SecurityEvent.objects.filter(kind="audit_viewed", user_id=owner.pk).count()
        assert admin_client.get(page).status_code == 200
        assert SecurityEvent.objects.filter(kind="audit_viewed", user_id=owner.pk).count() > before


def test_values_that_a_page_was_not_opened_with_are_refused(admin_client: Client, patient: Patient) -> None:
    url = reverse("admin:patients_patient_change", args=[patient.pk])
    assert admin_client.post(url, {"_opened_with": "made-up:seal"}).status_code == 400
