"""Run the demo: the database, then web and worker until Ctrl-C. What dies is started again.

Web and worker run in process groups of their own, so Ctrl-C reaches only this process, which stops them in order.
Their group ids stand in var/, so that a new start can clear what a killed one left behind.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import psutil
import psycopg

from fysicure.database import DatabaseUnavailable, EmbeddedServer, data_dir, embedded_server

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MANAGE = (sys.executable, str(ROOT / "manage.py"))
POLL_SECONDS = 0.25
STOP_SECONDS = 10.0
LONGEST_PAUSE = 30.0
HEALTHY_AFTER = 20.0
PREPARE = (
    ("Updating the tables …", ("migrate", "--verbosity", "0")),
    ("Loading the pathways …", ("load_pathways",)),
    ("Loading the demo practice …", ("demo",)),
)
ACCOUNTS = (
    ("kine@demo.example", "physiotherapist"),
    ("onthaal@demo.example", "receptionist"),
    ("patient@demo.example", "patient"),
    ("beheer@demo.example", "administrator"),
)


class Refused(Exception):
    """The demo cannot start; the message says what to do."""


class Stopped(Exception):
    """Someone asked to stop: Ctrl-C, SIGTERM, or the end of the process that started this one."""


def say(text: str) -> None:
    """Show progress at once, also through a pipe."""
    print(text, flush=True)


@dataclass
class Service:
    """A program that should always run: web or worker. It waits longer each time it dies soon after its start."""

    name: str
    command: tuple[str, ...]
    holds_connection: bool = False  # for good, and cannot work on when the database was away
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.5
    group: int = 0
    _due: float = field(default=0.0, repr=False)

    def start(self) -> None:
        """Start the program in a process group of its own."""
        self.process = subprocess.Popen(self.command, cwd=ROOT, start_new_session=True)  # noqa: S603
        self.group, self.started = self.process.pid, time.monotonic()

    def tend(self) -> bool:
        """Start the program again when it died; return whether it was started."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is None:
            return False
        if self.process is not None:
            end_group(self.group, wait=1)  # web's own workers may outlive the process that was killed
            self.pause = 0.5 if now - self.started > HEALTHY_AFTER else min(self.pause * 2, LONGEST_PAUSE)
            say(f"The {self.name} stopped (code {self.process.returncode}); starting it again in {self.pause:.0f} s.")
            self.process, self._due = None, now + self.pause
        if now < self._due:
            return False
        self.start()
        return True

    def renew(self) -> None:
        """Stop the program so that `tend` starts it anew, with a connection to the database that works."""
        end_group(self.group, wait=2)
        self.process, self.group, self._due = None, 0, 0.0

    def stop(self) -> None:
        """Ask the program to finish what it does, and end it when it takes too long."""
        if self.group:
            end_group(self.group, wait=STOP_SECONDS)
        if self.process is not None:
            self.process.wait()


def group_members(group: int) -> list[psutil.Process]:
    """Return the live processes of a process group that run from this clone."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == group and process.cwd() == str(ROOT):
                found.append(process)
        except (OSError, psutil.Error):
            continue
    return [process for process in found if process.status() != psutil.STATUS_ZOMBIE]


def end_group(group: int, *, wait: float) -> None:
    """End the processes of a group: first by asking its leader, then all of them."""
    members = group_members(group)
    for process in [member for member in members if member.pid == group] or members:
        process.terminate()
    psutil.wait_procs(members, timeout=wait)
    for process in group_members(group):
        process.kill()


def state_file(port: int) -> Path:
    """Return where a running demo writes which processes are its own."""
    return data_dir() / f"demo-{port}.json"


def clear_leftovers(port: int) -> None:
    """End what a killed demo left running; refuse when that demo still lives."""
    try:
        state = json.loads(state_file(port).read_text())
    except (OSError, ValueError):
        return
    try:
        other = psutil.Process(state["pid"])
        if other.create_time() == state["created"] and other.status() != psutil.STATUS_ZOMBIE:
            raise Refused(f"The demo already runs on http://127.0.0.1:{port} (process {other.pid}). Stop it first.")
    except psutil.NoSuchProcess:
        pass
    for group in state["groups"]:
        end_group(group, wait=STOP_SECONDS)


def remember(port: int, services: list[Service]) -> None:
    """Write down this process and the groups it started."""
    state = {
        "pid": os.getpid(),
        "created": psutil.Process().create_time(),
        "groups": [service.group for service in services if service.group],
    }
    temporary = state_file(port).with_suffix(".new")
    temporary.write_text(json.dumps(state))
    temporary.replace(state_file(port))


def read_port() -> int:
    """Return the port of PORT, 8000 unless set."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Refused(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def check_port(port: int) -> None:
    """Refuse when something else listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Refused(
                f"Port {port} cannot be used ({error.strerror}). Stop the program that uses it, or choose another "
                f"port: PORT={port + 1} make demo."
            ) from error


def start_database() -> EmbeddedServer | None:
    """Make DATABASE_URL point to a database that answers; return the embedded server when that is the one."""
    given = os.environ.get("DATABASE_URL")
    if not given:
        say("Starting the database …")
        server = embedded_server()
        os.environ["DATABASE_URL"] = server.attach()
        os.environ["DATABASE_OWNER_URL"] = server.owner_url
        return server
    try:
        with psycopg.connect(given, connect_timeout=10) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        raise Refused(f"The database of DATABASE_URL does not answer: {error}") from error
    if version < 150000:
        raise Refused(f"Fysicure needs PostgreSQL 15 or newer; DATABASE_URL leads to {version // 10000}.")
    return None


def prepare() -> None:
    """Bring tables, pathways and demo data up to date; each step does nothing when there is nothing to do."""
    (ROOT / "var" / "static").mkdir(parents=True, exist_ok=True)  # whitenoise warns when STATIC_ROOT is not there
    for text, arguments in PREPARE:
        say(text)
        process = subprocess.Popen((*MANAGE, *arguments), cwd=ROOT, start_new_session=True)  # noqa: S603
        try:
            code = process.wait()
        except Stopped:
            end_group(process.pid, wait=STOP_SECONDS)
            raise
        if code:
            raise Refused(f"`manage.py {arguments[0]}` failed with code {code}; its message stands above.")


def web(port: int) -> Service:
    """Return the web server: two processes, as many threads in each as its database pool has connections."""
    options = ("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2", "--no-ws")
    threads = ("--blocking-threads", "8", "--respawn-failed-workers", "--respawn-interval", "0.5")
    quiet = ("--log-level", "error", "--workers-kill-timeout", "5")
    return Service("web server", (str(BIN / "granian"), *options, *threads, *quiet, "fysicure.wsgi:application"))


def worker() -> Service:
    """Return the process that runs the jobs: reminders, mail, follow-ups."""
    return Service("worker", (*MANAGE, "procrastinate", "worker"), holds_connection=True)


def is_serving(port: int) -> bool:
    """Whether the web server answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def greet(port: int, seconds: float) -> None:
    """Say where the demo is and who can sign in."""
    say(f"\nFysicure runs on http://127.0.0.1:{port}/ (ready in {seconds:.0f} s). Ctrl-C stops it.\n")
    for email, role in ACCOUNTS:
        say(f"    {email:<24}{role}")
    say("    password of each:       fysicure-demo\n")


def serve(port: int, server: EmbeddedServer | None, services: list[Service], began: float) -> None:
    """Keep the database, web and worker running until someone asks to stop."""
    parent, greeted = os.getppid(), False
    while os.getppid() == parent:
        if server is not None and server.process() is None:
            say("The database stopped; starting it again.")
            server.attach()
            for service in services:
                if service.holds_connection:
                    service.renew()
        if any([service.tend() for service in services]):
            remember(port, services)
        if not greeted and is_serving(port):
            greet(port, time.monotonic() - began)
            greeted = True
        time.sleep(POLL_SECONDS)
    raise Stopped


def stop_on_signal(_signal: int, _frame: FrameType | None) -> None:
    """Turn a signal into the end of `serve`; a second one changes nothing, for stopping is under way."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise Stopped


def run(began: float) -> None:
    """Start all, serve, and stop all in the reverse order."""
    port = read_port()
    data_dir().mkdir(parents=True, exist_ok=True)
    clear_leftovers(port)
    check_port(port)
    services: list[Service] = []
    server = None
    try:
        server = start_database()
        prepare()
        services = [web(port), worker()]
        serve(port, server, services, began)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if services:
            say("\nStopping …")
        for service in services:
            service.stop()
        if server is not None:
            server.leave()
        state_file(port).unlink(missing_ok=True)


def main() -> int:
    """Run the demo; return the exit code."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop_on_signal)
    os.environ["FYSICURE_DEMO"] = "1"
    try:
        run(time.monotonic())
    except Stopped:
        say("Stopped.")
        return 0
    except (Refused, DatabaseUnavailable) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
