"""Signing in as people do it: a passkey, an app, and a screen that was left alone for half an hour."""

import datetime
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, expect

from accounts.models import Device, User
from patients.models import Patient
from tests.accounts.signing_in import PASSWORD, app_code, with_app, with_password
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.django_db(transaction=True)
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}


def assert_accessible(page: Page) -> None:
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()


def give_password(page: Page, email: str) -> None:
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")


def with_virtual_key(page: Page) -> None:
    """Plug in an authenticator that says yes to everything."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    key = {**options, "isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": key})


def age(seconds: float) -> None:
    """Let the time since the last deed pass in every session."""
    for row in Session.objects.all():
        store = Session.get_session_store_class()(row.session_key)
        if "seen_at" in store:
            store["seen_at"] -= seconds
            store.save()


def look_again(page: Page) -> None:
    """Do what the browser does when somebody comes back to the tab."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


@pytest.mark.usefixtures("without_second_factor")
def test_staff_set_up_a_passkey_and_then_sign_in_with_it_alone(
    therapist: User, chrome: Browser, live_server: object
) -> None:
    with_password(therapist)
    context = chrome.new_context(base_url=str(live_server).replace("127.0.0.1", "localhost"), locale="nl-BE")
    context.set_default_timeout(15_000)
    page = context.new_page()
    with_virtual_key(page)
    page.goto("/agenda/")
    assert_accessible(page)
    give_password(page, therapist.email)
    page.wait_for_url("**/account/second-factor/")
    assert_accessible(page)
    page.get_by_role("link", name=re.compile("passkey", re.IGNORECASE)).click()
    assert_accessible(page)
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/")
    assert len(page.locator("#recovery-codes").input_value().split()) == 10
    assert_accessible(page)
    page.goto("/account/2fa/")
    assert_accessible(page)
    page.goto("/account/devices/")
    assert_accessible(page)
    page.locator(".user-menu summary").click()
    page.locator("form[action='/account/logout/'] button").first.click()
    page.wait_for_url("**/account/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url(lambda url: "/account/" not in url)
    page.goto("/agenda/")
    assert page.url.endswith("/agenda/")
    context.close()


def test_a_screen_left_alone_is_covered_and_keeps_what_was_typed(receptionist: User, page_of: OpenPage) -> None:
    secret = with_app(with_password(receptionist))
    page = page_of(receptionist)
    page.goto("/patients/register/")
    page.locator("[name=family_name]").fill("Van Gompel")
    page.locator("[name=given_name]").fill("Rita")
    page.locator("[name=birth_date]").fill("1961-05-04")
    page.locator("[name=phone]").fill("0470 11 22 33")
    age(31 * 60)
    look_again(page)
    lock = page.locator("#session-lock")
    expect(lock).to_be_visible()
    expect(page.locator("[name=family_name]")).to_be_hidden()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(lock).to_be_visible()
    with page.context.expect_page() as opened:
        lock.get_by_role("link").click()
    tab = opened.value
    give_password(tab, receptionist.email)
    tab.locator("[name=code]").fill(app_code(secret))
    tab.locator("[name=code]").press("Enter")
    tab.wait_for_url("**/account/session/back/")
    tab.close()
    lock.get_by_role("button").click()
    expect(lock).to_be_hidden()
    assert page.locator("[name=family_name]").input_value() == "Van Gompel"
    assert "Gompel" not in page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(re.compile(r"/patients/[0-9a-f-]{36}/"))
    assert Patient.objects.filter(family_name="Van Gompel").exists()


def test_two_minutes_before_the_end_a_press_keeps_one_signed_in(receptionist: User, page_of: OpenPage) -> None:
    page = page_of(receptionist)
    page.goto("/patients/")
    age(29 * 60)
    look_again(page)
    warning = page.locator("#session-warning")
    expect(warning).to_be_visible()
    assert_accessible(page)
    before = datetime.datetime.now(tz=datetime.UTC)
    warning.get_by_role("button").click()
    expect(warning).to_be_hidden()
    assert Device.objects.get(user=receptionist).last_seen_at >= before


def test_who_is_typing_is_not_asked(receptionist: User, page_of: OpenPage) -> None:
    page = page_of(receptionist)
    page.goto("/patients/register/")
    page.locator("[name=family_name]").press_sequentially("Van")
    age(29 * 60)
    with page.expect_response("**/account/session/stay/"):
        look_again(page)
    expect(page.locator("#session-warning")).to_be_hidden()


def test_without_a_network_one_is_asked_again(receptionist: User, page_of: OpenPage) -> None:
    page = page_of(receptionist)
    page.goto("/patients/register/")
    page.evaluate(
        "const real = window.fetch; window.fetch = (url, ...more) =>"
        " String(url).includes('/stay/') ? Promise.reject(new TypeError('no network')) : real(url, ...more); null"
    )
    page.locator("[name=family_name]").press_sequentially("Van")
    age(29 * 60)
    look_again(page)
    expect(page.locator("#session-warning")).to_be_visible()


def test_the_owners_pages_are_accessible(owner: User, therapist: User, receptionist: User, page_of: OpenPage) -> None:
    with_app(therapist)
    page = page_of(owner)
    page.goto("/account/people/")
    assert_accessible(page)
    page.goto(f"/account/people/{therapist.pk}/reset-second-factor/")
    assert_accessible(page)


def test_the_ways_of_patients_are_accessible_on_a_phone(
    patient_user: User, patient: Patient, receptionist: User, page_of: OpenPage
) -> None:
    page = page_of(patient_user, viewport={"width": 390, "height": 844})
    for path in ("/account/2fa/", "/account/devices/", "/account/2fa/totp/activate/", "/account/prove/"):
        page.goto(path)
        assert_accessible(page)
    page.context.clear_cookies()
    page.goto("/account/code/")
    assert_accessible(page)
    page.locator("[name=email]").fill(patient_user.email)
    page.locator("[name=email]").press("Enter")
    page.wait_for_url("**/code/enter/")
    assert_accessible(page)
