"""A patient who can be recognised anywhere, and every place where no patient may be recognised (issue 5, part 4)."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core import mail
from django.db import IntegrityError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Practitioner, User
from fysicure.tasks import deliver_due, deliver_message
from fysicure.urls import urlpatterns as real_urls
from patients.models import EpisodeOfCare, Patient
from scheduling.booking import book, cancel
from scheduling.consents import give
from scheduling.models import Communication, Room
from tests.people import make_patient
from tests.security.canary import (
    CANARIES,
    CLINICAL,
    COMPLAINT,
    EMAIL,
    NAMES,
    NATIONAL_NUMBER,
    PHONE,
    STREET,
    TOWN,
    Walk,
    found_in,
)
from tests.security.test_log_lines import Written, written

__all__ = ["written"]
SignIn = Callable[[User], Client]
DAY = timezone.timedelta(days=1)


@login_not_required
def crash(request: HttpRequest, how: str) -> HttpResponse:
    """Fail with a patient in hand: in Python, and in three ways in the database."""
    patient = Patient.objects.get(family_name=NAMES["family_name"])
    if how == "python":
        raise ValueError(f"{patient.given_name} {patient.family_name}, {COMPLAINT}")
    if how == "caught":
        raise RuntimeError(NATIONAL_NUMBER) from KeyError(COMPLAINT)
    with connection.cursor() as cursor:
        if how == "unique":
            try:
                cursor.execute(
                    "INSERT INTO patients_patient SELECT (jsonb_populate_record(row, '{}')).* FROM patients_patient row"
                )
            except IntegrityError as error:
                raise RuntimeError(str(error)) from error
        cursor.execute("SELECT %s::date", [f"{patient.family_name} {NATIONAL_NUMBER}"])
    return HttpResponse(COMPLAINT)


urlpatterns = [*real_urls, path("crash/<str:how>/", crash, name="crash")]


@pytest.fixture
def canary(practitioner: Practitioner, patient_user: User) -> Iterator[EpisodeOfCare]:
    """The patient, in care for a complaint that nobody else has."""
    patient = make_patient(
        **NAMES, national_number=NATIONAL_NUMBER, phone=PHONE, email=EMAIL, street=STREET, city=TOWN, user=patient_user
    )
    yield EpisodeOfCare.objects.create(
        patient=patient, reason=COMPLAINT, side="R", status="active", practitioner=practitioner, started_on="2026-11-02"
    )


def start_pages(episode: EpisodeOfCare) -> list[str]:
    chart = reverse("patients:chart", args=[episode.patient_id])
    return ["/", chart, "/patients/", "/patients/all/", "/agenda/", "/plans/follow-ups/", "/portal/", "/portal/record/"]


@pytest.mark.parametrize("role", ["therapist", "receptionist", "owner", "patient_user"])
def test_walking_the_pages_leaves_no_trace(
    role: str, request: pytest.FixtureRequest, client_of: SignIn, canary: EpisodeOfCare, written: Written
) -> None:
    walk = Walk(client_of(request.getfixturevalue(role)))
    walk.visit(start_pages(canary), most=40)
    walk.look("post", "/patients/", {"q": NAMES["family_name"]})
    walk.look("post", "/patients/register/", {**NAMES, "national_number": NATIONAL_NUMBER, "birth_date": "1985-07-30"})
    walk.look(
        "post", reverse("patients:edit", args=[canary.patient_id]), {**NAMES, "phone": "no phone", "email": EMAIL}
    )
    walk.look("post", reverse("patients:add-episode", args=[canary.patient_id]), {"reason": COMPLAINT})
    assert walk.seen > 8
    addresses = [address for address in walk.addresses if not address.startswith(("mailto:", "tel:"))]
    assert found_in("\n".join(addresses)) == [], [each for each in addresses if found_in(each)]
    assert found_in("\n".join(walk.cookies)) == []
    assert len(written.texts) >= walk.seen
    assert found_in("\n".join(written.texts)) == []


def test_a_machine_that_asks_wrongly_leaves_none(
    client_of: SignIn, receptionist: User, therapist: User, canary: EpisodeOfCare, written: Written
) -> None:
    for user in (receptionist, therapist):
        walk = Walk(client_of(user))
        assert (
            NAMES["family_name"]
            in walk.look(
                "post", "/api/v1/patients/search/", {"q": "Quetzal"}, content_type="application/json"
            ).content.decode()
        )
        for body in (
            {**NAMES, "national_number": NATIONAL_NUMBER, "phone": PHONE},
            {"family_name": [NAMES], "birth_date": COMPLAINT},
            f'{{"family_name": "{NAMES["family_name"]}',
        ):
            walk.look("post", "/api/v1/patients/", body, content_type="application/json")
        walk.look("get", f"/api/v1/patients/{NAMES['family_name']}/")
        walk.look("get", "/api/v1/patients/", {"q": NATIONAL_NUMBER, "page": COMPLAINT})
        walk.look("get", "/agenda/", {"date": COMPLAINT, "practitioner": NAMES["family_name"]})
        walk.look("post", "/api/v1/appointments/", {"patient": NATIONAL_NUMBER}, headers={"Idempotency-Key": EMAIL})
        assert found_in("\n".join(walk.cookies)) == []
    assert found_in("\n".join(written.texts)) == []


@pytest.mark.urls("tests.security.test_canary")
@pytest.mark.parametrize("how", ["python", "caught", "unique", "type"])
def test_a_crash_tells_nobody(how: str, client: Client, canary: EpisodeOfCare, written: Written) -> None:
    client.raise_request_exception = False
    response = client.get(f"/crash/{how}/", headers={"Referer": f"https://testserver/?q={STREET}"})
    assert response.status_code in {400, 409, 500}
    assert found_in(response.content.decode()) == []
    assert found_in("\n".join(written.texts)) == []
    if response.status_code == 500:
        trace = next(line["trace"] for line in written.lines if "trace" in line)
        assert "test_canary.py" in trace
        assert trace.rstrip().splitlines()[-1].startswith(("builtins.", "psycopg."))


def test_messages_and_jobs_tell_when_and_not_who_or_what(
    canary: EpisodeOfCare, room: Room, receptionist: User, practitioner: Practitioner, written: Written, settings: Any,
    tmp_path: Any,
) -> None:  # fmt: skip
    settings.SMS_FILE, patient, now = tmp_path / "sms.jsonl", canary.patient, timezone.now()
    settings.PUBLIC_URL = "https://fysicure.example"
    for channel in ("email", "sms"):
        give(patient, channel, source="desk", by=receptionist, now=now - DAY)
    free = {"minutes": 30, "type": "session", "override_reason": "test", "by": receptionist}
    visits = [
        book(patient, practitioner=practitioner, start=now + (7 + number) * DAY, now=now - DAY / 24, **free)
        for number in range(2)
    ]
    deliver_due.func(0)
    jobs = list(ProcrastinateJob.objects.values_list("args", "task_name", "queueing_lock", "lock"))
    assert jobs
    assert found_in(json.dumps(jobs)) == []
    messages = Communication.objects.values_list("pk", flat=True)
    for message in messages:
        deliver_message.func(str(message))
    cancel(visits[0], by=receptionist, now=now, reason="patient")
    told = [f"{each.subject}\n{each.body}\n{each.extra_headers}" for each in mail.outbox]
    texts = settings.SMS_FILE.read_text() if settings.SMS_FILE.exists() else ""
    assert told
    # Addressed to the patient, so the address is in the envelope; what is said holds neither name nor complaint.
    assert found_in("\n".join(told)) == []
    assert found_in(texts, tuple(word for word in CANARIES if "470" not in word)) == []
    assert found_in("\n".join(written.texts)) == []


def test_figures_and_probes_know_nobody(client: Client, canary: EpisodeOfCare, settings: Any) -> None:
    settings.METRICS_TOKEN = "a-token-for-the-monitor-of-these-tests"
    client.get(f"/{NAMES['family_name']}/{NATIONAL_NUMBER}/")
    client.get("/account/login/", {"next": f"/{STREET}/"})
    for url in ("/metrics", "/healthz", "/readyz"):
        response = client.get(url, headers={"Authorization": f"Bearer {settings.METRICS_TOKEN}"})
        assert response.status_code == 200
        assert found_in(response.content.decode()) == []
    assert CLINICAL
