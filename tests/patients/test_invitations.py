"""The way of a patient into the portal: invited at the desk, answered with the birth date."""

import datetime
import re

import pytest
from django.core import mail
from django.test import Client

from accounts.models import SecurityEvent, User
from patients.erasure import erase
from patients.invitations import (
    InvitationEnded,
    InvitationRefused,
    WrongBirthDate,
    accept,
    invite,
    portal_access,
    withdraw,
)
from patients.models import Invitation, Patient
from tests.people import NOW, make_patient

BORN = datetime.date(1997, 3, 14)
HOURS = datetime.timedelta(hours=1)


@pytest.fixture
def newcomer(db: None) -> Patient:
    return make_patient("Nieuw", "Nele", email="nele@mail.example")


def mailed_path() -> str:
    found = re.search(r"https?://[^/\s]+(/account/invitation/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def state(patient: Patient, now: datetime.datetime = NOW) -> str:
    return portal_access(Patient.objects.get(pk=patient.pk), now=now).state


def test_from_the_desk_to_the_portal(receptionist: User, newcomer: Patient) -> None:
    desk, phone = Client(), Client()
    desk.force_login(receptionist)
    assert "Nog niet uitgenodigd" in desk.get(f"/patients/{newcomer.pk}/").content.decode()
    assert desk.post(f"/patients/{newcomer.pk}/invite/").status_code == 302
    path = mailed_path()
    text = f"{mail.outbox[-1].subject}{mail.outbox[-1].body}"
    assert "Nele" not in text
    assert "1997" not in text
    assert phone.get(path).status_code == 200
    assert Invitation.objects.get().attempts == 0
    done = phone.post(path, {"birth_date": "1997-03-14"})
    assert (done.status_code, done["Location"]) == (302, "/")
    newcomer.refresh_from_db()
    assert newcomer.user is not None
    assert newcomer.user.role == "patient"
    assert not newcomer.user.has_usable_password()
    assert phone.get("/portal/").status_code == 200
    assert Client().post(path, {"birth_date": "1997-03-14"}).status_code == 409
    kinds = list(SecurityEvent.objects.filter(patient_id=newcomer.pk).values_list("kind", flat=True))
    assert sorted(kinds) == ["invitation_used", "invited"]


def test_states_on_the_chart(receptionist: User, newcomer: Patient) -> None:
    assert state(newcomer) == "not_invited"
    secret = invite(newcomer, by=receptionist, now=NOW)
    assert state(newcomer) == "open"
    assert state(newcomer, NOW + 72 * HOURS) == "expired"
    withdraw(newcomer, now=NOW)
    assert state(newcomer) == "withdrawn"
    with pytest.raises(InvitationEnded):
        accept(secret, birth_date=BORN, now=NOW)
    secret = invite(newcomer, by=receptionist, now=NOW)
    accept(secret, birth_date=BORN, now=NOW)
    assert state(newcomer) == "account"
    assert state(make_patient("Zonder", "Mail", email="")) == "no_mail"


def test_three_wrong_birth_dates_end_it_and_the_desk_sees_it(receptionist: User, newcomer: Patient) -> None:
    secret = invite(newcomer, by=receptionist, now=NOW)
    for _each in range(2):
        with pytest.raises(WrongBirthDate):
            accept(secret, birth_date=datetime.date(1997, 3, 15), now=NOW)
    for day in (15, 14):
        with pytest.raises(InvitationEnded):
            accept(secret, birth_date=datetime.date(1997, 3, day), now=NOW)
    assert state(newcomer) == "failed"
    assert not User.objects.filter(email="nele@mail.example").exists()


def test_it_lives_three_days(receptionist: User, newcomer: Patient) -> None:
    secret = invite(newcomer, by=receptionist, now=NOW)
    with pytest.raises(InvitationEnded):
        accept(secret, birth_date=BORN, now=NOW + 72 * HOURS)
    assert accept(secret, birth_date=BORN, now=NOW + 71 * HOURS).email == "nele@mail.example"


def test_sending_again_ends_the_earlier_link(receptionist: User, newcomer: Patient) -> None:
    first = invite(newcomer, by=receptionist, now=NOW)
    second = invite(newcomer, by=receptionist, now=NOW)
    with pytest.raises(InvitationEnded):
        accept(first, birth_date=BORN, now=NOW)
    accept(second, birth_date=BORN, now=NOW)


def test_a_link_to_an_address_that_was_corrected_since_opens_nothing(receptionist: User, newcomer: Patient) -> None:
    secret = invite(newcomer, by=receptionist, now=NOW)
    Patient.objects.filter(pk=newcomer.pk).update(email="right@mail.example")
    assert state(newcomer) == "expired"
    with pytest.raises(InvitationEnded):
        accept(secret, birth_date=BORN, now=NOW)


@pytest.mark.parametrize("fields", [{"email": ""}, {"archived_at": NOW}, {"email": "desk@practice.example"}])
def test_who_cannot_be_invited(fields: dict[str, object], receptionist: User, newcomer: Patient) -> None:
    Patient.objects.filter(pk=newcomer.pk).update(**fields)
    with pytest.raises(InvitationRefused):
        invite(newcomer, by=receptionist, now=NOW)


def test_an_invitation_is_no_care_so_that_a_mistaken_record_can_go(
    receptionist: User, owner: User, newcomer: Patient
) -> None:
    invite(newcomer, by=receptionist, now=NOW)
    assert erase(newcomer, by=owner, now=NOW).basis == "never_treated"
    assert not Invitation.objects.exists()


def test_only_a_digest_is_kept(receptionist: User, newcomer: Patient) -> None:
    secret = invite(newcomer, by=receptionist, now=NOW)
    assert secret not in str(Invitation.objects.values())


def test_a_patient_invites_nobody(patient_user: User, patient: Patient, newcomer: Patient, client: Client) -> None:
    client.force_login(patient_user)
    assert client.post(f"/patients/{newcomer.pk}/invite/").status_code in {403, 404}
    assert client.get(f"/patients/{newcomer.pk}/invite/").status_code in {403, 405}
    assert not Invitation.objects.exists()
