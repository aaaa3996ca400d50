"""A practice begins: from an empty database to the first booked visit, by the owner alone."""

import io
import re

import pytest
from django.core import mail
from django.core.management import call_command
from playwright.sync_api import Browser, Page

from accounts.models import Practitioner, User
from scheduling.models import Appointment, Room, WorkingHours
from tests.accounts.signing_in import PASSWORD, app_code
from tests.browser.test_sign_in import assert_accessible

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("without_second_factor")]
OWNER = "fien@denete.example"


def set_up_practice() -> str:
    """Run the command and return the path of the link that it prints."""
    said = io.StringIO()
    options = {"owner_email": OWNER, "owner_name": "Fien Smets", "practice": "Kine De Nete", "ask": False}
    call_command("setup_practice", **options, stdout=said)
    found = re.search(r"http://\S+?(/account/password/reset/key/\S+)", said.getvalue())
    assert found
    return found[1]


def choose_password(page: Page, path: str) -> None:
    page.goto(path)
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    page.locator("[name=password2]").press("Enter")
    page.wait_for_url("**/done/")


def sign_in_with_a_new_app(page: Page, email: str) -> None:
    page.goto("/account/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/second-factor/")
    page.goto("/account/2fa/totp/activate/")
    page.locator("[name=code]").fill(app_code(page.locator("code.secret").text_content() or ""))
    page.locator("[name=code]").press("Enter")
    page.wait_for_url("**/recovery-codes/")


def next_step(page: Page, key: str) -> None:
    """Follow the step that the page says is next, when what can wait was put off."""
    if "/setup/" not in page.url:
        page.goto("/setup/?later=practice&later=rules&later=pathways")
    page.locator(f"#step-{key}[aria-current=step] a.btn-primary").click()


def submit(page: Page) -> None:
    page.locator("main form button.btn-primary").last.click()


def test_an_owner_goes_from_an_empty_database_to_the_first_visit(chrome: Browser, live_server: object) -> None:
    context = chrome.new_context(base_url=str(live_server), locale="nl-BE", viewport={"width": 390, "height": 844})
    context.set_default_timeout(15_000)
    page = context.new_page()
    choose_password(page, set_up_practice())
    sign_in_with_a_new_app(page, OWNER)
    page.goto("/")
    assert page.locator("[aria-labelledby=setup-title] a.btn-primary").get_attribute("href") is not None
    page.goto("/setup/")
    page.locator("#step-practice[aria-current=step] a[href*=later]").click()
    page.wait_for_url("**/setup/?later=practice")
    assert_accessible(page)
    next_step(page, "rooms")
    page.locator("[name=name]").fill("Zaal 1")
    submit(page)
    assert Room.objects.get().name == "Zaal 1"
    next_step(page, "staff")
    assert_accessible(page)
    page.locator("[name=name]").fill("Lotte Maes")
    page.locator("[name=email]").fill("lotte@denete.example")
    submit(page)
    page.wait_for_url("**/people/")
    assert "/account/password/reset/key/" in str(mail.outbox[-1].body)
    next_step(page, "hours")
    page.locator("main a.btn-primary").click()
    assert_accessible(page)
    submit(page)
    page.wait_for_url("**/hours/")
    assert WorkingHours.objects.filter(practitioner=Practitioner.objects.get()).count() == 10
    next_step(page, "patient")
    for name, value in {"family_name": "Peeters", "given_name": "An", "birth_date": "1997-03-14"}.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=phone]").fill("0470 11 22 33")
    submit(page)
    page.wait_for_url(re.compile(r"/patients/[0-9a-f-]{36}/"))
    page.locator("main a[href*='/agenda/book/']").first.click()
    page.locator("button.moment-button").first.click()
    page.wait_for_url("**/agenda/?day=*")
    visit = Appointment.objects.get()
    assert (visit.practitioner.name, visit.room and visit.room.name) == ("Lotte Maes", "Zaal 1")
    assert User.objects.filter(password__startswith="!").count() == 1  # only the colleague still has to choose one
    context.close()
