"""The practice of the document's examples: invented people whose ids follow from their names, so that examples hold."""

import datetime
import hashlib
import itertools
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from unittest.mock import patch

from accounts.models import (
    Practitioner,
    Role,
    User,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
    WebhookKind,
)
from accounts.tokens import issue
from accounts.webhooks.keys import encrypted
from accounts.webhooks.network import Answer, Failure
from fysicure.api_document.exchanges import identifier
from pathways.models import CarePlan
from patients.models import Encounter, EpisodeOfCare, ExternalPractitioner, Observation, Patient, Prescription
from scheduling.models import Appointment, Room, WaitingListEntry, WorkingHours
from tests.pathways.stories import log, make_classification, make_plan, measure, published
from tests.people import NOW, TODAY, at, make_patient

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)
MILLISECONDS = int(NOW.timestamp() * 1000)
OLD_URL = "https://oud.example/fysicure"
FIRST_EVENT = 48_211_007  # beyond any number that a test database counts to by itself


@contextmanager
def counted_ids(story: str) -> Iterator[None]:
    """Let every new id and secret follow from the story and from how many came before it.

    Only those of this thread count: the server of an earlier browser test may still answer a page that it was asked.
    """
    numbers, here = itertools.count(), threading.get_ident()

    def bits(length: int) -> bytes:
        if threading.get_ident() != here:
            return os.urandom(length)
        return hashlib.sha256(f"{story}{next(numbers)}".encode()).digest()[:length]

    clock = SimpleNamespace(time_ns=lambda: MILLISECONDS * 1_000_000)
    with (
        patch("accounts.identifiers.time", clock),
        patch("accounts.identifiers.os", SimpleNamespace(urandom=bits)),
        patch("accounts.webhooks.keys.secrets", SimpleNamespace(token_bytes=bits)),
    ):
        yield


def other_side(url: str, _body: bytes, _headers: Mapping[str, str]) -> Answer:
    """Answer as the programs do to which the webhooks of the practice lead, without asking anybody."""
    if url == OLD_URL:
        return Answer(31, 404, Failure.REFUSED)
    return Answer(38, 204)


@dataclass(frozen=True)
class Practice:
    """The users by role, with a token each, and the rows that tests ask for by name."""

    users: dict[str, User]
    tokens: dict[str, str]
    treating: Practitioner
    an: Patient
    plan: CarePlan


def plant() -> Practice:
    """Make the practice: two therapists, a desk, an owner, two patients, and what they did until now."""
    with counted_ids("practice"):
        treating = _therapist("lotte", "Lotte Maes", "54000195527")
        _therapist("bram", "Bram Claes", "54000294507")
        users = {
            "therapist": treating.user,
            "receptionist": _user("els", "Els Wouters", Role.RECEPTIONIST),
            "owner": _user("fien", "Fien Smets", Role.ADMIN),
            "patient": _user("an", "An Peeters", Role.PATIENT),
        }
        for number, name in enumerate(("Zaal 1", "Zaal 2"), start=1):
            Room.objects.create(id=number, name=name)
        doctor = ExternalPractitioner.objects.create(id=identifier("doctor"), name="Dr. Jan Willems", city="Mol")
        an, plan = _an(users["patient"], treating, doctor)
        _piet(treating, doctor, users["receptionist"])
        _visits(an, treating, users["receptionist"])
        _webhooks(users["owner"])
        tokens = {role: issue(user, name="Voorbeeld") for role, user in users.items()}
    return Practice(users=users, tokens=tokens, treating=treating, an=an, plan=plan)


def _user(name: str, whole: str, role: str) -> User:
    address = f"{name}@praktijk.example"
    return User.objects.create_user(address, None, role=role, name=whole, id=identifier(f"user-{name}"))


def _therapist(name: str, whole: str, nihdi: str) -> Practitioner:
    user = _user(name, whole, Role.THERAPIST)
    row = Practitioner.objects.create(id=identifier(name), user=user, name=whole, nihdi_number=nihdi)
    for weekday in range(1, 6):
        for first, last in ((8, 12), (13, 19)):
            begins, ends = datetime.time(first), datetime.time(last)
            WorkingHours.objects.create(
                practitioner=row, weekday=weekday, starts_at=begins, ends_at=ends, valid_from=datetime.date(2020, 1, 1)
            )
    return row


def _an(user: User, treating: Practitioner, doctor: ExternalPractitioner) -> tuple[Patient, CarePlan]:
    """A runner in the first phase of her plan, who did what that phase asks."""
    an = make_patient(
        "Peeters", "An", id=identifier("an"), user=user, email=user.email, national_number="97031499858",
        street="Markt 1", postal_code="2400", city="Mol", general_practitioner=doctor,
    )  # fmt: skip
    episode = EpisodeOfCare.objects.create(
        id=identifier("knee"), patient=an, reason="Pijn aan de buitenkant van de knie", side="R", status="active",
        practitioner=treating, referrer=doctor, started_on=TODAY - 21 * DAY,
    )  # fmt: skip
    prescription = Prescription.objects.create(
        id=identifier("prescription"), episode=episode, prescriber=doctor, prescribed_on=TODAY - 22 * DAY,
        sessions_ordered=9, diagnosis="Iliotibiaal bandsyndroom rechts",
    )  # fmt: skip
    published()
    plan = make_plan(episode, treating, id=identifier("plan"))
    plan.follow_ups.filter(pk=plan.follow_ups.order_by("week")[0].pk).update(id=identifier("follow-up"))
    encounter = Encounter.objects.create(
        id=identifier("session"), patient=an, episode=episode, kind="session", practitioner=treating, status="finished",
        prescription=prescription, started_at=NOW - 3 * DAY, ended_at=NOW - 3 * DAY + datetime.timedelta(minutes=30),
        note="Zijwaarts heffen gaat zonder pijn.",
    )  # fmt: skip
    Observation.objects.create(
        id=identifier("hip"), patient=an, episode=episode, encounter=encounter, measure_id="hipabd_n", side="R",
        value=162, number=162, unit="N", effective_at=NOW - 3 * DAY, entered_by=treating.user,
    )  # fmt: skip
    log(plan, 2, kind="run", id=identifier("run"), distance_km=4.5)
    for day in (1, 3, 5):
        log(plan, day, kind="exercise")
    measure(plan, {"stairs_nprs": {"R": 1}, "walk_30min_nprs": {"R": 0}, "lefs": 61})
    return an, plan


def _piet(treating: Practitioner, doctor: ExternalPractitioner, desk: User) -> None:
    """A patient whose intake is classified, without a plan yet; he waits for an earlier visit."""
    piet = make_patient(
        "Janssens", "Piet", id=identifier("piet"), birth_date=datetime.date(1985, 7, 30), gender="male",
        national_number="85073003328", phone="+32470000002", city="Geel", postal_code="2440",
    )  # fmt: skip
    episode = EpisodeOfCare.objects.create(
        id=identifier("piets-knee"), patient=piet, reason="Knie na het lopen", side="R", status="active",
        practitioner=treating, referrer=doctor, started_on=TODAY - 2 * DAY,
    )  # fmt: skip
    make_classification(episode, published(), treating.user, NOW - 2 * DAY)
    WaitingListEntry.objects.create(
        id=identifier("waiting"), patient=piet, episode=episode, earliest=TODAY, created_by=desk
    )


def _visits(an: Patient, treating: Practitioner, desk: User) -> None:
    for name, day, status in (("visit", "2026-11-24", "booked"), ("past-visit", "2026-11-20", "fulfilled")):
        start = at(day)
        Appointment.objects.create(
            id=identifier(name), patient=an, practitioner=treating, room_id=1, start=start, status=status,
            end=start + datetime.timedelta(minutes=30), type="session", booked_by=desk,
        )  # fmt: skip


def _webhooks(owner: User) -> None:
    """Two programs; the agenda of one was told of two visits, of which the second is tried again."""
    secret = encrypted("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    hooks = [
        WebhookEndpoint.objects.create(
            id=identifier(name), name=called, url=url, secret=secret, kinds=kinds, created_by=owner,
            created_at=NOW - 30 * DAY,
        )
        for name, called, url, kinds in (
            ("hook", "Agenda", "https://agenda.example/fysicure", ["appointment.created", "appointment.cancelled"]),
            ("old-hook", "Oud pakket", OLD_URL, ["patient.updated"]),
        )
    ]  # fmt: skip
    told = (("past-visit", "delivered", 2 * HOUR, 204, ""), ("visit", "waiting", HOUR / 12, 503, "too-busy"))
    for number, (visit, status, ago, answer, error) in enumerate(told):
        event = WebhookEvent.objects.create(
            sequence=FIRST_EVENT + number, message_id=identifier(f"message-{visit}"), object_type="appointment",
            object_id=identifier(visit), kind=WebhookKind.APPOINTMENT_CREATED, row_version=1, at=NOW - ago,
        )  # fmt: skip
        delivery = WebhookDelivery.objects.create(
            id=identifier(f"delivery-{visit}" if number else "delivery"), endpoint=hooks[0], event=event, attempts=1,
            object_id=event.object_id, status=status, next_at=NOW + HOUR / 60, last_status=answer, last_error=error,
        )  # fmt: skip
        WebhookAttempt.objects.create(
            delivery=delivery, at=event.at + HOUR / 600, duration_ms=212, status_code=answer, error=error
        )
