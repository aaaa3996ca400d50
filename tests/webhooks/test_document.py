"""What the OpenAPI document says of messages holds for every message that is really sent."""

import json
from typing import Any

import jsonschema
import pytest

from accounts.models import Practitioner, User, WebhookEndpoint, WebhookKind
from fysicure.api_document.webhooks import example, message_schema, webhooks
from patients.models import EpisodeOfCare
from scheduling.booking import book
from scheduling.models import Room
from tests.pathways.stories import log, make_plan
from tests.people import NOW, at
from tests.webhooks.conftest import run
from tests.webhooks.receiver import Receiver

FORMATS = jsonschema.Draft202012Validator.FORMAT_CHECKER


def check(message: dict[str, Any]) -> None:
    schema = message_schema(WebhookKind(message["type"]))
    jsonschema.validate(message, schema, cls=jsonschema.Draft202012Validator, format_checker=FORMATS)


def test_each_kind_is_described_with_an_example_of_its_own_shape() -> None:
    described = webhooks()
    assert set(described) == {kind.value for kind in WebhookKind}
    names = [entry["post"]["operationId"] for entry in described.values()]
    assert len(set(names)) == len(names)
    for kind in WebhookKind:
        check(example(kind))


@pytest.mark.django_db
def test_what_is_sent_is_what_is_described(
    endpoint: WebhookEndpoint,
    receiver: Receiver,
    episode: EpisodeOfCare,
    practitioner: Practitioner,
    room: Room,
    receptionist: User,
) -> None:
    patient, start = episode.patient, at("2026-11-30", "10:00")
    book(patient, practitioner=practitioner, start=start, minutes=30, type="session", by=receptionist, now=NOW)
    log(make_plan(episode, practitioner), 1)
    run(endpoint)
    sent = [json.loads(body) for body in receiver.bodies]
    for message in sent:
        check(message)
    assert {message["object"]["type"] for message in sent} == {"patient", "episode", "appointment", "plan", "diary"}
    wrong = {**sent[0], "name": "Peeters"}
    with pytest.raises(jsonschema.ValidationError):
        check(wrong)
