"""Who signs in to the database as whom, and what the checks say of it."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.urls import get_resolver

from fysicure.as_owner import as_owner
from fysicure.database_roles import APP, HISTORY, LOG, READ, app_rights
from fysicure.role_checks import few_rights, two_roles
from fysicure.row_security import apply_rights
from patients.models import Patient
from tests.house.test_url_roles import patterns
from tests.people import make_patient


def who() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str((cursor.fetchone() or ("",))[0])


def test_rights_follow_from_the_kind_of_table() -> None:
    kinds = [app_rights(name, {"patients_patientevent"}) for name in ("accounts_accesslog", "patients_patientevent")]
    assert kinds == [LOG, HISTORY]
    assert app_rights("django_migrations", ()) == READ
    assert "TRUNCATE" not in app_rights("patients_patient", ())


def test_one_role_for_everything_is_warned_of() -> None:
    assert two_roles() == []
    with override_settings(ROW_SECURITY=False):
        assert [each.id for each in two_roles()] == ["fysicure.W010"]


@pytest.mark.django_db(transaction=True)
def test_the_owner_works_apart_and_an_application_with_its_rights_is_refused() -> None:
    assert who() == APP
    assert few_rights(databases=["default"]) == []
    with as_owner():
        owner = who()
        assert owner != APP
        with override_settings(DATABASE_OWNER={"USER": "somebody else"}):
            assert [each.id for each in few_rights(databases=["default"])] == ["fysicure.E011"]
    assert who() == APP


@pytest.mark.owner
@pytest.mark.django_db
def test_a_test_can_work_as_the_owner() -> None:
    assert who() != APP


@pytest.mark.django_db(transaction=True)
def test_rights_that_are_right_are_left_alone_and_wrong_ones_mended() -> None:
    policies = "SELECT count(*), max(oid::int8) FROM pg_policy"
    with as_owner():
        with connection.cursor() as cursor:
            cursor.execute(policies)
            before = cursor.fetchone()
            apply_rights()
            cursor.execute(policies)
            assert cursor.fetchone() == before
            cursor.execute("DROP POLICY portal_own ON patients_patient")
            cursor.execute("CREATE POLICY open_to_all ON patients_patient USING (true)")
            cursor.execute("GRANT TRUNCATE ON patients_patient TO fysicure_portal")
        apply_rights()
        with connection.cursor() as cursor:
            cursor.execute("SELECT polname FROM pg_policy WHERE polrelid = 'patients_patient'::regclass ORDER BY 1")
            assert cursor.fetchall() == [("app_all",), ("portal_own",)]
            cursor.execute("SELECT has_table_privilege('fysicure_portal', 'patients_patient', 'TRUNCATE')")
            assert cursor.fetchone() == (False,)


@pytest.mark.django_db(transaction=True)
def test_only_the_owner_empties_the_database() -> None:
    make_patient()
    call_command("flush", interactive=False, verbosity=0)
    assert who() == APP
    assert not Patient.objects.exists()


def test_one_page_alone_reads_with_the_rights_of_the_application() -> None:
    """It hands a patient the whole own record; its rows are chosen by patients.belongings."""
    wide = {name for name, _route, view in patterns(get_resolver()) if getattr(view, "sees_all_tables", False)}
    assert wide == {"portal:privacy-download"}
