"""Webhooks over HTTP."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from standardwebhooks import Webhook

from accounts.models import SecurityEvent, User, WebhookDelivery, WebhookEndpoint
from accounts.tokens import issue
from tests.people import make_patient
from tests.webhooks.conftest import run
from tests.webhooks.receiver import Receiver

pytestmark = pytest.mark.django_db
WEBHOOKS = "/api/v1/webhooks/"


class Api:
    """A program with a token."""

    def __init__(self, user: User) -> None:
        self.client, self.token = Client(), issue(user)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        named = {
            "Authorization": f"Bearer {self.token}",
            **{key.replace("_", "-"): each for key, each in headers.items()},
        }
        ask = getattr(self.client, method)
        data = {} if body is None else {"data": body, "content_type": "application/json"}
        return ask(path, headers=named, **data)


@pytest.fixture
def api(owner: User) -> Api:
    return Api(owner)


def made(api: Api, receiver: Receiver, **more: Any) -> Any:
    body = {"name": "Boekhouding", "url": receiver.url, "events": ["patient.created", "patient.updated"], **more}
    return api("post", WEBHOOKS, body)


def test_from_making_to_a_message_that_can_be_checked(api: Api, receiver: Receiver) -> None:
    answer = made(api, receiver)
    assert answer.status_code == 201
    row = answer.json()
    assert answer["Location"] == f"{WEBHOOKS}{row['id']}/"
    secret = row.pop("secret")
    shown = api("get", f"{WEBHOOKS}{row['id']}/")
    assert shown.json() == row
    assert api("get", WEBHOOKS).json()["results"] == [row]
    make_patient()
    run(WebhookEndpoint.objects.get())
    assert Webhook(secret).verify(receiver.bodies[0], receiver.headers[0])["type"] == "patient.created"
    events = SecurityEvent.objects.filter(kind="token", detail__deed="webhook made")
    assert events.get().detail["webhook"] == row["id"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"url": "https://192.168.1.1/"}, "url"),
        ({"url": "ftp://boek.example/"}, "url"),
        ({"url": "FTP://boek.example/"}, "url"),
        ({"events": []}, "events"),
        ({"events": ["ping"]}, "events"),
        ({"events": ["patient.felt"]}, "events"),
        ({"name": " "}, "name"),
        ({"url": "https://boek.example/" + 500 * "a"}, "url"),
    ],
)
def test_what_is_refused(more: dict[str, Any], field: str, api: Api, receiver: Receiver) -> None:
    answer = made(api, receiver, **more)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert list(answer.json()["errors"]) == [field]


def test_a_scheme_in_capitals_is_the_same_scheme(api: Api, receiver: Receiver) -> None:
    assert made(api, receiver, url="HTTPS://Boek.example/Hook").json()["url"] == "https://Boek.example/Hook"


def test_there_is_an_end_to_it(api: Api, receiver: Receiver) -> None:
    for _each in range(20):
        assert made(api, receiver).status_code == 201
    assert made(api, receiver).status_code == 409


def test_change_with_a_version(api: Api, receiver: Receiver) -> None:
    path = f"{WEBHOOKS}{made(api, receiver).json()['id']}/"
    tag = api("get", path)["ETag"]
    changed = api("patch", path, {"events": ["plan.decided", "diary.logged"], "name": "Ander"}, If_Match=tag)
    assert (changed.status_code, changed.json()["events"]) == (200, ["plan.decided", "diary.logged"])
    assert changed["ETag"] == '"2"'
    late = api("patch", path, {"name": "Derde"}, If_Match=tag)
    assert (late.status_code, late.json()["changed"]) == (412, ["name"])
    late = api("patch", path, {"events": ["patient.created"]}, If_Match=tag)
    assert (late.status_code, late.json()["changed"]) == (412, ["events"])
    assert api("patch", path, {"status": "off"}).json()["status"] == "off"
    assert api("patch", path, {"status": "error"}).status_code == 400
    assert api("patch", path, {"status": "active"}).json()["status"] == "active"


def test_remove(api: Api, receiver: Receiver) -> None:
    path = f"{WEBHOOKS}{made(api, receiver).json()['id']}/"
    make_patient()
    run(WebhookEndpoint.objects.get())
    assert api("delete", path).status_code == 204
    assert api("get", path).status_code == 404
    assert not WebhookDelivery.objects.exists()


def test_the_log_is_paged_and_filtered(api: Api, receiver: Receiver, django_assert_num_queries: Any) -> None:
    path = f"{WEBHOOKS}{made(api, receiver).json()['id']}/deliveries/"
    for number in range(3):
        make_patient(f"Naam{number}")
    run(WebhookEndpoint.objects.get())
    make_patient("Laatste")
    log = api("get", path).json()
    assert (log["count"], [row["status"] for row in log["results"]]) == (4, ["waiting", *["delivered"] * 3])
    first = log["results"][-1]
    assert (first["type"], first["attempts"], first["next_attempt_at"]) == ("patient.created", 1, None)
    assert [(each["status_code"], each["error"]) for each in first["tries"]] == [(204, "")]
    assert api("get", f"{path}?status=waiting&page_size=1").json()["count"] == 1
    assert api("get", f"{path}?state=waiting").status_code == 400
    for number in range(3):
        make_patient(f"Meer{number}")
    run(WebhookEndpoint.objects.get())
    with django_assert_num_queries(4):
        assert api("get", path).json()["count"] == 7


def test_send_again(api: Api, receiver: Receiver) -> None:
    path = f"{WEBHOOKS}{made(api, receiver).json()['id']}/"
    make_patient()
    make_patient("Tweede")
    endpoint = WebhookEndpoint.objects.get()
    run(endpoint)
    since = (timezone.now() - datetime.timedelta(hours=1)).isoformat()
    assert api("post", f"{path}replay/", {"since": since}).json() == {"count": 2}
    run(endpoint)
    one = api("get", f"{path}deliveries/").json()["results"][0]["id"]
    answer = api("post", f"{path}replay/", {"delivery": one})
    assert (answer.status_code, answer.json()) == (202, {"count": 1})
    assert run(endpoint) == 1
    assert len(receiver.bodies) == 5
    assert api("post", f"{path}replay/", {}).status_code == 400
    assert api("post", f"{path}replay/", {"delivery": one, "since": since}).status_code == 400
    unknown = api("post", f"{path}replay/", {"delivery": endpoint.pk.hex})
    assert (unknown.status_code, list(unknown.json()["errors"])) == (400, ["delivery"])


@pytest.mark.django_db(transaction=True)
def test_a_test_tells_how_it_was_taken(api: Api, receiver: Receiver) -> None:
    path = f"{WEBHOOKS}{made(api, receiver).json()['id']}/test/"
    answer = api("post", path).json()
    assert answer == {"delivered": True, "status_code": 204, "error": "", "duration_ms": answer["duration_ms"]}
    receiver.answer = lambda handler: handler.say(401)
    answer = api("post", path).json()
    assert (answer["delivered"], answer["status_code"], answer["error"]) == (False, 401, "refused")
    api("patch", path.removesuffix("test/"), {"status": "off"})
    assert api("post", path).status_code == 409


def test_renew_the_secret(api: Api, receiver: Receiver) -> None:
    first = made(api, receiver).json()
    second = api("post", f"{WEBHOOKS}{first['id']}/secret/").json()
    assert second["secret"].startswith("whsec_")
    assert second["secret"] != first["secret"]
    assert second["old_secret_until"] is not None


@pytest.mark.parametrize("role", ["therapist", "receptionist", "patient_user"])
def test_only_the_owner(role: str, receiver: Receiver, request: pytest.FixtureRequest) -> None:
    api = Api(request.getfixturevalue(role))
    assert api("get", WEBHOOKS).status_code == 403
    assert made(api, receiver).status_code == 403
