"""Eight workers at once, workers that are killed, and an endpoint that hangs beside one that does not."""

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User, WebhookDelivery, WebhookEndpoint
from accounts.webhooks import delivery
from accounts.webhooks.delivery import LEASE, deliver_next
from accounts.webhooks.endpoints import KINDS, add_endpoint, change_endpoint, remove_endpoint
from accounts.webhooks.rounds import deliver_due
from patients.models import Patient
from tests.people import make_patient
from tests.webhooks.receiver import Handler, Receiver, listening

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
OBJECTS, CHANGES, WORKERS = 12, 5, 8


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


def listens(url: str, owner: User, name: str = "Boekhouding") -> WebhookEndpoint:
    kinds = [kind.value for kind in KINDS]
    return add_endpoint(name=name, url=url, kinds=kinds, by=owner, now=timezone.now())[0]


def changed(objects: int = OBJECTS, changes: int = CHANGES) -> None:
    """Let patients be registered and then change, all mixed."""
    rows = [make_patient(f"Naam{number}") for number in range(objects)]
    for number in range(changes - 1):
        for row in rows:
            Patient.objects.filter(pk=row.pk).update(city=f"Dorp {number}")


def taken(receiver: Receiver) -> list[dict[str, object]]:
    return [json.loads(body) for body in receiver.bodies]


def work(endpoint: WebhookEndpoint, until: float) -> None:
    """Bring events until none waits, as one of several workers."""
    try:
        while time.monotonic() < until:
            if not deliver_next(endpoint.pk, now=timezone.now()):
                if not WebhookDelivery.objects.filter(endpoint=endpoint, status="waiting").exists():
                    return
                time.sleep(0.005)
    finally:
        connection.close()


def test_the_order_of_each_object_is_kept_by_eight_workers(
    owner: User, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "WAITS", tuple(each / 1000 for each in delivery.WAITS))
    monkeypatch.setattr(delivery, "LONGEST_HOLD", delivery.LONGEST_HOLD / 10_000)
    counted, lock, under_way, most = Counter[str](), threading.Lock(), Counter[str](), [0]

    def sometimes(handler: Handler) -> None:
        message = handler.headers["webhook-id"]
        with lock:
            counted[message] += 1
            under_way["all"] += 1
            most[0] = max(most[0], under_way["all"])
            is_refused = counted[message] == 1 and int(message[-1], 16) < 4
        time.sleep(0.003)
        with lock:
            under_way["all"] -= 1
        handler.say(500 if is_refused else 204)

    receiver.answer = sometimes
    endpoint = listens(receiver.url, owner)
    changed()
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda _each: work(endpoint, time.monotonic() + 60), range(WORKERS)))
    assert set(WebhookDelivery.objects.values_list("status", flat=True)) == {"delivered"}
    assert most[0] > 1, "the workers never worked at once: the test proves nothing"
    assert max(counted.values()) == 2, "nothing was tried again: the test proves nothing"
    versions = defaultdict(list)
    for message in taken(receiver):
        versions[message["object"]["id"]].append(message["version"])  # type: ignore[index]
    assert len(versions) == OBJECTS
    for seen in versions.values():
        assert seen == sorted(seen)
        assert set(seen) == set(range(1, CHANGES + 1))


def start(seconds_later: float) -> "subprocess.Popen[bytes]":
    parts = urlsplit(os.environ["DATABASE_URL"])
    address = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    environment = {**os.environ, "DATABASE_URL": address}
    command = [sys.executable, "-m", "tests.concurrency.webhook_worker", str(seconds_later)]
    return subprocess.Popen(command, env=environment)


def test_a_killed_worker_repeats_only_what_it_had_in_hand(owner: User, receiver: Receiver) -> None:
    def slowly(handler: Handler) -> None:
        time.sleep(0.1)
        handler.say(204)

    receiver.answer = slowly
    endpoint = listens(receiver.url, owner)
    changed(objects=6, changes=3)
    worker = start(0)
    until = time.monotonic() + 60
    while len(receiver.bodies) < 5:
        assert time.monotonic() < until
        time.sleep(0.002)
    worker.kill()
    worker.wait()
    done = WebhookDelivery.objects.filter(status="delivered").count()
    in_hand = WebhookDelivery.objects.filter(status="waiting", attempts=1).count()
    assert (done, in_hand) == (len(receiver.bodies) - 1, 1)
    receiver.answer = lambda handler: handler.say(204)
    assert start(LEASE.total_seconds() + 1).wait(60) == 0
    assert set(WebhookDelivery.objects.values_list("status", flat=True)) == {"delivered"}
    times = Counter(message["id"] for message in taken(receiver))
    assert len(times) == WebhookDelivery.objects.filter(endpoint=endpoint).count() == 18
    assert sorted(times.values())[-2:] == [1, 2]


def test_one_that_hangs_holds_up_no_other(owner: User, receiver: Receiver) -> None:
    with listening(lambda handler: handler.hang(4)) as hanging:
        slow, quick = listens(hanging.url, owner, "Traag"), listens(receiver.url, owner, "Vlot")
        changed(objects=10, changes=1)
        arrived: list[float] = []
        receiver.answer = lambda handler: (arrived.append(time.monotonic()), handler.say(204))  # type: ignore[assignment]
        begun = time.monotonic()
        deliver_due(clock=timezone.now, seconds=1)
        assert len(arrived) == 10
        assert arrived[-1] - begun < 3
        assert WebhookDelivery.objects.filter(endpoint=quick, status="delivered").count() == 10
        assert len(hanging.bodies) == WebhookDelivery.objects.filter(endpoint=slow, attempts__gt=0).count() == 1


def test_a_webhook_is_removed_while_a_change_announces_itself(owner: User, receiver: Receiver) -> None:
    """The change goes through, whoever comes first: it is never refused because somebody removes a webhook."""
    endpoint = listens(receiver.url, owner)
    errors: list[Exception] = []

    def remove() -> None:
        try:
            remove_endpoint(endpoint, by=owner, now=timezone.now())
        except Exception as error:  # told by the test
            errors.append(error)
        finally:
            connection.close()

    remover = threading.Thread(target=remove)
    with transaction.atomic():
        make_patient()
        remover.start()
        remover.join(0.5)
        assert remover.is_alive(), "the removal did not wait: the test proves nothing"
    remover.join(20)
    assert errors == []
    assert Patient.objects.count() == 1
    assert not WebhookEndpoint.objects.exists()


def test_an_editor_of_a_webhook_holds_up_no_booking(owner: User, receiver: Receiver) -> None:
    endpoint = listens(receiver.url, owner)
    done = threading.Event()

    def register() -> None:
        try:
            make_patient()
            done.set()
        finally:
            connection.close()

    with transaction.atomic():
        change_endpoint(endpoint, name="Ander", by=owner, now=timezone.now())
        writer = threading.Thread(target=register)
        writer.start()
        assert done.wait(10)
    writer.join(10)
