"""Every page of every role passes axe, fits a narrow screen, has targets large enough and a sound structure.

What is tested and what was waived, and how to look by hand: docs/accessibility.md.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from accounts.models import User
from tests.browser.pages import Drawn, Window, draw, of_admin, paths, reads, window
from tests.browser.test_content_policy import LISTEN, blocked
from tests.security.practice import Practice

pytest_plugins = ["tests.browser.planted_site"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db]
ClientOf = Callable[[User], Client]
Look = Callable[[Page, str], list[str]]

HERE = Path(__file__).parent
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
LOOKS = (HERE / "looks.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
# Rules whose outcome hangs on the words of a page; colours and sizes are the same in each language.
OF_WORDS = [
    "aria-command-name", "aria-input-field-name", "aria-progressbar-name", "aria-toggle-field-name", "button-name",
    "document-title", "html-has-lang", "html-lang-valid", "image-alt", "input-button-name", "label", "link-name",
    "select-name", "summary-name", "svg-img-alt", "valid-lang",
]  # fmt: skip
RUN = """
(rules) => {
  const EDITOR = "form.editor > .save-bar";
  const named = ({ target }) => (document.querySelector(target.at(-1))?.closest(EDITOR) ? EDITOR : target.join(" "));
  const others = (check) => [...new Set((check?.relatedNodes ?? []).map(named))].join(", ");
  const said = (check) => `${check?.message ?? ""} [${others(check)}]`;
  return axe.run(document, { ...rules, resultTypes: ["violations"], preload: false, iframes: false })
    .then((found) => found.violations.flatMap((each) => each.nodes.map((node) =>
      `${each.id}: ${node.target.join(" ")} ${node.html.replace(/\\s+/g, " ").slice(0, 140)} `
        + said(node.any[0] ?? node.all[0] ?? node.none[0]))));
}
"""
WIDE, SLIM, ZOOMED, PHONE = (1280, 900), (320, 800), (640, 900), (360, 800)
LARGE = "(size) => { document.documentElement.style.fontSize = size; }"
ROLES = ("nobody", "patient", "receptionist", "treating therapist", "owner")
# Found and let be: what such a finding looks like, and why (docs/accessibility.md).
WAIVED = {
    r"^target-size: .*partially obscured.* \[form\.editor > \.save-bar\]$": "the editor's bar, until one scrolls",
}
OF_DJANGO = {
    r"^select-name: #id_\w+_from ": "the box of two lists: its script gives the left one no name",
    r'^target-size: .* <a href="\?[^"]*">': "the list of filters: rows of 20 px, one under the other",
}


def axe(
    page: Page, rules: list[str], by: str = "tag", waived: Iterable[str] = WAIVED, without: Iterable[str] = ()
) -> list[str]:
    """What axe finds on a page, but for what was waived and for the rules to go without."""
    values = {"runOnly": {"type": by, "values": rules}, "rules": {name: {"enabled": False} for name in without}}
    found: list[str] = page.evaluate(RUN, values)
    return [each for each in found if not any(re.search(kind, each) for kind in waived)]


def resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


def narrow(page: Page, sizes: tuple[tuple[tuple[int, int], str], ...]) -> list[str]:
    """What does not fit 320 px, at the letters that were chosen and at twice their size (WCAG 1.4.4, 1.4.10)."""
    wrong = []
    for size, letters in sizes:
        resize(page, size)
        page.evaluate(LARGE, letters)
        wrong += [f"at {size[0]} px {each}" for each in page.evaluate("looks.reflow()")]
    page.evaluate(LARGE, "")
    return wrong


def first_look(page: Page, role: str) -> list[str]:
    """What a page is asked in each run; and nothing on it runs into the content security policy.

    Contrast is asked at night; in each run tests/house/test_style_guide.py computes it for every pair of colours.
    """
    wrong = [f"blocked {each}" for each in blocked(page)]
    wrong += axe(page, TAGS, without=["color-contrast"])
    wrong += page.evaluate("[...looks.structure('nl-BE'), ...looks.targets(), ...looks.still()]")
    wrong += narrow(page, ((SLIM, ""),))
    if role == "patient":
        resize(page, PHONE)
        wrong += page.evaluate("looks.targets(44)")
    resize(page, WIDE)
    return wrong


def whole_look(page: Page, role: str) -> list[str]:
    """Everything that a page is asked in Dutch: also in the dark, with letters twice as large, in forced colours."""
    wrong = first_look(page, role) + axe(page, ["color-contrast"], "rule")
    page.emulate_media(color_scheme="dark")
    wrong += [f"dark {each}" for each in axe(page, ["color-contrast"], "rule")]
    wrong += narrow(page, ((ZOOMED, "32px"),))
    page.emulate_media(color_scheme="light", forced_colors="active")
    wrong += page.evaluate("looks.edges()")
    page.emulate_media(forced_colors="none")
    resize(page, WIDE)
    return wrong


def light(page: Page, lang: str) -> list[str]:
    """What another language can change: names, the language itself, and whether its longer words fit."""
    wrong = axe(page, OF_WORDS, "rule")
    wrong += [each for each in page.evaluate(f"looks.structure('{lang}')") if each.startswith(("lang", "nav"))]
    return wrong + narrow(page, ((SLIM, ""),))


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """The pages that some role has been shown."""
    return set()


@pytest.fixture
def looker(chrome: Browser, site: str) -> Iterator[Window]:
    context, looker = window(chrome, site, f"{AXE};{LOOKS};{LISTEN}")
    yield looker
    context.close()


def test_a_page_that_runs_into_the_policy_is_seen(looker: Window) -> None:
    headers = {"content-type": "text/html", "content-security-policy": "script-src 'self'"}
    page = looker.show(Drawn("/slipped/", '<p onclick="alert(1)">x</p><script>alert(1)</script>', headers))
    assert {each.split()[0] for each in blocked(page)} == {"script-src-attr", "script-src-elem"}


def title_of(drawn: Drawn) -> str:
    found = re.search(r"<title>(.*?)</title>", drawn.html, re.DOTALL)
    return " ".join(found[1].split()) if found else ""


@pytest.mark.parametrize("role", [*ROLES[:-1], pytest.param(ROLES[-1], marks=pytest.mark.nightly)])
@pytest.mark.parametrize("look", [first_look, pytest.param(whole_look, marks=pytest.mark.nightly)])
def test_every_page_in_dutch(
    look: Look, role: str, practice: Practice, looker: Window, client_of: ClientOf, client: Client, seen: set[str]
) -> None:
    user = practice.user(role)
    reads(user, "nl")
    wrong, titles = [], {}
    for drawn in draw(client_of(user) if user else client, paths(practice, role), seen):
        wrong += [f"{drawn.path}: {each}" for each in look(looker.show(drawn), role)]
        other = titles.setdefault(title_of(drawn), drawn.path)
        wrong += [] if other == drawn.path else [f"{drawn.path}: has the title of {other}"]
    assert titles
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ROLES[1:])
@pytest.mark.nightly  # a page is looked at in Dutch in each run; what other words change, at night
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_in_another_language(
    language: str, role: str, practice: Practice, looker: Window, client_of: ClientOf, seen: set[str]
) -> None:
    user = practice.user(role)
    assert user is not None
    reads(user, language)
    wrong, count = [], 0
    for drawn in draw(client_of(user), paths(practice, role), seen):
        count += 1
        wrong += [f"{drawn.path}: {each}" for each in light(looker.show(drawn), language)]
    assert count
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("most", [6, pytest.param(1000, marks=pytest.mark.nightly)])
def test_the_pages_of_the_admin_site(
    most: int, practice: Practice, looker: Window, client_of: ClientOf, seen: set[str]
) -> None:
    """What is ours there (filters, fields, words) and what Django draws, but for what was waived of its markup."""
    reads(practice.owner, "nl")
    wrong, count = [], 0
    for drawn in draw(client_of(practice.owner), of_admin(practice)[:most], seen):
        count += 1
        wrong += [f"{drawn.path}: {each}" for each in axe(looker.show(drawn), TAGS, waived={**WAIVED, **OF_DJANGO})]
    assert count > 3
    assert not wrong, "\n".join(wrong)
