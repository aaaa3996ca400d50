"""The command palette from the keyboard, in a real browser: patients, pages, acts; and the list of keys."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import AccessLog, User
from patients.models import Patient
from tests.browser.conftest import OpenPage
from tests.browser.test_sign_in import assert_accessible
from tests.people import make_patient

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def chosen(page: Page) -> str:
    """Where what is chosen leads to: the row that the field names to a screen reader."""
    return str(
        page.evaluate(
            "document.getElementById(document.querySelector('.palette-input').getAttribute('aria-activedescendant'))"
            "?.pathname ?? ''"
        )
    )


def test_a_patient_a_page_and_an_act_without_the_mouse(receptionist: User, patient: Patient, page_of: OpenPage) -> None:
    make_patient("Éloy", "Zoë", phone="")
    page = page_of(receptionist)
    page.set_default_timeout(30_000)
    page.goto("/patients/register/")
    dialog, field = page.locator("#palette"), page.locator(".palette-input")

    # The focus comes back to where it was, after Escape.
    page.locator("#id_family_name").focus()
    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("#id_family_name")).to_be_focused()

    # A page: another language, another order of words, no accents; the arrows go round.
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-list [role=option]").first).to_be_visible()
    page.keyboard.type("attente LISTE")
    assert chosen(page) == "/agenda/waiting-list/join/"
    before = chosen(page)
    page.keyboard.press("ArrowDown")
    assert chosen(page) != before
    page.keyboard.press("ArrowUp")
    assert chosen(page) == before
    expect(dialog.locator("[role=status]")).to_have_text(re.compile(r"\d+ result"))
    page.keyboard.press("Escape")

    # A patient, with a typing mistake; the name stands in no address, and opening it is noted.
    page.keyboard.press("Control+k")
    page.keyboard.type("zoe eloi")
    expect(page.locator("#palette-list")).to_contain_text("Éloy Zoë")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/patients/" in page.url and "eloi" not in page.url
    assert AccessLog.objects.filter(user_id=receptionist.pk, part="contact").count() == 1

    # On a record: what can be done with that patient; and next time whom was opened last.
    page.keyboard.press("Control+k")
    expect(page.get_by_role("group", name="Zoë Éloy")).to_be_visible()
    page.goto("/agenda/")
    page.locator("[data-palette]").click()
    expect(page.locator("#palette-list [role=option]").first).to_contain_text("Éloy Zoë")

    # An act of the role.
    page.keyboard.type("nouveau patient")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/patients/register/")

    # ? lists the keys that this page knows, and those of the agenda on the agenda.
    page.locator("h1").first.click()
    page.keyboard.press("?")
    expect(page.locator("#keys-dialog")).to_contain_text("Ctrl")
    assert page.locator("#keys-dialog dl.keys").count() == 0
    page.keyboard.press("Escape")
    expect(page.locator("#keys-dialog")).to_have_count(0)
    page.goto("/agenda/")
    page.keyboard.press("?")
    expect(page.locator("#keys-dialog dl.keys")).to_be_visible()


def test_nobody_fits_on_a_phone(receptionist: User, page_of: OpenPage) -> None:
    page = page_of(receptionist, viewport={"width": 360, "height": 640}, has_touch=True)
    page.set_default_timeout(30_000)
    page.goto("/agenda/")
    page.locator("[data-palette]").tap()
    expect(page.locator("#palette-list [role=option]").first).to_be_visible()
    assert_accessible(page)
    page.keyboard.type("xqzwv")
    row = page.locator("#palette-list [role=option]:visible")
    expect(row).to_have_count(1)
    assert_accessible(page)
    row.tap()
    page.wait_for_url("**/patients/register/")


def test_who_types_sooner_than_the_commands_come_still_finds_them(receptionist: User, page_of: OpenPage) -> None:
    page = page_of(receptionist)
    page.goto("/patients/register/")
    held: list[Route] = []

    def hold(route: Route) -> None:
        (held.append if (route.request.post_data or "").startswith("at=") else Route.continue_)(route)

    page.route("**/palette/", hold)
    page.keyboard.press("Control+k")
    with page.expect_response("**/palette/"):
        page.keyboard.type("wachtlijst")
    held.pop().continue_()
    expect(page.locator("#palette-list [href^='/agenda/waiting-list/']:visible").first).to_be_visible()
    assert chosen(page).startswith("/agenda/waiting-list/")


def test_what_does_not_come_is_said(receptionist: User, page_of: OpenPage) -> None:
    page = page_of(receptionist)
    page.goto("/patients/register/")
    failed = page.locator("#announcer").get_attribute("data-failed")
    assert failed
    page.route("**/palette/", lambda route: route.fulfill(status=409))
    page.keyboard.press("Control+k")
    expect(page.locator(".palette-none")).to_have_text(failed)
    expect(page.locator("#palette [role=status]")).to_have_text(failed)
    page.keyboard.press("Escape")
    page.route("**/palette/keys/", lambda route: route.fulfill(status=409))
    page.locator("h1").first.click()
    page.keyboard.press("?")
    expect(page.locator("#announcer")).to_have_class(re.compile("is-visible"))
    expect(page.locator("#announcer")).to_have_text(failed)
