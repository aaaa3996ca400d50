"""What is announced: which changes, to whom, in the transaction of the change, and never a word of the record."""

import datetime
import json
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Practitioner, User, WebhookDelivery, WebhookEndpoint, WebhookEvent
from accounts.webhooks.endpoints import change_endpoint
from accounts.webhooks.payload import body_of, payload_of
from patients.erasure import erase
from patients.models import EpisodeOfCare, Erasure, Patient
from scheduling.booking import book, cancel
from scheduling.models import Appointment, Room
from tests.pathways.stories import log, make_plan
from tests.people import NOW, at, make_patient
from tests.webhooks.conftest import MakeEndpoint

pytestmark = pytest.mark.django_db


def told() -> list[str]:
    return list(WebhookEvent.objects.values_list("kind", flat=True))


@pytest.fixture
def visit(patient: Patient, practitioner: Practitioner, room: Room, receptionist: User) -> Appointment:
    start = at("2026-11-30", "10:00")
    return book(patient, practitioner=practitioner, start=start, minutes=30, type="session", by=receptionist, now=NOW)


def test_nothing_is_written_when_nobody_listens(visit: Appointment) -> None:
    assert told() == []


def test_a_visit_from_booking_to_cancelling(endpoint: WebhookEndpoint, visit: Appointment, receptionist: User) -> None:
    visit = cancel(visit, by=receptionist, now=NOW, reason="Kan niet komen")
    mine = WebhookEvent.objects.filter(object_type="appointment", object_id=visit.pk)
    assert [row.kind for row in mine] == ["appointment.created", "appointment.cancelled"]
    visit.refresh_from_db()
    assert [row.row_version for row in mine] == [1, visit.version]
    assert WebhookDelivery.objects.filter(endpoint=endpoint, object_id=visit.pk).count() == 2


def test_only_the_kinds_that_somebody_wants(make_endpoint: MakeEndpoint, receiver: Any) -> None:
    first, _secret = make_endpoint(receiver.url, "patient.created")
    second, _secret = make_endpoint(receiver.url, "patient.updated", "patient.created")
    patient = make_patient()
    patient.city = "Mol"
    patient.save(update_fields=["city"])
    assert told() == ["patient.created", "patient.updated"]
    assert [row.deliveries.count() for row in (first, second)] == [1, 2]


def test_switched_off_nothing_is_kept_and_stopped_it_is(endpoint: WebhookEndpoint, owner: User) -> None:
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(status="error")
    make_patient()
    assert told() == ["patient.created"]
    change_endpoint(endpoint, status="off", by=owner, now=timezone.now())
    make_patient("Tweede")
    assert told() == ["patient.created"]
    assert WebhookDelivery.objects.get().status == "skipped"


def test_a_change_that_is_undone_is_not_told(endpoint: WebhookEndpoint) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_patient()
        raise ZeroDivisionError
    assert told() == []


def test_bulk_writing_is_told_too(endpoint: WebhookEndpoint, patient: Patient, episode: EpisodeOfCare) -> None:
    Patient.objects.filter(pk=patient.pk).update(city="Geel")
    EpisodeOfCare.objects.filter(pk=episode.pk).update(status="finished", ended_on=NOW.date())
    assert told() == ["patient.created", "episode.created", "patient.updated", "episode.updated"]


def test_a_plan_and_its_diary(endpoint: WebhookEndpoint, episode: EpisodeOfCare, practitioner: Practitioner) -> None:
    plan = make_plan(episode, practitioner)
    log(plan, 1)
    kinds = told()
    assert {"plan.created", "plan.decided", "diary.logged"} <= set(kinds)
    decided = WebhookEvent.objects.filter(kind="plan.decided").first()
    assert decided is not None
    assert (decided.object_type, decided.object_id) == ("plan", plan.pk)


def test_a_message_holds_ids_and_moments_only(endpoint: WebhookEndpoint, settings: Any) -> None:
    settings.PUBLIC_URL = "https://praktijk.example"
    patient = make_patient("Kanarievogel", "Zsófia", phone="+32470112233", email="kanarie@mail.example")
    event = WebhookEvent.objects.get()
    message = json.loads(body_of(event))
    assert message == {
        "id": str(event.message_id),
        "type": "patient.created",
        "occurred_at": message["occurred_at"],
        "object": {
            "type": "patient",
            "id": str(patient.pk),
            "url": f"https://praktijk.example/api/v1/patients/{patient.pk}/",
        },
        "version": 1,
        "sequence": event.sequence,
    }
    moment = datetime.datetime.fromisoformat(message["occurred_at"])
    assert abs(moment - timezone.now()) < datetime.timedelta(minutes=1)
    assert body_of(event) == body_of(WebhookEvent.objects.get())


def test_every_type_of_object_has_an_address(
    endpoint: WebhookEndpoint, visit: Appointment, episode: EpisodeOfCare, practitioner: Practitioner
) -> None:
    plan = make_plan(episode, practitioner)
    log(plan, 1)
    found = {row.object_type: payload_of(row)["object"]["url"] for row in WebhookEvent.objects.all()}
    assert set(found) == {"patient", "appointment", "episode", "plan", "diary"}
    assert all("/api/v1/" in address for address in found.values())


def test_an_erasure_leaves_the_bare_news_of_it(endpoint: WebhookEndpoint, owner: User) -> None:
    patient = make_patient("Kanarievogel")
    key = patient.pk
    Patient.objects.filter(pk=key).update(city="Geel")
    assert len(told()) == 2
    erasure: Erasure = erase(patient, by=owner, now=timezone.now())
    assert told() == ["patient.removed"]
    assert WebhookDelivery.objects.get().object_id == key
    proof = erasure.proofs.get()
    assert proof.left_over == []
    assert "accounts_webhookevent" in {each["table"] for each in proof.searched["declared"]}
