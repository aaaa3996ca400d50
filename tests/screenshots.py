"""Render the pages of the demo practice into docs/screenshots: `make screenshots`.

A server of its own serves a fresh demo database; the pages and who opens them stand in pages(). How a picture is named:
PAGE-WIDTH.png by day and in Dutch, else PAGE-WIDTH-dark.png, PAGE-WIDTH-fr.png, PAGE-WIDTH-en.png. Every page comes at
390 and 1280 pixels; the chief ones at 360, 768, 1280 and 1920 by day and by night, and in French and English at 360
and 1280.
Words on the command line limit the pages to names that hold one. Where pngquant is there, pictures shrink to a third.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from playwright.sync_api import Browser, Page
from psycopg import sql

from benchmarks.nodes import free_port
from fysicure.database import server_for_tests
from tests.browser.chromium import chromium

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "screenshots"
HEIGHTS = {1280: 900, 390: 844, 360: 780, 768: 1024, 1920: 1080}
# What each role has open most of the day: looked at in every width, theme and language.
CHIEF = (
    "sign-in", "today-receptionist", "agenda", "chart-receptionist", "today-therapist", "plan", "session-note",
    "portal-home", "portal-log-run", "numbers",
)  # fmt: skip
PASSWORD = "fysicure-demo"  # noqa: S105
DATABASE = "fysicure_screenshots"


@dataclass(frozen=True)
class Look:
    """How a page is looked at: how wide in pixels, by day or by night, and in which language."""

    width: int
    theme: str = "light"
    language: str = "nl"

    @property
    def suffix(self) -> str:
        """What the name of a picture says of it."""
        more = ["dark"] * (self.theme == "dark") + [self.language] * (self.language != "nl")
        return "-".join([str(self.width), *more])


EVERY_PAGE = (Look(1280), Look(390))
CHIEF_PAGES = (
    *(Look(width, theme) for theme in ("light", "dark") for width in (360, 768, 1280, 1920)),
    *(Look(width, language=language) for language in ("fr", "en") for width in (360, 1280)),
)


@dataclass(frozen=True)
class Shot:
    """One picture: the file's name, who looks (empty: nobody), and the address or the way to it.

    `follow` is a list of selectors that are clicked one after the other from `path`.
    """

    name: str
    who: str
    path: str
    follow: tuple[str, ...] = ()


THERAPIST, DESK, PATIENT, OWNER = (
    "kine@demo.example",
    "onthaal@demo.example",
    "patient@demo.example",
    "beheer@demo.example",
)
PLAN_OF_PATIENT = (
    "SELECT p.id FROM pathways_careplan p JOIN patients_patient x ON x.id = p.patient_id WHERE x.email = %s"
)

NOTE_TO_WRITE = (
    "SELECT a.encounter_id FROM scheduling_appointment a JOIN accounts_practitioner p ON p.id = a.practitioner_id"
    " JOIN accounts_user u ON u.id = p.user_id LEFT JOIN patients_sessionnote n ON n.encounter_id = a.encounter_id"
    " WHERE u.email = %s AND a.status = 'fulfilled' AND n.id IS NULL ORDER BY a.start DESC LIMIT 1"
)
A_GAP = "SELECT id FROM scheduling_appointment WHERE status = 'cancelled' AND start > now()"
# A therapist reads of own patients without being asked why.
MINE = (
    "episode_id IN (SELECT e.id FROM patients_episodeofcare e JOIN accounts_practitioner p ON p.id = e.practitioner_id"
    " JOIN accounts_user u ON u.id = p.user_id WHERE u.email = 'kine@demo.example')"
)
FIRST_MINE = f"({MINE}) DESC"
CLASSIFIED = "SELECT intake_id FROM pathways_classification WHERE outcome = %s"
SIGNED_NOTE = (
    f"SELECT encounter_id FROM patients_sessionnote WHERE status = 'final' AND {MINE} ORDER BY signed_at DESC LIMIT 1"
)
A_COLLEAGUES = (
    "SELECT e.patient_id FROM patients_episodeofcare e WHERE e.practitioner_id IS NOT NULL AND NOT EXISTS ("
    "SELECT FROM scheduling_appointment a JOIN accounts_practitioner p ON p.id = a.practitioner_id"
    " JOIN accounts_user u ON u.id = p.user_id WHERE a.patient_id = e.patient_id AND u.email = %s)"
    " AND e.practitioner_id NOT IN (SELECT p.id FROM accounts_practitioner p JOIN accounts_user u ON u.id = p.user_id"
    " WHERE u.email = %s) LIMIT 1"
)


# Two files of an older program: one was brought in, of the other only the check was done.
IMPORTED = (
    "Naam;Voornaam;Geboortedatum;Geslacht;GSM;Gemeente;Mutualiteit",
    "Verbist;Karel;14/03/1958;m;0470 00 01 01;Mol;CM",
    "Aerts;Lieve;02/11/1964;v;0470 00 01 02;Geel;CM",
)
CHECKED = (
    *IMPORTED,
    "Hermans;Joke;21/07/1990;v;0470 00 01 03;Balen;Solidaris",
    "Nuyts;Dirk;31/02/1980;m;0470;Retie;CM",
    "Geerts;;12/05/1971;v;0470 00 01 05;Dessel;CM",
)


def import_files(environment: dict[str, str]) -> None:
    """Let the demo practice import the two files."""
    with tempfile.TemporaryDirectory() as folder:
        for name, lines, more in (("patienten-2025.csv", IMPORTED, ()), ("patienten.csv", CHECKED, ("--check",))):
            path = Path(folder) / name
            path.write_text("\n".join(lines), encoding="utf-8")
            command = [sys.executable, "manage.py", "import_csv", "patients", str(path), *more]
            subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True)  # noqa: S603


def pages(connection: psycopg.Connection) -> list[Shot]:
    """Return every picture to make; ids come from the demo database."""

    def one(query: str, *parameters: object) -> str:
        row = connection.execute(query, parameters).fetchone()
        if row is None:
            raise LookupError(query)
        return str(row[0])

    plan = one(PLAN_OF_PATIENT, PATIENT)
    patient = one("SELECT id FROM patients_patient WHERE email = %s", PATIENT)
    episode = one("SELECT id FROM patients_episodeofcare WHERE patient_id = %s", patient)
    draft = one(
        "SELECT id FROM patients_intakeresponse WHERE status = 'in-progress' ORDER BY " + FIRST_MINE + " LIMIT 1"
    )
    likely, possible, blocked = (
        one(f"{CLASSIFIED} ORDER BY {FIRST_MINE}, made_at DESC LIMIT 1", outcome)
        for outcome in ("LIKELY", "POSSIBLE", "BLOCKED")
    )
    exercise = one(
        "SELECT e.id FROM pathways_exerciseprescription e JOIN pathways_phase f ON f.id = e.phase_id"
        " WHERE e.plan_id = %s AND f.status = 'active' AND e.ended_on IS NULL LIMIT 1",
        plan,
    )
    visit = one("SELECT id FROM scheduling_appointment WHERE patient_id = %s ORDER BY start DESC LIMIT 1", patient)
    gap = one(f"{A_GAP} ORDER BY start LIMIT 1")
    in_use = one("SELECT pathway_version_id FROM pathways_careplan WHERE id = %s", plan)
    to_write, written = one(NOTE_TO_WRITE, THERAPIST), one(SIGNED_NOTE)
    version = one("SELECT id FROM pathways_pathwayversion ORDER BY number DESC LIMIT 1")
    checked, brought_in = (
        one("SELECT id FROM patients_dataimport WHERE status = %s", each) for each in ("checked", "done")
    )
    return [
        Shot("sign-in", "", "/account/login/"),
        Shot("devices", THERAPIST, "/account/devices/"),
        Shot("second-factor", THERAPIST, "/account/second-factor/"),
        Shot("people", OWNER, "/account/people/"),
        Shot("setup", OWNER, "/setup/"),
        Shot("rooms", OWNER, "/agenda/rooms/"),
        Shot("hours", OWNER, "/agenda/hours/"),
        Shot("why-open", THERAPIST, f"/patients/{one(A_COLLEAGUES, THERAPIST, THERAPIST)}/reason/?next=/"),
        Shot("openings", OWNER, "/patients/access/"),
        Shot("audit", OWNER, "/audit/"),
        Shot("audit-changes", OWNER, "/audit/changes/"),
        Shot("imports", OWNER, "/import/"),
        Shot("import-file", OWNER, "/import/new/"),
        Shot("import-columns", OWNER, f"/import/{checked}/columns/"),
        Shot("import-checked", OWNER, f"/import/{checked}/"),
        Shot("import-refused", OWNER, f"/import/{checked}/?rows=refused"),
        Shot("import-done", OWNER, f"/import/{brought_in}/"),
        Shot("privacy-requests", OWNER, "/privacy/"),
        Shot("privacy-texts", OWNER, "/privacy/texts/"),
        Shot("privacy-patient", OWNER, f"/privacy/patients/{patient}/"),
        Shot("privacy-erase", OWNER, f"/privacy/patients/{patient}/erase/"),
        Shot("privacy-retention", OWNER, "/privacy/retention/"),
        Shot("research", OWNER, "/research/"),
        Shot("portal-privacy", PATIENT, "/portal/privacy/"),
        Shot("portal-who-looked", PATIENT, "/portal/record/who-looked/"),
        Shot("portal-record", PATIENT, "/portal/record/"),
        Shot("today-therapist", THERAPIST, "/"),
        Shot("today-receptionist", DESK, "/"),
        Shot("today-owner", OWNER, "/"),
        Shot("agenda", DESK, "/agenda/"),
        Shot("agenda-by-room", DESK, "/agenda/?by=room"),
        Shot("agenda-week", THERAPIST, "/agenda/?view=week"),
        Shot("agenda-month", DESK, "/agenda/?view=month"),
        Shot("series-plan", DESK, f"/agenda/series/plan/?patient={patient}"),
        Shot("waiting-list", DESK, "/agenda/waiting-list/"),
        Shot("gap", DESK, f"/agenda/{gap}/gap/"),
        Shot("requests", DESK, "/agenda/requests/"),
        Shot("outbox", DESK, "/agenda/messages/"),
        Shot("booking-rules", OWNER, "/agenda/rules/"),
        Shot("numbers", OWNER, "/agenda/numbers/"),
        Shot("feed", THERAPIST, "/agenda/feed/"),
        Shot("portal-messages", PATIENT, "/portal/messages/"),
        Shot("appointment", DESK, f"/agenda/{visit}/"),
        Shot("book", DESK, f"/agenda/book/?patient={patient}"),
        Shot("follow-ups", DESK, "/plans/follow-ups/"),
        Shot("patient-search", DESK, "/patients/"),
        Shot("patient-list", DESK, "/patients/all/"),
        Shot("patient-register", DESK, "/patients/register/"),
        Shot("patient-edit", DESK, f"/patients/{patient}/edit/"),
        Shot("chart-receptionist", DESK, f"/patients/{patient}/"),
        Shot("chart-therapist", THERAPIST, f"/patients/{patient}/"),
        Shot("intake", THERAPIST, f"/plans/intake/{draft}/"),
        Shot("classification-likely", THERAPIST, f"/plans/classification/{likely}/"),
        Shot("classification-possible", THERAPIST, f"/plans/classification/{possible}/"),
        Shot("classification-blocked", THERAPIST, f"/plans/classification/{blocked}/"),
        Shot("plan", THERAPIST, f"/plans/{plan}/"),
        Shot("retest", THERAPIST, f"/plans/{plan}/retest/"),
        Shot("plan-charts", THERAPIST, f"/plans/{plan}/charts/"),
        Shot("plan-analysis", THERAPIST, f"/plans/{plan}/analysis/"),
        Shot("outcomes", THERAPIST, f"/plans/{plan}/outcomes/"),
        Shot("outcome", THERAPIST, f"/plans/{plan}/outcomes/psfs/"),
        Shot("instruments", OWNER, "/plans/instruments/"),
        Shot("instrument", OWNER, "/plans/instruments/lefs/"),
        Shot("plan-pause", THERAPIST, f"/plans/{plan}/pause/"),
        Shot("plan-discharge", THERAPIST, f"/plans/{plan}/discharge/"),
        Shot("plan-exercise", THERAPIST, f"/plans/{plan}/exercises/{exercise}/"),
        Shot("session-note", THERAPIST, f"/plans/notes/{to_write}/"),
        Shot("session-note-signed", THERAPIST, f"/plans/notes/{written}/"),
        Shot("note-templates", THERAPIST, "/patients/note-templates/"),
        Shot("evidence", THERAPIST, "/plans/evidence/"),
        Shot("versions", OWNER, "/plans/versions/"),
        Shot("version", THERAPIST, f"/plans/versions/{in_use}/"),
        Shot("version-import", OWNER, "/plans/versions/import/"),
        Shot("portal-home", PATIENT, "/portal/"),
        Shot("portal-plan", PATIENT, "/portal/plan/"),
        Shot("portal-diary", PATIENT, "/portal/diary/"),
        Shot("portal-visits", PATIENT, "/portal/visits/"),
        Shot("portal-log-run", PATIENT, "/portal/diary/run/"),
        Shot("preview-version", OWNER, f"/plans/versions/{version}/preview/"),
        Shot("try-version", OWNER, f"/plans/versions/{version}/try/"),
        Shot("admin", OWNER, "/admin/"),
        Shot("admin-patients", OWNER, "/admin/patients/patient/"),
    ] + [Shot("episode", DESK, f"/patients/episodes/{episode}/edit/")]


@contextmanager
def demo_site(*, as_in_production: bool = False) -> Iterator[tuple[str, str]]:
    """Serve a fresh demo practice; yield its address and that of its database.

    As in production its files have hashed names, are compressed, and are kept by browsers.
    """
    server = server_for_tests()
    server.attach()
    with psycopg.connect(server.owner_url, dbname="postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    url, owner = (each.replace("/fysicure?", f"/{DATABASE}?") for each in (server.url, server.owner_url))
    environment = {**os.environ, "DATABASE_URL": url, "DATABASE_OWNER_URL": owner, "FYSICURE_DEMO": "1"}
    commands = [("migrate", "--verbosity", "0"), ("load_pathways",), ("demo",)]
    if as_in_production:
        environment["STATIC_HASHED"] = "1"
        commands.append(("collectstatic", "--noinput", "--verbosity", "0"))
    for command in commands:
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)  # noqa: S603
    import_files(environment)
    port = free_port()
    granian = str(Path(sys.executable).parent / "granian")
    where = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command_line = [granian, *where, "fysicure.wsgi:application"]
    process = subprocess.Popen(command_line, cwd=ROOT, env=environment)  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(100):
            try:
                urllib.request.urlopen(f"{address}/healthz")  # noqa: S310
                break
            except OSError:
                time.sleep(0.1)
        yield address, url
    finally:
        process.terminate()
        process.wait()
        server.leave()


def sign_in(page: Page, address: str, who: str) -> None:
    """Sign in through the page."""
    page.goto(f"{address}/account/login/")
    page.fill("input[name=login]", who)
    page.fill("input[name=password]", PASSWORD)
    page.click("form button[type=submit]:not([formaction])")
    page.wait_for_url(lambda url: "login" not in url)


def speak(page: Page, address: str, language: str) -> None:
    """Choose the language of the pages; the account keeps it."""
    page.goto(f"{address}/")
    button = page.locator(f".language-choice button[value={language}]").first
    if button.count() and button.get_attribute("aria-pressed") == "false":
        with page.expect_navigation():
            button.evaluate("(each) => each.click()")


def shoot(browser: Browser, address: str, shots: list[Shot], look: Look) -> list[str]:
    """Make a picture of every page as one looks at it; return those whose page did not answer 200."""
    failed = []
    width, height = look.width, HEIGHTS[look.width]
    for who in dict.fromkeys(shot.who for shot in shots):
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=f"{look.language}-BE", color_scheme=look.theme
        )
        page = context.new_page()
        if who:
            sign_in(page, address, who)
        speak(page, address, look.language)
        for shot in shots:
            if shot.who != who:
                continue
            response = page.goto(address + shot.path)
            if response is None or response.status != 200:
                failed.append(f"{shot.name}: {response and response.status}")
            page.wait_for_load_state("networkidle")
            tall = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": width, "height": max(height, min(tall, 6000))})
            page.evaluate("window.scrollTo(0, 0)")
            page.screenshot(path=TARGET / f"{shot.name}-{look.suffix}.png")
            page.set_viewport_size({"width": width, "height": height})
        if who and look.language != "nl":
            speak(page, address, "nl")
        context.close()
    return failed


def every_look(browser: Browser, address: str, shots: list[Shot]) -> list[str]:
    """Make all pictures of these pages."""
    failed = []
    for look in dict.fromkeys((*EVERY_PAGE, *CHIEF_PAGES)):
        chosen = [shot for shot in shots if look in EVERY_PAGE or (shot.name in CHIEF and look in CHIEF_PAGES)]
        failed += shoot(browser, address, chosen, look)
    return failed


def make_small() -> None:
    """Give the pictures a palette, where pngquant is installed: a page has few colours."""
    if shutil.which("pngquant"):
        pictures = [str(path) for path in TARGET.glob("*.png")]
        subprocess.run(["pngquant", "--force", "--skip-if-larger", "--ext", ".png", *pictures], check=False)  # noqa: S603, S607


def main() -> int:
    """Make the pictures; words on the command line limit them to names that hold one."""
    TARGET.mkdir(parents=True, exist_ok=True)
    words = sys.argv[1:] or [""]
    with demo_site() as (address, url), psycopg.connect(url, autocommit=True) as connection, chromium() as browser:
        shots = [shot for shot in pages(connection) if any(word in shot.name for word in words)]
        failed = every_look(browser, address, shots)
    make_small()
    for line in failed:
        sys.stderr.write(line + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
