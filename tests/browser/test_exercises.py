"""A runner on a small phone, with one thumb: the clock counts along, the metronome clicks, what was done is logged."""

import datetime
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from pathways.models import CarePlan, DiaryEntry
from tests.browser.conftest import OpenPage
from tests.running_plan import on_step_rhythm, plan, version

__all__ = ["plan", "version"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BEGUN = datetime.datetime(2026, 11, 23, 9, tzinfo=datetime.UTC)
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
# Writes down each sound that begins: how long it lasts before it comes back, and whether it does.
LISTEN = """
window.heard = [];
const begin = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...given) {
  window.heard.push({ seconds: this.buffer.duration, loops: this.loop, state: this.context.state });
  return begin.apply(this, given);
};
"""
# Writes down what a screen reader is told.
TOLD = """
(region) => {
  window.told = [];
  new MutationObserver(() => region.textContent && window.told.push(region.textContent)).observe(
    region, { childList: true, characterData: true, subtree: true });
}
"""
HIDE = """
(state) => {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
  document.dispatchEvent(new Event("visibilitychange"));
}
"""


@pytest.fixture
def phone(page_of: OpenPage, plan: CarePlan) -> Page:
    """The home page of a patient whose plan works on step rhythm."""
    page = page_of(on_step_rhythm(plan).patient.user, **PHONE)
    page.clock.install(time=BEGUN)
    page.add_init_script(LISTEN)
    page.goto("/portal/", wait_until="domcontentloaded")
    page.clock.pause_at(BEGUN + datetime.timedelta(minutes=1))  # from here on only the tests let time pass
    return page


def within_reach(dialog: Locator) -> None:
    """Every button lies in the lower half of the phone and is big enough for a thumb; nothing sticks out."""
    for button in dialog.locator("button:visible, a:visible, label:visible").all():
        box: Any = button.bounding_box()
        assert box["y"] >= 370 and box["height"] >= 44 and box["x"] >= 0 and box["x"] + box["width"] <= 360


def test_the_clock_counts_sets_and_rest_and_stands_still_when_asked(phone: Page) -> None:
    exercise = phone.locator("details.exercise", has=phone.locator("[data-timer]")).first
    exercise.locator("summary").press("Enter")
    expect(exercise.locator(".exercise-picture")).to_be_visible()
    opener = exercise.locator("[data-timer]")
    opener.press("Enter")
    clock = phone.locator("#exercise-timer")
    go, number, where = (clock.locator(f"[data-{name}]") for name in ("go", "number", "where"))
    expect(go).to_be_focused()
    within_reach(clock)
    clock.locator('[data-setting="hold"] [data-change="5"]').click()
    expect(number).to_have_text("25")
    clock.locator("[data-said]").evaluate(TOLD)
    go.click()
    within_reach(clock)
    phone.clock.run_for(5_100 + 10_000)
    expect(number).to_have_text("15")
    go.press("Enter")
    phone.clock.run_for(60_000)
    expect(number).to_have_text("15")
    go.press("Enter")
    phone.clock.run_for(15_000)
    assert clock.get_attribute("data-kind") == "rest"
    phone.clock.run_for(30_000)
    expect(where).to_contain_text("2")
    for _step in range(3):
        clock.locator("[data-skip]").click()
    expect(clock.locator("[data-log]")).to_be_visible()
    within_reach(clock)
    told = phone.evaluate("window.told")
    assert 7 <= len(told) <= 9, told
    phone.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_the_metronome_keeps_within_the_target_and_goes_on_unless_one_wants_otherwise(phone: Page) -> None:
    phone.locator("[data-metronome]").click()
    dialog = phone.locator("#metronome")
    go, rate = dialog.locator("[data-go]"), dialog.locator("[data-rate]")
    less, more = dialog.locator('[data-change="-1"]'), dialog.locator('[data-change="1"]')
    within_reach(dialog)
    less.press("Enter")
    expect(rate).to_have_text("172")
    more.click()
    go.click()
    expect(dialog).to_have_attribute("data-playing", "yes")
    for _tap in range(9):
        more.press("Enter")
    expect(rate).to_have_text("180")
    expect(more).to_have_attribute("aria-disabled", "true")
    heard = phone.evaluate("window.heard")
    assert all(each["loops"] for each in heard)
    assert heard[0]["seconds"] == pytest.approx(2 * 60 / 173, abs=0.001)
    assert heard[-1]["seconds"] == pytest.approx(2 * 60 / 180, abs=0.001)
    phone.evaluate(HIDE, "hidden")
    expect(dialog).to_have_attribute("data-playing", "yes")
    phone.evaluate(HIDE, "visible")
    dialog.locator("[data-leave]").check()
    phone.evaluate(HIDE, "hidden")
    expect(dialog).not_to_have_attribute("data-playing", "yes")
    expect(go).not_to_have_text("Stop")


def test_pictures_do_not_move_the_page_and_what_was_done_is_saved_within_reach(phone: Page) -> None:
    phone.goto("/portal/diary/exercises/")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    pictures = phone.locator(".exercise-choices img")
    expect(pictures.first).to_be_visible()
    assert all(pictures.evaluate_all("found => found.map((each) => each.getAttribute('width') === '320')"))
    save: Any = phone.locator(".save-bar button").bounding_box()
    assert save["y"] >= 370 and save["y"] + save["height"] <= 740 - 60 and save["height"] >= 44
    for name in ("pre", "during"):
        phone.locator(f'label:has([name="{name}"][value="1"])').click()
    phone.locator(".save-bar button").click()
    phone.wait_for_url("**/portal/diary/*-*/")
    assert "E5" in DiaryEntry.objects.get().exercises_done
