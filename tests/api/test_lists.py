"""What a list costs: the same few statements for one row and for a page, and rows that are what a serializer writes."""

import datetime
import json
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from accounts import api_pages
from accounts.api import LoggedListMixin
from accounts.api_rows import ListMixin
from accounts.models import User
from fysicure.api import router
from patients.models import Patient
from scheduling.models import Appointment
from tests.api.practice import Practice
from tests.people import NOW

pytestmark = pytest.mark.django_db
LISTS = {prefix: viewset for prefix, viewset, _name in router.registry if issubclass(viewset, ListMixin)}
FROM_COLUMNS = sorted(LISTS.keys() - {"diary", "webhooks"})  # their rows are worked out from more than columns
OWNERS = {"webhooks"}
MOST_QUERIES, MOST_BYTES = 5, 60_000
HOUR = datetime.timedelta(hours=1)


class Statements:
    """Counts what goes to the database, savepoints included."""

    def __init__(self) -> None:
        self.sql: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.sql.append(sql)
        return execute(sql, params, many, context)


@pytest.fixture
def crowd(practice: Practice) -> Practice:
    """Thirty more patients, each with a visit of an hour."""
    people = Patient.objects.bulk_create(
        Patient(family_name=f"Naam{number:02}", given_name="Jan", birth_date=datetime.date(1990, 1, 1))
        for number in range(30)
    )
    by, start = practice.users["receptionist"], NOW + datetime.timedelta(days=40)
    Appointment.objects.bulk_create(
        Appointment(
            patient=patient,
            practitioner=practice.treating,
            start=start + number * HOUR,
            end=start + (number + 1) * HOUR,
            booked_by=by,
        )
        for number, patient in enumerate(people)
    )
    return practice


def statements_of(asks: Client, url: str) -> list[str]:
    statements = Statements()
    with connection.execute_wrapper(statements):
        assert asks.get(url).status_code == 200
    return statements.sql


def client(practice: Practice, role: str, *, by_token: bool) -> Client:
    signed_in = Client(headers={"Authorization": f"Bearer {practice.tokens[role]}"} if by_token else {})
    if not by_token:
        signed_in.force_login(practice.users[role])
    return signed_in


@pytest.mark.parametrize("by_token", [True, False], ids=["token", "session"])
def test_a_list_costs_the_same_for_one_row_and_for_a_page(crowd: Practice, *, by_token: bool, settings: Any) -> None:
    settings.DEMO = True  # a session that need not prove a second factor
    for prefix in LISTS:
        asks = client(crowd, "owner" if prefix in OWNERS else "therapist", by_token=by_token)
        asks.get(f"/api/v1/{prefix}/")  # what a process reads once
        one, many = (statements_of(asks, f"/api/v1/{prefix}/?page_size={size}") for size in (1, 100))
        assert len(one) == len(many), (prefix, many)
        # The diary reads the neighbours of its rows too; it is at five once a session and its user are one statement.
        assert len(many) <= MOST_QUERIES + (prefix == "diary" and not by_token), (prefix, many)
        assert len(asks.get(f"/api/v1/{prefix}/?page_size=20").content) <= MOST_BYTES, prefix


def test_rows_from_columns_are_what_the_serializer_writes(practice: Practice) -> None:
    asks = client(practice, "therapist", by_token=True)
    for prefix in FROM_COLUMNS:
        listed = asks.get(f"/api/v1/{prefix}/").json()["results"]
        view = list_view(LISTS[prefix], practice.users["therapist"])
        rows = list(view.get_queryset()[:20])
        assert rows, prefix
        assert view.columns() is not None, prefix
        if isinstance(view, LoggedListMixin):
            view.may_show([view.patient_of(row) for row in rows])
        assert listed == json.loads(JSONRenderer().render(view.get_serializer(rows, many=True).data)), prefix


def list_view(viewset: Any, user: User) -> Any:
    """Return a view that is about to list for a program of a user."""
    bare: Any = APIRequestFactory().get("/")
    bare.user, bare.by_token = user, True
    request = Request(bare)
    request.user = user
    return viewset(action="list", format_kwarg=None, kwargs={}, request=request)


def test_a_long_list_is_counted_now_and_then(crowd: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    asks = client(crowd, "receptionist", by_token=True)
    url = "/api/v1/patients/?page_size=10"
    known = Patient.objects.count()
    monkeypatch.setattr(api_pages, "COUNTED", 5)
    assert asks.get(url).json()["count"] == known
    Patient.objects.create(family_name="Zz", given_name="Laat", birth_date=datetime.date(1990, 1, 1))
    assert asks.get(url).json()["count"] == known  # as it was remembered
    last = asks.get(f"{url}&page=last").json()
    assert (last["count"], last["next"], last["results"][-1]["family_name"]) == (known + 1, None, "Zz")
    caches["counters"].clear()
    assert asks.get(url).json()["count"] == known + 1


@pytest.mark.parametrize("page", ["0", "-1", "many", "99", "9" * 30, "١"])
def test_there_is_no_such_page(page: str, practice: Practice) -> None:
    assert client(practice, "receptionist", by_token=True).get(f"/api/v1/patients/?page={page}").status_code == 404


def test_pages_name_their_neighbours(crowd: Practice) -> None:
    asks = client(crowd, "receptionist", by_token=True)
    url, seen, links = "/api/v1/patients/?page_size=10&fields=id", [], []
    while url:
        page = asks.get(url).json()
        seen += [row["id"] for row in page["results"]]
        links.append((page["previous"], page["next"]))
        url = page["next"]
    assert len(set(seen)) == len(seen) == Patient.objects.count() == page["count"]
    assert links[0][0] is None
    assert links[1][0] == "http://testserver/api/v1/patients/?fields=id&page_size=10"


@pytest.mark.parametrize("by_token", [True, False], ids=["token", "session"])
def test_free_moments_and_a_booking_cost_few_statements(practice: Practice, *, by_token: bool, settings: Any) -> None:
    settings.DEMO = True
    asks = client(practice, "receptionist", by_token=by_token)
    week = f"from={NOW.date() + datetime.timedelta(days=30)}&to={NOW.date() + datetime.timedelta(days=37)}"
    url = f"/api/v1/slots/?practitioner={practice.treating.pk}&{week}"
    asked = statements_of(asks, url)
    assert len(asked) <= MOST_QUERIES
    assert not [sql for sql in asked if not sql.lstrip().startswith(("SELECT", "WITH"))]
    free = asks.get(url).json()
    assert len(free) > 50

    body = {"patient": str(practice.an.pk), "practitioner": str(practice.treating.pk), "start": free[0]["start"]}
    body |= {"minutes": 30, "type": "session"}
    statements = Statements()
    with connection.execute_wrapper(statements):
        made = asks.post(
            "/api/v1/appointments/", body, content_type="application/json", headers={"Idempotency-Key": "one"}
        )
    assert made.status_code == 201
    savepoints = [sql for sql in statements.sql if "SAVEPOINT" in sql]
    assert len(savepoints) == 2  # the booking's one transaction, which stands within that of the test
    assert len(statements.sql) - len(savepoints) <= 10
