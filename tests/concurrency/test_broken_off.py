"""A change that the database breaks off is a clear page to send again, never a crash; and whoever waits reads anew."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from fysicure.errors import DomainErrorMiddleware, problem
from pathways.decision_log import held
from pathways.models import CarePlan, PathwayVersion
from pathways.versions import start_draft
from patients.models import Patient
from tests.concurrency.waiting import is_waited_for
from tests.people import NOW
from tests.sent_forms import filled_in

pytestmark = pytest.mark.django_db(transaction=True)
pytest_plugins = ["tests.running_plan"]
ClientOf = Callable[[User], Client]
STATES = {"40P01": "deadlock", "40001": "serialization", "55P03": "lock time-out", "57014": "statement time-out"}


def broken_off(sqlstate: str) -> OperationalError:
    """The error as the database raises it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'broken off' USING ERRCODE = '{sqlstate}'; END $$")
    except OperationalError as error:
        return error
    raise AssertionError(sqlstate)


@pytest.mark.parametrize("sqlstate", STATES)
def test_the_page_offers_to_send_the_same_again(sqlstate: str, rf: RequestFactory) -> None:
    request = rf.post("/x/", {"reason": "Twee keer gebeld", "csrfmiddlewaretoken": "t", "password": "geheim"})
    page: Any = DomainErrorMiddleware(lambda _request: None).process_exception(request, broken_off(sqlstate))  # type: ignore[arg-type,return-value]
    assert page.status_code == 409
    words = page.content.decode()
    assert filled_in(words, field="reason")["reason"] == ["Twee keer gebeld"]
    assert "geheim" not in words


@pytest.mark.parametrize("sqlstate", STATES)
def test_the_api_answers_a_problem(sqlstate: str) -> None:
    answer = problem(broken_off(sqlstate), {})
    assert answer is not None
    assert (answer.status_code, answer.data["title"]) == (409, "Too busy")


def test_another_error_of_the_database_stays_an_error() -> None:
    assert problem(broken_off("53300"), {}) is None


def test_a_patient_who_is_held_elsewhere_is_a_page_and_saved_after(
    patient: Patient, receptionist: User, client_of: ClientOf, settings: Any
) -> None:
    address, client = reverse("patients:edit", args=[patient.pk]), client_of(receptionist)
    typed = {**filled_in(client.get(address).content.decode()), "city": "Geel"}

    def save() -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '200ms'")
            return client.post(address, typed)
        finally:
            with connection.cursor() as cursor:  # the pool lends this session to the tests after this one
                cursor.execute("RESET lock_timeout")
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Patient.objects.select_for_update().get(pk=patient.pk)
        busy = pool.submit(save).result(30)
    assert busy.status_code == 409
    again = filled_in(busy.content.decode(), field="city")
    assert client.post(address, again).status_code == 302
    patient.refresh_from_db()
    assert patient.city == "Geel"


def test_who_waited_for_a_plan_meets_it_with_its_new_version(
    plan: CarePlan, version: PathwayVersion, owner: User
) -> None:
    """A query that locks and joins at once lost a plan that was moved to another version while it waited."""
    other = start_draft(version.pathway, based_on=version, by=owner, now=NOW)

    def wait() -> int:
        try:
            with transaction.atomic():
                return int(held(plan).pathway_version.number)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            CarePlan.objects.filter(pk=plan.pk).update(pathway_version=other)
            waiter = pool.submit(wait)
            while not is_waited_for():
                assert not waiter.done()
        assert waiter.result(30) == other.number
