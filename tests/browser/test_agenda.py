"""The agenda in a real browser: dragging, its keys, refusals that name the clash, undo, and colleagues who book too."""

import datetime
import io
import re
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import FloatRect, Locator, Page, expect
from pypdf import PdfReader

from accounts.models import Practitioner, User
from scheduling.booking import book
from scheduling.models import Appointment, Room
from tests.browser.conftest import OpenPage
from tests.open_days import coming_weekday
from tests.people import at, make_patient

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


DAY = coming_weekday()


class Desk:
    """The agenda of one day on a screen, in the words of the desk."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.goto(f"/agenda/?day={DAY}")

    def visit(self, name: str) -> Locator:
        return self.page.locator(".agenda-column li", has_text=name)

    def box(self, place: Locator) -> FloatRect:
        place.scroll_into_view_if_needed()
        found = place.bounding_box()
        assert found is not None
        return found

    def column(self, name: str) -> float:
        """Where a column begins, in pixels; the columns of two therapists are both in view."""
        found = self.page.locator(".agenda-column", has_text=name).bounding_box()
        assert found is not None
        return found["x"]

    def hours(self, count: float) -> float:
        """How many pixels so many hours are."""
        height: float = self.page.locator(".agenda-rows").first.evaluate("(rows) => rows.clientHeight / 11")
        return count * height

    def drag(self, place: Locator, *, down: float = 0, to: str = "", edge: bool = False) -> None:
        """Drag a visit (or its lower edge) so many hours down and into a column."""
        box = self.box(place)
        x, y = box["x"] + box["width"] / 2, box["y"] + (box["height"] - 4 if edge else 10)
        across = self.column(to) + 60 if to else x
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(across, y + self.hours(down) / 2, steps=4)
        self.page.mouse.move(across, y + self.hours(down), steps=4)
        self.page.mouse.up()


def standing(visit: Appointment) -> tuple[str, int, str]:
    """Where a visit is now: time, minutes, therapist."""
    visit.refresh_from_db()
    return f"{timezone.localtime(visit.start):%H:%M}", visit.minutes, visit.practitioner.name


@pytest.fixture
def rooms(room: Room) -> Iterator[list[Room]]:
    yield [room, Room.objects.create(name="Zaal 2"), Room.objects.create(name="Zaal 3")]


@pytest.fixture
def visits(
    rooms: list[Room], practitioner: Practitioner, other_practitioner: Practitioner, receptionist: User
) -> dict[str, Appointment]:
    """An is with Lotte at nine, Bea with Bram at nine."""
    return {
        name: book(
            make_patient(name, "Test"), practitioner=who, start=at(f"{DAY}", "09:00"), minutes=30, type="session",
            by=receptionist, now=timezone.now(),
        )
        for name, who in (("Adams", practitioner), ("Baeten", other_practitioner))
    }  # fmt: skip


def test_a_visit_is_dragged_made_longer_refused_and_put_back(
    visits: dict[str, Appointment], receptionist: User, page_of: OpenPage
) -> None:
    desk = Desk(page_of(receptionist))
    adams, page = visits["Adams"], desk.page
    messages, refusal = page.locator("#messages"), page.locator("[data-refusal]")

    desk.drag(desk.visit("Adams"), down=1)
    expect(messages).to_contain_text(re.compile(r"10:00–10:30"))
    assert standing(adams) == ("10:00", 30, "Lotte Maes")
    assert page.locator(".is-ghost, .is-lifted").count() == 0

    desk.drag(desk.visit("Adams"), down=0.5, edge=True)
    expect(messages).to_contain_text("10:00–11:00")
    assert standing(adams) == ("10:00", 60, "Lotte Maes")

    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    page.locator(".message-action").first.evaluate("(button) => (button.click(), button.click())")  # a nervous finger
    expect(desk.visit("Adams").locator("time")).to_have_text("10:00–10:30")
    assert len(sent) == 1
    assert standing(adams) == ("10:00", 30, "Lotte Maes")
    expect(page.locator(".message-action")).to_have_count(0)

    desk.drag(desk.visit("Adams"), down=-1, to="Bram Claes")
    expect(refusal).to_contain_text("Baeten Test, 09:00–09:30")
    expect(refusal).to_be_focused()
    assert standing(adams) == ("10:00", 30, "Lotte Maes")
    expect(desk.visit("Adams").locator("time")).to_have_text("10:00–10:30")

    desk.drag(desk.visit("Adams"), down=2)  # twelve: nobody works then
    refusal.locator('[name="override_reason"]').fill("Kan alleen 's middags")
    refusal.locator("button[type=submit]").click()
    expect(messages).to_contain_text("12:00–12:30")
    expect(refusal).to_have_count(0)
    assert standing(adams) == ("12:00", 30, "Lotte Maes")


def test_a_small_twitch_of_the_hand_opens_the_visit_and_moves_nothing(
    visits: dict[str, Appointment], receptionist: User, page_of: OpenPage
) -> None:
    desk = Desk(page_of(receptionist))
    box = desk.box(desk.visit("Adams"))
    desk.page.mouse.move(box["x"] + 40, box["y"] + 10)
    desk.page.mouse.down()
    desk.page.mouse.move(box["x"] + 43, box["y"] + 13)
    desk.page.mouse.up()
    expect(desk.page.locator("#visit-dialog")).to_be_visible()
    assert standing(visits["Adams"]) == ("09:00", 30, "Lotte Maes")


def test_everything_by_keys(visits: dict[str, Appointment], receptionist: User, page_of: OpenPage) -> None:
    desk = Desk(page_of(receptionist))
    adams, page = visits["Adams"], desk.page
    announcer, link = page.locator("#announcer"), desk.visit("Adams").locator("a")

    link.focus()
    page.keyboard.press("m")
    expect(announcer).to_contain_text("Adams Test, 09:00–09:30")
    for key in ("ArrowDown", "ArrowDown", "Shift+ArrowDown"):
        page.keyboard.press(key)
    expect(announcer).to_contain_text("Lotte Maes, 09:30–10:15")
    page.keyboard.press("Escape")
    assert page.locator(".is-ghost").count() == 0
    assert standing(adams) == ("09:00", 30, "Lotte Maes")

    page.keyboard.press("m")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator("[data-refusal]")).to_contain_text("Baeten Test, 09:00–09:30")
    page.locator("[data-refusal] [data-dismiss]").click()
    expect(link).to_be_focused()

    page.keyboard.press("m")
    for key in ("ArrowLeft", "ArrowDown", "ArrowDown", "Shift+ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#messages")).to_contain_text("09:30–10:15")
    assert standing(adams) == ("09:30", 45, "Bram Claes")
    expect(link).to_be_focused()

    page.locator(".message-action").first.focus()
    page.keyboard.press("Enter")
    expect(desk.visit("Adams").locator("time")).to_have_text("09:00–09:30")
    assert standing(adams) == ("09:00", 30, "Lotte Maes")

    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(str(DAY + datetime.timedelta(days=1))))
    page.keyboard.press("t")
    page.wait_for_url(re.compile(r"/agenda/$"))
    page.keyboard.press("n")
    page.wait_for_url(re.compile(r"/agenda/book/"))


def test_what_a_colleague_books_appears_by_itself(
    visits: dict[str, Appointment], receptionist: User, practitioner: Practitioner, page_of: OpenPage
) -> None:
    desk = Desk(page_of(receptionist))
    page = desk.page
    look = "document.dispatchEvent(new Event('visibilitychange'))"  # asks at once instead of within ten seconds
    desk.visit("Adams").locator("a").focus()
    with page.expect_response(re.compile("/agenda/changes/")) as answer:
        page.evaluate(look)
    assert answer.value.status == 204
    book(
        make_patient("Claeys", "Nieuw"), practitioner=practitioner, start=at(f"{DAY}", "15:00"), minutes=30,
        type="session", by=practitioner.user, now=timezone.now(),
    )  # fmt: skip
    page.evaluate(look)
    expect(desk.visit("Claeys").locator("time")).to_have_text("15:00–15:30")
    expect(page.locator("#announcer")).not_to_be_empty()
    expect(desk.visit("Adams").locator("a")).to_be_focused()


def test_a_long_day_is_printed_on_more_pages_with_its_head_on_each(
    rooms: list[Room], practitioner: Practitioner, receptionist: User, page_of: OpenPage
) -> None:
    quarter = datetime.timedelta(minutes=15)
    Appointment.objects.bulk_create(
        Appointment(
            patient=make_patient(f"Naam{number}", phone=f"+324700000{number:02}"),
            practitioner=practitioner,
            start=at(f"{DAY}", "08:00") + number * quarter,
            end=at(f"{DAY}", "08:00") + (number + 1) * quarter,
            booked_by=receptionist,
        )
        for number in range(40)
    )
    page = page_of(receptionist)
    page.goto(f"/agenda/print/?day={DAY}")
    sheets = [sheet.extract_text() for sheet in PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages]
    assert len(sheets) > 1
    assert all("Lotte Maes" in text and str(DAY.year) in text for text in sheets)
    assert sum(text.count("Naam") for text in sheets) == 40
    assert all("Fysicure" not in text for text in sheets)


def test_a_finger_presses_long_to_drag_and_swipes_to_scroll(
    visits: dict[str, Appointment], receptionist: User, page_of: OpenPage
) -> None:
    desk = Desk(page_of(receptionist, has_touch=True))
    page = desk.page
    touch = page.context.new_cdp_session(page)

    def finger(kind: str, x: float = 0, y: float = 0) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    box = desk.box(desk.visit("Adams"))
    x, y = box["x"] + 50, box["y"] + 12
    finger("touchStart", x, y)
    expect(page.locator(".is-ghost")).to_be_visible()
    for part in (0.3, 0.6, 1):
        finger("touchMove", x, y + desk.hours(1) * part)
    finger("touchEnd")
    expect(page.locator("#messages")).to_contain_text("10:00–10:30")
    assert standing(visits["Adams"]) == ("10:00", 30, "Lotte Maes")

    box = desk.box(desk.visit("Adams"))
    x, y = box["x"] + 50, box["y"] + 12
    finger("touchStart", x, y)
    for far in (10, 30, 60):
        finger("touchMove", x, y - far)
    page.wait_for_timeout(600)  # longer than a long press
    assert page.locator(".is-ghost").count() == 0
    finger("touchEnd")
    assert standing(visits["Adams"]) == ("10:00", 30, "Lotte Maes")
