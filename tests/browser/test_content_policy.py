"""The content security policy as Chromium keeps it: it stops what it must, and tells us.

That no page of the other roles runs into it is looked at where each is opened (tests/browser/test_accessibility.py).
"""

import re
from typing import Any

import pytest
from django.core.cache import caches
from playwright.sync_api import Page

from accounts.models import User
from tests.browser.conftest import OpenPage
from tests.house.test_url_roles import OPEN_TO

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LISTEN = """
window.__blocked = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.__blocked.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


def blocked(page: Page) -> list[str]:
    """Return what the policy blocked on the page that is open."""
    return list(page.evaluate("window.__blocked"))


def paths_of(role: str) -> list[str]:
    return [path for path, roles in OPEN_TO.items() if role in roles and not re.search(r"/api/|\.csv$|changes/$", path)]


def test_no_page_of_the_owner_runs_into_the_policy(page_of: OpenPage, owner: User) -> None:
    page, found, opened = page_of(owner), {}, 0
    page.context.add_init_script(LISTEN)
    for path in [*paths_of("owner"), "/account/logout/"]:
        answer = page.goto(path, wait_until="load")
        assert answer is not None
        assert answer.status == 200, path
        opened += 1
        if seen := blocked(page):
            found[path] = seen
    assert opened > 5
    assert found == {}


def test_the_documentation_of_the_api_works_under_it(page_of: OpenPage, owner: User) -> None:
    page = page_of(owner)
    page.context.add_init_script(LISTEN)
    page.goto("/api/docs/")
    page.get_by_role("heading", name=re.compile("Fysicure")).wait_for()
    page.locator(".opblock").first.wait_for()
    assert blocked(page) == []


def test_what_is_slipped_in_does_not_run_and_is_told(chrome: Any, live_server: Any, db: None) -> None:
    caches["counters"].clear()
    page = chrome.new_context(base_url=str(live_server)).new_page()
    page.context.add_init_script(LISTEN)
    page.goto("/account/login/")
    with page.expect_response("**/csp-report/", timeout=10_000) as told:
        page.evaluate(
            """() => {
              const script = document.createElement("script");
              script.textContent = "window.__ran = true";
              document.body.append(script);
              const slipped = '<img src=x onerror="window.__ran = true"><p style="color:red">x</p>';
              document.body.insertAdjacentHTML("beforeend", slipped);
            }"""
        )
    page.wait_for_timeout(200)
    assert told.value.status == 204
    assert page.evaluate("window.__ran") is None
    assert {text.split()[0] for text in blocked(page)} >= {"script-src-elem", "script-src-attr", "style-src-attr"}
    page.context.close()
