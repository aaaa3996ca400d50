"""What every browser test gets: one Chromium, and windows that are signed in and may not see a fault."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from accounts.models import User
from tests.browser.chromium import chromium

# A refused form answers 409 or 422, and the browser says so; anything else on the console is a fault.
EXPECTED = re.compile(r"the server responded with a status of (409|422)")


class OpenPage(Protocol):
    """Opens a window signed in as a user; `more` are options of the window, like `has_touch`."""

    def __call__(self, user: User, **more: Any) -> Page: ...


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    """A browser. Playwright runs an event loop in this thread; the ORM may be used all the same."""
    with pytest.MonkeyPatch.context() as patch, chromium() as opened:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield opened


@pytest.fixture
def page_of(chrome: Browser, live_server: object, client_of: Callable[[User], Client]) -> Iterator[OpenPage]:
    """Return a function that opens a window signed in as a user; at the end no window may have seen a fault."""
    address, faults, contexts = str(live_server), [], []

    def listen(page: Page) -> None:
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda message: (
                faults.append(message.text) if message.type == "error" and not EXPECTED.search(message.text) else None
            ),
        )

    def open_page(user: User, **more: Any) -> Page:
        options = {"locale": "nl-BE", "viewport": {"width": 1280, "height": 900}, **more}
        context = chrome.new_context(base_url=address, **options)
        key = client_of(user).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": key, "url": address}])
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        listen(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []
