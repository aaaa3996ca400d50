"""A diary that is filled in without a network arrives at the practice once, and in one's own name."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect

from accounts.models import User
from pathways.models import CarePlan, DiaryEntry
from tests.running_plan import log, plan, version

__all__ = ["plan", "version"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Without a network the browser says so; anything else on the console is a fault.
NO_NETWORK = re.compile(r"ERR_INTERNET_DISCONNECTED|ERR_FAILED|status of (401|409|422)")
# Not `navigator.serviceWorker.ready`: that promise has no end when a worker could not be laid out.
STATE = """async () => {
  const worker = await navigator.serviceWorker.getRegistration("/portal/");
  const laid = (await caches.keys()).includes("fysicure-forms");
  const kept = laid ? (await (await caches.open("fysicure-forms")).keys()).length : 0;
  return `active ${Boolean(worker?.active)}, in charge ${Boolean(navigator.serviceWorker.controller)}, forms ${kept}`;
}"""

# How much is left: rows of the diary, pages and files, workers. A database may stand there again, with nothing in it.
LEFT = """async () => {
  const rows = await new Promise((done) => {
    const asked = indexedDB.open("fysicure-diary");
    asked.onsuccess = async () => {
      const names = [...asked.result.objectStoreNames];
      if (!names.length) return done(0);
      const within = asked.result.transaction(names);
      const counts = names.map((name) => within.objectStore(name).count());
      within.oncomplete = () => done(counts.reduce((sum, each) => sum + each.result, 0));
    };
  });
  return [rows, (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length];
}"""


def until_it_works_offline(page: Page) -> None:
    """Wait until the worker has laid out the files and the three forms."""
    for _try in range(150):
        state = page.evaluate(STATE)
        if state == "active true, in charge true, forms 3":
            return
        page.wait_for_timeout(100)
    raise AssertionError(state)


@pytest.fixture
def phone(chrome: Browser, live_server: object, client_of: Callable[[User], Client], plan: CarePlan) -> Iterator[Page]:
    """A telephone that is signed in as the patient and has the diary at hand."""
    faults: list[str] = []
    context = chrome.new_context(
        base_url=str(live_server), locale="nl-BE", viewport={"width": 360, "height": 740}, has_touch=True
    )
    key = client_of(plan.patient.user).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": key, "url": str(live_server)}])
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda said: faults.append(said.text) if said.type == "error" and not NO_NETWORK.search(said.text) else None,
    )
    page.goto("/portal/")
    until_it_works_offline(page)
    yield page
    context.close()
    assert faults == []


def tap(page: Page, selector: str) -> None:
    page.locator(selector).first.evaluate("(each) => each.click()")


def fill_in_a_run(page: Page, during: int) -> None:
    """Fill in the form of a run and save it."""
    page.goto("/portal/diary/run/")
    for name, pain in (("pre", 0), ("during", during), ("after", 1)):
        tap(page, f'[name="{name}"][value="{pain}"]')
    tap(page, "main form button[type=submit]")


def test_what_is_logged_without_a_network_arrives_once(phone: Page, plan: CarePlan) -> None:
    asked_about = log(plan, timezone.now() - timezone.timedelta(hours=20), next=None)
    phone.goto("/portal/")  # learns of the question
    expect(phone.locator("#morning-title")).to_be_visible()
    phone.wait_for_function("async () => (await keptDiary.fact('questions'))?.length === 1")
    phone.context.set_offline(True)

    fill_in_a_run(phone, during=2)
    expect(phone).to_have_url(re.compile(r"/portal/offline/nl/#kept"))
    expect(phone.locator("#kept .kept-row")).to_have_count(1)
    expect(phone.locator("[data-alarm-call]")).to_have_count(0)
    # The question of the morning, too; it goes away when it was answered.
    expect(phone.locator("main [data-morning]")).to_be_visible()
    tap(phone, 'main [data-morning] button[value="1"]')
    expect(phone.locator("#kept .kept-row")).to_have_count(2)
    expect(phone.locator("main [data-morning]")).to_be_hidden()
    # The logo leads home, and home says that there is no network: never the browser's own page.
    phone.locator(".brand").click()
    expect(phone).to_have_url(re.compile(r"/portal/$"))
    expect(phone.locator("[data-offline]")).to_be_visible()
    # An alarming sign: whom to call stands there at once, and again after saving.
    phone.goto("/portal/diary/rest/")
    expect(phone.locator("[data-alarm-call]")).to_be_hidden()
    phone.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    tap(phone, "[name=rf_any]")
    expect(phone.locator("[data-alarm-call]")).to_be_visible()
    tap(phone, '[name="pre"][value="3"]')
    tap(phone, "main form button[type=submit]")
    expect(phone.locator("[data-kept-alarm]")).to_be_visible()
    expect(phone.locator("#kept .kept-row")).to_have_count(3)
    assert DiaryEntry.objects.count() == 1

    phone.context.set_offline(False)
    phone.goto("/portal/")
    twin = phone.context.new_page()  # two tabs that both want to send
    twin.goto("/portal/diary/")
    expect(phone.locator("#kept .kept-row")).to_have_count(0)
    kinds = sorted(DiaryEntry.objects.exclude(pk=asked_about.pk).values_list("kind", "rf_any"))
    assert kinds == [("rest", True), ("run", False)]
    asked_about.refresh_from_db()
    assert asked_about.next == 1


def test_an_answer_that_never_came_makes_no_second_entry(phone: Page, plan: CarePlan) -> None:
    lost = []

    def lose(route: Route) -> None:
        """The practice gets it; the telephone never hears so."""
        lost.append(route.fetch().status)
        route.abort()

    phone.context.route("**/portal/diary/kept/", lose, times=1)
    fill_in_a_run(phone, during=2)
    expect(phone).to_have_url(re.compile(r"/portal/offline/nl/#kept"))
    expect(phone.locator("[data-kept-status] a")).to_be_visible()  # it was sent again at once, and stands there
    expect(phone.locator("#kept .kept-row")).to_have_count(0)
    assert (lost, DiaryEntry.objects.count()) == ([200], 1)


def test_it_waits_for_who_filled_it_in_and_goes_when_they_sign_out(
    phone: Page, plan: CarePlan, stranger: User, client_of: Callable[[User], Client], live_server: object
) -> None:
    context = phone.context
    mine = next(each for each in context.cookies() if each["name"] == "sessionid")
    context.set_offline(True)
    fill_in_a_run(phone, during=2)
    expect(phone.locator("#kept .kept-row")).to_have_count(1)
    # Somebody else signs in on this telephone: nothing is sent, and nothing is shown.
    other = client_of(stranger).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": other, "url": str(live_server)}])
    context.set_offline(False)
    phone.goto("/portal/")
    phone.wait_for_timeout(500)
    expect(phone.locator("#kept")).to_be_hidden()
    assert DiaryEntry.objects.count() == 0
    # Whose it is signs out while it waits: a warning first, and then nothing is left.
    context.set_offline(True)
    context.add_cookies([{"name": "sessionid", "value": str(mine["value"]), "url": str(live_server)}])
    context.route("**/portal/diary/kept/", lambda route: route.abort())
    context.set_offline(False)
    phone.goto("/portal/")
    expect(phone.locator("#kept .kept-row")).to_have_count(1)
    tap(phone, 'form[action="/account/logout/"] button')
    expect(phone.locator("#kept-leaving")).to_be_visible()
    phone.locator("[data-leave]").click()
    expect(phone).to_have_url(re.compile(r"/account/login/"))
    left = None
    for _try in range(40):  # the browser lets a worker go once it has nothing under way
        left = phone.evaluate(LEFT)
        if left == [0, 0, 0]:
            break
        phone.wait_for_timeout(100)
    assert left == [0, 0, 0]
    assert DiaryEntry.objects.count() == 0
