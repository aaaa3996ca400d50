"""The owner's page of the export for research, in a browser at two widths."""

import datetime
import os
import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import AccessLog, Practitioner, User
from tests.browser.conftest import OpenPage
from tests.research.population import Person, populate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDRESS = "/research/"
# Where to leave pictures for somebody to look at; nowhere unless asked.
PICTURES = os.environ.get("FYSICURE_PICTURES", "")


def look(page: Page, name: str) -> None:
    """No text is cut off sideways, and nothing stands in the way of who cannot see it."""
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (name, width)
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_owner_counts_makes_and_gets_the_file(
    page_of: OpenPage, owner: User, practitioner: Practitioner, tmp_path: Path
) -> None:
    page = page_of(owner)
    page.set_default_timeout(60_000)
    page.goto(ADDRESS)
    look(page, "research-empty")
    days = [datetime.date(2025, 2, 10), datetime.date(2025, 5, 12)]
    people = [
        Person(birth_date=datetime.date(1960 + number % 4 * 10, 5, 1), gender=("female", "male")[number % 2],
               plans=(days[number % 2],))
        for number in range(48)
    ]  # fmt: skip
    others = [Person(consent=()), Person(consent=("given", "withdrawn")), Person(birth_date=datetime.date(1931, 1, 1))]
    populate([*people, *others], practitioner, owner)
    page.goto(ADDRESS)
    look(page, "research-counts")
    page.fill("input[name=k]", "40")
    page.get_by_role("button", name="Count again").or_(page.get_by_role("button", name="Opnieuw tellen")).click()
    expect(page.locator(".stats")).to_be_visible()
    page.fill("input[name=k]", "50")
    page.locator(".research-ask button").click()
    expect(page.locator(".empty-state")).to_be_visible()
    look(page, "research-refused")
    page.goto(ADDRESS)
    with page.expect_download() as download:
        page.locator("form[method=post][action='/research/file/'] button").click()
    path = tmp_path / "research.zip"
    download.value.save_as(path)
    with zipfile.ZipFile(path) as archive:
        assert len(archive.read("outcomes.csv").splitlines()) == 49
    assert AccessLog.objects.filter(part="research").count() == 48
