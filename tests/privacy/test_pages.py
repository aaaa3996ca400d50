"""The pages about privacy: the patient's own, the desk's and the owner's."""

import datetime
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import step_up
from accounts.models import AccessLog, SecurityEvent, User
from patients.models import Consent, Erasure, Patient, PrivacyRequest, PrivacyText, Restriction
from patients.privacy_requests import answer, ask
from tests.people import NOW, make_patient

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def _proven(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user proved a moment ago who they are."""
    monkeypatch.setattr(step_up, "proved_recently", lambda request: True)


@pytest.fixture
def texts(owner: User) -> dict[str, PrivacyText]:
    """A published version of each text."""
    return {
        kind: PrivacyText.objects.create(
            kind=kind, version=1, title=f"Tekst {kind}", body="Inhoud.", published_at=NOW, published_by=owner
        )
        for kind in PrivacyText.Kind.values
    }


def test_saying_no_is_as_easy_as_saying_yes(
    patient: Patient, patient_user: User, client_of: ClientOf, texts: dict[str, PrivacyText]
) -> None:
    client, url = client_of(patient_user), reverse("portal:privacy-choose")
    for choice in ("given", "withdrawn", "withdrawn", "given"):
        assert client.post(url, {"kind": "research", "choice": choice}).status_code == 302
    rows = list(Consent.objects.order_by("pk").values_list("choice", "how", "text"))
    one = texts["research"].pk
    assert rows == [("given", "portal", one), ("withdrawn", "portal", one), ("given", "portal", one)]


def test_a_new_version_asks_again_and_blocks_nothing(
    patient: Patient, patient_user: User, client_of: ClientOf, texts: dict[str, PrivacyText], owner: User
) -> None:
    client, url = client_of(patient_user), reverse("portal:privacy-choose")
    client.post(url, {"kind": "notice", "choice": "shown"})
    assert "You read this version" in english(client.get(reverse("portal:privacy")))
    PrivacyText.objects.create(
        kind="notice", version=2, title="Nieuw", body="Nieuw.", published_at=NOW, published_by=owner
    )
    page = english(client.get(reverse("portal:privacy")))
    assert "There is a new version" in page and "I have read this" in page
    assert client.get(reverse("portal:home")).status_code == 200


def english(response: Any) -> str:
    """Read a page again in English, where the sentences of the code stand."""
    client: Client = response.client
    User.objects.update(language="en")
    return client.get(response.request["PATH_INFO"]).content.decode()


def test_a_choice_that_does_not_exist_is_refused(
    patient: Patient, patient_user: User, client_of: ClientOf, texts: dict[str, PrivacyText]
) -> None:
    client, url = client_of(patient_user), reverse("portal:privacy-choose")
    assert client.post(url, {"kind": "care", "choice": "given"}).status_code == 400
    assert client.post(url, {"kind": "notice", "choice": "given"}).status_code == 400
    assert client.post(url, {"kind": "research", "choice": "maybe"}).status_code == 404
    assert not Consent.objects.exists()


def test_a_patients_words_are_kept_and_answered_once(
    patient: Patient, patient_user: User, therapist: User, client_of: ClientOf
) -> None:
    portal, words = client_of(patient_user), "Ik liep nooit 40 km per week."
    assert portal.post(reverse("portal:privacy-ask"), {"kind": "rectification", "statement": " "}).status_code == 422
    portal.post(reverse("portal:privacy-ask"), {"kind": "rectification", "statement": words})
    row = PrivacyRequest.objects.get()
    desk = client_of(therapist)
    assert words in desk.get(reverse("patients:chart", args=[patient.pk])).content.decode()
    url = reverse("privacy:request", args=[row.pk])
    assert desk.post(url, {"accepted": "no", "answer": ""}).status_code == 422
    given = {"accepted": "yes", "answer": "Aangepast.", "corrected": "Intake: km per week"}
    assert desk.post(url, given).status_code == 302
    assert desk.post(url, {**given, "accepted": "no"}).status_code == 422
    row.refresh_from_db()
    assert (row.status, row.statement, row.answered_by) == ("accepted", words, therapist)
    assert "Aangepast." in portal.get(reverse("portal:privacy")).content.decode()


def test_reception_notes_a_request_but_reads_no_words(
    patient: Patient, patient_user: User, receptionist: User, client_of: ClientOf
) -> None:
    row = ask(patient, "remark", statement="Mijn knie klikt", how="portal", by=patient_user, now=NOW)
    client = client_of(receptionist)
    for name, args in (("requests", []), ("patient", [patient.pk])):
        page = client.get(reverse(f"privacy:{name}", args=args))
        assert page.status_code == 200 and "knie" not in page.content.decode()
    assert client.get(reverse("privacy:request", args=[row.pk])).status_code == 403
    assert (
        client.post(reverse("privacy:note-request", args=[patient.pk]), {"kind": "copy", "how": "desk"}).status_code
        == 302
    )
    assert PrivacyRequest.objects.filter(kind="copy", how="desk").count() == 1


def test_the_desk_notes_a_consent_on_paper(
    patient: Patient, receptionist: User, client_of: ClientOf, texts: dict[str, PrivacyText]
) -> None:
    client, url = client_of(receptionist), reverse("privacy:note-consent", args=[patient.pk])
    client.post(url, {"kind": "images", "choice": "given", "how": "paper"})
    assert Consent.objects.get().how == "paper"
    assert client.post(url, {"kind": "images", "choice": "given", "how": "portal"}).status_code == 404


@pytest.mark.usefixtures("_proven")
def test_a_patient_takes_the_own_record_along(
    patient: Patient, patient_user: User, stranger: User, client_of: ClientOf
) -> None:
    answered = client_of(patient_user).post(reverse("portal:privacy-download"))
    assert answered["Content-Disposition"] == 'attachment; filename="dossier.zip"'
    assert "no-store" in answered["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(b"".join(answered.streaming_content))) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["patient"] == str(patient.pk)
    assert SecurityEvent.objects.get(kind="exported").patient_id == patient.pk


@pytest.mark.usefixtures("_proven")
def test_the_sixth_export_in_an_hour_waits(patient: Patient, owner: User, client_of: ClientOf) -> None:
    client, url = client_of(owner), reverse("privacy:export", args=[patient.pk])
    assert client.get(url).status_code == 405
    statuses = []
    for _number in range(6):
        answered = client.post(url)
        statuses.append(answered.status_code)
        assert not answered.streaming or b"".join(answered.streaming_content).startswith(b"PK")
    assert statuses == [200] * 5 + [429]


@pytest.mark.parametrize("name", ["export", "erase", "erase-account"])
def test_who_you_are_is_proven_again_first(name: str, patient: Patient, owner: User, client_of: ClientOf) -> None:
    owner.set_password("een-lang-wachtwoord")
    owner.save(update_fields=["password"])
    answered = client_of(owner).post(reverse(f"privacy:{name}", args=[patient.pk]))
    assert answered.status_code == 302 and "reauthenticate" in answered["Location"]
    assert not SecurityEvent.objects.filter(kind__in=["exported", "erased", "account_changed"]).exists()


@pytest.mark.usefixtures("_proven")
def test_an_erasure_asks_for_the_name_and_shows_its_certificate(owner: User, client_of: ClientOf) -> None:
    twin = make_patient("Dubbel", "Dora", phone="")
    client, url = client_of(owner), reverse("privacy:erase", args=[twin.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"typed": "Dubbels"}).status_code == 422
    answered = client.post(url, {"typed": "dubbel"}, follow=True)
    assert answered.status_code == 200 and answered.redirect_chain
    assert Erasure.objects.get().patient_id == twin.pk
    assert "Dubbel" not in answered.content.decode() and str(twin.pk) in answered.content.decode()


@pytest.mark.usefixtures("_proven")
def test_a_kept_record_loses_its_account_only(
    patient: Patient, patient_user: User, episode: Any, owner: User, client_of: ClientOf
) -> None:
    client = client_of(owner)
    other = client_of(patient_user)
    assert client.post(reverse("privacy:erase", args=[patient.pk]), {"typed": "Peeters"}).status_code == 409
    client.post(reverse("privacy:erase-account", args=[patient.pk]))
    patient.refresh_from_db()
    patient_user.refresh_from_db()
    assert patient.user_id is None and not patient_user.is_active
    assert (patient_user.name, patient_user.email) == ("", f"{patient_user.pk}@erased.example")
    assert other.get(reverse("portal:home")).status_code == 302


def test_the_owner_freezes_and_lifts_with_a_reason(patient: Patient, owner: User, client_of: ClientOf) -> None:
    client, url = client_of(owner), reverse("privacy:freeze", args=[patient.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    client.post(url, {"reason": "Betwist"})
    assert "This record is frozen" in english(client.get(reverse("patients:chart", args=[patient.pk])))
    client.post(url, {"reason": "Opgelost"})
    row = Restriction.objects.get()
    assert (row.reason, row.lifted_because, row.lifted_by) == ("Betwist", "Opgelost", owner)
    assert [each.detail["state"] for each in SecurityEvent.objects.filter(kind="restricted").order_by("pk")] == [
        "begun",
        "lifted",
    ]


def test_a_published_text_gets_a_new_version(owner: User, client_of: ClientOf, texts: dict[str, PrivacyText]) -> None:
    client, url = client_of(owner), reverse("privacy:edit-text", args=["notice"])
    for words in ({"title": "Twee", "body": "Anders."}, {"title": "Twee", "body": "Nog anders.", "publish": "1"}):
        seen = client.get(url).context["form"]["seen"].value()
        assert client.post(url, {**words, "seen": seen}).status_code == 302
    assert list(PrivacyText.objects.filter(kind="notice").order_by("version").values_list("body", flat=True)) == [
        "Inhoud.",
        "Nog anders.",
    ]
    assert client.post(url, {"title": "", "body": ""}).status_code == 422
    assert client.get(reverse("privacy:texts")).status_code == 200


@pytest.mark.parametrize("role", ["therapist", "receptionist", "patient_user"])
def test_only_the_owner_takes_out_freezes_or_erases(
    role: str, patient: Patient, client_of: ClientOf, request: pytest.FixtureRequest
) -> None:
    client = client_of(request.getfixturevalue(role))
    for name in ("export", "erase", "erase-account", "freeze", "keep"):
        assert client.post(reverse(f"privacy:{name}", args=[patient.pk])).status_code == 403


def test_the_register_costs_the_same_however_long(
    patient: Patient, patient_user: User, owner: User, client_of: ClientOf
) -> None:
    client, counts = client_of(owner), []
    for many in (1, 20):
        for number in range(many):
            who = make_patient("Vrager", f"Nr{many}{number}", phone="")
            row = ask(who, "copy", statement="", how="desk", by=owner, now=NOW - datetime.timedelta(days=number))
            if number % 2:
                answer(row, accepted=True, answer="", by=owner, now=NOW)
        for show in ("open", "late", "all"):
            client.get(reverse("privacy:requests"), {"show": show})
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("privacy:requests"), {"show": "all"}).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


@pytest.mark.parametrize("name", ["note-consent", "note-request", "freeze", "keep"])
def test_a_form_about_a_record_is_noted_even_when_it_is_refused(
    name: str, patient: Patient, owner: User, client_of: ClientOf
) -> None:
    """A refused form comes back on the page of the patient: that is reading it."""
    client_of(owner).post(reverse(f"privacy:{name}", args=[patient.pk]))
    assert list(AccessLog.objects.values_list("user_id", "patient_id", "part")) == [(owner.pk, patient.pk, "privacy")]


@pytest.mark.usefixtures("_proven")
def test_who_erases_without_looking_first_is_noted(owner: User, client_of: ClientOf) -> None:
    twin = make_patient("Dubbel", "Dora", phone="")
    client_of(owner).post(reverse("privacy:erase", args=[twin.pk]), {"typed": "dubbel"})
    assert not Patient.objects.filter(pk=twin.pk).exists()
    assert list(AccessLog.objects.filter(patient_id=twin.pk).values_list("part", flat=True)) == ["erasure"]


@pytest.mark.usefixtures("_proven")
def test_files_that_hold_no_record_do_not_count_as_records_taken_out(
    patient: Patient, owner: User, client_of: ClientOf
) -> None:
    client = client_of(owner)
    for _number in range(5):
        client.get(reverse("audit:export", args=["events"]))
    assert SecurityEvent.objects.filter(kind="exported", user_id=owner.pk).count() == 5
    answered = client.post(reverse("privacy:export", args=[patient.pk]))
    assert answered.status_code == 200 and b"".join(answered.streaming_content).startswith(b"PK")
