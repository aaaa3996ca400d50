"""What a proxy and a monitor are told: in good days, without a database, with migrations to run, and while stopping."""

import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, connections
from django.db.models.signals import pre_migrate
from django.test import Client
from django.utils import timezone

from accounts.models import SecurityEvent
from fysicure.health import Migrations

TOKEN = "a-token-for-the-monitor-of-these-tests"


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Migrations, "have_run", False)


def test_all_is_well(client: Client, db: None, django_assert_num_queries: Any) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    with django_assert_num_queries(0):  # what was found once is remembered; the database is asked outside the pool
        assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz").json()
    assert ready == {"status": "ok", "warnings": ["No worker gave a sign of life within a minute."]}
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    assert client.get("/readyz").json()["warnings"] == []
    assert client.post("/healthz").status_code == 405


def test_without_its_database_it_says_so_quickly(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_address: Any) -> None:
        raise psycopg.OperationalError("connection to server at 10.0.0.5 failed: password")

    monkeypatch.setattr("fysicure.health.psycopg.connect", refuse)
    for path in ("/healthz", "/readyz"):
        response = client.get(path)
        assert response.status_code == 503
        assert response.json() == {"status": "unavailable", "reason": "The database does not answer."}


@pytest.mark.owner
def test_with_migrations_to_run(client: Client, db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'pathways'")
    assert "migrations have not run" in client.get("/healthz").json()["reason"]
    assert client.get("/readyz").status_code == 503


def test_a_node_that_stops_wants_no_work(client: Client, db: None, settings: Any, tmp_path: Path) -> None:
    settings.DRAIN_FILE = str(tmp_path / "draining")
    assert client.get("/readyz").status_code == 200
    Path(settings.DRAIN_FILE).touch()
    assert client.get("/readyz").json() == {"status": "unavailable", "reason": "This node is stopping."}
    assert client.get("/healthz").status_code == 200


def test_figures_are_for_who_has_the_token(client: Client, db: None, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    settings.METRICS_TOKEN = TOKEN
    for wrong in ("", "Bearer ", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"):
        assert client.get("/metrics", headers={"Authorization": wrong} if wrong else {}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


def figures(client: Client) -> dict[str, float]:
    """Return the figures by name, with their labels."""
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _space, value in lines}


def test_the_figures_tell_the_state_of_the_practice(client: Client, db: None, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    before = figures(client)
    assert "fysicure_audit_age_seconds" not in before
    client.get("/account/login/")
    client.get("/nothing/of/this/kind/")
    SecurityEvent.objects.create(kind="audit_checked", at=timezone.now() - datetime.timedelta(hours=2))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, scheduled_at) VALUES"
            " ('default', 'x', 'todo', now() - interval '90 seconds'),"
            " ('default', 'x', 'todo', now() + interval '1 day'), ('default', 'x', 'failed', NULL)"
        )
    after = figures(client)
    assert 7190 < after["fysicure_audit_age_seconds"] < 7300
    assert (after["fysicure_jobs_due"], after["fysicure_jobs_failed"]) == (1, 1)
    assert 89 < after["fysicure_jobs_oldest_seconds"] < 150
    assert after["fysicure_messages_due"] == after["fysicure_workers_alive"] == 0
    assert after['fysicure_security_events_1h{kind="sign_in_failed"}'] == 0
    for name in ('{method="GET",route="account_login",status="200"}', '{method="GET",route="none",status="404"}'):
        key = f"fysicure_requests_total{name}"
        assert after[key] == before.get(key, 0) + 1
    assert all(value == 1 for name, value in after.items() if name.startswith("fysicure_source_up"))


def test_a_source_that_fails_hides_no_other(client: Client, db: None, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    settings.METRIC_SOURCES = ["fysicure.nothing.here", "fysicure.gauges.node"]
    found = figures(client)
    assert found['fysicure_source_up{source="here"}'] == 0
    assert found["fysicure_disk_free_bytes"] > 0


def test_labels_cannot_be_chosen_from_outside(client: Client, db: None, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    before = set(figures(client))
    for number in range(20):
        client.generic(f"X{number}", f"/made-up-{number}/")
        client.get(f"/patients/{number}/")
    new = {name for name in set(figures(client)) - before if "requests_total" in name}
    assert len(new) <= 3
    assert not any("made-up" in name for name in new)


@pytest.mark.owner
def test_a_migration_that_waits_for_a_lock_gives_up(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes after an ALTER TABLE that waits, waits too: so it may wait only a moment."""

    def alter(using: str, **_more: Any) -> None:
        connections[using].cursor().execute("ALTER TABLE django_session ADD COLUMN IF NOT EXISTS session_key text")

    monkeypatch.setenv("MIGRATION_LOCK_TIMEOUT", "200ms")
    pre_migrate.connect(alter)  # after our own receiver, as the operations of a migration come after it
    try:
        with psycopg.connect(**connection.get_connection_params()) as other:
            other.execute("LOCK TABLE django_session IN ACCESS SHARE MODE")  # a report that is being read
            with pytest.raises(OperationalError, match="lock timeout"):
                call_command("migrate", verbosity=0)
    finally:
        pre_migrate.disconnect(alter)
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
