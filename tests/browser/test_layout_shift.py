"""Nothing moves on a page when its letters come late: what the system has until then stands as wide and as high."""

import datetime
from typing import NamedTuple

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route

from accounts.models import Practitioner, User
from pathways.models import CarePlan
from scheduling.models import Room
from tests.browser.conftest import OpenPage
from tests.people import make_patient

pytest_plugins = ["tests.running_plan"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS, MOST = (1280, 390), 0.02  # of 0.1, up to where layout shift counts as good (web.dev/cls)
NAMES = (
    ("Van den Broeck", "Marie-Louise"), ("De Smet", "Griet"), ("Janssens", "Tom"), ("Vandenberghe", "Alexander"),
    ("Claes", "Ine"), ("Van der Auwera", "Jan-Baptist"), ("Wuyts", "Lieve"), ("Goossens", "Maximiliaan"),
)  # fmt: skip
COUNT = """
window.moved = [];
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.moved.push(shift.value);
}).observe({ type: "layout-shift", buffered: true });
"""
PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 20))))"


class Moved(NamedTuple):
    """How much of a page moved, in the browser's measure, once its own letters came."""

    path: str
    width: int
    shift: float


def moved(page: Page, path: str, width: int) -> Moved:
    """Open a page whose letters come only after it was painted without them."""
    held: list[Route] = []
    page.set_viewport_size({"width": width, "height": 900})
    page.unroute_all()
    page.route("**/*.woff2", lambda route: held.append(route))  # noqa: PLW0108 it marks what it is given
    page.goto(path, wait_until="domcontentloaded")
    page.evaluate(PAINTED)
    assert held, "the page was to ask for its letters"
    for route in held:
        route.continue_()
    page.evaluate(f"document.fonts.ready.then(() => {PAINTED})")
    assert page.evaluate("document.fonts.check('1em \"Inter Variable\"')")
    return Moved(path, width, page.evaluate("window.moved.reduce((sum, shift) => sum + shift, 0)"))


def test_nothing_moves_when_the_letters_come(
    plan: CarePlan, practitioner: Practitioner, therapist: User, room: Room, page_of: OpenPage
) -> None:
    for family_name, given_name in NAMES:
        make_patient(family_name, given_name, email=f"{given_name}@mail.example".lower())
    day = timezone.localdate() + datetime.timedelta(days=1)
    pages = {
        therapist: ("/", f"/agenda/?day={day}", "/patients/all/", f"/patients/{plan.patient_id}/"),
        plan.patient.user: ("/portal/",),
    }
    found = []
    for user, paths in pages.items():
        page = page_of(user)
        page.add_init_script(COUNT)
        found += [moved(page, path, width) for path in paths for width in WIDTHS]
    page.context.clear_cookies()
    found += [moved(page, "/account/login/", width) for width in sorted(WIDTHS)]
    assert page.evaluate("document.querySelector('.entrance-side').offsetHeight === innerHeight")  # from top to bottom
    assert [each for each in found if each.shift > MOST] == []
