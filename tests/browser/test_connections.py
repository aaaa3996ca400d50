"""The owner connects another program: a webhook, its secret, a test, the log; and a key."""

import pytest
from playwright.sync_api import Page, expect

from accounts import step_up
from accounts.models import User, WebhookEndpoint
from tests.browser.conftest import OpenPage
from tests.browser.test_sign_in import assert_accessible
from tests.people import make_patient
from tests.webhooks.conftest import run
from tests.webhooks.receiver import Receiver, listening

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fits(page: Page) -> bool:
    """Whether nothing sticks out at the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.fixture(autouse=True)
def _proven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_up, "proved_recently", lambda request: True)


def add_webhook(page: Page, receiver: Receiver) -> None:
    page.goto("/connections/")
    page.locator('main a[href="/connections/webhooks/add/"]').first.click()
    page.locator("[name=name]").fill("Boekhoudpakket")
    page.locator("[name=url]").fill(receiver.url)
    for kind in ("patient.created", "appointment.created", "appointment.cancelled"):
        page.locator(f'[name=kinds][value="{kind}"]').check(force=True)
    assert_accessible(page)
    page.locator("main form button[type=submit]").click()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_webhook_from_form_to_log(width: int, owner: User, page_of: OpenPage) -> None:
    page = page_of(owner, viewport={"width": width, "height": 900}, permissions=["clipboard-read", "clipboard-write"])
    with listening() as receiver:
        add_webhook(page, receiver)
        secret = page.locator("#shown-once").input_value()
        assert secret.startswith("whsec_")
        page.locator("[data-copy]").click()
        assert page.evaluate("navigator.clipboard.readText()") == secret
        assert_accessible(page)
        page.locator("main .card a").click()
        page.locator('form[action$="/test/"] button').click()
        expect(page.locator("main")).to_contain_text("204")
        make_patient()
        endpoint = WebhookEndpoint.objects.get()
        run(endpoint)
        receiver.answer = lambda handler: handler.say(500)
        make_patient("Tweede")
        run(endpoint)
        page.reload()
        expect(page.locator("section[aria-labelledby=log-title] li.connection")).to_have_count(3)
        assert fits(page)
        assert_accessible(page)
        page.goto("/connections/")
        expect(page.locator("main")).to_contain_text("Boekhoudpakket")
        assert fits(page)
        assert_accessible(page)


def test_a_key_is_shown_once(owner: User, receptionist: User, page_of: OpenPage) -> None:
    page = page_of(owner)
    page.goto("/connections/keys/add/")
    assert_accessible(page)
    page.locator("[name=user]").select_option(str(receptionist.pk))
    page.locator("[name=name]").fill("Kassa")
    page.locator("main form button[type=submit]").click()
    assert page.locator("#shown-once").input_value().startswith("fys_")
    page.goto("/connections/")
    expect(page.locator("main")).to_contain_text("Kassa")
    page.locator('details:has(form[action$="/revoke/"]) summary').click()  # it asks first: a key never comes back
    page.locator('form[action$="/revoke/"] button').click()
    expect(page.locator("section[aria-labelledby=keys-title] li")).to_have_count(0)
