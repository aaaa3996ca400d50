"""What a browser sees of the busiest pages, as a table for docs/ux.md: `python -m benchmarks.paint [ADDRESS]`.

Without an address a fresh demo is served as in production: files under hashed names, compressed. For each page and
width, cold (nothing kept) and warm (opened a second time): first and largest contentful paint, layout shift, elements,
requests and bytes over the wire. It exits 1 above a limit of LIMITS.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from tests.browser.chromium import chromium
from tests.screenshots import DESK, OWNER, PATIENT, THERAPIST, demo_site, sign_in

WIDTHS = {390: 844, 1280: 900}
ROUNDS = 3
# (who, a name, the way there: an address, and what is followed on it)
PAGES = (
    ("", "sign-in", "/account/login/", ""),
    (DESK, "today, desk", "/", ""),
    (DESK, "agenda, a day", "/agenda/", ""),
    (DESK, "search", "/patients/", ""),
    (DESK, "all patients", "/patients/all/", ""),
    (THERAPIST, "today, therapist", "/", ""),
    (THERAPIST, "chart", "/", "main th a[href^='/patients/']"),
    (THERAPIST, "plan", "/", "main a[href^='/plans/']:not([href*='/notes/'])"),
    (OWNER, "numbers", "/agenda/numbers/", ""),
    (PATIENT, "portal, today", "/portal/", ""),
    (PATIENT, "portal, a run", "/portal/diary/run/", ""),
)
# Good, as web.dev counts it: layout shift up to 0.1, largest paint up to 2.5 s. Ours are stricter.
LIMITS = {"shift": 0.05, "elements": 3000, "cold_kb": 350, "warm_kb": 110}
WATCH = """
window.seen = { shift: 0, largest: 0 };
const watch = (type, see) =>
  new PerformanceObserver((list) => list.getEntries().forEach(see)).observe({ type, buffered: true });
watch("layout-shift", (each) => { if (!each.hadRecentInput) seen.shift += each.value; });
watch("largest-contentful-paint", (each) => { seen.largest = each.startTime; });
"""
READ = """
({ first: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0, ...window.seen,
   elements: document.querySelectorAll("*").length })
"""


@dataclass
class Wire:
    """What went over the wire since the last page: requests that no cache answered, and their bytes with heads."""

    requests: int = 0
    size: float = 0

    @classmethod
    def of(cls, session: CDPSession) -> "Wire":
        """Listen to a page."""
        wire = cls()
        session.send("Network.enable")
        session.on("Network.loadingFinished", wire._finished)
        return wire

    def _finished(self, event: dict[str, Any]) -> None:
        if event["encodedDataLength"] > 0:
            self.requests += 1
            self.size += event["encodedDataLength"]


@dataclass(frozen=True)
class Seen:
    """One opening of a page; paints in milliseconds since it was asked for, size in kB."""

    first: float
    largest: float
    shift: float
    elements: int
    requests: int
    size: float


def opened(page: Page, wire: Wire, address: str) -> Seen:
    """Open a page and read what the browser saw."""
    wire.requests, wire.size = 0, 0
    page.goto(address, wait_until="networkidle")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    seen = page.evaluate(READ)
    return Seen(seen["first"], seen["largest"], seen["shift"], seen["elements"], wire.requests, wire.size / 1000)


def middle(rounds: list[Seen]) -> Seen:
    """Return the median of each figure."""
    first, largest, shift, elements, requests, size = (
        median(column) for column in zip(*map(_row, rounds), strict=True)
    )
    return Seen(first, largest, shift, int(elements), int(requests), size)


def _row(seen: Seen) -> tuple[float, ...]:
    return (seen.first, seen.largest, seen.shift, seen.elements, seen.requests, seen.size)


@contextmanager
def window(browser: Browser, width: int, state: Any = None) -> Iterator[tuple[BrowserContext, Page]]:
    """A window with nothing kept but, if given, who is signed in."""
    size = {"width": width, "height": WIDTHS[width]}
    context = browser.new_context(viewport=size, locale="nl-BE", storage_state=state)
    context.add_init_script(WATCH)
    yield context, context.new_page()
    context.close()


def measured(browser: Browser, address: str, width: int) -> Iterator[tuple[str, Seen, Seen]]:
    """Yield for each page its name, how it opens cold, and how warm."""
    states: dict[str, Any] = {}
    for who, name, path, follow in PAGES:
        if who and who not in states:
            with window(browser, width) as (context, page):
                sign_in(page, address, who)
                states[who] = context.storage_state()
        url = address + path
        if follow:
            with window(browser, width, states[who]) as (_context, page):
                page.goto(url)
                url = address + str(page.locator(follow).first.get_attribute("href"))
        cold, warm = [], []
        for _round in range(ROUNDS):
            with window(browser, width, states.get(who)) as (context, page):
                wire = Wire.of(context.new_cdp_session(page))
                cold.append(opened(page, wire, url))
                warm.append(opened(page, wire, url))
        yield name, middle(cold), middle(warm)


def above(cold: Seen, warm: Seen) -> bool:
    """Whether a page is above a limit."""
    found = {
        "shift": max(cold.shift, warm.shift),
        "elements": cold.elements,
        "cold_kb": cold.size,
        "warm_kb": warm.size,
    }
    return any(found[name] > most for name, most in LIMITS.items())


def report(browser: Browser, address: str) -> int:
    """Print the table; return how many pages are above a limit."""
    say = sys.stdout.write
    say("| page | width | first paint cold / warm, ms | largest, ms | shift | elements | requests | kB |\n")
    say("| --- | --- | --- | --- | --- | --- | --- | --- |\n")
    too_much = 0
    for width in WIDTHS:
        for name, cold, warm in measured(browser, address, width):
            too_much += above(cold, warm)
            mark = "**" if above(cold, warm) else ""
            paints = f"{cold.first:.0f} / {warm.first:.0f} | {cold.largest:.0f} / {warm.largest:.0f}"
            wire = f"{cold.requests} / {warm.requests} | {cold.size:.0f} / {warm.size:.0f}"
            moved = max(cold.shift, warm.shift)
            say(f"| {mark}{name}{mark} | {width} | {paints} | {moved:.3f} | {cold.elements} | {wire} |\n")
    return too_much


def main() -> int:
    """Measure a site that runs, or a fresh demo."""
    with chromium() as browser:
        if len(sys.argv) > 1:
            return min(1, report(browser, sys.argv[1].rstrip("/")))
        with demo_site(as_in_production=True) as (address, _url):
            return min(1, report(browser, address))


if __name__ == "__main__":
    sys.exit(main())
