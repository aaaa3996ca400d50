"""What the database refuses about webhooks."""

from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from accounts.models import Practitioner, User, WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent
from accounts.webhooks.keys import encrypted, new_secret
from fysicure.portal_role import narrow_to, widen
from patients.models import Patient
from scheduling.booking import book
from scheduling.models import Appointment, Room
from tests.database.test_accounts_refusals import refusal
from tests.people import NOW, at, make_patient

pytestmark = pytest.mark.django_db


def make(owner: User, **fields: Any) -> WebhookEndpoint:
    values = {"name": "Boekhouding", "url": "https://boek.example/hook", "kinds": ["patient.created"]}
    return WebhookEndpoint.objects.create(secret=encrypted(new_secret()), created_by=owner, **{**values, **fields})


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"status": "lost"}, "accounts_webhookendpoint_status_known"),
        ({"kinds": []}, "accounts_webhookendpoint_kinds_known"),
        ({"kinds": ["patient.created", "pain.felt"]}, "accounts_webhookendpoint_kinds_known"),
        ({"kinds": ["ping"]}, "accounts_webhookendpoint_kinds_known"),
        ({"url": "ftp://boek.example/"}, "accounts_webhookendpoint_url_is_web"),
        ({"previous_secret": "x"}, "accounts_webhookendpoint_old_secret_ends"),
        ({"previous_until": timezone.now()}, "accounts_webhookendpoint_old_secret_ends"),
    ],
)
def test_an_endpoint(fields: dict[str, Any], constraint: str, owner: User) -> None:
    assert refusal(lambda: make(owner, **fields)) == constraint


def test_an_event(owner: User) -> None:
    make(owner)
    make_patient()
    known = WebhookEvent.objects.get()
    values = {"object_type": "patient", "object_id": known.object_id}
    assert (
        refusal(lambda: WebhookEvent.objects.create(kind="patient.felt", **values))
        == "accounts_webhookevent_kind_known"
    )
    again = {**values, "kind": "patient.created", "message_id": known.message_id}
    assert refusal(lambda: WebhookEvent.objects.create(**again)) == "accounts_webhookevent_message_once"


def test_a_delivery(owner: User) -> None:
    endpoint = make(owner)
    make_patient()
    known = WebhookDelivery.objects.get()
    values = {"endpoint": endpoint, "event": known.event, "object_id": known.object_id}
    assert refusal(lambda: WebhookDelivery.objects.create(**values)) == "accounts_webhookdelivery_once"
    odd = WebhookDelivery.objects.filter(pk=known.pk)
    assert refusal(lambda: odd.update(status="burnt")) == "accounts_webhookdelivery_status_known"


def test_what_a_patient_changes_is_told_and_the_patient_sees_nothing_of_it(
    owner: User, patient: Patient, practitioner: Practitioner, room: Room
) -> None:
    make(owner, kinds=["appointment.created", "appointment.cancelled"])
    start = at("2026-11-30", "10:00")
    visit = book(patient, practitioner=practitioner, start=start, minutes=30, type="session", by=owner, now=NOW)
    assert patient.user is not None
    narrow_to(patient.user)
    try:
        assert Appointment.objects.filter(pk=visit.pk).update(status="cancelled", cancelled_at=NOW) == 1
        for model in (WebhookEndpoint, WebhookEvent, WebhookDelivery, WebhookAttempt):
            with pytest.raises(ProgrammingError), transaction.atomic():
                model.objects.count()
    finally:
        widen()
    kinds = WebhookEvent.objects.values_list("kind", flat=True)
    assert list(kinds) == ["appointment.created", "appointment.cancelled"]
