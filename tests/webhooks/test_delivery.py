"""Bringing events to a receiver: signed, again when it fails, in the order of each object, and never in the way."""

import datetime
import socket
import time
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app
from standardwebhooks import Webhook, WebhookVerificationError

from accounts.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent
from accounts.webhooks import network
from accounts.webhooks.delivery import (
    LEASE,
    MOST_ATTEMPTS,
    STOPPED_AFTER,
    WAITS,
    deliver_next,
    endpoints_due,
    wait_after,
)
from accounts.webhooks.endpoints import forget_old_secrets, keep_readable, remove_endpoint, renew_secret
from accounts.webhooks.log import clear_old, in_trouble
from accounts.webhooks.network import Answer, Failure
from accounts.webhooks.replay import WebhookOff, replay, replay_since, send_test
from fysicure.tasks import clear_webhooks, deliver_webhooks
from tests.people import make_patient
from tests.webhooks.conftest import MakeEndpoint, run, statuses
from tests.webhooks.receiver import Receiver

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def answers(*statuses: int) -> Any:
    """Return what a receiver says: one status after the other, the last one for ever."""
    left = list(statuses)
    return lambda handler: handler.say(left.pop(0) if len(left) > 1 else left[0])


def change(patient: Any, city: str) -> None:
    patient.city = city
    patient.save(update_fields=["city"])


def test_a_receiver_can_check_who_sent_it(make_endpoint: MakeEndpoint, receiver: Receiver) -> None:
    endpoint, secret = make_endpoint(receiver.url)
    make_patient()
    assert run(endpoint) == 1
    message = Webhook(secret).verify(receiver.bodies[0], receiver.headers[0])
    assert message["type"] == "patient.created"
    assert receiver.headers[0]["webhook-id"] == message["id"]
    assert receiver.headers[0]["Content-Type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(receiver.bodies[0] + b" ", receiver.headers[0])
    assert statuses(endpoint) == ["delivered"]
    attempt = WebhookAttempt.objects.get()
    assert (attempt.status_code, attempt.error) == (204, "")
    assert run(endpoint) == 0


def test_the_secret_is_stored_encrypted(make_endpoint: MakeEndpoint, receiver: Receiver) -> None:
    endpoint, secret = make_endpoint(receiver.url)
    endpoint.refresh_from_db()
    assert secret.startswith("whsec_")
    assert secret.removeprefix("whsec_") not in endpoint.secret


def test_two_secrets_sign_for_a_day(make_endpoint: MakeEndpoint, receiver: Receiver, owner: Any) -> None:
    endpoint, old = make_endpoint(receiver.url)
    _row, new = renew_secret(endpoint, by=owner, now=timezone.now())
    make_patient()
    run(endpoint)
    for secret in (old, new):
        assert Webhook(secret).verify(receiver.bodies[0], receiver.headers[0])
    later = timezone.now() + 25 * HOUR
    make_patient("Later")
    deliver_next(endpoint.pk, now=later)
    assert len(receiver.headers[1]["webhook-signature"].split()) == 1
    assert forget_old_secrets(now=later) == 1
    endpoint.refresh_from_db()
    assert (endpoint.previous_secret, endpoint.previous_until) == ("", None)


def test_a_lost_key_of_the_server_is_a_failure_that_says_so(endpoint: WebhookEndpoint, settings: Any) -> None:
    make_patient()
    settings.SECRET_KEY = "another key altogether, of no use for what was written before"
    assert run(endpoint) == 1
    assert WebhookDelivery.objects.get().last_error == Failure.SECRET_UNREADABLE


def test_secrets_outlive_a_change_of_the_servers_key(
    make_endpoint: MakeEndpoint, receiver: Receiver, settings: Any
) -> None:
    endpoint, secret = make_endpoint(receiver.url)
    assert keep_readable() == 0
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key altogether, which from now on encrypts what is written"
    assert keep_readable() == 1
    settings.SECRET_KEY_FALLBACKS = []
    make_patient()
    assert run(endpoint) == 1
    assert Webhook(secret).verify(receiver.bodies[0], receiver.headers[0])
    settings.SECRET_KEY = "a third key, and the second one is lost, so that nobody can read anything"
    assert keep_readable() == 0


def test_first_500_then_200(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    receiver.answer = answers(500, 200)
    make_patient()
    assert run(endpoint) == 1
    row = WebhookDelivery.objects.get()
    assert (row.status, row.attempts, row.last_status, row.last_error) == ("waiting", 1, 500, "server-error")
    endpoint.refresh_from_db()
    assert endpoint.failing_since is not None
    assert run(endpoint, later=2) == 0
    assert run(endpoint, later=7) == 1
    endpoint.refresh_from_db()
    assert (statuses(endpoint), endpoint.failing_since) == (["delivered"], None)
    assert receiver.headers[0]["webhook-id"] == receiver.headers[1]["webhook-id"]
    assert receiver.bodies[0] == receiver.bodies[1]


def test_the_tenth_failure_is_the_last(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    receiver.answer = answers(400)
    make_patient()
    later = 0.0
    for _each in range(MOST_ATTEMPTS):
        assert run(endpoint, later=later) == 1
        row = WebhookDelivery.objects.get()
        later = (row.next_at - timezone.now()).total_seconds() + 1
    assert (row.status, row.attempts) == ("gave-up", 10)
    assert WebhookAttempt.objects.count() == 10
    assert run(endpoint, later=1e7) == 0


def test_waits_grow_and_are_not_all_the_same() -> None:
    for attempt, wait in enumerate(WAITS, 1):
        found = {wait_after(attempt) for _each in range(20)}
        assert len(found) > 5
        assert all(0.8 * wait <= each <= 1.2 * wait for each in found)
    assert sum(WAITS, datetime.timedelta()) > datetime.timedelta(days=3)


def test_later_news_of_one_object_waits_and_other_objects_do_not(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    first, second = make_patient("Eerste"), make_patient("Tweede")
    change(first, "Mol")
    change(first, "Geel")
    receiver.answer = lambda handler: handler.say(500 if str(first.pk).encode() in receiver.bodies[-1] else 200)
    assert run(endpoint) == 2
    assert statuses(endpoint) == ["waiting", "delivered", "waiting", "waiting"]
    receiver.answer = answers(200)
    change(second, "Balen")
    assert run(endpoint, later=7) == 4
    versions = [body.partition(b'"version":')[2][:1] for body in receiver.bodies if str(first.pk).encode() in body]
    assert versions == [b"1", b"1", b"2", b"3"]


def test_after_giving_up_the_next_may_go(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    patient = make_patient()
    change(patient, "Mol")
    WebhookDelivery.objects.filter(event__kind="patient.created").update(attempts=MOST_ATTEMPTS - 1)
    receiver.answer = answers(400, 200)
    assert run(endpoint) == 2
    assert statuses(endpoint) == ["gave-up", "delivered"]


def test_gone_stops_the_endpoint_and_the_rest_waits(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    receiver.answer = answers(410)
    make_patient()
    make_patient("Tweede")
    assert run(endpoint) == 1
    endpoint.refresh_from_db()
    assert (endpoint.status, statuses(endpoint)) == ("error", ["waiting", "waiting"])
    assert endpoints_due(now=timezone.now() + 100 * HOUR) == []
    assert in_trouble(now=timezone.now()) == 1


def test_after_five_days_of_failures_the_endpoint_is_stopped(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    receiver.answer = answers(500)
    make_patient()
    run(endpoint)
    assert in_trouble(now=timezone.now()) == 0
    assert in_trouble(now=timezone.now() + 2 * HOUR) == 1
    WebhookEndpoint.objects.update(failing_since=timezone.now() - STOPPED_AFTER)
    version = WebhookEndpoint.objects.get().version
    assert run(endpoint, later=7) == 1
    endpoint.refresh_from_db()
    assert (endpoint.status, endpoint.version) == ("error", version + 1)


def test_how_it_fares_is_no_change_that_an_editor_is_told_of(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    receiver.answer = answers(500)
    make_patient()
    run(endpoint)
    endpoint.refresh_from_db()
    assert (endpoint.failing_since is not None, endpoint.version) == (True, 1)
    assert WebhookEndpoint.objects.get().events.count() == 1


def test_a_redirect_is_not_followed(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    receiver.answer = lambda handler: handler.say(307, Location="http://127.0.0.1:1/elsewhere")
    make_patient()
    assert run(endpoint) == 1
    assert (WebhookDelivery.objects.get().last_error, len(receiver.bodies)) == ("redirect", 1)


@pytest.mark.parametrize(
    ("behaviour", "failure"),
    [
        (lambda handler: handler.hang(2), Failure.TIMEOUT),
        (lambda handler: handler.drip(3), Failure.TIMEOUT),
        (lambda handler: handler.reset(), Failure.BROKEN_OFF),
        (lambda handler: handler.connection.sendall(b"SSH-2.0-nothing\r\n\r\n"), Failure.NO_HTTP),
        (lambda handler: handler.connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 9), Failure.BROKEN_OFF),
    ],
    ids=["hangs", "drips", "resets", "no http", "never answers"],
)
def test_odd_receivers(behaviour: Any, failure: Failure, receiver: Receiver) -> None:
    receiver.answer = behaviour
    begun = time.monotonic()
    answer = network.post(receiver.url, b"{}", {}, timeout=0.5)
    assert (answer.failure, answer.status) == (failure, None)
    assert time.monotonic() - begun < 1.5


def test_a_huge_answer_is_not_read(receiver: Receiver) -> None:
    receiver.answer = lambda handler: handler.flood(200)
    begun = time.monotonic()
    answer = network.post(receiver.url, b"{}", {})
    assert answer.is_delivered
    assert time.monotonic() - begun < 1


def test_nobody_there() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets this port meanwhile
        answer = network.post(f"http://127.0.0.1:{probe.getsockname()[1]}/", b"{}", {})
    assert answer.failure == Failure.NO_CONNECTION


def test_an_address_that_hangs_is_left_alone_for_a_while(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    """Else each of its deliveries would wait ten seconds, and keep a worker from the others."""
    for number in range(3):
        make_patient(f"Naam{number}")
    late = lambda *args: Answer(10_000, failure=Failure.TIMEOUT)  # noqa: E731
    assert run(endpoint, via=late) == 1
    assert endpoints_due(now=timezone.now() + datetime.timedelta(seconds=29)) == []
    assert run(endpoint, later=31) == 3
    endpoint.refresh_from_db()
    assert (endpoint.held_until, statuses(endpoint)) == (None, ["delivered"] * 3)


@pytest.mark.parametrize(("status", "wait", "held"), [(429, "120", 120), (503, "", 30), (503, "99999", 900)])
def test_a_busy_receiver_says_how_long(
    status: int, wait: str, held: int, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    receiver.answer = lambda handler: handler.say(status, **({"Retry_After": wait} if wait else {}))
    make_patient()
    run(endpoint)
    endpoint.refresh_from_db()
    assert endpoint.held_until is not None
    assert abs((endpoint.held_until - timezone.now()).total_seconds() - held) < 5


def test_what_a_dead_worker_had_in_hand_comes_again_after_a_minute(
    endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    def dies(*args: Any) -> Answer:
        raise SystemExit

    make_patient()
    with pytest.raises(SystemExit):
        run(endpoint, via=dies)
    assert run(endpoint, later=LEASE.total_seconds() - 5) == 0
    assert run(endpoint, later=LEASE.total_seconds() + 5) == 1
    assert (statuses(endpoint), WebhookDelivery.objects.get().attempts) == (["delivered"], 2)


def test_a_worker_that_comes_too_late_writes_nothing_over(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    make_patient()

    def slow(*args: Any) -> Answer:
        assert run(endpoint, later=LEASE.total_seconds() + 5) == 1  # another one took it over, and it arrived
        return Answer(70_000, failure=Failure.TIMEOUT)

    assert deliver_next(endpoint.pk, now=timezone.now(), via=slow)
    assert statuses(endpoint) == ["delivered"]


def test_a_test_is_sent_at_once_and_tells_how_it_went(
    endpoint: WebhookEndpoint, receiver: Receiver, owner: Any
) -> None:
    assert send_test(endpoint, by=owner, now=timezone.now()).is_delivered
    assert b'"type":"ping"' in receiver.bodies[0]
    receiver.answer = answers(404)
    answer = send_test(endpoint, by=owner, now=timezone.now())
    assert (answer.status, answer.failure) == (404, Failure.REFUSED)
    assert statuses(endpoint) == ["delivered", "gave-up"]
    assert run(endpoint, later=1e6) == 0
    WebhookEndpoint.objects.update(status="off")
    with pytest.raises(WebhookOff):
        send_test(endpoint, by=owner, now=timezone.now())


def test_one_is_sent_again_with_its_own_id(endpoint: WebhookEndpoint, receiver: Receiver, owner: Any) -> None:
    make_patient()
    run(endpoint)
    row = replay(WebhookDelivery.objects.get(), by=owner, now=timezone.now())
    assert (row.status, row.attempts) == ("waiting", 0)
    assert run(endpoint) == 1
    assert receiver.bodies[0] == receiver.bodies[1]
    assert receiver.headers[0]["webhook-id"] == receiver.headers[1]["webhook-id"]


def test_all_since_a_moment_with_what_only_others_heard(
    make_endpoint: MakeEndpoint, endpoint: WebhookEndpoint, receiver: Receiver, owner: Any
) -> None:
    make_patient("Eerste")
    middle = timezone.now() + datetime.timedelta(days=1)
    make_patient("Tweede")
    newest = WebhookEvent.objects.latest("sequence")
    WebhookEvent.objects.filter(pk=newest.pk).update(at=middle)
    run(endpoint)
    fresh, _secret = make_endpoint(receiver.url, "patient.created")
    assert replay_since(fresh, since=middle, by=owner, now=timezone.now()) == 1
    assert replay_since(fresh, since=middle - 48 * HOUR, by=owner, now=timezone.now()) == 2
    assert run(fresh) == 2
    assert replay_since(endpoint, since=middle, by=owner, now=timezone.now()) == 1


def test_after_thirty_days_all_of_it_goes(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    make_patient()
    run(endpoint)
    assert clear_old(now=timezone.now() + datetime.timedelta(days=29)) == 0
    assert clear_old(now=timezone.now() + datetime.timedelta(days=31)) == 1
    assert not WebhookDelivery.objects.exists()
    assert not WebhookAttempt.objects.exists()


def test_the_jobs(endpoint: WebhookEndpoint, receiver: Receiver, owner: Any) -> None:
    make_patient()
    deliver_webhooks.func(0)
    assert statuses(endpoint) == ["delivered"]
    WebhookEvent.objects.update(at=timezone.now() - datetime.timedelta(days=31))
    renew_secret(endpoint, by=owner, now=timezone.now() - 25 * HOUR)
    clear_webhooks.func(0)
    assert not WebhookEvent.objects.exists()
    endpoint.refresh_from_db()
    assert endpoint.previous_secret == ""
    assert app.periodic_registry.periodic_tasks[("fysicure.tasks.deliver_webhooks", "")].cron == "* * * * * */10"


def test_a_webhook_that_is_removed_while_it_is_asked_takes_its_log_along(endpoint: WebhookEndpoint, owner: Any) -> None:
    def remove_meanwhile(_url: str, _body: bytes, _headers: Any) -> Answer:
        remove_endpoint(endpoint, by=owner, now=timezone.now())
        return Answer(5, 204)

    make_patient()
    assert run(endpoint, via=remove_meanwhile) == 1
    assert not WebhookDelivery.objects.exists()
    assert not WebhookAttempt.objects.exists(), "an attempt without its delivery breaks the round off at the commit"
