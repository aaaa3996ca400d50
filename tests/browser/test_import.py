"""An import from the file to the undoing, in Chromium: by mouse, by keyboard, on a phone, and without script."""

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from patients.data_import.steps import carry_on
from patients.models import DataImport, Patient
from tests.browser.conftest import OpenPage
from tests.browser.test_sign_in import assert_accessible
from tests.imports.files import csv_file

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Three lines: two that are new and one that is refused."""
    path = tmp_path / "oud programma.csv"
    path.write_bytes(csv_file())
    return path


def work() -> DataImport:
    """Do the step that was asked for, as a worker does while the page waits."""
    row: DataImport = DataImport.objects.get()
    carry_on(row.pk, now=timezone.now())
    row.refresh_from_db()
    return row


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is where it should be, and can be seen."""
    for _key in range(60):
        if page.evaluate("(what) => document.activeElement.matches(what)", selector):
            break
        page.keyboard.press("Tab")
    assert page.evaluate("(what) => document.activeElement.matches(what)", selector), selector
    assert page.evaluate("document.activeElement.matches(':focus-visible')")


def fits(page: Page) -> bool:
    """Whether nothing sticks out of the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_a_file_is_imported_and_undone(page_of: OpenPage, owner: User, file: Path) -> None:
    page = page_of(owner)
    page.goto("/import/")
    assert_accessible(page)
    page.locator(".empty-state a").click()
    assert_accessible(page)
    page.locator("#id_file").set_input_files(file)
    page.locator("form[enctype] [type=submit]").click()
    page.wait_for_url("**/columns/")
    assert_accessible(page)
    expect(page.locator("#column-family_name-holds")).to_contain_text("Claes · Maes · Fout")
    expect(page.locator("#unused-names")).to_have_text("Schoenmaat")
    page.locator("#column-city").select_option("Schoenmaat")
    expect(page.locator("#column-city-holds")).to_contain_text("44 · 38")
    expect(page.locator("#unused")).to_be_hidden()
    page.locator("#column-city").select_option("")
    expect(page.locator("#unused")).to_be_visible()
    page.locator("[data-import-columns] [type=submit]").click()
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuemax", "3")
    assert_accessible(page)
    work()
    expect(page.locator(".stat-value").first).to_have_text("2")
    assert_accessible(page)
    page.locator(".subpages a[href$='refused']").click()
    expect(page.locator("td.import-wrong")).to_have_text("31/02/1980")
    with page.expect_download() as got:
        page.locator("a[href$='refused.csv']").click()
    assert "Fout;Datum;31/02/1980" in Path(got.value.path()).read_text("utf-8-sig")
    page.locator("a[href$='/run/']").click()
    assert_accessible(page)
    page.locator("main form [type=submit]").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert work().status == "done"
    expect(page.locator("a[href$='/undo/']")).to_be_visible()
    assert Patient.objects.filter(family_name="Claes").exists()
    assert_accessible(page)
    page.locator("a[href$='/undo/']").click()
    page.locator("main form [type=submit]").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert work().status == "undone"
    expect(page.locator(".stat-value").first).to_have_text("2")
    assert Patient.objects.count() == 0


def test_the_whole_way_by_keyboard_alone(page_of: OpenPage, owner: User, file: Path) -> None:
    page = page_of(owner)
    # The first listener tells Chromium to hand the chooser to us; told at the key press, it may hear too late.
    page.on("filechooser", lambda _chooser: None)
    page.goto("/import/new/")
    page.locator("main").focus()
    tab_to(page, "[name=kind]")
    tab_to(page, "#id_file")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(file)
    tab_to(page, "form[enctype] [type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/columns/")
    page.locator("main").focus()
    tab_to(page, "#column-city")
    page.keyboard.type("Schoen")
    expect(page.locator("#column-city-holds")).to_contain_text("44 · 38")
    page.keyboard.press("Home")
    tab_to(page, "[data-import-columns] [type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("progressbar")).to_be_visible()
    work()
    expect(page.locator("a[href$='/run/']")).to_be_visible()
    page.locator("main").focus()
    tab_to(page, "a[href$='/run/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/run/")
    page.locator("main").focus()
    tab_to(page, "main form [type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("progressbar")).to_be_visible()
    work()
    expect(page.locator("a[href$='/undo/']")).to_be_visible()
    page.locator("main").focus()
    tab_to(page, "[data-dialog=clear-dialog]")
    page.keyboard.press("Enter")
    expect(page.locator("#clear-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#clear-dialog")).to_be_hidden()
    assert DataImport.objects.get().cleared_at is None


def test_each_step_fits_on_a_phone(page_of: OpenPage, owner: User, file: Path) -> None:
    page = page_of(owner, viewport=PHONE)
    page.goto("/import/")
    assert fits(page)
    page.goto("/import/new/")
    assert fits(page)
    page.locator("[name=kind]").first.check()
    page.locator("#id_file").set_input_files(file)
    page.locator("form[enctype] [type=submit]").click()
    page.wait_for_url("**/columns/")
    assert fits(page)
    page.locator("[data-import-columns] [type=submit]").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert fits(page)
    work()
    expect(page.locator("a[href$='/run/']")).to_be_visible()
    assert fits(page)
    assert_accessible(page)
    page.goto(page.url.split("?")[0] + "?rows=refused")
    assert fits(page)
    assert_accessible(page)
    page.locator("a[href$='/run/']").click()
    assert fits(page)


def test_it_works_without_script(page_of: OpenPage, owner: User, file: Path) -> None:
    page = page_of(owner, java_script_enabled=False)
    page.goto("/import/new/")
    page.locator("#id_file").set_input_files(file)
    page.locator("form[enctype] [type=submit]").click()
    page.wait_for_url("**/columns/")
    page.locator("[data-import-columns] [type=submit]").click()
    expect(page.locator("progress")).to_be_visible()
    work()
    page.locator(".import-progress a").click()  # nothing refreshes by itself
    page.locator("a[href$='/run/']").click()
    page.locator("main form [type=submit]").click()
    work()
    page.reload()
    assert Patient.objects.count() == 2
    page.locator("noscript form [type=submit], .import-kept form [type=submit]").first.click()
    assert DataImport.objects.get().cleared_at is not None


def test_a_file_that_is_too_large_is_told_before_it_is_sent(page_of: OpenPage, owner: User, tmp_path: Path) -> None:
    page = page_of(owner)
    page.goto("/import/new/")
    large = tmp_path / "groot.csv"
    large.write_bytes(b"x" * 30_000_001)
    page.locator("#id_file").set_input_files(large)
    assert "30 MB" in page.evaluate("document.getElementById('id_file').validationMessage")
    page.locator("form[enctype] [type=submit]").click()
    assert page.url.endswith("/import/new/")
    assert page.evaluate("document.activeElement.id") == "id_file"
    page.locator("#id_file").set_input_files([])
    page.locator("form[enctype] [type=submit]").click()
    expect(page.locator("#id_file_error")).to_be_visible()


def test_a_file_is_dropped_on_the_page(page_of: OpenPage, owner: User) -> None:
    page = page_of(owner)
    page.goto("/import/new/")
    page.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.items.add(new File([text], "gesleept.csv", {type: "text/csv"}));
          const field = document.getElementById("id_file");
          const drop = field.closest(".import-drop");
          drop.dispatchEvent(new DragEvent("dragenter", {dataTransfer: data, bubbles: true}));
          field.files = data.files;
          field.dispatchEvent(new Event("change", {bubbles: true}));
        }""",
        csv_file().decode(),
    )
    expect(page.locator(".import-drop.is-over")).to_be_visible()
    page.locator("form[enctype] [type=submit]").click()
    page.wait_for_url("**/columns/")
    assert DataImport.objects.get().file_name == "gesleept.csv"
