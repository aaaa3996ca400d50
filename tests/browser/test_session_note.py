"""The session note in a real browser: saved while typed, never over another window's text, signed by keyboard."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from accounts.models import Practitioner, User
from patients.models import Encounter, EpisodeOfCare, SessionNote
from tests.pathways.stories import make_plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def contact(chrome: Browser, episode: EpisodeOfCare, practitioner: Practitioner) -> Encounter:
    now = timezone.now()
    make_plan(episode, practitioner, now=now)
    return Encounter.objects.create(
        patient=episode.patient, episode=episode, kind="session", practitioner=practitioner, started_at=now
    )


@pytest.fixture
def window(
    chrome: Browser, live_server: object, therapist: User, client_of: Callable[[User], Client]
) -> Iterator[BrowserContext]:
    """A window of the signed-in therapist."""
    address = str(live_server)
    opened = chrome.new_context(base_url=address, locale="nl-BE", viewport={"width": 1280, "height": 900})
    key = client_of(therapist).cookies["sessionid"].value
    opened.add_cookies([{"name": "sessionid", "value": key, "url": address}])
    yield opened
    opened.close()


def open_note(window: BrowserContext, contact: Encounter) -> Page:
    page = window.new_page()
    page.goto(f"/plans/notes/{contact.pk}/")
    return page


def fill_and_save(page: Page, text: str) -> None:
    with page.expect_response("**/plans/notes/**"):
        page.locator("#id_plan").fill(text)


def test_two_windows_lose_no_text_and_ctrl_enter_signs(window: BrowserContext, contact: Encounter) -> None:
    first, second = open_note(window, contact), open_note(window, contact)
    fill_and_save(first, "Van het eerste venster")
    expect(first.locator("[name=revision]")).to_have_value("1")
    with first.expect_response("**/plans/notes/**"):
        first.locator("[name=done]").first.check()
    fill_and_save(second, "Van het tweede venster")
    expect(second.locator("[data-status]")).to_have_class("note-status is-failed")
    second.locator(".note-actions .btn-quiet").click()
    expect(second.locator(".note-theirs")).to_contain_text("Van het eerste venster")
    expect(second.locator("#id_plan")).to_have_value("Van het tweede venster")
    second.locator("#id_plan").press("Control+Enter")
    expect(second.locator(".note-read")).to_contain_text("Van het tweede venster")
    assert SessionNote.objects.get().status == "final"
    first.locator("#id_plan").fill("Te laat")
    first.locator("#id_plan").press("Control+Enter")
    expect(first.locator("#id_text")).to_have_value("Te laat")


def test_enter_in_a_dosage_saves_and_never_signs(window: BrowserContext, contact: Encounter) -> None:
    page = open_note(window, contact)
    page.locator("[name=done]").first.check()
    page.locator(".note-line input").first.fill("2 x 8")
    with page.expect_response("**/plans/notes/**"):
        page.locator(".note-line input").first.press("Enter")
    note = SessionNote.objects.get()
    assert (note.status, note.exercises_done[0]["dosage"]) == ("preliminary", "2 x 8")


def test_who_looks_away_while_typing_is_in_no_conflict_with_oneself(window: BrowserContext, contact: Encounter) -> None:
    page = open_note(window, contact)
    fill_and_save(page, "Eerst")
    expect(page.locator("[name=revision]")).to_have_value("1")
    asked: list[Route] = []

    def hold_the_first(route: Route) -> None:
        asked.append(route)
        if len(asked) > 1:
            route.continue_()

    page.route("**/plans/notes/**", hold_the_first)
    page.locator("#id_plan").fill("Eerst dit")
    page.evaluate(
        "Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange')); delete document.visibilityState"
    )
    page.locator("#id_plan").fill("Eerst dit, dan dat")
    page.wait_for_timeout(1_200)  # longer than typing has to rest before it is saved
    assert len(asked) == 1
    asked[0].continue_()
    expect(page.locator("[name=revision]")).to_have_value("3")
    expect(page.locator("[data-status]")).to_have_class("note-status")
    assert SessionNote.objects.get().plan == "Eerst dit, dan dat"
