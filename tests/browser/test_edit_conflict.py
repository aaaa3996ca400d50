"""The page of a clash, wide and narrow: what changed stands above the form, and one click saves both people's work."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from patients.models import Patient
from tests.browser.conftest import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1280, 390])
def test_the_second_editor_reads_what_changed_and_saves_with_one_click(
    patient: Patient, receptionist: User, therapist: User, page_of: OpenPage, width: int
) -> None:
    second = page_of(receptionist, viewport={"width": width, "height": 800})
    first = page_of(therapist)
    for page in (first, second):
        page.goto(f"/patients/{patient.pk}/edit/")
    for name, value in {"city": "Geel", "street": "Kerkstraat 12"}.items():
        first.locator(f'[name="{name}"]').fill(value)
    with first.expect_navigation():
        first.locator("#patient-form button[type=submit]").click()
    second.locator('[name="street"]').fill("Molsebaan 88")
    with second.expect_navigation():
        second.locator("#patient-form button[type=submit]").click()
    note = second.locator(".conflict")
    expect(note).to_be_focused()
    expect(note.locator("dl > div")).to_have_count(2)
    expect(note).to_contain_text("Kerkstraat 12")
    expect(note).to_contain_text("Lotte Maes")
    expect(second.locator('[name="city"]')).to_have_value("Geel")
    expect(second.locator('[name="street"]')).to_have_value("Molsebaan 88")
    assert second.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    with second.expect_navigation():
        second.locator("#patient-form button[type=submit]").click()
    patient.refresh_from_db()
    assert (patient.city, patient.street) == ("Geel", "Molsebaan 88")
