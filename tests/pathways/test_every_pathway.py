"""What every pathway of the seeds must do, whatever its condition: from its worked cases to the end of a plan."""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Practitioner, User
from pathways.classification import classify_intake
from pathways.decisions import decide
from pathways.definitions import current_version, definition_of, load
from pathways.engine.cases import Case, cases_of, findings_given, run_case
from pathways.engine.checks import RULE_LISTS
from pathways.engine.model import Definition
from pathways.exceptions import PlanRefused
from pathways.intake import finish_intake
from pathways.models import CarePlan, Classification, Decision, PathwayVersion, Task
from pathways.plans import start_plan
from pathways.progress import assess_plan
from pathways.versions import publish_version, review_version
from patients.intake import save_answers, start_intake
from patients.models import EpisodeOfCare, IntakeResponse
from tests.pathways.stories import SEEDS, content, log
from tests.people import NOW

SLUGS = sorted(content().documents)
pytestmark = pytest.mark.parametrize("slug", SLUGS)
SignIn = Callable[[User], Client]
MOST_QUERIES = 23  # two of them begin and end the role of the portal


@dataclass(frozen=True)
class Story:
    """A published pathway with a patient who has the complaint of one of its worked cases."""

    definition: Definition
    document: Mapping[str, Any]
    episode: EpisodeOfCare
    practitioner: Practitioner

    @property
    def by(self) -> User:
        return self.practitioner.user

    def case(self, class_: str) -> Case:
        """The first worked case with this class."""
        return next(case for case in cases_of(self.document) if _expected(case) == class_)

    def intake(self, case: Case, *, finish: bool = True) -> IntakeResponse:
        """Type the findings of a case, as a therapist does."""
        given = case.classify or {}
        patient = self.episode.patient
        patient.birth_date = datetime.date(NOW.year - given["age"], 1, 1)
        patient.save()
        self.episode.side = given["side"]
        self.episode.save()
        questionnaire = current_version(self.definition.key).questionnaire
        assert questionnaire is not None
        intake = start_intake(
            self.episode, questionnaire=questionnaire, by=self.by, practitioner=self.practitioner, now=NOW
        )
        answers = typed(self.definition, findings_given(self.definition, given), given["side"])
        save_answers(intake, answers, revision=0, by=self.by, now=NOW)
        return finish_intake(intake, by=self.by, now=NOW) if finish else intake

    def classification(self, case: Case) -> Classification:
        (row,) = classify_intake(self.intake(case), by=self.by, now=NOW)
        return row

    def plan(self) -> CarePlan:
        return start_plan(self.classification(self.case("LIKELY")), by=self.by, now=NOW)


@pytest.fixture
def story(slug: str, episode: EpisodeOfCare, practitioner: Practitioner, owner: User) -> Story:
    """The pathway, published: a draft by a person who reviews it first."""
    load(SEEDS, now=NOW)
    for draft in PathwayVersion.objects.filter(pathway_id=slug).open_drafts():
        publish_version(review_version(draft, by=owner, now=NOW), by=owner, now=NOW)
    version = current_version(slug)
    return Story(definition_of(version), version.document, episode, practitioner)


def typed(definition: Definition, findings: Mapping[str, Any], side: str) -> dict[str, Any]:
    """Findings as fields of the form: "key", or "key.R" for a side."""
    fields: dict[str, Any] = {}
    for key, value in findings.items():
        here = side if definition.measures[key].sided else ""
        answers = value if isinstance(value, Mapping) else {here: value}
        fields |= {f"{key}.{each}" if each else key: _text(answer) for each, answer in answers.items()}
    return fields


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, list) else str(value)


def _expected(case: Case) -> str:
    return case.classify["expect"]["class"] if case.classify else ""


def test_each_worked_case_comes_out_as_written(slug: str) -> None:
    found = content()
    for case in cases_of(found.documents[slug]):
        assert run_case(found.pathways[slug], case) == [], case.id


def test_the_cases_cover_what_matters(slug: str) -> None:
    cases = cases_of(content().documents[slug])
    proposals = {case.progress["expect"]["proposal"] for case in cases if case.progress}
    assert len(cases) >= 4
    assert {"LIKELY", "BLOCKED", "UNLIKELY"} <= {_expected(case) for case in cases}
    assert {"advance", "stay"} <= proposals
    assert any(case.light for case in cases)


def test_each_rule_rests_on_a_known_publication_or_is_a_choice_of_the_practice(slug: str) -> None:
    found = content()
    for name, row in _rules(found.documents[slug]):
        reference = row.get("reference", [])
        keys = [reference] if isinstance(reference, str) else reference
        assert set(keys) <= set(found.references), name
        assert keys or row.get("practice_choice") is True, name


def _rules(node: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(node, Mapping):
        for name, value in node.items():
            if name == "cases":
                continue
            if name in RULE_LISTS and isinstance(value, list):
                yield from ((f"{name} {row.get('key')}", row) for row in value)
            yield from _rules(value)
    elif isinstance(node, list):
        for value in node:
            yield from _rules(value)


def test_a_draft_says_that_it_must_still_be_read(slug: str) -> None:
    document = content().documents[slug]
    if document.get("status") == "draft":
        assert "Ontwerp, na te lezen door de praktijk" in document["summary"]


def test_what_the_criteria_ask_is_asked_in_the_intake(slug: str) -> None:
    found = content().pathways[slug]
    asked = {key for section in found.questionnaire.sections for key in section.measures}
    case = next(case for case in cases_of(content().documents[slug]) if _expected(case) == "LIKELY")
    assert set(findings_given(found, case.classify or {})) <= asked
    mandatory = {key for section in found.questionnaire.sections if section.mandatory for key in section.measures}
    assert {flag.key for flag in found.classification.red_flags} <= mandatory


def test_from_intake_to_the_end_of_the_treatment(story: Story) -> None:
    case = story.case("LIKELY")
    row = story.classification(case)
    expect = (case.classify or {})["expect"]
    assert (row.outcome, row.result["course"]) == ("LIKELY", expect["course"])
    assert {key: row.result["derived"][key] for key in expect["derived"]} == expect["derived"]
    plan = start_plan(row, by=story.by, now=NOW)
    for number, phase in enumerate(story.definition.phases):
        now = NOW + datetime.timedelta(days=number)
        seen = assess_plan(CarePlan.objects.get(pk=plan.pk), now=now)
        assert (seen.phase.key, seen.progress.proposal) == (phase.key, "stay")
        decided = decide(
            plan, "advance", reason="Samen beslist.", by=story.by, now=now, reason_code=Decision.ReasonCode.OTHER
        )
        assert decided.decision.is_override
    plan.refresh_from_db()
    plan.episode.refresh_from_db()
    assert (plan.status, plan.episode.status) == (CarePlan.Status.COMPLETED, EpisodeOfCare.Status.FINISHED)


def test_a_red_flag_refers_and_gives_no_plan(story: Story) -> None:
    row = story.classification(story.case("BLOCKED"))
    assert row.outcome == "BLOCKED"
    assert Task.objects.filter(episode=story.episode, kind=Task.Kind.REFERRAL).count() == 1
    with pytest.raises(PlanRefused):
        start_plan(row, by=story.by, now=NOW)


def test_another_complaint_gives_no_plan(story: Story) -> None:
    row = story.classification(story.case("UNLIKELY"))
    assert (row.outcome, row.result["plan"]) == ("UNLIKELY", "none")
    assert row.result["differentials"]


def shown(browser: Client, name: str, *args: Any) -> str:
    """The words of a page, without tags; it costs no more than the house allows."""
    with CaptureQueriesContext(connection) as queries:
        response = browser.get(reverse(name, args=args))
    assert response.status_code == 200
    assert len(queries) <= MOST_QUERIES
    text = re.sub(r"<(script|style)\b.*?</\1>|<head\b.*?</head>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def says_nothing_strange(text: str, story: Story) -> None:
    """A page of a pathway without running never speaks of it, and one of another joint not of the knee."""
    if story.definition.running is None:
        assert not re.search(r"\bkm\b|[Ll]oopstap|[Ll]oopsessie|[Rr]unning s|May run|No run", text)
    if "knie" not in str(story.document).lower():
        assert not re.search(r"\bknie|\bknee", text, flags=re.I)


def test_the_pages_of_the_therapist_show_its_own_words(story: Story, client_of: SignIn) -> None:
    browser = client_of(story.by)
    case = story.case("LIKELY")
    draft = story.intake(case, finish=False)
    text = shown(browser, "pathways:intake", draft.pk)
    assert all(section.title in text for section in story.definition.questionnaire.sections)
    finished = finish_intake(draft, by=story.by, now=NOW)
    (row,) = classify_intake(finished, by=story.by, now=NOW)
    text = shown(browser, "pathways:classification", draft.pk)
    assert all(rule.label in text for rule in story.definition.classification.criteria)
    says_nothing_strange(text, story)
    plan = start_plan(row, by=story.by, now=NOW)
    text = shown(browser, "pathways:plan", plan.pk)
    first = story.definition.phases[0]
    assert all(line.label in text for line in first.exit)
    assert all(words in text for words in first.load.texts)
    assert all(story.definition.exercises[dose.exercise].name in text for dose in first.exercises)
    says_nothing_strange(text, story)


def test_a_plan_starts_from_its_page(story: Story, client_of: SignIn) -> None:
    browser = client_of(story.by)
    row = story.classification(story.case("LIKELY"))
    page = browser.get(reverse("pathways:classification", args=[row.intake_id]))
    runs = story.definition.running is not None
    assert ('name="gait_strategy"' in page.content.decode()) == runs
    answers = {"consent": "on", **({"gait_strategy": "none"} if runs else {})}
    assert browser.post(reverse("pathways:start", args=[row.pk]), answers).status_code == 302
    assert CarePlan.objects.get(episode=story.episode).gait_strategy == "none"


def test_the_portal_shows_its_own_words(story: Story, client_of: SignIn, patient_user: User) -> None:
    story.plan()
    browser = client_of(patient_user)
    first = story.definition.phases[0]
    home = shown(browser, "portal:home")
    assert all(line.label in home for line in first.exit)
    text = shown(browser, "portal:plan")
    assert all(phase.title in text and phase.goal in text for phase in story.definition.phases)
    pages = [home, text, *(shown(browser, f"portal:{name}") for name in ("diary", "log-exercises", "log-rest"))]
    for page in pages:
        says_nothing_strange(page, story)
    runs = story.definition.running is not None
    assert (reverse("portal:log-run") in browser.get(reverse("portal:home")).content.decode()) == runs


def test_the_other_pages_of_a_plan_speak_of_its_condition_only(
    story: Story, client_of: SignIn, patient_user: User
) -> None:
    plan, browser, patient = story.plan(), client_of(story.by), client_of(patient_user)
    entry = log(plan, 0, (2, story.definition.lights.red_peak, 3, None), kind="exercise")
    pages = [
        shown(browser, f"pathways:{name}", plan.pk)
        for name in ("plan", "retest", "pause", "discharge", "charts", "analysis")
    ]
    pages += [shown(browser, "patients:chart", plan.patient_id), shown(browser, "pathways:follow-ups")]
    pages += [shown(patient, "portal:diary"), shown(patient, "portal:entry", entry.pk), shown(patient, "portal:visits")]
    for page in pages:
        says_nothing_strange(page, story)


def test_a_phase_that_says_so_allows_no_run_whatever_the_diary_says(story: Story) -> None:
    if story.definition.running is None:
        return
    plan = story.plan()
    log(plan, 1, (0, 0, 0, 0), kind="exercise")
    advice = assess_plan(plan, now=NOW).run_advice
    forbidden = story.definition.phases[0].load.no_running
    assert (advice.allowed, advice.code == "not_yet") == (not forbidden, forbidden)


def test_the_text_of_the_version_shows_its_cases(slug: str, story: Story, client_of: SignIn, owner: User) -> None:
    version = current_version(slug)
    text = shown(client_of(owner), "pathways:version", version.pk)
    assert all(case.id in text for case in cases_of(version.document))
