"""A draft tried on plans: earlier after a lower threshold, the same for the same text, and no names for the owner."""

import copy
import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Practitioner, User
from pathways.models import CarePlan, PathwayVersion
from pathways.trial import Outcome, PhaseTrial, PlanTrial, summary_of, try_on_plans
from pathways.versions import save_draft, start_draft
from patients.models import EpisodeOfCare, Observation
from tests.people import NOW, TODAY, make_patient
from tests.running_plan import make_plan, make_version

PAIN = "walk_30min_nprs"


@pytest.fixture
def version(db: None) -> PathwayVersion:
    return make_version()


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner, version: PathwayVersion) -> CarePlan:
    """A plan in its first phase for four weeks; walking hurt 3, then 2, then 1, then not at all."""
    return walking_plan(episode, practitioner, version)


def walking_plan(episode: EpisodeOfCare, practitioner: Practitioner, version: PathwayVersion) -> CarePlan:
    plan = make_plan(episode, practitioner, version, phase="P1")
    plan.phases.filter(key="P1").update(started_on=plan.started_on)
    for week, pain in enumerate((3, 2, 1, 0)):
        moment = NOW - datetime.timedelta(days=28 - 7 * week)
        Observation.objects.create(
            patient=episode.patient,
            episode=episode,
            measure_id=PAIN,
            side="R",
            value=pain,
            effective_at=moment,
            entered_by=practitioner.user,
        )
    return plan


def drafted(version: PathwayVersion, owner: User, at_most: int | None) -> PathwayVersion:
    """A draft whose first phase asks only how walking goes; None: the same text as the version."""
    draft = start_draft(version.pathway, based_on=version, by=owner, now=NOW)
    if at_most is None:
        return draft
    return save_draft(draft, only_walking(version.document, at_most), revision=0, by=owner, now=NOW)


def only_walking(document: dict[str, Any], at_most: int) -> dict[str, Any]:
    text = copy.deepcopy(document)
    line = {"key": PAIN, "label": "Wandelen", "measure": PAIN, "at_most": at_most, "practice_choice": True}
    text["phases"][0]["exit"] = [line]
    return text


def tried(version: PathwayVersion, plan: CarePlan) -> PhaseTrial:
    plan = CarePlan.objects.select_related("pathway_version").get(pk=plan.pk)
    return try_on_plans(version, [plan], now=NOW)[0].phases[0]


@pytest.fixture
def walking(version: PathwayVersion, plan: CarePlan) -> CarePlan:
    """The plan, on a text whose first phase ends when walking hurts at most 1."""
    own = PathwayVersion.objects.create(
        pathway=version.pathway,
        number=90,
        status="published",
        published_at=NOW,
        questionnaire=version.questionnaire,
        document=only_walking(version.document, 1),
        measures=version.measures,
        exercises=version.exercises,
        references=version.references,
        checksum="walking",
    )
    CarePlan.objects.filter(pk=plan.pk).update(pathway_version=own)
    return plan


@pytest.mark.parametrize(
    ("at_most", "outcome", "days"),
    [(3, Outcome.EARLIER, -14), (2, Outcome.EARLIER, -7), (1, Outcome.SAME, 0), (0, Outcome.LATER, 7)],
)
def test_a_threshold_moves_the_day(
    at_most: int, outcome: Outcome, days: int, version: PathwayVersion, walking: CarePlan, owner: User
) -> None:
    found = tried(drafted(version, owner, at_most), walking)
    assert (found.outcome, found.days) == (outcome, days)
    assert found.own_day == TODAY - datetime.timedelta(days=14)


def test_an_identical_draft_makes_no_difference(version: PathwayVersion, plan: CarePlan, owner: User) -> None:
    found = try_on_plans(
        drafted(version, owner, None), [CarePlan.objects.select_related("pathway_version").get()], now=NOW
    )
    assert not found[0].is_changed
    assert {phase.outcome for phase in found[0].phases} <= {Outcome.SAME, Outcome.NEITHER}


def test_what_was_never_measured_is_never_met(version: PathwayVersion, walking: CarePlan, owner: User) -> None:
    draft = start_draft(version.pathway, based_on=version, by=owner, now=NOW)
    text = only_walking(version.document, 10)
    text["phases"][0]["exit"][0] |= {"key": "stairs_nprs", "measure": "stairs_nprs"}
    save_draft(draft, text, revision=0, by=owner, now=NOW)
    draft.refresh_from_db()
    assert tried(draft, walking).outcome is Outcome.NEVER


def test_a_paused_day_is_no_day_to_judge(version: PathwayVersion, walking: CarePlan, owner: User) -> None:
    walking.pauses.create(
        started_on=TODAY - datetime.timedelta(days=22),
        ended_on=TODAY - datetime.timedelta(days=20),
        reason_code="illness",
        made_by=owner,
    )
    assert tried(drafted(version, owner, 2), walking).days == 0


def phase(own: int | None, draft: int | None) -> PhaseTrial:
    days = [None if day is None else TODAY + datetime.timedelta(days=day) for day in (own, draft)]
    return PhaseTrial("P1", "Rust", days[0], days[1])


def test_the_summary_counts_phases_and_gives_the_middle_distance() -> None:
    trial = PlanTrial(
        CarePlan(), 1, (phase(10, 4), phase(10, 2), phase(5, 5), phase(1, 8), phase(1, None), phase(None, 1)), ()
    )
    summary = summary_of([trial])
    assert summary.counts == {"earlier": 2, "same": 1, "later": 1, "only_draft": 1, "never": 1, "neither": 0}
    assert (summary.earlier_days, summary.later_days, summary.total) == (7, 7, 6)
    assert summary.bar[0] == ("earlier", 0, 2)
    assert summary_of([]).earlier_days is None


def test_the_owner_sees_plans_and_no_names(
    version: PathwayVersion, walking: CarePlan, owner: User, therapist: User, client_of: Callable[[User], Client]
) -> None:
    address = f"/plans/versions/{drafted(version, owner, 3).pk}/try/"
    page = client_of(owner).get(address)
    assert page.status_code == 200
    text = page.content.decode()
    assert "outcome-earlier" in text
    assert walking.patient.family_name not in text
    assert str(walking.pk) not in text
    seen = client_of(therapist).get(address).content.decode()
    assert f"/plans/{walking.pk}/" in seen
    assert walking.patient.family_name not in seen


def test_a_trial_asks_as_many_queries_for_more_plans(
    version: PathwayVersion,
    walking: CarePlan,
    owner: User,
    practitioner: Practitioner,
    client_of: Callable[[User], Client],
) -> None:
    address = f"/plans/versions/{drafted(version, owner, 3).pk}/try/"
    client = client_of(owner)
    client.get(address)
    with CaptureQueriesContext(connection) as before:
        client.get(address)
    for number in range(3):
        other = EpisodeOfCare.objects.create(
            patient=make_patient(f"Ander {number}", "Bo", phone=f"+3247012345{number}"),
            reason="Knie",
            side="R",
            status="active",
            practitioner=practitioner,
            started_on=TODAY,
        )
        walking_plan(other, practitioner, version)
    with CaptureQueriesContext(connection) as after:
        client.get(address)
    assert len(after) == len(before) <= 20


@pytest.mark.parametrize("reader", ["therapist", "patient"])
def test_the_preview_shows_each_phase_to_both(
    reader: str, version: PathwayVersion, owner: User, client_of: Callable[[User], Client]
) -> None:
    draft = drafted(version, owner, None)
    client = client_of(owner)
    page = client.get(f"/plans/versions/{draft.pk}/preview/?phase=P2&as={reader}")
    text = page.content.decode()
    assert page.status_code == 200
    assert f"reader-{reader}" in text
    assert "De heup opnieuw sterk maken" in text
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/plans/versions/{draft.pk}/preview/?phase=P5")
    assert len(queries) <= 8


def test_a_text_with_faults_is_not_tried(
    version: PathwayVersion, owner: User, client_of: Callable[[User], Client]
) -> None:
    draft = start_draft(version.pathway, based_on=None, by=owner, now=NOW)
    for page in ("try", "preview"):
        answer = client_of(owner).get(f"/plans/versions/{draft.pk}/{page}/")
        assert answer.status_code == 200
        assert 'class="card faults"' in answer.content.decode()


def test_the_desk_tries_nothing(
    version: PathwayVersion, receptionist: User, client_of: Callable[[User], Client]
) -> None:
    for page in ("try", "preview"):
        assert client_of(receptionist).get(f"/plans/versions/{version.pk}/{page}/").status_code == 403
