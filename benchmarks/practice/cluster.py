"""The PostgreSQL of the benchmarks: a cluster of its own under var/bench, durable, with memory as a server has it."""

from pathlib import Path
from urllib.parse import quote

import psycopg

from fysicure.database import SUPERUSER, EmbeddedServer
from fysicure.database_roles import APP

FOLDER = Path(__file__).resolve().parents[2] / "var" / "bench"
SETTINGS = ("shared_buffers=2GB", "effective_cache_size=6GB", "max_wal_size=8GB", "max_connections=100", "jit=off")
TEMPLATE = "fysicure_empty"


def cluster() -> EmbeddedServer:
    """Return the cluster, which starts when it is first attached to."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    return EmbeddedServer(FOLDER / "postgres", settings=SETTINGS)


def address(server: EmbeddedServer, database: str, role: str = APP) -> str:
    """Return the address of one of its databases, for the application or for another role."""
    return f"postgresql://{role}@/{database}?host={quote(str(server.socket_dir), safe='/')}"


def owner_address(server: EmbeddedServer, database: str) -> str:
    """Return the address with which tables are made and filled."""
    return address(server, database, SUPERUSER)


def exists(server: EmbeddedServer, database: str) -> bool:
    """Whether there is such a database."""
    with psycopg.connect(owner_address(server, "postgres")) as connection:
        row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
    return row is not None


def drop(server: EmbeddedServer, database: str) -> None:
    """Remove a database, whoever uses it."""
    with psycopg.connect(owner_address(server, "postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


def copy(server: EmbeddedServer, source: str, database: str) -> None:
    """Make a database that begins as another one is; nobody may be using that."""
    with psycopg.connect(owner_address(server, "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {database} TEMPLATE {source} STRATEGY FILE_COPY")


def rename(server: EmbeddedServer, source: str, database: str) -> None:
    """Give a database its name: what carries one is whole."""
    with psycopg.connect(owner_address(server, "postgres"), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {source} RENAME TO {database}")
