"""What takes longer than 300 ms shows that it is under way, and only that; a page that comes back works again."""

import json
import re

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import User
from patients.models import Patient
from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# While a page waits for the next one, a test cannot ask it anything: it keeps by itself what it looked like.
LOOK = """() => setTimeout(() => {
  const button = [...document.querySelectorAll("#patient-form button[type=submit]")].at(-1);
  sessionStorage.seen = JSON.stringify({
    disabled: button.disabled, words: button.textContent, said: document.getElementById("announcer").textContent,
    bar: document.querySelector(".progress-top").checkVisibility(),
  });
}, 700)"""
IS_SHOWN = "document.querySelector('.progress-top').checkVisibility()"


def held_back(page: Page, address: str, method: str) -> list[Route]:
    """Keep requests to an address waiting; the routes to go on with."""
    kept: list[Route] = []
    page.route(
        re.compile(address), lambda route: kept.append(route) if route.request.method == method else route.continue_()
    )
    return kept


def test_a_search_and_a_form_that_take_long(receptionist: User, patient: Patient, page_of: OpenPage) -> None:
    page = page_of(receptionist)
    page.set_default_timeout(30_000)
    page.goto("/patients/")
    kept = held_back(page, r"/patients/$", "POST")
    page.locator("#q").fill("peet")
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    expect(page.locator(".progress-top")).to_be_visible()
    kept.pop().continue_()
    expect(page.locator("#results")).to_contain_text("Peeters")
    expect(page.locator(".progress-top")).to_be_hidden()
    assert page.locator("#results").get_attribute("aria-busy") is None

    page.goto(f"/patients/{patient.pk}/edit/")
    kept = held_back(page, "/edit/$", "POST")
    button = page.locator("#patient-form button[type=submit]").last
    words = button.inner_text()
    page.evaluate(LOOK)
    button.click(no_wait_after=True)
    page.wait_for_timeout(1_000)
    kept.pop().continue_()
    page.wait_for_url(f"**/patients/{patient.pk}/")
    seen = json.loads(page.evaluate("sessionStorage.seen"))
    assert (seen["disabled"], seen["bar"]) == (True, True)
    assert seen["said"] == seen["words"] != words
    page.go_back()
    expect(button).to_be_enabled()
    expect(button).to_have_text(words)


def test_what_is_quick_shows_nothing_and_less_motion_is_still(receptionist: User, page_of: OpenPage) -> None:
    page = page_of(receptionist, reduced_motion="reduce")
    page.set_default_timeout(30_000)
    page.goto("/agenda/")
    assert page.evaluate(IS_SHOWN) is False
    page.evaluate("document.querySelector('.progress-top').hidden = false")
    style = "getComputedStyle(document.querySelector('.progress-top'), '::after').animationName"
    assert page.evaluate(style) == "none"


def test_a_form_without_a_network_stays_as_it_was_typed(
    receptionist: User, patient: Patient, page_of: OpenPage
) -> None:
    page = page_of(receptionist)
    page.goto(f"/patients/{patient.pk}/edit/")
    button = page.locator("#patient-form button[type=submit]").last
    page.locator("#id_family_name").fill("Zondernet")
    page.context.set_offline(True)
    button.click()
    said = page.locator("#announcer.is-visible")
    expect(said).to_have_text("Er is geen netwerk: er is niets verstuurd. Wat je invulde, staat er nog.")
    expect(page.locator("#id_family_name")).to_have_value("Zondernet")
    page.context.set_offline(False)
    button.click()
    page.wait_for_url(f"**/patients/{patient.pk}/")
    patient.refresh_from_db()
    assert patient.family_name == "Zondernet"
