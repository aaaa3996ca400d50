"""The embedded server starts by itself, survives what kills it, and stops when nobody uses it any more."""

import os
from pathlib import Path

import psycopg
import pytest

from fysicure.database import SOCKET, SOCKET_PATH_LIMIT, EmbeddedServer, database_url, has_own_role, owner_url
from fysicure.database_roles import APP, PORTAL_ROLE


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cluster that the tests of this file share: making one takes most of a second."""
    return tmp_path_factory.mktemp("embedded") / "postgres"


def test_a_given_address_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    assert database_url() == "postgresql://somewhere/else"


def test_what_was_written_is_there_after_a_kill(cluster: Path) -> None:
    server = EmbeddedServer(cluster)
    server.attach()
    with psycopg.connect(server.owner_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    process = server.process()
    assert process is not None
    process.kill()
    process.wait()
    server.attach()
    with psycopg.connect(server.owner_url) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    assert server.leave()


def test_a_cluster_from_before_the_roles_gets_them(cluster: Path) -> None:
    server = EmbeddedServer(cluster)
    server.attach()
    with psycopg.connect(server.owner_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE older AS SELECT 1 AS one")
        for role in (APP, PORTAL_ROLE):
            connection.execute(f"DROP ROLE {role}")
    with psycopg.connect(server.attach()) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (APP,)
        assert connection.execute("SHOW statement_timeout").fetchone() == ("30s",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT one FROM older")
    server.attach()
    with psycopg.connect(server.owner_url) as connection:
        assert connection.execute("SELECT one FROM older").fetchone() == (1,)
    assert server.leave()


def test_the_owner_has_an_address_of_its_own_unless_one_role_does_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@somewhere/else")
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    assert (owner_url(), has_own_role()) == ("postgresql://app@somewhere/else", False)
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://owner@somewhere/else")
    assert (owner_url(), has_own_role()) == ("postgresql://owner@somewhere/else", True)


def test_the_last_one_out_stops_it(cluster: Path) -> None:
    first, second = EmbeddedServer(cluster), EmbeddedServer(cluster)
    assert first.attach() == second.attach()
    assert not first.leave()
    assert second.is_answering()
    assert second.leave()
    assert not second.is_answering()
    assert not second.leave()


def test_a_stale_pid_file_that_names_another_process_is_no_obstacle(cluster: Path) -> None:
    server = EmbeddedServer(cluster)
    server.attach()
    server.leave()
    (cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster}\n")
    assert server.process() is None
    server.attach()
    assert server.leave()


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / ("long" * 30))
    assert len(os.fsencode(server.socket_dir / SOCKET)) <= SOCKET_PATH_LIMIT
