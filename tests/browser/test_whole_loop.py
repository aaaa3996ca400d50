"""The whole loop in a real browser: phone call, intake, plan, follow-up, diary in three colours, decision."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Practitioner, Role, User
from pathways.models import CarePlan, Classification, Decision, DiaryEntry, FollowUp, Task
from pathways.progress import assess_plan
from patients.models import Patient
from scheduling.models import Appointment, Room
from tests.browser.conftest import OpenPage
from tests.pathways.cases import C01
from tests.pathways.stories import published

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def submit(page: Page, field: str) -> None:
    """Send the form that holds a field."""
    page.locator(f'main form:has([name="{field}"]) button[type=submit]').last.click()


def open_details(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


def tap(page: Page, selector: str) -> None:
    """Choose a radio button or tick a box, wherever its label stands."""
    option = page.locator(selector).first
    if not option.is_checked():
        option.evaluate("(each) => each.click()")
    expect(option).to_be_checked()


def answer(page: Page, name: str, value: str | list[str]) -> None:
    """Give one answer of the intake as a person does: tap a choice or type. A key alone is that of the right side."""
    name = name if page.locator(f'[name="{name}"]').count() else f"{name}.R"
    for each in value if isinstance(value, list) else [value]:
        option = page.locator(f'[name="{name}"][value="{each}"]')
        if option.count() and option.first.get_attribute("type") in {"radio", "checkbox"}:
            tap(page, f'[name="{name}"][value="{each}"]')
        else:
            page.locator(f'input[name="{name}"]:not([type=hidden])').first.fill(each)


def phone_call(page: Page, practitioner: Practitioner) -> Patient:
    """The desk registers a runner, the complaint and the order, and books the intake."""
    page.goto("/patients/register/")
    page.fill('[name="family_name"]', "Verboven")
    page.fill('[name="given_name"]', "Hanne")
    page.fill('[name="birth_date"]', "1997-03-14")
    page.fill('[name="phone"]', "0470 12 34 56")
    tap(page, '[name="gender"][value="female"]')
    submit(page, "family_name")
    page.wait_for_url(re.compile(r"/patients/[0-9a-f-]{36}/$"))
    patient = Patient.objects.get(family_name="Verboven")
    assert patient.phone == "+32470123456"
    page.goto(f"/patients/{patient.pk}/episodes/add/")
    page.fill('[name="reason"]', "Pijn buitenkant rechterknie")
    if page.locator('select[name="side"]').count():
        page.select_option('[name="side"]', "R")
    else:
        tap(page, '[name="side"][value="R"]')
    page.select_option('[name="practitioner"]', str(practitioner.pk))
    submit(page, "reason")
    page.wait_for_url(re.compile(r"/patients/[0-9a-f-]{36}/$"))
    episode = patient.episodes.get()
    page.goto(f"/patients/episodes/{episode.pk}/prescriptions/add/")
    page.fill('[name="doctor"]', "Dr. Jan Willems")
    page.fill('[name="prescribed_on"]', timezone.localdate().isoformat())
    page.fill('[name="sessions_ordered"]', "9")
    submit(page, "doctor")
    page.wait_for_url(re.compile(r"/patients/[0-9a-f-]{36}/$"))
    page.goto(f"/agenda/book/?patient={patient.pk}&type=intake&minutes=60")
    page.locator(".moment-button").first.click()
    page.wait_for_url(re.compile(r"/agenda/(\?|$)"))
    assert Appointment.objects.get(patient=patient).type == "intake"
    return patient


def examination(page: Page, patient: Patient) -> CarePlan:
    """The therapist does C01's intake, reloads in between, sees three ticks and starts the plan."""
    today = timezone.localdate()
    page.goto(f"/patients/{patient.pk}/")
    page.locator('form[action="/plans/intake/start/"] button').click()
    page.wait_for_url(re.compile(r"/plans/intake/"))
    story = {**C01, "onset_date.R": (today - datetime.timedelta(weeks=3)).isoformat()}
    for number, (name, value) in enumerate(story.items()):
        answer(page, name, value)
        if number == len(story) // 2:
            expect(page.locator("[data-status]")).to_contain_text(re.compile(r"\d\d:\d\d"), timeout=10_000)
            page.wait_for_timeout(1500)
            page.reload()
    with page.expect_response("**/save/"):
        page.locator('[name="cadence_spm"]').blur()
    page.locator('button[formaction$="/finish/"]').click()
    page.wait_for_url(re.compile(r"/plans/classification/"))
    row = Classification.objects.get(episode__patient=patient)
    assert row.outcome == "LIKELY"
    expect(page.locator(".tick-met")).to_have_count(3)
    tap(page, '[name="gait_strategy"][value="cadence"]')
    tap(page, '[name="consent"]')
    submit(page, "consent")
    page.wait_for_url(re.compile(r"/plans/[0-9a-f-]{36}/$"))
    plan = CarePlan.objects.get(patient=patient)
    assert (plan.phases.get(status="active").key, plan.start_step) == ("P1", "S4")
    return plan


def decide(page: Page, plan: CarePlan, decision: str, reason: str) -> None:
    page.goto(f"/plans/{plan.pk}/")
    tap(page, f'[name="decision"][value="{decision}"]')
    page.locator('form:has([name="decision"]) [name="reason"]').fill(reason)
    page.locator('form:has([name="decision"]) [name="reason_code"]').select_option("other" if reason else "")
    submit(page, "decision")
    page.wait_for_url(re.compile(rf"/plans/{plan.pk}/"))


def log_run(page: Page, hours_ago: int, pains: tuple[int, int, int], *, limp: bool = False) -> None:
    """The patient logs a run of twenty minutes that began some hours ago."""
    began = timezone.localtime() - datetime.timedelta(hours=hours_ago)
    page.goto("/portal/diary/run/")
    open_details(page)
    for name, pain in zip(("pre", "during", "after"), pains, strict=True):
        tap(page, f'[name="{name}"][value="{pain}"]')
    page.fill('[name="day"]', f"{began:%Y-%m-%d}")
    page.fill('[name="time"]', f"{began:%H:%M}")
    page.fill('[name="minutes"]', "20")
    page.fill('[name="distance_km"]', "3.5")
    if limp:
        tap(page, '[name="limp"]')
    submit(page, "pre")
    page.wait_for_url(re.compile(r"/portal/diary/[0-9a-f-]{36}/"))


def lights(plan: CarePlan) -> list[str]:
    seen = assess_plan(CarePlan.objects.get(pk=plan.pk), now=timezone.now())
    return [each.light.value for each in seen.judged]


def test_the_whole_loop(practitioner: Practitioner, receptionist: User, room: Room, page_of: OpenPage) -> None:
    published()
    desk, clinic = page_of(receptionist), page_of(practitioner.user)
    patient = phone_call(desk, practitioner)
    plan = examination(clinic, patient)

    desk.goto("/plans/follow-ups/")
    first = FollowUp.objects.filter(plan=plan).order_by("window_end").first()
    assert first is not None
    desk.goto(f"/plans/follow-ups/{first.pk}/book/")
    desk.locator(".moment-button").first.click()
    desk.wait_for_url(re.compile(r"/agenda/(\?|$)"))
    first.refresh_from_db()
    assert first.appointment is not None

    decide(clinic, plan, "advance", "Fietst en wandelt zonder pijn; we beginnen met kracht.")
    assert plan.phases.get(status="active").key == "P2"

    patient.user = User.objects.create_user("hanne@mail.example", None, role=Role.PATIENT, name="Hanne Verboven")
    patient.save(update_fields=["user"])
    portal = page_of(patient.user)
    log_run(portal, 15, (0, 3, 3))
    assert lights(plan) == ["PENDING"]
    portal.goto("/portal/")
    portal.locator('form[action$="/next/"] [value="0"]').first.click(force=True)
    portal.wait_for_load_state("networkidle")
    assert lights(plan) == ["GREEN"]
    log_run(portal, 6, (0, 4, 1))
    assert lights(plan) == ["GREEN", "AMBER"]
    log_run(portal, 3, (1, 6, 2), limp=True)
    assert lights(plan) == ["GREEN", "AMBER", "RED"]
    assert Task.objects.filter(plan=plan, kind="red_light").count() == 1

    clinic.goto("/")
    expect(clinic.locator("main")).to_contain_text("Hanne Verboven")
    expect(clinic.locator(f'main a[href*="{plan.pk}"]').first).to_be_visible()
    decide(clinic, plan, "step_back", "Te snel gelopen: eerst tot rust brengen.")
    assert plan.phases.get(status="active").key == "P1"
    last = Decision.objects.filter(plan=plan).order_by("-made_at").first()
    assert last is not None
    assert (last.kind, last.reason) == ("step_back", "Te snel gelopen: eerst tot rust brengen.")
    assert DiaryEntry.objects.filter(plan=plan).count() == 3
