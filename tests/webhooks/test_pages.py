"""The owner's pages about other programs."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from standardwebhooks import Webhook

from accounts import step_up
from accounts.models import ApiToken, SecurityEvent, User, WebhookDelivery, WebhookEndpoint
from accounts.tokens import issue, valid_token
from tests.accounts.signing_in import with_password
from tests.people import make_patient
from tests.webhooks.conftest import run, statuses
from tests.webhooks.receiver import Receiver

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
HOME, ADD = "/connections/", "/connections/webhooks/add/"


@pytest.fixture
def _proven(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user proved a moment ago who they are."""
    monkeypatch.setattr(step_up, "proved_recently", lambda request: True)


@pytest.fixture
def site(owner: User, client_of: ClientOf, _proven: None) -> Client:
    return client_of(owner)


def address(name: str, endpoint: WebhookEndpoint, *more: Any) -> str:
    return reverse(f"connections:{name}", args=[endpoint.pk, *more])


def shown_once(response: Any) -> str:
    found = re.search(r'id="shown-once"[^>]*value="([^"]+)"', response.content.decode())
    assert found is not None
    return found[1]


def test_an_empty_page_says_what_it_is_for(site: Client) -> None:
    User.objects.update(language="en")
    content = site.get(HOME).content.decode()
    assert "/connections/webhooks/add/" in content
    assert "/connections/keys/add/" in content
    assert "http://testserver/api/v1/" in content


def test_a_webhook_from_form_to_message(site: Client, receiver: Receiver) -> None:
    made = site.post(ADD, {"name": "Boekhouding", "url": receiver.url, "kinds": ["patient.created"]})
    secret = shown_once(made)
    endpoint = WebhookEndpoint.objects.get()
    make_patient()
    run(endpoint)
    assert Webhook(secret).verify(receiver.bodies[0], receiver.headers[0])
    for path in (HOME, address("webhook", endpoint), address("edit-webhook", endpoint)):
        content = site.get(path).content.decode()
        assert "Boekhouding" in content
        assert secret not in content
        assert endpoint.secret not in content


@pytest.mark.parametrize("url", ["https://10.0.0.1/", "ftp://boek.example/", "https://an:pw@boek.example/", "hallo"])
def test_an_address_that_is_refused_is_said_beside_its_field(url: str, site: Client) -> None:
    answer = site.post(ADD, {"name": "Boekhouding", "url": url, "kinds": ["patient.created"]})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["url"]
    assert not WebhookEndpoint.objects.exists()


def test_two_editors(site: Client, endpoint: WebhookEndpoint) -> None:
    path = address("edit-webhook", endpoint)
    typed = {"name": "Eerste", "url": endpoint.url, "kinds": ["patient.created"], "version": "1"}
    assert site.post(path, typed).status_code == 302
    clash = site.post(path, {**typed, "name": "Tweede"})
    assert clash.status_code == 409
    assert "Eerste" in clash.content.decode()
    assert site.post(path, {**typed, "name": "Tweede", "version": "2"}).status_code == 302
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.kinds) == ("Tweede", ["patient.created"])


def test_the_log_says_what_went_wrong_and_sends_again(
    site: Client, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    receiver.answer = lambda handler: handler.say(500)
    make_patient()
    run(endpoint)
    content = site.get(address("webhook", endpoint)).content.decode()
    assert "500" in content
    assert site.get(f"{address('webhook', endpoint)}?status=delivered").status_code == 200
    delivery = WebhookDelivery.objects.get()
    receiver.answer = lambda handler: handler.say(200)
    assert site.post(address("replay-delivery", endpoint, delivery.pk)).status_code == 302
    assert run(endpoint) == 1
    day = timezone.localdate().isoformat()
    assert site.post(address("replay-webhook", endpoint), {"since": day}).status_code == 302
    assert run(endpoint) == 1
    old = (timezone.localdate() - datetime.timedelta(days=60)).isoformat()
    site.post(address("replay-webhook", endpoint), {"since": old})
    assert statuses(endpoint) == ["delivered"]


def test_switch_off_and_on_and_remove(site: Client, endpoint: WebhookEndpoint) -> None:
    make_patient()
    site.post(address("switch-webhook", endpoint), {"to": "off"})
    endpoint.refresh_from_db()
    assert (endpoint.status, statuses(endpoint)) == ("off", ["skipped"])
    assert site.get(address("webhook", endpoint)).status_code == 200
    assert site.post(address("test-webhook", endpoint)).status_code == 409
    site.post(address("switch-webhook", endpoint), {"to": "active"})
    endpoint.refresh_from_db()
    assert endpoint.status == "active"
    site.post(address("remove-webhook", endpoint))
    assert not WebhookEndpoint.objects.exists()
    assert site.get(address("webhook", endpoint)).status_code == 404


def test_a_stopped_webhook_is_told_on_the_first_page_and_taken_up_again(
    site: Client, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    assert 'href="/connections/"><svg' not in site.get("/").content.decode().split("<main", 1)[1]
    receiver.answer = lambda handler: handler.say(410)
    make_patient()
    run(endpoint)
    assert 'class="note note-amber" href="/connections/"' in site.get("/").content.decode()
    assert "note-red" in site.get(address("webhook", endpoint)).content.decode()
    receiver.answer = lambda handler: handler.say(200)
    site.post(address("switch-webhook", endpoint), {"to": "active"})
    assert run(endpoint, later=10) == 1
    assert 'class="note note-amber" href="/connections/"' not in site.get("/").content.decode()


def test_a_test_says_how_it_went(site: Client, endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    receiver.answer = lambda handler: handler.say(418)
    answer = site.post(address("test-webhook", endpoint), follow=True)
    assert "418" in answer.content.decode()
    assert b'"type":"ping"' in receiver.bodies[0]


def test_a_new_secret(site: Client, endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    secret = shown_once(site.post(address("renew-secret", endpoint)))
    make_patient()
    run(endpoint)
    assert Webhook(secret).verify(receiver.bodies[0], receiver.headers[0])
    assert site.get(address("webhook", endpoint)).status_code == 200


def test_a_key_from_form_to_revoking(
    site: Client, owner: User, receptionist: User, therapist: User, patient_user: User
) -> None:
    ends = timezone.localdate() + datetime.timedelta(days=30)
    typed = {"user": receptionist.pk, "name": "Kassa", "ends_on": ends.isoformat()}
    key = shown_once(site.post("/connections/keys/add/", typed))
    last = timezone.make_aware(datetime.datetime.combine(ends, datetime.time(23, 59)))
    found = [valid_token(key), valid_token(key, now=last)]
    assert [row.user for row in found if row] == [receptionist] * 2
    assert valid_token(key, now=last + datetime.timedelta(minutes=2)) is None
    row = ApiToken.objects.get()
    assert "Kassa" in site.get(HOME).content.decode()
    assert site.post(reverse("connections:revoke-key", args=[row.pk])).status_code == 302
    assert valid_token(key) is None
    assert list(site.get(HOME).context["keys"]) == []
    deeds = SecurityEvent.objects.filter(kind="token", user_id=owner.pk).order_by("id")
    assert [event.detail["deed"] for event in deeds] == ["made", "revoked"]
    too_late = (timezone.localdate() + datetime.timedelta(days=800)).isoformat()
    for wrong in (
        {"ends_on": too_late},
        {"ends_on": "2020-01-01"},
        {"user": patient_user.pk},
        {"name": ""},
        {"user": therapist.pk},
    ):
        assert site.post("/connections/keys/add/", {**typed, **wrong}).status_code == 422
    assert ApiToken.objects.count() == 1


def test_what_shows_a_secret_asks_first_who_you_are(
    owner: User, client_of: ClientOf, endpoint: WebhookEndpoint
) -> None:
    site = client_of(with_password(owner))
    for path in (ADD, "/connections/keys/add/"):
        assert "reauthenticate" in site.get(path)["Location"]
    assert "reauthenticate" in site.post(address("renew-secret", endpoint))["Location"]


def test_pages_cost_the_same_however_much_there_is(
    site: Client, endpoint: WebhookEndpoint, owner: User, django_assert_max_num_queries: Any
) -> None:
    def fill(count: int) -> None:
        for number in range(count):
            make_patient(f"Naam{number}")
            issue(owner, name=f"Sleutel {number}")
        run(endpoint)

    def cost(path: str) -> int:
        with django_assert_max_num_queries(60) as counted:
            assert site.get(path).status_code == 200
        return len(counted)

    fill(2)
    before = [cost(path) for path in (HOME, address("webhook", endpoint))]
    fill(8)
    assert [cost(path) for path in (HOME, address("webhook", endpoint))] == before


@pytest.mark.parametrize("role", ["therapist", "receptionist", "patient_user"])
def test_only_the_owner(
    role: str, endpoint: WebhookEndpoint, client_of: ClientOf, request: pytest.FixtureRequest
) -> None:
    client = client_of(request.getfixturevalue(role))
    assert client.get(HOME).status_code == 403
    assert client.post(address("test-webhook", endpoint)).status_code == 403
