"""Proving again who one is, for every kind of user, and where it is asked (ASVS 7.5.1, 7.5.3)."""

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from accounts.models import ApiToken, SecurityEvent, User
from accounts.step_up import VALID_SECONDS
from accounts.tokens import issue, valid_token
from tests.accounts.signing_in import PASSWORD, app_code, is_signed_in, mailed_code, with_app, with_password


def path_of(user: User) -> str:
    return f"/admin/accounts/user/{user.pk}/change/"


def change(client: Client, user: User, **fields: str) -> int:
    """Send the admin site's form of a user. Return the status."""
    values = {"email": user.email, "name": user.name, "role": user.role, "language": "nl", "is_active": "on", **fields}
    inline = {"practitioner-TOTAL_FORMS": "0", "practitioner-INITIAL_FORMS": "0"}
    return int(client.post(path_of(user), {**values, **inline}).status_code)


def age_proofs(client: Client, seconds: float) -> None:
    """Move all records of how the user signed in back in time."""
    session = client.session
    for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["at"] -= seconds
    session.save()


def test_a_role_changes_only_after_a_proof_with_the_password(owner: User, receptionist: User, client: Client) -> None:
    client.force_login(with_password(owner))
    asked = client.get(path_of(receptionist))
    assert asked["Location"].startswith("/account/reauthenticate/?next=")
    assert change(client, receptionist, role="admin") == 302
    receptionist.refresh_from_db()
    assert receptionist.role == "receptionist"
    client.post("/account/reauthenticate/", {"password": "surely not it"})
    assert client.get(path_of(receptionist)).status_code == 302
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert client.get(path_of(receptionist)).status_code == 200
    change(client, receptionist, role="therapist")
    receptionist.refresh_from_db()
    assert receptionist.role == "therapist"
    event = SecurityEvent.objects.get(kind="account_changed")
    assert (event.user_id, event.subject_id, event.detail["fields"]) == (owner.pk, receptionist.pk, ["role"])


def test_a_proof_holds_five_minutes(owner: User, receptionist: User, client: Client) -> None:
    client.force_login(owner)
    age_proofs(client, VALID_SECONDS - 20)
    assert client.get(path_of(receptionist)).status_code == 200
    age_proofs(client, 30)
    assert client.get(path_of(receptionist)).status_code == 302


def test_switching_off_in_the_admin_site_ends_sessions_and_tokens(owner: User, therapist: User, client: Client) -> None:
    worker = Client()
    worker.force_login(therapist)
    token = issue(therapist)
    client.force_login(owner)
    assert change(client, therapist, is_active="") == 302
    therapist.refresh_from_db()
    assert not therapist.is_active
    assert not is_signed_in(worker)
    therapist.is_active = True
    therapist.save(update_fields=["is_active"])
    assert not is_signed_in(worker)
    assert valid_token(token) is None
    assert ApiToken.objects.get().revoked_at is not None


def test_staff_prove_with_their_app(owner: User, receptionist: User, client: Client) -> None:
    client.force_login(owner)
    age_proofs(client, VALID_SECONDS + 1)
    secret = with_app(owner)
    assert client.get(path_of(receptionist))["Location"].startswith("/account/2fa/reauthenticate/")
    client.post("/account/2fa/reauthenticate/", {"code": app_code(secret)})
    assert client.get(path_of(receptionist)).status_code == 200


def test_who_has_neither_password_nor_app_gets_a_code_by_mail(owner: User, receptionist: User, client: Client) -> None:
    client.force_login(owner)
    age_proofs(client, VALID_SECONDS + 1)
    asked = client.get(path_of(receptionist))["Location"]
    assert asked.startswith("/account/prove/?next=")
    client.post(asked, {"send": "1"})
    assert client.post(asked, {"code": "12345"}).status_code == 422
    assert client.post(asked, {"code": mailed_code()})["Location"] == path_of(receptionist)
    assert client.get(path_of(receptionist)).status_code == 200


@pytest.mark.parametrize("path", ["/account/2fa/webauthn/add/", "/account/2fa/totp/activate/"])
def test_a_patient_proves_by_mail_before_adding_a_way_to_sign_in(
    path: str, patient_user: User, patient: object, client: Client
) -> None:
    client.force_login(patient_user)
    assert client.get(path).status_code == 200
    age_proofs(client, VALID_SECONDS + 1)
    assert client.get(path)["Location"].startswith("/account/prove/")
