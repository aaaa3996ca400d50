"""The owner's page with the rules for patients."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from scheduling.models import BookingPolicy, HealthcareService, booking_policy

pytestmark = pytest.mark.django_db
RULES = "scheduling:booking-rules"
SENT = {
    "patients_see": "on",
    "patients_cancel": "on",
    "cancel_until_hours": "48",
    "book_from_hours": "6",
    "book_days_ahead": "30",
    "late_cancellation_nl": "Dan rekenen we 15 euro aan.",
    "late_cancellation_fr": "",
    "late_cancellation_en": "We then charge 15 euros.",
    "grace_minutes": "5",
    "reminder_hours": "36",
    "quiet_from": "20:30",
    "quiet_until": "08:30",
}


@pytest.fixture
def browser(owner: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(owner)


def test_the_rules_are_saved_and_hold_at_once(browser: Client) -> None:
    assert browser.get(reverse(RULES)).status_code == 200
    assert not BookingPolicy.objects.exists()
    assert browser.post(reverse(RULES), SENT).status_code == 302
    policy = booking_policy()
    assert (policy.patients_ask, policy.patients_cancel, policy.cancel_until_hours) == (False, True, 48)
    assert policy.late_cancellation("fr") == "Dan rekenen we 15 euro aan."
    assert browser.post(reverse(RULES), {**SENT, "patients_ask": "on", "version": 1}).status_code == 302
    assert BookingPolicy.objects.get().patients_ask


def test_who_changed_the_rules_is_kept(browser: Client, owner: User) -> None:
    browser.post(reverse(RULES), SENT)
    browser.post(reverse(RULES), {**SENT, "cancel_until_hours": "12"})
    event = BookingPolicy.objects.get().events.order_by("-pgh_id").first()
    assert event.pgh_context.metadata["user"] == str(owner.pk)


@pytest.mark.parametrize(
    "wrong", [{"cancel_until_hours": "400"}, {"book_days_ahead": "0"}, {"grace_minutes": "-1"}, {"quiet_from": "laat"}]
)
def test_implausible_rules_are_refused_with_what_was_typed(browser: Client, wrong: dict[str, str]) -> None:
    answer = browser.post(reverse(RULES), {**SENT, **wrong})
    assert answer.status_code == 422
    assert "Dan rekenen we 15 euro aan." in answer.content.decode()
    assert set(wrong) <= set(answer.context["form"].errors)
    assert not BookingPolicy.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Target": "read"}])
def test_the_preview_shows_what_patients_read_and_saves_nothing(browser: Client, headers: dict[str, str]) -> None:
    answer = browser.post(reverse(RULES), {**SENT, "preview": "1"}, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "This is less than 48 hours ahead." in page
    assert "We then charge 15 euros." in page
    assert ("<html" in page) is not bool(headers)
    assert not BookingPolicy.objects.exists()


def test_the_kinds_that_patients_may_book_are_named(browser: Client) -> None:
    HealthcareService.objects.create(type="session", patients_may_book=True)
    assert [kind.type for kind in browser.get(reverse(RULES)).context["kinds"]] == ["session"]


@pytest.mark.parametrize("role", ["therapist", "receptionist", "patient_user"])
def test_only_the_owner_writes_the_rules(
    request: pytest.FixtureRequest, client_of: Callable[[User], Client], role: str
) -> None:
    assert client_of(request.getfixturevalue(role)).post(reverse(RULES), SENT).status_code == 403
