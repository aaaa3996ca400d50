"""Behind a pooler of transactions a patient's request is one transaction, and leaves no role behind.

That this is needed, and enough, is shown with PgBouncer itself by benchmarks/pooler.py.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from accounts.models import AccessLog, User
from fysicure.pooler import PooledPortalRoleMiddleware
from patients.models import Patient

pytestmark = pytest.mark.django_db(transaction=True)
_WHO = "SELECT current_user::text, coalesce(current_setting('fysicure.patient', true), '')"


@pytest.fixture(autouse=True)
def pooled(settings: Any) -> None:
    direct = "fysicure.portal_role.PortalRoleMiddleware"
    names = [
        "fysicure.pooler.PooledPortalRoleMiddleware" if name == direct else name for name in django_settings.MIDDLEWARE
    ]
    assert names != django_settings.MIDDLEWARE
    settings.MIDDLEWARE = names


def who() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(_WHO)
        return tuple(cursor.fetchone())


def answered(user: User, view: Callable[[HttpRequest], Any]) -> Any:
    """Return what the middleware makes of a view, for a request that a user sends."""

    def rest_of_the_chain(request: HttpRequest) -> Any:
        middleware.process_view(request, view, (), {})
        return view(request)

    middleware = PooledPortalRoleMiddleware(rest_of_the_chain)
    request = RequestFactory().get("/portal/")
    request.user = user
    return middleware(request)


def test_a_patient_sees_the_own_record_and_the_note_of_it_stays(
    client_of: Callable[[User], Client], patient: Patient, stranger: User
) -> None:
    answer = client_of(patient.user).get("/portal/record/")
    assert answer.status_code == 200
    assert str(patient.family_name) in answer.content.decode()
    assert who() == ("fysicure_app", "")
    assert AccessLog.objects.filter(patient_id=patient.pk, user_id=patient.user.pk).count() == 1


def test_narrowed_within_the_request_and_wide_after_it(patient: Patient) -> None:
    seen = []

    def view(_request: HttpRequest) -> HttpResponse:
        seen.extend([who(), connection.in_atomic_block])
        return HttpResponse()

    assert answered(patient.user, view).status_code == 200
    assert seen == [("fysicure_portal", str(patient.pk)), True]
    assert who() == ("fysicure_app", "")
    assert not connection.in_atomic_block


def test_staff_are_not_held_in_a_transaction(receptionist: User) -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{connection.in_atomic_block} {who()[0]}")

    assert answered(receptionist, view).content == b"False fysicure_app"


@pytest.mark.parametrize("status", [200, 409, 500, None])
def test_what_failed_takes_back_what_it_wrote(patient: Patient, status: int | None) -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        AccessLog.objects.create(user_id=patient.user.pk, role="patient", patient_id=patient.pk, part="record")
        if status is None:
            raise KeyboardInterrupt
        return HttpResponse(status=status)

    if status is None:
        with pytest.raises(KeyboardInterrupt):
            answered(patient.user, view)
    else:
        answered(patient.user, view)
    assert AccessLog.objects.count() == (1 if status in {200, 409} else 0)
    assert who() == ("fysicure_app", "")


def test_a_page_that_streams_is_read_while_it_is_narrowed(patient: Patient) -> None:
    def rows() -> Iterator[str]:
        yield who()[0]

    answer = answered(patient.user, lambda _request: StreamingHttpResponse(rows()))
    assert not connection.in_atomic_block
    assert b"".join(answer.streaming_content) == b"fysicure_portal"


def test_a_transaction_that_broke_is_given_up(patient: Patient) -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        with transaction.atomic():
            transaction.set_rollback(True)
        return HttpResponse(status=503)

    assert answered(patient.user, view).status_code == 503
    assert who() == ("fysicure_app", "")
