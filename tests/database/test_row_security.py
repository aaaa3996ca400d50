"""What PostgreSQL itself refuses to the application, and to a patient, whatever the code in front of it asks for."""

import datetime
import os
from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.audit import record_access
from accounts.models import AccessLog, Practitioner, SecurityEvent, User
from accounts.tokens import issue
from fysicure.database_roles import LOGS
from fysicure.portal_role import narrow_to
from fysicure.row_security import declared_tables, history_tables, patient_tables, portal_rights, row_rules
from pathways.models import CarePlan, DiaryEntry
from patients.models import EpisodeOfCare, Patient
from scheduling.availability import read_busy
from scheduling.models import Appointment, Room
from tests.database.roles import asked, role_now, wide_again
from tests.people import NOW, at, make_patient
from tests.running_plan import plan, version

__all__ = ["plan", "version", "wide_again"]
pytestmark = pytest.mark.django_db


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


def test_injected_sql_can_undo_the_role_so_sql_is_never_built_from_input(patient: Patient) -> None:
    """The residual risk of SET ROLE, stated: docs/decisions/0011-row-security.md."""
    narrow_to(patient.user)
    asked("SELECT set_config('role', 'none', false)")
    assert role_now()[0] == "fysicure_app"


def test_a_record_without_account_is_nobodys(patient: Patient, episode: EpisodeOfCare) -> None:
    make_patient("Zonder", "Account")
    narrow_to(patient.user)
    assert [row.pk for row in Patient.objects.all()] == [patient.pk]
