"""Whatever stands in the database, no page, letter or calendar runs it (ASVS 1.2.1-1.2.3, 3.2.2, 3.4.3).

The columns come from the models and the pages from the addresses: a new one is under this test from its first day.
"""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar
from playwright.sync_api import Browser, Page

from accounts.models import User
from scheduling.feeds import make_feed
from scheduling.models import Room
from tests.browser.conftest import chrome
from tests.people import NOW
from tests.security.addresses import Address, addresses, expected
from tests.security.payloads import RUN, poison
from tests.security.practice import Practice, plant

__all__ = ["chrome"]
pytestmark = [pytest.mark.browser, pytest.mark.owner, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[User], Client]
LISTEN = """
window.__blocked = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.__blocked.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
"""
# Left, and what only answers a script or a program.
NO_PAGE = re.compile(r"^/api/|^/fhir/|\.csv$|/changes/$|/logout/")


ICS = {
    "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "STATUS", "TRANSP", "CLASS", "SEQUENCE",
    "LAST-MODIFIED",
}  # fmt: skip
ODD = """
[...document.querySelectorAll("*")].filter((node) => [...node.attributes].some((each) =>
  /^on/.test(each.name) || (/^(href|src|action|formaction|xlink:href)$/.test(each.name)
    && /^[\\s\\x00-\\x1f]*(javascript|data:text|vbscript)/i.test(each.value))))
  .map((node) => node.outerHTML.slice(0, 120))
"""


@pytest.fixture
def poisoned() -> Practice:
    """The planted practice after an attacker wrote into every column of text."""
    practice = plant()
    taken, refused = poison()
    assert taken > 150
    # Constraints refuse words about a failure where none was, an address that is none, and half of a secret.
    known = {"phone", "nihdi_number", "failure", "url", "previous_secret"}
    assert {each.split(".")[-1] for each in refused} <= known, refused
    return practice


def pages_of(role: str, practice: Practice) -> list[Address]:
    """The addresses that may be pages; of the owner's those that are not the therapist's too."""
    found = [each for each in addresses(practice, practice.record) if not NO_PAGE.search(each.path)]
    if role == "owner":
        return [each for each in found if expected(each, "treating therapist", "GET") != "open"]
    return [each for each in found if expected(each, role, "GET") == "open"]


def watched(page: Page) -> list[str]:
    """Listen to a window, and return the list that fills with what nobody may see."""
    seen: list[str] = []
    page.on("dialog", lambda dialog: (seen.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: seen.append(f"error {error}"))
    page.on("request", lambda sent: seen.append(f"asked {sent.url}") if "evil.example" in sent.url else None)
    return seen


def opened(chrome: Browser, address: str, client: Client) -> Page:
    context = chrome.new_context(base_url=address, locale="nl-BE")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])
    context.add_init_script(LISTEN)
    return context.new_page()


AT_NIGHT = [pytest.param(role, marks=pytest.mark.nightly) for role in ("owner", "receptionist")]


@pytest.mark.parametrize("role", ["treating therapist", "patient", *AT_NIGHT])
def test_nothing_stored_runs(
    role: str, poisoned: Practice, client_of: SignIn, chrome: Browser, live_server: object
) -> None:
    user = poisoned.user(role)
    assert user is not None
    client, wrong, count, shown = client_of(user), [], 0, 0
    client.raise_request_exception = False
    page = opened(chrome, str(live_server), client)
    seen = watched(page)
    for address in pages_of(role, poisoned):
        answer = client.get(address.path)
        if answer.status_code >= 500:
            wrong.append(f"{address.name}: {answer.status_code}")
        if answer.status_code != 200 or "html" not in answer.get("Content-Type", ""):
            continue
        shown += RUN in answer.content.decode()
        page.goto(address.path, wait_until="domcontentloaded")
        count += 1
        told = [*seen, *page.evaluate("window.__blocked"), *page.evaluate(ODD)]
        told += ["it ran"] if page.evaluate("window.__pwned") else []
        wrong += [f"{address.name}: {each}" for each in told]
        seen.clear()
    page.context.close()
    assert count > 10
    assert shown > 5  # the payloads do stand in the pages
    assert not wrong, "\n".join(wrong)


def test_files_hold_text_and_nothing_else(poisoned: Practice, client_of: SignIn, client: Client) -> None:
    """Letters stay one document without scripts or links that run, calendars have only our properties."""
    record, therapist = poisoned.record, client_of(poisoned.treating.user)
    letter = therapist.get(reverse("pathways:letter-pdf", args=[record.letter.pk]))
    assert letter.status_code == 200
    assert letter.content.startswith(b"%PDF")
    assert not [
        word
        for word in (b"/JavaScript", b"/JS ", b"/OpenAction", b"/Launch", b"/URI", b"/EmbeddedFile")
        if word in letter.content
    ]
    mine, staff = (
        make_feed(record.patient, by=record.user, now=NOW),
        make_feed(poisoned.treating, by=poisoned.treating.user, now=NOW),
    )
    for secret in (mine, staff):
        file = client.get(reverse("calendar-feed", args=[secret]))
        events = Calendar.from_ical(file.content).walk("VEVENT")
        assert events
        assert {name for event in events for name in event} <= ICS
        assert file["Content-Type"].startswith("text/calendar")
        assert file["X-Content-Type-Options"] == "nosniff"


def test_a_line_in_a_name_makes_no_line_of_a_calendar(client: Client, db: None) -> None:
    practice = plant()
    Room.objects.update(name="Zaal\r\nATTACH:https://evil.example\nEND:VEVENT")
    secret = make_feed(practice.treating, by=practice.treating.user, now=NOW)
    events = Calendar.from_ical(client.get(reverse("calendar-feed", args=[secret])).content).walk("VEVENT")
    assert events
    assert {name for event in events for name in event} <= ICS
