"""Evidence expires: who looked last, what is overdue, and which running plans lean on it."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext, override

from accounts.exceptions import InvalidInput
from accounts.models import Practitioner, User
from pathways.evidence import evidence_list
from pathways.evidence_reviews import leaning_plans, overdue_reviews, review_reference, review_states
from pathways.models import CarePlan, Reference
from patients.models import EpisodeOfCare
from tests.pathways.stories import make_plan, published
from tests.people import NOW, TODAY

YEAR = datetime.timedelta(days=365)


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner) -> CarePlan:
    return make_plan(episode, practitioner)


@pytest.fixture
def reference(plan: CarePlan) -> Reference:
    """A publication that a rule of the running plan rests on, looked at in time."""
    row = Reference.objects.get(pk="bjsm_2025")
    Reference.objects.filter(pk=row.pk).update(reviewed_on=TODAY - YEAR, review_due=TODAY + YEAR)
    row.refresh_from_db()
    return row


def review(reference: Reference, by: User, **more: Any) -> Any:
    given = {"outcome": "confirmed", "note": "", "review_due": TODAY + YEAR, "on": TODAY, "now": NOW, **more}
    return review_reference(reference, by=by, **given)


def overdue_keys(today: datetime.date = TODAY) -> list[str]:
    return [row.state.reference.key for row in overdue_reviews(today=today)]


def test_what_is_past_its_date_is_overdue_with_the_plans_that_lean_on_it(reference: Reference) -> None:
    assert reference.key not in overdue_keys()
    later = TODAY + 2 * YEAR
    (row,) = [row for row in overdue_reviews(today=later) if row.state.reference == reference]
    assert (row.plans, row.rules > 0, row.state.days_overdue) == (1, True, 365)


def test_what_nobody_checked_is_due_at_once(reference: Reference) -> None:
    Reference.objects.filter(pk=reference.pk).update(reviewed_on=None, review_due=None)
    state = review_states(today=TODAY)[reference.pk]
    assert (state.is_due, state.reviewed_on, state.days_overdue) == (True, None, None)
    assert reference.key in overdue_keys()


def test_a_publication_without_rules_is_no_task(reference: Reference) -> None:
    Reference.objects.create(key="unused", authors="Nobody", strength="weak")
    assert "unused" not in overdue_keys()


def test_every_publication_that_a_pathway_names_has_a_rule_that_leans_on_it(plan: CarePlan) -> None:
    """Also those behind the traffic light, the running rules, a computed value or the rule of too little progress."""
    leaning = {row.reference.key for group in evidence_list().groups for row in group.rows if row.supports}
    assert leaning >= set(plan.pathway_version.references)
    assert {"esculier_2020", "nielsen_2014b", "farrar_2001", "thorborg_2010"} <= leaning
    choices = {row.label.rpartition(": ")[2] for row in evidence_list().choices}
    with override("nl"):
        assert gettext("First step after the intake") in choices
        assert gettext("Thresholds of the traffic light") not in choices, "a study stands behind them as well"


def test_a_review_takes_it_off_the_list_until_its_next_date(reference: Reference, owner: User) -> None:
    later = TODAY + 2 * YEAR
    review(reference, owner, on=later, review_due=later + YEAR)
    assert reference.key not in overdue_keys(later)
    assert review_states(today=later)[reference.pk].outcome == "confirmed"


def test_newer_content_counts_above_an_older_review(reference: Reference, owner: User) -> None:
    review(reference, owner, outcome="downgraded", note="Small groups.")
    Reference.objects.filter(pk=reference.pk).update(reviewed_on=TODAY + YEAR, review_due=TODAY + 2 * YEAR)
    assert review_states(today=TODAY)[reference.pk].outcome == ""


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"outcome": "maybe", "note": "x"}, "outcome"),
        ({"outcome": "withdrawn"}, "note"),
        ({"review_due": TODAY}, "review_due"),
        ({"review_due": TODAY + 6 * YEAR}, "review_due"),
    ],
)
def test_a_review_says_what_was_found_and_when_to_look_again(
    reference: Reference, owner: User, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        review(reference, owner, **change)
    assert list(refused.value.errors) == [field]
    assert not reference.reviews.exists()


def test_the_owner_sees_that_plans_lean_on_it_but_not_whose(
    client_of: Any, owner: User, therapist: User, reference: Reference, plan: CarePlan
) -> None:
    (row,) = leaning_plans(reference)
    assert row.plan == plan
    url = f"/plans/evidence/{reference.pk}/review/"
    name = plan.patient.family_name
    assert name not in client_of(owner).get(url).content.decode()
    assert name in client_of(therapist).get(url).content.decode()


def test_plans_that_lean_on_it_are_read_without_the_texts_of_their_versions(reference: Reference) -> None:
    with CaptureQueriesContext(connection) as caught:
        assert len(leaning_plans(reference)) == 1
    assert len(caught) == 2
    assert '"pathways_pathwayversion"."document"' not in caught[1]["sql"]


def test_the_page_keeps_what_was_typed_and_then_the_review(client_of: Any, owner: User, reference: Reference) -> None:
    client: Client = client_of(owner)
    url = f"/plans/evidence/{reference.pk}/review/"
    soon = (timezone.localdate() + YEAR).isoformat()
    wrong = client.post(url, {"outcome": "withdrawn", "note": "", "review_due": soon})
    assert (wrong.status_code, "note" in wrong.context["form"].errors) == (422, True)
    right = client.post(url, {"outcome": "withdrawn", "note": "Retracted.", "review_due": soon})
    assert right.status_code == 302
    assert reference.reviews.get().note == "Retracted."
    assert "Retracted." in client.get(url).content.decode()


def test_overdue_reviews_are_on_the_owner_s_first_page(client_of: Any, owner: User, reference: Reference) -> None:
    Reference.objects.filter(pk=reference.pk).update(reviewed_on=None, review_due=None)
    assert str(reference) in client_of(owner).get("/").content.decode()


def test_a_day_to_look_again_names_its_year(client_of: Any, owner: User, reference: Reference) -> None:
    due = timezone.localdate() + YEAR
    Reference.objects.filter(pk=reference.pk).update(reviewed_on=due - YEAR, review_due=due)
    page = client_of(owner).get(f"/plans/evidence/{reference.pk}/review/").content.decode()
    assert str(due.year) in page.split("Opnieuw na te lezen voor")[1][:30]


def test_the_desk_does_not_come_here(client_of: Any, receptionist: User, reference: Reference) -> None:
    assert client_of(receptionist).get(f"/plans/evidence/{reference.pk}/review/").status_code == 403


def test_queries_of_the_evidence_page_do_not_grow(client_of: Any, owner: User, plan: CarePlan) -> None:
    client = client_of(owner)
    counts = []
    for _turn in range(2):
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/plans/evidence/").status_code == 200
        counts.append(len(caught))
        for number in range(10):
            Reference.objects.get_or_create(key=f"more{number}", authors="More", strength="weak")
    assert counts[0] == counts[1] <= 16


def test_looking_at_evidence_again_makes_no_new_version(reference: Reference, owner: User) -> None:
    before = published().checksum
    review(reference, owner)
    assert published().checksum == before
