"""The outbox and the consents as people see them: by role, by patient, and by a link without signing in."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLog, User
from patients.models import Patient
from scheduling.consents import give, read_stop_link, stop_link
from scheduling.models import Channel, Communication, ContactConsent
from tests.people import NOW, make_patient

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
OUTBOX = "/agenda/messages/"


def message(patient: Patient, status: str = "not-done", **more: Any) -> Communication:
    values: dict[str, Any] = {
        "key": f"test:{Communication.objects.count()}",
        "kind": "change",
        "channel": "email",
        "due_at": timezone.now(),
        "claimed_at": timezone.now(),
        "body": "Deze afspraak ligt vast",
        "subject": "Uw afspraak",
        "address": patient.email,
        "error": {"not-done": "address-refused: 550 gone", "unknown": "interrupted"}.get(status, ""),
        "sent_at": timezone.now() if status == "completed" else None,
        **more,
    }
    row: Communication = Communication.objects.create(patient=patient, status=status, **values)
    return row


def test_the_outbox_says_what_happened(patient: Patient, receptionist: User, client_of: ClientOf) -> None:
    message(patient)
    page = client_of(receptionist).get(OUTBOX).content.decode()
    for words in ("An Peeters", "an@mail.example", "550 gone", "Deze afspraak ligt vast"):
        assert words in page
    assert AccessLog.objects.filter(patient_id=patient.pk, part="message list").count() == 1


def test_the_filters(patient: Patient, receptionist: User, client_of: ClientOf) -> None:
    other = make_patient("Ander", "Bea", email="bea@mail.example")
    message(patient)
    message(other, "completed", channel="sms", address="+32470123456")
    client = client_of(receptionist)

    def names(query: str) -> set[str]:
        return {row.message.patient.given_name for row in client.get(OUTBOX + query).context["rows"]}

    assert names("") == names("?state=x&channel=y&patient=z") == {"An", "Bea"}
    assert names("?state=failed") == names("?channel=email") == names(f"?patient={patient.pk}") == {"An"}
    assert names("?state=sent") == names("?channel=sms") == {"Bea"}
    assert names("?state=unsure") == names("?state=waiting") == names("?state=stopped") == set()
    assert client.get(f"{OUTBOX}?patient={message(patient).pk}").status_code == 404


def test_send_it_again(patient: Patient, receptionist: User, client_of: ClientOf) -> None:
    client = client_of(receptionist)
    row = message(patient, "unknown")
    answer = client.post(f"{OUTBOX}{row.pk}/resend/", {"next": f"{OUTBOX}?state=unsure"})
    assert answer.url == f"{OUTBOX}?state=unsure"
    row.refresh_from_db()
    assert (row.status, row.attempts) == ("preparation", 0)
    assert client.post(f"{OUTBOX}{row.pk}/resend/").status_code == 409
    assert client.get(f"{OUTBOX}{row.pk}/resend/").status_code == 405


def test_told_otherwise(patient: Patient, receptionist: User, client_of: ClientOf) -> None:
    row = message(patient)
    answer = client_of(receptionist).post(f"{OUTBOX}{row.pk}/settle/", {"next": "https://elsewhere.example/"})
    assert answer.url == OUTBOX
    row.refresh_from_db()
    assert row.status == "stopped"


@pytest.mark.parametrize("path", ["resend/", "settle/"])
def test_a_patient_sends_nothing(patient: Patient, stranger: User, client_of: ClientOf, path: str) -> None:
    row = message(patient)
    assert client_of(stranger).post(f"{OUTBOX}{row.pk}/{path}").status_code == 403


def test_the_outbox_costs_the_same_however_full(patient: Patient, receptionist: User, client_of: ClientOf) -> None:
    client, costs = client_of(receptionist), []
    message(patient)
    for _round in range(2):
        client.get(OUTBOX)
        with CaptureQueriesContext(connection) as queries:
            client.get(OUTBOX)
        costs.append(len(queries))
        for number in range(12):
            message(make_patient(f"Naam{number}", phone=""), "completed")
    assert costs[0] == costs[1] <= 8


def test_the_desk_sees_what_went_wrong(patient: Patient, receptionist: User, client_of: ClientOf) -> None:
    client = client_of(receptionist)
    assert "?state=failed" not in client.get("/").content.decode()
    message(patient)
    message(patient, "unknown")
    message(patient, created_at=timezone.now() - datetime.timedelta(days=20))
    day = client.get("/").context["day"]
    assert (day.messages.failed, day.messages.unsure) == (1, 1)
    assert "?state=unsure" in client.get("/").content.decode()


class TestConsents:
    """Who wants what, told at the desk, in the portal or by the link in a message."""

    def test_at_the_desk(self, patient: Patient, receptionist: User, client_of: ClientOf) -> None:
        client, path = client_of(receptionist), f"/agenda/consents/{patient.pk}/"
        assert client.get(path).status_code == 200
        assert client.post(path, {"channel": "email", "wants": "yes"}).status_code == 302
        row = ContactConsent.objects.get()
        assert (row.is_given, row.source, row.changed_by) == (True, "desk", receptionist)
        assert client.post(path, {"channel": "email", "wants": "no"}).status_code == 302
        assert [event.is_given for event in client.get(path).context["history"]] == [False, True]
        for wrong in ({"channel": "fax", "wants": "yes"}, {"channel": "email", "wants": "maybe"}):
            assert client.post(path, wrong).status_code == 404

    def test_the_same_choice_again_changes_nothing(self, patient: Patient, receptionist: User) -> None:
        first = give(patient, "email", source="desk", by=receptionist, now=NOW)
        give(patient, "email", source="portal", by=None, now=NOW + datetime.timedelta(days=1))
        first.refresh_from_db()
        assert (first.source, first.changed_at) == ("desk", NOW)

    def test_what_is_missing(self, patient: Patient, receptionist: User, client_of: ClientOf) -> None:
        Patient.objects.filter(pk=patient.pk).update(email="", phone="+3214312345")
        client, path = client_of(receptionist), f"/agenda/consents/{patient.pk}/"
        page = client.get(path).content.decode()
        assert "wish-missing" in page
        assert 'name="wants"' not in page
        for channel in Channel.values:
            assert client.post(path, {"channel": channel, "wants": "yes"}).status_code == 400
        assert not ContactConsent.objects.exists()

    def test_in_the_portal(self, patient: Patient, patient_user: User, client_of: ClientOf) -> None:
        client = client_of(patient_user)
        assert client.post("/portal/messages/", {"channel": "sms", "wants": "yes"}).status_code == 302
        row = ContactConsent.objects.get()
        assert (row.patient, row.source, row.changed_by) == (patient, "portal", patient_user)
        assert "Els" not in client.get("/portal/messages/").content.decode()

    def test_nobody_chooses_for_another(self, patient: Patient, stranger: User, client_of: ClientOf) -> None:
        client = client_of(stranger)
        assert client.get(f"/agenda/consents/{patient.pk}/").status_code == 403
        client.post("/portal/messages/", {"channel": "sms", "wants": "yes", "patient": str(patient.pk)})
        assert not ContactConsent.objects.filter(patient=patient).exists()

    def test_the_link_in_a_message(self, patient: Patient, settings: Any) -> None:
        settings.PUBLIC_URL = "https://praktijk.example"
        now = timezone.now()
        give(patient, "email", source="desk", by=None, now=now)
        waiting = message(patient, "preparation")
        path = stop_link(patient.pk, "email", now=now).removeprefix(settings.PUBLIC_URL)
        anyone = Client(enforce_csrf_checks=True)
        for method in (anyone.get, anyone.head):
            assert method(path).status_code == 200
        assert ContactConsent.objects.get().is_given
        page = anyone.post(path, {"List-Unsubscribe": "One-Click"})
        assert page.status_code == 200
        assert "Peeters" not in page.content.decode()
        row = ContactConsent.objects.get()
        assert (row.is_given, row.source, row.changed_by) == (False, "link", None)
        waiting.refresh_from_db()
        assert (waiting.status, waiting.error) == ("stopped", "no-consent")

    def test_a_link_is_for_one_patient_one_channel_and_ninety_days(self, patient: Patient, settings: Any) -> None:
        settings.PUBLIC_URL = "https://praktijk.example"
        for channel in Channel:
            token = stop_link(patient.pk, channel, now=NOW).split("/")[-2]
            wish = read_stop_link(token, now=NOW + datetime.timedelta(days=89))
            assert wish is not None
            assert (wish.patient, wish.channel) == (patient, channel)
            assert read_stop_link(token, now=NOW + datetime.timedelta(days=92)) is None
            for forged in (token[:-1], f"B{token[1:]}", token.split(".")[0], "", "é.é"):
                assert read_stop_link(forged, now=NOW) is None
        assert Client().post(reverse("stop-messages", args=["x.y"])).status_code == 410
        settings.PUBLIC_URL = ""
        assert stop_link(patient.pk, "email", now=NOW) == ""
