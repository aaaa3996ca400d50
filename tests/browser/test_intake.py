"""The intake in a real browser: saved while typed, by keyboard alone, and nothing lost when the window goes."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import Practitioner, User
from patients.intake import save_answers, start_intake
from patients.models import EpisodeOfCare, IntakeResponse
from tests.pathways.stories import published
from tests.people import NOW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def intake(chrome: Browser, episode: EpisodeOfCare, practitioner: Practitioner) -> IntakeResponse:
    questionnaire, by = published().questionnaire, practitioner.user
    return start_intake(episode, questionnaire=questionnaire, by=by, practitioner=practitioner, now=NOW)


@pytest.fixture
def window(
    chrome: Browser, live_server: object, therapist: User, client_of: Callable[[User], Client]
) -> Iterator[BrowserContext]:
    """A window of the signed-in therapist."""
    address = str(live_server)
    opened = chrome.new_context(base_url=address, locale="nl-BE", viewport={"width": 820, "height": 1100})
    key = client_of(therapist).cookies["sessionid"].value
    opened.add_cookies([{"name": "sessionid", "value": key, "url": address}])
    yield opened
    opened.close()


def open_intake(window: BrowserContext, intake: IntakeResponse) -> Page:
    page = window.new_page()
    page.goto(f"/plans/intake/{intake.pk}/")
    return page


def is_saved(page: Page) -> None:
    expect(page.locator("[data-status]")).to_contain_text("Opgeslagen om")


def test_what_is_typed_is_saved_and_still_there_after_a_crash(window: BrowserContext, intake: IntakeResponse) -> None:
    page = open_intake(window, intake)
    with page.expect_response("**/save/"):
        page.locator('[name="mass_kg"]').fill("600")
    expect(page.locator("#error-mass_kg")).to_have_text("Moet tussen 25 en 250 liggen.")
    is_saved(page)
    page.locator('[name="nprs_worst_7d.R"][value="7"]').evaluate("(each) => each.click()")
    page.locator('[name="lever_m.R"]').fill("0,78")
    page.close()  # before the pause after which typing is saved

    again = open_intake(window, intake)
    expect(again.locator('[name="mass_kg"]')).to_have_value("600")
    expect(again.locator('[name="lever_m.R"]')).to_have_value("0,78")
    expect(again.locator('[name="nprs_worst_7d.R"][value="7"]')).to_be_checked()


def test_what_did_not_arrive_is_sent_again(window: BrowserContext, intake: IntakeResponse) -> None:
    page = open_intake(window, intake)
    window.set_offline(True)
    page.locator('[name="mass_kg"]').fill("61")
    expect(page.locator("[data-status]")).to_have_class("intake-status is-failed")
    window.set_offline(False)
    with page.expect_response("**/save/"):
        pass
    is_saved(page)
    intake.refresh_from_db()
    assert intake.answers["mass_kg"] == "61"


def test_the_keyboard_is_enough(window: BrowserContext, intake: IntakeResponse) -> None:
    page = open_intake(window, intake)
    page.locator('[name="nprs_now.R"]').last.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    with page.expect_response("**/save/"):
        page.keyboard.press("Enter")
    expect(page.locator('[name="nprs_now.R"][value="2"]')).to_be_checked()
    assert page.evaluate("document.activeElement.name") == "nprs_worst_7d.R"
    page.keyboard.press("Control+Enter")
    assert page.evaluate("document.activeElement.name") == "rf_fever"
    assert page.url.endswith(f"/plans/intake/{intake.pk}/")


def test_the_other_window_follows(window: BrowserContext, intake: IntakeResponse, therapist: User) -> None:
    page = open_intake(window, intake)
    save_answers(intake, {"cadence_spm": "164", "noble.R": "pos"}, revision=0, by=therapist, now=NOW)
    with page.expect_response("**/save/"):
        page.locator('[name="mass_kg"]').fill("60")
    expect(page.locator('[name="cadence_spm"]')).to_have_value("164")
    expect(page.locator('[name="noble.R"][value="pos"]')).to_be_checked()
    page.locator('button[formaction$="/finish/"]').click()
    expect(page.locator("#refused")).to_be_visible()
    intake.refresh_from_db()
    assert {intake.answers[key] for key in ("cadence_spm", "noble.R", "mass_kg")} == {"164", "pos", "60"}


def test_what_is_typed_after_the_end_is_not_taken_away(window: BrowserContext, intake: IntakeResponse) -> None:
    page = open_intake(window, intake)
    IntakeResponse.objects.filter(pk=intake.pk).update(status="completed", completed_at=NOW)
    page.locator('[name="mass_kg"]').fill("61")
    expect(page.locator("[data-status]")).to_contain_text("in een ander venster afgerond")
    expect(page.locator('[name="mass_kg"]')).to_have_value("61")


def test_doubling_and_trials(window: BrowserContext, intake: IntakeResponse) -> None:
    page = open_intake(window, intake)
    page.locator('[name="cadence_spm"]').fill("82")
    page.locator('[data-box="cadence_spm"] [data-suggest]').click()
    expect(page.locator('[name="cadence_spm"]')).to_have_value("164")
    expect(page.locator("#error-cadence_spm")).to_have_text("")
    for number, newton in enumerate(("100", "118", "119", "117")):
        page.locator('[name="hipabd_n.R"]').nth(number).fill(newton)
    expect(page.locator('[id="note-hipabd_n.R"]')).to_contain_text("118")
    is_saved(page)


def test_it_fits_a_phone_and_a_tablet(window: BrowserContext, intake: IntakeResponse) -> None:
    page = open_intake(window, intake)
    for width in (390, 768, 1024, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
