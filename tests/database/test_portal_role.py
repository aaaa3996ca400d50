"""How long a patient's request is in the role of the portal: as long as its transaction, and never into the next."""

import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib import messages
from django.contrib.messages.storage import default_storage
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, ProgrammingError, connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from accounts.audit import record_access
from accounts.exceptions import DomainError
from accounts.models import AccessLog, User
from fysicure.portal_role import PortalRoleMiddleware, acting_patient, narrow_to
from pathways.models import DiaryEntry
from patients.models import Patient
from tests.database.roles import asked, role_now, wide_again
from tests.people import NOW

__all__ = ["wide_again"]
pytestmark = pytest.mark.django_db


def asking(user: object, answer: Callable[[HttpRequest], Any]) -> Any:
    """Walk through the middleware as a user, with a view of our own."""
    request = RequestFactory().get("/")
    request.user = user

    def get_response(request: HttpRequest) -> Any:
        middleware.process_view(request, answer, (), {})
        return answer(request)

    middleware = PortalRoleMiddleware(get_response)
    return middleware(request)


def test_the_role_ends_with_the_request_also_after_an_error(patient: Patient, receptionist: User) -> None:
    seen: list[tuple[str, str]] = []

    def look(request: HttpRequest) -> HttpResponse:
        seen.append(role_now())
        return HttpResponse()

    def fail(request: HttpRequest) -> HttpResponse:
        seen.append(role_now())
        raise ZeroDivisionError

    asking(patient.user, look)
    assert role_now() == ("fysicure_app", "")
    with pytest.raises(ZeroDivisionError):
        asking(patient.user, fail)
    assert role_now() == ("fysicure_app", "") and acting_patient() is None
    asking(receptionist, look)
    assert seen == [("fysicure_portal", str(patient.pk))] * 2 + [("fysicure_app", "")]


def test_a_link_that_asks_no_sign_in_works_for_its_holder(patient: Patient) -> None:
    def by_link(request: HttpRequest) -> HttpResponse:
        return HttpResponse(role_now()[0])

    assert asking(patient.user, by_link).content == b"fysicure_portal"
    by_link.login_required = False  # type: ignore[attr-defined]
    assert asking(patient.user, by_link).content == b"fysicure_app"


def test_a_streamed_answer_keeps_the_role_until_it_is_closed(patient: Patient) -> None:
    seen: list[tuple[str, str]] = []

    def lines() -> Iterator[bytes]:
        seen.append(role_now())
        yield b"line"

    response = asking(patient.user, lambda request: StreamingHttpResponse(lines()))
    assert b"".join(response) == b"line"
    for close in response._resource_closers:  # what close() does, but for the end of the test's connection
        close()
    assert seen == [("fysicure_portal", str(patient.pk))]
    assert role_now() == ("fysicure_app", "")


def test_an_answer_that_was_never_closed_leaves_nothing_to_the_next(patient: Patient, receptionist: User) -> None:
    asking(patient.user, lambda request: StreamingHttpResponse(iter([b"line"])))
    assert role_now()[0] == "fysicure_portal"
    assert asking(receptionist, lambda request: HttpResponse(role_now()[0])).content == b"fysicure_app"


@pytest.fixture
def pool_of_one(transactional_db: None) -> Iterator[None]:
    """One connection for all threads."""
    before = connection.settings_dict["OPTIONS"]["pool"]
    connection.close()
    connection.close_pool()
    connection.settings_dict["OPTIONS"]["pool"] = {**before, "min_size": 1, "max_size": 1}
    yield
    connection.close()
    connection.close_pool()
    connection.settings_dict["OPTIONS"]["pool"] = before


def in_thread(work: Callable[[], object]) -> object:
    """Do something as another thread of the server does, which gives its connection back at the end."""
    found: list[object] = []

    def run() -> None:
        try:
            found.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


@pytest.mark.django_db(transaction=True)
def test_one_connection_serves_patients_and_staff_in_turn(
    pool_of_one: None, patient: Patient, stranger: User, receptionist: User
) -> None:
    other = Patient.objects.get(user=stranger)
    users: dict[User, tuple[str, set[UUID]]] = {
        patient.user: ("fysicure_portal", {patient.pk}),
        stranger: ("fysicure_portal", {other.pk}),
        receptionist: ("fysicure_app", {patient.pk, other.pk}),
    }
    connection.close()

    def look(request: HttpRequest) -> HttpResponse:
        seen.append((role_now()[0], set(Patient.objects.values_list("pk", flat=True))))
        return HttpResponse()

    def broken_off(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
        connection.close()  # back to the pool while it is narrow
        if acting_patient() is None:
            return look(request)
        with pytest.raises(ProgrammingError, match="atomic block"):  # no other connection, which would be wide
            look(request)
        return HttpResponse()

    for _round in range(3):
        for user, expected in users.items():
            for view in (look, broken_off):
                seen: list[tuple[str, set[UUID]]] = []
                in_thread(lambda user=user, view=view: asking(user, view))  # type: ignore[misc]
                assert seen == ([] if view is broken_off and expected[0] == "fysicure_portal" else [expected])
    assert in_thread(role_now) == ("fysicure_app", "")
    in_thread(lambda: narrow_to(patient.user))  # a thread that never widened
    assert in_thread(role_now) == ("fysicure_app", "")


def settings_of_session() -> tuple[str, str]:
    """What a session keeps of a patient between two transactions."""
    return asked("SELECT current_user"), asked("SELECT coalesce(current_setting('fysicure.patient', true), '')")


@pytest.mark.django_db(transaction=True)
def test_the_role_lasts_as_long_as_the_transaction_so_that_a_pooler_may_lend_the_connection_out(
    patient: Patient, receptionist: User
) -> None:
    """What PgBouncer hands to the next client is a connection between two transactions."""
    raw: list[Any] = []

    def look(request: HttpRequest) -> HttpResponse:
        raw.append((connection.connection, connection.connection.info.transaction_status.name))
        record_access(request, patient.pk, "portal")
        return HttpResponse(role_now()[0])

    assert asking(patient.user, look).content == b"fysicure_portal"
    assert raw == [(connection.connection, "INTRANS")]
    assert connection.get_autocommit() and settings_of_session() == ("fysicure_app", "")
    assert AccessLog.objects.filter(patient_id=patient.pk, part="portal").count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_was_noted_before_a_refusal_is_kept_and_a_broken_transaction_is_given_back_wide(
    patient: Patient,
) -> None:
    def refuse(request: HttpRequest) -> HttpResponse:
        record_access(request, patient.pk, "portal")
        raise DomainError("No.")

    def break_off(request: HttpRequest) -> HttpResponse:
        record_access(request, patient.pk, "diary")
        with pytest.raises(DatabaseError, match="permission denied"):
            asked("SELECT count(*) FROM django_session")
        return HttpResponse()

    with pytest.raises(DomainError):
        asking(patient.user, refuse)
    asking(patient.user, break_off)
    assert settings_of_session() == ("fysicure_app", "")
    assert set(AccessLog.objects.values_list("part", flat=True)) == {"portal"}


@pytest.mark.django_db(transaction=True)
def test_a_change_refused_at_the_very_end_is_told_and_nothing_is_said_to_be_saved(patient: Patient) -> None:
    def save(request: HttpRequest) -> HttpResponse:
        request.session = SessionStore()
        request._messages = default_storage(request)  # type: ignore[attr-defined]
        messages.success(request, "Saved.")
        DiaryEntry.objects.create(
            plan_id=uuid4(), patient=patient, kind="rest", started_at=NOW, ended_at=NOW, side="R", client_key="one",
            created_by=patient.user, created_at=NOW,
        )  # fmt: skip
        return HttpResponse("Saved.")

    answer = asking(patient.user, save)
    assert answer.status_code == 409
    assert b"Saved." not in answer.content
    assert settings_of_session() == ("fysicure_app", "")
