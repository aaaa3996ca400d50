"""Every page of the site as a role sees it, each drawn once: a page that another role saw just so is left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Route

from accounts.models import User
from tests.security.addresses import addresses, admin_addresses, expected
from tests.security.practice import Practice

# Left, and what only answers a script or a program.
NO_PAGE = re.compile(r"^/api/|^/fhir/|\.csv$|\.pdf$|/changes/$|/logout/|^/palette/")
OF_LIBRARIES = (
    "/account/2fa/",
    "/account/2fa/totp/activate/",
    "/account/2fa/webauthn/",
    "/account/2fa/webauthn/add/",
    "/account/password/change/",
    "/account/reauthenticate/",
    "/account/logout/",
    "/accessibility/",
)
TO_NOBODY = (
    "/account/login/",
    "/account/code/",
    "/account/code/enter/",
    "/account/password/reset/",
    "/account/password/reset/done/",
    "/account/signup/",
    "/accessibility/",
    "/nowhere/",
)
CHANGES = re.compile(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"')
NOT_HELD = {"transfer-encoding", "content-length", "content-encoding"}


@dataclass
class Drawn:
    """A page as the server sent it."""

    path: str
    html: str
    headers: dict[str, str]


@dataclass
class Window:
    """One window, shown page after page of what a test client got: the server draws each once, without a network."""

    page: Page
    drawn: Drawn | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.page.route(lambda url: "/static/" not in url, self._answer)

    def _answer(self, route: Route) -> None:
        if self.drawn is not None and route.request.is_navigation_request():
            route.fulfill(body=self.drawn.html, headers=self.drawn.headers)
        else:
            route.fulfill(status=204)

    def show(self, drawn: Drawn) -> Page:
        """Load a page and wait until its scripts have run."""
        self.drawn = drawn
        self.page.goto(drawn.path, wait_until="load")
        self.page.evaluate("new Promise(requestAnimationFrame)")
        return self.page


def window(chrome: Browser, site: str, script: str = "", **more: Any) -> tuple[BrowserContext, Window]:
    """Open a window on the planted site; `script` runs in each page first."""
    # The worker of the portal would ask the server by itself, beside the client whose connection it shares.
    still = {"reduced_motion": "reduce", "service_workers": "block"}
    options = {"locale": "nl-BE", "viewport": {"width": 1280, "height": 900}, **still, **more}
    context = chrome.new_context(base_url=site, **options)
    if script:
        context.add_init_script(script)
    return context, Window(context.new_page())


def paths(practice: Practice, role: str) -> list[str]:
    """Where the pages of a role stand."""
    if role == "nobody":
        return list(TO_NOBODY)
    ours = [each for each in addresses(practice, practice.record) if not NO_PAGE.search(each.path)]
    return [each.path for each in ours if expected(each, role, "GET") == "open"] + list(OF_LIBRARIES)


def of_admin(practice: Practice) -> list[str]:
    """The pages of Django's admin site, with an object of each model that the practice has one of."""
    rows = {type(row): row for row in (*vars(practice).values(), *vars(practice.record).values())}
    return ["/admin/", *(path for path, _model in admin_addresses(rows))]


def draw(client: Client, wanted: list[str], seen: set[str]) -> Iterator[Drawn]:
    """Yield each of these pages that answers one, and whose content nobody saw before; `seen` takes it in."""
    for path in wanted:
        answer = client.get(path)
        if answer.status_code not in {200, 404} or "html" not in answer.get("Content-Type", ""):
            continue
        html = answer.content.decode()
        if answer.status_code == 404 and path != "/nowhere/":
            continue
        content = CHANGES.sub("", html[html.find("<main") : html.find("</main>")] or html)
        if content in seen:
            continue
        seen.add(content)
        headers = {key.lower(): value for key, value in answer.headers.items() if key.lower() not in NOT_HELD}
        yield Drawn(path, html, headers)


def reads(user: User | None, language: str) -> None:
    """Let somebody's pages come in a language."""
    if user is not None:
        User.objects.filter(pk=user.pk).update(language=language)
