"""The pictures of the guides, made from the pages as they are now.

A guide shows docs/screenshots/NAME.png with a sentence below it. Here NAME is made anew into var/pictures/, where
`make docs` finds it, and what stands bold in that sentence must be seen on the page: a guide never shows what is gone.
"""

import datetime
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Practitioner, User
from pathways.models import CarePlan
from pathways.versions import start_draft
from patients.intake import save_answers, start_intake
from patients.models import Encounter, EpisodeOfCare, ExternalPractitioner, Patient, Prescription
from patients.privacy_requests import ask
from scheduling.models import Appointment, Room
from scheduling.waiting_list import join
from tests.browser.conftest import OpenPage
from tests.open_days import is_holiday
from tests.pathways.stories import log, make_classification, make_plan, measure, published
from tests.people import BRUSSELS, make_patient

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "var" / "pictures"
SHOWN = re.compile(r"^!\[[^\]]+\]\([./]+/screenshots/([\w-]+)\.png\)\n(.+)$", re.MULTILINE)
SIZES = {"1280": {"width": 1280, "height": 800}, "390": {"width": 390, "height": 1040}}


def captions() -> dict[str, list[str]]:
    """What each picture of the guides must show: by name, the bold words of the sentences below it."""
    found: dict[str, list[str]] = {}
    for page in sorted((ROOT / "docs" / "guides").rglob("*.md")):
        for name, caption in SHOWN.findall(page.read_text(encoding="utf-8")):
            found.setdefault(name, []).extend(re.findall(r"\*\*([^*]+)\*\*", caption))
    return found


@dataclass(frozen=True)
class Practice:
    """A small practice with a day in it."""

    practitioner: Practitioner
    receptionist: User
    owner: User
    patient: Patient
    day: datetime.date
    plan: CarePlan
    draft: str
    classified: str
    note: str

    def addresses(self) -> dict[User, dict[str, str]]:
        """Where each picture is seen, and by whom."""
        of, plan = f"?patient={self.patient.pk}", f"/plans/{self.plan.pk}/"
        therapist = self.practitioner.user
        assert self.patient.user is not None
        return {
            self.receptionist: {
                "today-receptionist-1280": "/",
                "agenda-1280": f"/agenda/?day={self.day}",
                "book-1280": f"/agenda/book/{of}&from={self.day}",
                "patient-register-1280": "/patients/register/",
                "series-plan-1280": f"/agenda/series/plan/{of}",
                "waiting-list-1280": "/agenda/waiting-list/",
            },
            therapist: {
                "today-therapist-1280": "/",
                "intake-1280": f"/plans/intake/{self.draft}/",
                "classification-likely-1280": f"/plans/classification/{self.classified}/",
                "plan-1280": plan,
                "session-note-1280": f"/plans/notes/{self.note}/",
            },
            self.owner: {
                "today-owner-1280": "/",
                "numbers-1280": "/agenda/numbers/",
                "people-1280": "/account/people/",
                "versions-1280": "/plans/versions/",
                "privacy-requests-1280": "/privacy/",
                "audit-1280": "/audit/",
                "booking-rules-1280": "/agenda/rules/",
            },
            self.patient.user: {
                "portal-home-390": "/portal/",
                "portal-log-run-390": "/portal/diary/run/",
                "portal-diary-390": "/portal/diary/",
                "portal-visits-390": "/portal/visits/",
            },
        }


def open_day(after: int = 0) -> datetime.date:
    """The first day that the practice is open, from so many days after today on."""
    day = timezone.localdate() + datetime.timedelta(days=after)
    while day.isoweekday() > 5 or is_holiday(day):
        day += datetime.timedelta(days=1)
    return day


def fill_day(day: datetime.date, who: list[Practitioner], others: list[Patient], room: Room, by: User) -> None:
    """Visits of a morning and an afternoon, side by side."""
    hours = [("09:00", 0), ("10:30", 0), ("14:00", 0), ("09:30", 1), ("11:00", 1), ("15:30", 1)]
    for (hour, column), patient in zip(hours, others, strict=True):
        visit(patient, who[column], day, hour, by, room=None if column else room)


def visit(
    patient: Patient, who: Practitioner, day: datetime.date, hour: str, by: User, room: Room | None = None
) -> None:
    """Half an hour in the agenda."""
    start = datetime.datetime.combine(day, datetime.time.fromisoformat(hour), BRUSSELS)
    Appointment.objects.create(
        patient=patient, practitioner=who, room=room, type="session", status="booked", start=start,
        end=start + datetime.timedelta(minutes=30), booked_by=by,
    )  # fmt: skip


@pytest.fixture
def practice(
    practitioner: Practitioner, other_practitioner: Practitioner, receptionist: User, owner: User, patient: Patient,
    episode: EpisodeOfCare, room: Room, doctor: ExternalPractitioner,
) -> Practice:  # fmt: skip
    now, day = timezone.now(), open_day()
    plan = make_plan(episode, practitioner, phase="P3", weeks=5, now=now)
    plan.follow_ups.filter(window_end__lt=day - datetime.timedelta(days=7)).delete()
    for days_ago, pains in ((2, (0, 2, 1, 0)), (4, (1, 5, 3, 2)), (6, (0, 2, 1, 1)), (9, (1, 3, 2, 1))):
        log(plan, days_ago, pains, now=now)
    measure(plan, {"stairs_nprs": {"R": 2}, "nprs_worst_7d": {"R": 3}}, now=now)
    Prescription.objects.create(
        episode=episode, prescriber=doctor, prescribed_on=timezone.localdate(), sessions_ordered=9
    )
    names = [
        ("Aerts", "Hilde"),
        ("Boons", "Simon"),
        ("Claes", "Yusuf"),
        ("Geens", "Margot"),
        ("Nijs", "Koen"),
        ("Sels", "An"),
    ]
    others = [make_patient(family, given, phone=f"+3247012340{number}") for number, (family, given) in enumerate(names)]
    fill_day(day, [practitioner, other_practitioner], others, room, receptionist)
    visit(patient, practitioner, day, "16:30", receptionist)
    visit(patient, practitioner, open_day(after=8), "17:30", receptionist)
    asked = {"type": "session", "minutes": 30, "earliest": day, "by": receptionist, "now": now}
    join(others[0], practitioners=[practitioner], weekdays=[2, 4], **asked)
    join(others[3], **asked)
    start_draft(plan.pathway_version.pathway, based_on=plan.pathway_version, by=owner, now=now)
    ask(
        others[1], "access", statement="Ik wil graag weten wat u van mij bewaart.", how="desk", by=receptionist, now=now
    )
    return Practice(
        practitioner, receptionist, owner, patient, day, plan,
        draft=begun_intake(others[2], practitioner, now), classified=judged_intake(others[4], practitioner, now),
        note=str(Encounter.objects.create(
            patient=patient, episode=episode, kind="session", practitioner=practitioner, started_at=now
        ).pk),
    )  # fmt: skip


def complaint_of(patient: Patient, practitioner: Practitioner) -> EpisodeOfCare:
    return EpisodeOfCare.objects.create(
        patient=patient, reason="Pijn buitenkant knie", side="R", status="active", practitioner=practitioner,
        started_on=timezone.localdate(),
    )  # fmt: skip


def begun_intake(patient: Patient, practitioner: Practitioner, now: datetime.datetime) -> str:
    """An intake with a first answer; its id."""
    questionnaire = published().questionnaire
    assert questionnaire is not None
    draft = start_intake(
        complaint_of(patient, practitioner), questionnaire=questionnaire, by=practitioner.user,
        practitioner=practitioner, now=now,
    )  # fmt: skip
    save_answers(draft, {"nprs_now.R": "3"}, revision=0, by=practitioner.user, now=now)
    return str(draft.pk)


def judged_intake(patient: Patient, practitioner: Practitioner, now: datetime.datetime) -> str:
    """An intake that was found likely, with no plan yet; its id."""
    row = make_classification(complaint_of(patient, practitioner), published(), practitioner.user, now)
    return str(row.intake_id)


def picture(page: Page, name: str, address: str, words: list[str]) -> None:
    """Open a page as the guide shows it, see that it says what the guide says of it, and keep its picture."""
    page.set_viewport_size(SIZES[name.rpartition("-")[2]])  # type: ignore[arg-type]
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, name
    for each in words:
        expect(page.get_by_text(each, exact=False).locator("visible=true").first, name).to_be_visible()
    page.screenshot(path=TARGET / f"{name}.png", animations="disabled")


def test_the_guides_show_the_pages_as_they_are(practice: Practice, page_of: OpenPage) -> None:
    said, addresses = captions(), practice.addresses()
    assert set(said) == {name for row in addresses.values() for name in row}
    assert all((ROOT / "docs" / "screenshots" / f"{name}.png").exists() for name in said)
    TARGET.mkdir(parents=True, exist_ok=True)
    for who, row in addresses.items():
        page = page_of(who)
        page.set_default_navigation_timeout(60_000)  # a busy machine draws its first page slowly
        for name, address in row.items():
            picture(page, name, address, said[name])
