"""What PostgreSQL itself refuses to the application, and to a patient, whatever the code in front of it asks for."""

import datetime
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.contrib import messages
from django.contrib.messages.storage import default_storage
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.audit import record_access
from accounts.exceptions import DomainError
from accounts.models import AccessLog, Practitioner, SecurityEvent, User
from accounts.tokens import issue
from fysicure.database_roles import LOGS
from fysicure.portal_role import PortalRoleMiddleware, acting_patient, narrow_to, widen
from fysicure.row_security import declared_tables, history_tables, patient_tables, portal_rights, row_rules
from pathways.models import CarePlan, DiaryEntry
from patients.models import EpisodeOfCare, Patient
from scheduling.availability import read_busy
from scheduling.models import Appointment, Room
from tests.people import NOW, at, make_patient
from tests.running_plan import plan, version

__all__ = ["plan", "version"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _wide_again() -> Iterator[None]:
    yield
    if not connection.needs_rollback:
        widen()


def asked(sql: str, *values: object) -> Any:
    """Return the first value that a statement gives."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
        return row[0] if row else None


def rows_in(table: str) -> int:
    """Count the rows of a table that the role in use sees."""
    return int(asked(f"SELECT count(*) FROM {table}"))  # noqa: S608 - a name from the models


def refused(sql: str, *values: object, match: str = "permission denied|must be owner|row-level security") -> None:
    """Show that the database refuses a statement."""
    with pytest.raises(DatabaseError, match=match), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def readable(table: str) -> bool:
    """Whether the role in use may read a table at all."""
    return bool(asked("SELECT has_table_privilege(current_user, %s, 'SELECT')", table))


def visit_of(patient: Patient, practitioner: Practitioner, start: datetime.datetime, room: Room) -> Appointment:
    end = start + datetime.timedelta(minutes=30)
    return Appointment.objects.create(
        patient=patient, practitioner=practitioner, room=room, type="session", start=start, end=end, status="booked",
        booked_by=practitioner.user, created_at=NOW,
    )  # fmt: skip


@pytest.fixture
def everything(
    plan: CarePlan, patient: Patient, practitioner: Practitioner, room: Room, stranger: User,
    client_of: Callable[[User], Client],
) -> Iterator[Patient]:  # fmt: skip
    """A patient with a plan, a diary, visits, a consent and a log of who looked; the stranger has a visit too."""
    visit_of(patient, practitioner, at("2026-11-30"), room)
    visit_of(Patient.objects.get(user=stranger), practitioner, at("2026-11-30", "11:00"), room)
    request = RequestFactory().get("/")
    request.user = practitioner.user
    record_access(request, patient.pk, "chart")
    SecurityEvent.objects.create(kind="exported", user_id=practitioner.user_id, patient_id=patient.pk)
    client = client_of(patient.user)
    client.post("/portal/messages/", {"email": "on"})
    client.post("/portal/calendar/")
    DiaryEntry.objects.create(
        plan=plan, patient=patient, kind="rest", started_at=NOW, ended_at=NOW, side="R", client_key="one",
        created_by=patient.user, created_at=NOW,
    )  # fmt: skip
    yield patient


def test_every_table_is_declared_and_each_that_leads_to_a_patient_has_row_security() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relrowsecurity FROM pg_class "
            "WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
        secured = dict(cursor.fetchall())
        cursor.execute("SELECT tablename, array_agg(roles[1]::text) FROM pg_policies GROUP BY 1")
        policies = dict(cursor.fetchall())
        cursor.execute(
            "WITH RECURSIVE leads AS (SELECT 'patients_patient'::regclass::oid AS id UNION "
            "SELECT conrelid FROM pg_constraint JOIN leads ON confrelid = leads.id WHERE contype = 'f') "
            "SELECT id::regclass::text FROM leads UNION "
            "SELECT attrelid::regclass::text FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
            "WHERE attname = 'patient_id' AND relkind = 'r' AND NOT attisdropped"
        )
        leading = {name for (name,) in cursor.fetchall()}
    assert set(secured) <= declared_tables(), "Say in fysicure/database_roles.py what this table is."
    assert leading <= patient_tables() == {table for table in patient_tables() if secured[table]}
    for table in row_rules():
        assert {"fysicure_app", "fysicure_portal"} <= set(policies[table]), table


def test_a_patient_sees_own_rows_and_none_of_another(everything: Patient, stranger: User) -> None:
    tables = sorted(patient_tables())
    there = {table: rows_in(table) for table in tables}
    narrow_to(everything.user)
    own = {table: rows_in(table) for table in tables}
    narrow_to(stranger)
    others = {table: rows_in(table) for table in tables}
    allowed = dict.fromkeys(("patients_patient", "patients_patientevent"), 1)
    allowed |= dict.fromkeys(("scheduling_appointment", "scheduling_appointmentevent"), 1)
    assert {table: count for table, count in others.items() if count} == allowed
    filled = {table for table, count in there.items() if count}
    assert {table for table in filled if not own[table]} == set()
    assert len(filled) >= 15


def test_without_a_patient_nothing_is_there(everything: Patient) -> None:
    narrow_to(User(pk=uuid4()))
    tables = sorted(
        set(row_rules()) & set(portal_rights()) - {"pghistory_context", "accounts_user"}
    )  # open to the transaction that made it
    for table in tables:
        assert rows_in(table) == 0, table
    asked("SELECT set_config('fysicure.patient', '', false), set_config('fysicure.user', '', false)")
    for table in tables:
        assert rows_in(table) == 0, table


def test_what_is_not_the_portals_is_closed(everything: Patient) -> None:
    narrow_to(everything.user)
    closed = (declared_tables() - set(portal_rights()) - {"accounts_auditqueue"}) | {"pg_authid"}
    assert {"django_session", "accounts_apitoken", "mfa_authenticator", "procrastinate_jobs"} <= closed
    assert [table for table in sorted(closed) if readable(table)] == []


def test_the_busy_view_names_nobody(everything: Patient, practitioner: Practitioner, stranger: User) -> None:
    narrow_to(everything.user)
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'scheduling_busy'")
        columns = {name for (name,) in cursor.fetchall()}
    assert columns == {"id", "practitioner_id", "room_id", "equipment_id", "type", "status", "start", "end"}
    assert len(read_busy(at("2026-11-30", "08:00"), at("2026-11-30", "18:00"))) == 2
    assert Appointment.objects.count() == 1


def test_a_patient_writes_only_the_own_rows_in_the_own_name(
    everything: Patient, plan: CarePlan, practitioner: Practitioner, stranger: User, room: Room
) -> None:
    other = Patient.objects.get(user=stranger)
    visit = Appointment.objects.get(patient=other)
    narrow_to(everything.user)
    row = "INSERT INTO accounts_accesslog (at, user_id, role, patient_id, part, reason, request_id) VALUES "
    values = "(now(), %s, 'patient', %s, 'diary', '', '')"
    refused(row + values, everything.user.pk, other.pk)
    refused(row + values, practitioner.user_id, everything.pk)
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        visit_of(other, practitioner, at("2026-12-01"), room)
    with pytest.raises(ProgrammingError, match="portal_signs"), transaction.atomic():
        visit_of(everything, practitioner, at("2026-12-01"), room)
    assert Appointment.objects.filter(pk=visit.pk).update(status="cancelled") == 0
    refused("UPDATE scheduling_appointment SET patient_id = %s", other.pk)
    refused("UPDATE pathways_careplan SET practitioner_id = %s", practitioner.pk)
    for table in ("patients_observation", "pathways_decision", "accounts_accesslog", "pathways_diaryentryevent"):
        refused(f"DELETE FROM {table}")  # noqa: S608
    refused("UPDATE patients_patient SET email = 'x@mail.example'")


def test_a_patient_and_the_application_make_and_change_no_tables(everything: Patient) -> None:
    for user in (None, everything.user):
        if user is not None:
            narrow_to(user)
        refused("CREATE TABLE public.mine (id int)")
        refused("DROP TABLE patients_patient")
        refused("TRUNCATE accounts_accesslog")
        refused("ALTER TABLE accounts_accesslog DISABLE TRIGGER ALL")
        refused("ALTER TABLE patients_patient DISABLE ROW LEVEL SECURITY")
        refused("DROP POLICY portal_own ON patients_patient")
        refused("CREATE POLICY mine ON patients_patient TO fysicure_portal USING (true)")
        refused("SELECT rolpassword FROM pg_authid")
        refused("SET session_replication_role = 'replica'")
        refused("CREATE ROLE mine", match="permission denied")
        refused("SET ROLE postgres", match="permission denied")
        refused("COPY patients_patient TO PROGRAM 'cat'")


def test_the_application_changes_nothing_in_logs_and_rewrites_no_history(everything: Patient) -> None:
    for table in sorted(LOGS):
        refused(f"UPDATE {table} SET id = id")  # noqa: S608
        refused(f"DELETE FROM {table}")  # noqa: S608
    for table in sorted(history_tables()):
        refused(f"UPDATE {table} SET pgh_label = 'other'")  # noqa: S608
    refused("DELETE FROM django_migrations")


@pytest.mark.parametrize("act", ["UPDATE {} SET user_id = user_id", "DELETE FROM {}"])
def test_triggers_hold_the_owner_to_the_logs_as_well(act: str) -> None:
    name, key = connection.settings_dict["NAME"], uuid4()
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], dbname=name) as owner:
        owner.execute(
            "INSERT INTO accounts_accesslog (at, user_id, role, patient_id, part, reason, request_id) "
            "VALUES (now(), %s, 'admin', %s, 'chart', '', '')",
            [key, key],
        )
        owner.execute(
            "INSERT INTO accounts_securityevent (at, kind, request_id, detail) VALUES (now(), 'backup', '', '{}')"
        )
        for table in ("accounts_accesslog", "accounts_securityevent"):
            with pytest.raises(psycopg.errors.RaiseException), owner.transaction():
                owner.execute(act.format(table).encode())
        owner.rollback()


def test_sessions_of_the_application_end_what_hangs() -> None:
    settings = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "jit")
    assert [asked("SELECT current_setting(%s)", name) for name in settings] == ["30s", "20s", "1min", "off"]


def test_a_view_that_forgets_whose_rows_it_shows_still_shows_the_own_ones(
    everything: Patient, stranger: User, client_of: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduling.querysets.AppointmentQuerySet.visible_to", lambda rows, user: rows.all())
    monkeypatch.setattr("patients.querysets.PatientQuerySet.visible_to", lambda rows, user: rows.all())
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    visit = Appointment.objects.get(patient=everything)
    client = client_of(stranger)
    assert client.get(f"/portal/visits/{visit.pk}/cancel/").status_code == 404
    page = client.get("/portal/visits/")
    assert [row.visit.patient.user_id for row in page.context["found"].coming] == [stranger.pk]
    bearer = {"Authorization": f"Bearer {issue(stranger)}"}
    found = Client().get("/api/v1/patients/", headers=bearer).json()
    assert [row["family_name"] for row in found["results"]] == ["Vreemd"]
    assert Client().get(f"/api/v1/patients/{everything.pk}/", headers=bearer).status_code == 404
    assert AccessLog.objects.filter(patient_id=everything.pk).count() >= 1  # wide again


def role_now() -> tuple[str, str]:
    """The role in use and the patient that is set."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, coalesce(current_setting('fysicure.patient', true), '')")
        role, patient = cursor.fetchone() or ("", "")
        return role, patient


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


def test_injected_sql_can_undo_the_role_so_sql_is_never_built_from_input(patient: Patient) -> None:
    """The residual risk of SET ROLE, stated: docs/decisions/0011-row-security.md."""
    narrow_to(patient.user)
    asked("SELECT set_config('role', 'none', false)")
    assert role_now()[0] == "fysicure_app"


def test_a_record_without_account_is_nobodys(patient: Patient, episode: EpisodeOfCare) -> None:
    make_patient("Zonder", "Account")
    narrow_to(patient.user)
    assert [row.pk for row in Patient.objects.all()] == [patient.pk]
