"""What the database refuses of browsers that want to be reminded."""

from typing import Any

import pytest

from pathways.models import PushSubscription
from patients.models import Patient
from tests.database.test_pathways import refused


def subscribe(patient: Patient, **fields: Any) -> None:
    values = {"endpoint": "https://push.example.net/a", "p256dh": "A" * 87, "auth": "A" * 22, **fields}
    PushSubscription.objects.create(patient=patient, **values)


@pytest.mark.django_db
def test_a_browser_is_there_once(patient: Patient) -> None:
    subscribe(patient)
    with refused("pathways_pushsubscription_endpoint_once"):
        subscribe(patient)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"endpoint": "file:///etc/passwd"}, "pathways_pushsubscription_web_address"),
        ({"p256dh": "A" * 86}, "pathways_pushsubscription_keys"),
        ({"auth": "A" * 21}, "pathways_pushsubscription_keys"),
        ({"auth": "!" * 22}, "pathways_pushsubscription_keys"),
    ],
)
def test_a_browser_gives_an_address_and_two_keys(patient: Patient, fields: dict[str, Any], constraint: str) -> None:
    with refused(constraint):
        subscribe(patient, **fields)
