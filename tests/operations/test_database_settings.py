"""The addresses of the environment as Django's settings: more hosts, a replica, a pooler; and nothing when unset."""

from typing import Any

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from fysicure import database_settings, settings
from fysicure.environment import take_addresses
from fysicure.pooler import keep_session_settings

ADDRESS = "postgresql://app:p%40ss@db.example:6432/practice?sslmode=verify-full"
REPLICA = "postgresql://app:p%40ss@replica.example/practice"


@pytest.fixture(autouse=True)
def given(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("DATABASE_REPLICA_URL", "DATABASE_POOLER", "STATEMENT_TIMEOUT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", ADDRESS)
    return monkeypatch


def test_one_database_costs_nothing_more() -> None:
    found = database_settings.databases()
    assert list(found) == ["default"]
    assert database_settings.routers() == database_settings.metric_sources() == []
    assert database_settings.with_databases(["a", "b"]) == ["a", "b"]
    one = found["default"]
    assert (one["HOST"], one["PORT"], one["NAME"], one["PASSWORD"]) == ("db.example", "6432", "practice", "p@ss")
    assert one["OPTIONS"]["sslmode"] == "verify-full"
    assert "DISABLE_SERVER_SIDE_CURSORS" not in one


@pytest.mark.parametrize(
    ("netloc", "hosts", "ports"),
    [
        ("u@a:5432,b:5433", "a,b", "5432,5433"),
        ("u@a,b", "a,b", ""),
        ("u:p%2C%3A@a:5432", "a", "5432"),
        ("u@[2001:db8::1]:5432,[::1]:5433", "2001:db8::1,::1", "5432,5433"),
        ("u@[::1]", "::1", ""),
        ("u@", "", ""),
    ],
)
def test_more_hosts_are_all_kept(netloc: str, hosts: str, ports: str) -> None:
    found = database_settings.database(f"postgresql://{netloc}/x?target_session_attrs=read-write")
    assert (found["HOST"], found["PORT"]) == (hosts, ports)
    assert found["OPTIONS"]["target_session_attrs"] == "read-write"


def test_hosts_of_the_query_count_first() -> None:
    found = database_settings.database("postgresql://u@/x?host=/run/a,/run/b&port=5432,5433")
    assert (found["HOST"], found["PORT"]) == ("/run/a,/run/b", "5432,5433")


def test_another_database_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured):
        database_settings.database("mysql://u@a/x")


def test_a_replica_adds_an_alias_a_router_and_a_middleware(given: pytest.MonkeyPatch) -> None:
    given.setenv("DATABASE_REPLICA_URL", REPLICA)
    found = database_settings.databases()
    assert found["replica"]["HOST"] == "replica.example"
    assert found["replica"]["OPTIONS"]["pool"]["timeout"] < found["default"]["OPTIONS"]["pool"]["timeout"]
    assert database_settings.routers() == ["fysicure.replicas.ReplicaRouter"]
    assert database_settings.with_databases(["a"])[-1] == "fysicure.replicas.ReplicaMiddleware"


def test_a_replica_may_stand_in_a_file(tmp_path: Any) -> None:
    (tmp_path / "url").write_text(f"{REPLICA}\n")
    environ = {"DATABASE_REPLICA_URL_FILE": str(tmp_path / "url")}
    take_addresses(environ)
    assert environ == {"DATABASE_REPLICA_URL": REPLICA}


def test_a_pooler_gets_no_options_no_prepared_statement_and_no_cursor(given: pytest.MonkeyPatch) -> None:
    given.setenv("DATABASE_POOLER", "transaction")
    given.setenv("STATEMENT_TIMEOUT", "30s")
    one = database_settings.databases()["default"]
    assert "options" not in one["OPTIONS"]
    assert one["OPTIONS"]["prepare_threshold"] is None
    assert one["DISABLE_SERVER_SIDE_CURSORS"] is True
    own = database_settings.owner_database()["OPTIONS"]
    assert own["prepare_threshold"] == 1
    assert "plan_cache_mode=force_generic_plan" in own["options"]
    assert database_settings.with_databases(settings.MIDDLEWARE) == settings.MIDDLEWARE


def test_another_kind_of_pooler_is_refused(given: pytest.MonkeyPatch) -> None:
    given.setenv("DATABASE_POOLER", "statement")
    with pytest.raises(ImproperlyConfigured):
        database_settings.databases()


@pytest.mark.owner
def test_who_migrates_writes_what_each_session_would_say(transactional_db: None, settings: Any) -> None:
    settings.DATABASE_POOLER = "transaction"
    call_command("migrate", verbosity=0)
    address = connection.get_connection_params() | {"options": ""}
    with psycopg.connect(**address) as other:
        for name, value in database_settings.SESSION_SETTINGS.items():
            assert other.execute("SELECT current_setting(%s, true)", [name]).fetchone() == (value,)
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER DATABASE {} RESET ALL".format(connection.ops.quote_name(connection.settings_dict["NAME"]))
        )


@pytest.mark.owner
def test_writing_them_twice_changes_nothing(db: None) -> None:
    def kept() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT unnest(setconfig) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase"
                " WHERE d.datname = current_database() AND s.setrole = 0 ORDER BY 1"
            )
            return [text for (text,) in cursor.fetchall()]

    keep_session_settings()
    once = kept()
    keep_session_settings()
    assert {text.partition("=")[0] for text in once} == set(database_settings.SESSION_SETTINGS)
    assert kept() == once
