"""Named pages read from a replica that is far enough: own writes always seen, everything else on the primary.

The replica here is this database through connections that refuse to write, as one in recovery does; a real one is run
by benchmarks/replica_reads.py.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import signing
from django.db import OperationalError, connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from accounts.models import AccessLog, User
from fysicure import replicas
from fysicure.database_settings import REPLICA
from fysicure.replicas import COOKIE, PAGES, SALT, UNKNOWN, Reading, ReplicaRouter, Watch
from pathways.models import CarePlan
from patients.models import Patient
from scheduling.models import Appointment
from tests.running_plan import plan, version

__all__ = ["plan", "version"]
ROUTER = ReplicaRouter()


def test_each_page_of_the_list_exists_and_none_is_a_patients_or_a_programs() -> None:
    names = {
        f"{room}:{name}"
        for room, (_prefix, resolver) in get_resolver().namespace_dict.items()
        for name in resolver.reverse_dict
        if isinstance(name, str)
    }
    assert set(PAGES) <= names
    assert not [name for name in PAGES if name.split(":")[0] in {"portal", "api", "fhir", "admin", "accounts", "audit"}]
    assert {name for name, methods in PAGES.items() if "POST" in methods} == {"patients:search"}


# The router.


@pytest.fixture
def reading() -> Iterator[Reading]:
    made = Reading(on_replica=True)
    token = replicas._reading.set(made)
    yield made
    replicas._reading.reset(token)


def test_outside_a_page_all_is_the_primary() -> None:
    assert ROUTER.db_for_read(Patient) == ROUTER.db_for_write(Patient) == "default"
    assert ROUTER.allow_relation(None, None)
    assert ROUTER.allow_migrate("default", "patients")
    assert not ROUTER.allow_migrate(REPLICA, "patients")


@pytest.mark.django_db(transaction=True)
def test_the_record_is_read_there_and_rights_and_the_log_are_not(reading: Reading) -> None:
    assert ROUTER.db_for_read(Patient) == ROUTER.db_for_read(Appointment) == REPLICA
    assert ROUTER.db_for_read(User) == ROUTER.db_for_read(AccessLog) == "default"
    assert ROUTER.db_for_write(AccessLog) == "default"
    assert not reading.wrote
    with transaction.atomic():
        assert ROUTER.db_for_read(Patient) == "default"
    assert ROUTER.db_for_read(Patient) == REPLICA
    assert ROUTER.db_for_write(Patient) == "default"
    assert ROUTER.db_for_read(Patient) == "default", "what this request wrote must be read again"
    assert reading.wrote


# How far the replica is.


class Servers:
    """What the two servers say, in bytes of their log."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.written, self.replayed = 1000.0, 100, 100  # type: float, int, int | None
        self.asked: list[tuple[str, bool]] = []
        self.error: Exception | None = None
        monkeypatch.setattr(replicas, "ask", self.ask)
        monkeypatch.setattr("fysicure.replicas.time.monotonic", lambda: self.now)

    def ask(self, alias: str, _query: str, *, is_direct: bool = False) -> int | None:
        self.asked.append((alias, is_direct))
        if alias == REPLICA and self.error:
            raise self.error
        return self.written if alias == "default" else self.replayed


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Servers:
    return Servers(monkeypatch)


def test_a_level_replica_is_asked_once_a_second(servers: Servers) -> None:
    watch = Watch()
    for _request in range(50):
        assert watch.why_not(100, most_lag=5) == ""
    assert servers.asked == [("default", False), (REPLICA, True)]
    assert watch.lag == 0.0
    servers.now += 1.1
    watch.why_not(100, most_lag=5)
    assert servers.asked[2:] == [("default", False), (REPLICA, False)]


def test_who_wrote_what_it_does_not_know_yet_reads_from_the_primary(servers: Servers) -> None:
    watch = Watch()
    assert watch.why_not(0, most_lag=5) == ""
    servers.written, servers.now = 120, servers.now + 0.1
    assert watch.why_not(120, most_lag=5) == "own_writes"
    assert watch.why_not(0, most_lag=5) == "", "others may read what is a tenth of a second old"
    servers.replayed = 120
    assert watch.why_not(120, most_lag=5) == "", "looked again at once: it is there by now"


def test_one_that_is_far_behind_is_left_alone(servers: Servers) -> None:
    watch = Watch()
    watch.why_not(0, most_lag=5)
    for _second in range(4):
        servers.now, servers.written = servers.now + 1.1, servers.written + 10
        assert watch.why_not(0, most_lag=5) == ""
    assert watch.lag == pytest.approx(4.4)
    servers.now, servers.written = servers.now + 1.1, servers.written + 10
    assert watch.why_not(0, most_lag=5) == "lagging"
    servers.now, servers.replayed = servers.now + 1.1, servers.written
    assert watch.why_not(0, most_lag=5) == ""


def test_behind_by_an_unknown_time_is_behind(servers: Servers) -> None:
    servers.replayed = 50
    assert Watch().why_not(0, most_lag=5) == "lagging"


@pytest.mark.parametrize("replayed", [None, "error"])
def test_one_that_is_away_or_was_promoted_is_left_alone(servers: Servers, replayed: str | None) -> None:
    servers.replayed, servers.error = None, OperationalError("away") if replayed else None
    watch = Watch()
    for _request in range(20):
        assert watch.why_not(0, most_lag=5) == "away"
    assert len(servers.asked) == 2, "nobody waits for a dead server"
    servers.now, servers.replayed, servers.error = servers.now + 5.1, 100, None
    assert watch.why_not(0, most_lag=5) == ""
    assert servers.asked[-1] == (REPLICA, True), "past the pool, which would wait"


# The cookie.


def with_cookie(value: str) -> HttpRequest:
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = value
    return request


def test_a_position_is_signed_short_lived_and_never_trusted_when_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = HttpResponse()
    replicas.remember(answer, 4711)
    cookie = answer.cookies[COOKIE]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (600, True, "Lax")
    assert replicas.position_of(with_cookie(cookie.value)) == 4711
    assert replicas.position_of(RequestFactory().get("/")) == 0
    assert replicas.position_of(with_cookie("0:x:y")) == UNKNOWN
    assert replicas.position_of(with_cookie(signing.get_cookie_signer(salt=COOKIE + SALT).sign("word"))) == UNKNOWN


# Whole requests, with a replica that refuses to write.


@pytest.fixture
def replica(settings: Any, transactional_db: None, servers: Servers) -> Iterator[Servers]:
    """The site as it is with DATABASE_REPLICA_URL set."""
    address = deepcopy(connections["default"].settings_dict)
    address["OPTIONS"] = {
        name: value for name, value in address["OPTIONS"].items() if name != "pool"
    } | {"options": "-c default_transaction_read_only=on"}  # fmt: skip
    connections.settings[REPLICA] = address
    wrapper: Any = connections[REPLICA]

    def connect() -> None:  # Django's own asks whether this test class declared the alias
        with wrapper.wrap_database_errors:
            if wrapper.connection is None:
                wrapper.connect()

    wrapper.ensure_connection = connect
    settings.DATABASE_ROUTERS = ["fysicure.replicas.ReplicaRouter"]
    settings.MIDDLEWARE = [*django_settings.MIDDLEWARE, "fysicure.replicas.ReplicaMiddleware"]
    settings.REPLICA_MOST_LAG = 5
    watch = Watch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicas, "watch", watch)
        yield servers
    connections[REPLICA].close()
    del connections[REPLICA]
    del connections.settings[REPLICA]


def test_every_page_of_the_list_only_reads_there(
    replica: Servers, client_of: Callable[[User], Client], plan: CarePlan, therapist: User
) -> None:
    browser = client_of(therapist)
    given = {
        "patients:chart": [plan.patient_id],
        "pathways:plan": [plan.pk],
        "pathways:charts": [plan.pk],
        "pathways:analysis": [plan.pk],
        "pathways:outcomes": [plan.pk],
    }
    for name in PAGES:
        before = AccessLog.objects.count()
        with CaptureQueriesContext(connections[REPLICA]) as there:
            answer = browser.get(reverse(name, args=given.get(name, [])))
        assert answer.status_code in {200, 403}, name
        assert COOKIE not in answer.cookies, name
        if answer.status_code == 200 and name in {
            "patients:chart",
            "patients:list",
            "scheduling:agenda",
            "pathways:plan",
        }:
            assert there.captured_queries, name
        if name == "patients:chart":
            assert AccessLog.objects.count() == before + 1


def test_who_books_sees_it_and_the_note_of_a_reading_is_on_the_primary(
    replica: Servers, client_of: Callable[[User], Client], patient: Patient, receptionist: User
) -> None:
    browser = client_of(receptionist)
    page = reverse("patients:chart", args=[patient.pk])
    with CaptureQueriesContext(connections[REPLICA]) as there:
        assert browser.get(page).status_code == 200
    assert there.captured_queries
    assert AccessLog.objects.using("default").filter(patient_id=patient.pk).count() == 1
    replica.written = 200  # what is written now is not on the replica
    answer = browser.post(reverse("patients:register"), {"family_name": "Maes"})
    assert answer.status_code == 422
    assert replicas.position_of(with_cookie(answer.cookies[COOKIE].value)) == 200
    with CaptureQueriesContext(connections[REPLICA]) as there:
        assert browser.get(page).status_code == 200
    assert there.captured_queries == []
    replica.replayed = 200
    with CaptureQueriesContext(connections[REPLICA]) as there:
        browser.get(page)
    assert there.captured_queries
    assert COOKIE not in browser.post(reverse("patients:search"), {"q": "pee"}).cookies, "a search only reads"


def test_a_patient_reads_from_the_primary(
    replica: Servers, client_of: Callable[[User], Client], patient: Patient
) -> None:
    assert patient.user is not None
    browser = client_of(patient.user)
    with CaptureQueriesContext(connections[REPLICA]) as there:
        browser.get("/portal/")
        browser.get(reverse("patients:chart", args=[patient.pk]))
    assert there.captured_queries == []
    assert replica.asked == [], "nobody even asks how far the replica is"


def test_a_replica_that_breaks_off_costs_the_reader_nothing(
    replica: Servers, client_of: Callable[[User], Client], patient: Patient, receptionist: User
) -> None:
    browser = client_of(receptionist)
    connections[REPLICA].settings_dict["HOST"] = "/nowhere"
    connections[REPLICA].close()
    before = replicas.READS.labels("broken_off")._value.get()
    assert browser.get(reverse("patients:list")).status_code == 200
    assert replicas.READS.labels("broken_off")._value.get() == before + 1
    assert browser.get(reverse("patients:list")).status_code == 200
    assert replicas.READS.labels("broken_off")._value.get() == before + 1, "it is left alone for some seconds"


def test_the_monitor_is_told(servers: Servers, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REPLICA_MOST_LAG = 5
    monkeypatch.setattr(replicas, "watch", Watch())
    assert {each.name: each.samples[0].value for each in replicas.figures()} == {
        "fysicure_replica_up": 1.0,
        "fysicure_replica_lag_seconds": 0.0,
    }
    monkeypatch.setattr(replicas, "watch", Watch())
    servers.error = OperationalError("away")
    assert [(each.name, each.samples[0].value) for each in replicas.figures()] == [("fysicure_replica_up", 0.0)]
