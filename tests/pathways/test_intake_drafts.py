"""A draft survives what happens in a consulting room: a second window, a wrong side, odd input, a stopped server."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Practitioner, User
from pathways.classification import classify_intake
from pathways.definitions import definition_of, load, version_asking
from pathways.exceptions import PlanRefused
from pathways.intake import change_side, finish_intake, version_of
from pathways.models import Classification, PathwayVersion, Task
from pathways.plans import start_plan
from pathways.tasks import complete_task
from patients.intake import IntakeClosed, save_answers, start_intake
from patients.models import EpisodeOfCare, IntakeResponse, Measure, Observation
from tests.pathways.cases import C01, C05
from tests.pathways.stories import SEEDS, published
from tests.people import NOW

SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def intake(episode: EpisodeOfCare, practitioner: Practitioner) -> IntakeResponse:
    return begin(episode, practitioner)


@pytest.fixture
def web(therapist: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(therapist)


def begin(episode: EpisodeOfCare, practitioner: Practitioner) -> IntakeResponse:
    questionnaire = published().questionnaire
    return start_intake(episode, questionnaire=questionnaire, by=practitioner.user, practitioner=practitioner, now=NOW)


def save(web: Client, intake: IntakeResponse, **typed: Any) -> Any:
    """Post fields as the script of the page does; "__" stands for the dot before a side."""
    fields = {name.replace("__", "."): value for name, value in typed.items()}
    answer = web.post(f"/plans/intake/{intake.pk}/save/", {"revision": 0, **fields}, headers=SCRIPT)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_what_cannot_be_is_kept_as_typed_and_refused_beside_the_field(web: Client, intake: IntakeResponse) -> None:
    answer = save(web, intake, nprs_now__R="11", mass_kg="zestig", onset_date__R="2199-01-01", hipabd_n__R="abc 1")
    assert {name for name, text in answer["errors"].items() if text} == {
        *("nprs_now.R", "mass_kg", "onset_date.R", "hipabd_n.R")
    }
    text = web.get(f"/plans/intake/{intake.pk}/").content.decode()
    assert 'value="zestig"' in text
    assert 'value="abc"' in text
    assert 'id="error-mass_kg" data-error>Moet een getal zijn.' in text


@pytest.mark.parametrize("odd", ["²", "--5", "1e999", "nan", "9" * 6000, "<script>", "½", "1_0"])
def test_odd_input_is_refused_not_fatal(web: Client, intake: IntakeResponse, odd: str) -> None:
    answer = save(web, intake, mass_kg=odd, cadence_spm=odd, nprs_now__R=odd, weekly_km_last4=odd, revision=odd)
    assert answer["errors"]["cadence_spm"]
    assert "<script>" not in web.get(f"/plans/intake/{intake.pk}/").content.decode().replace("<script src", "")


def test_the_answer_says_what_another_window_changed(web: Client, intake: IntakeResponse) -> None:
    first = save(web, intake, mass_kg="60")
    save(web, intake, mass_kg="61", cadence_spm="164", revision=first["revision"])
    late = save(web, intake, mass_kg="62", lever_m__R="0,78", revision=first["revision"])
    assert late["overwritten"] == ["mass_kg"]
    assert late["elsewhere"] == {"cadence_spm": "164"}
    intake.refresh_from_db()
    assert {intake.answers[key] for key in ("mass_kg", "cadence_spm", "lever_m.R")} == {"62", "164", "0,78"}


def test_a_stale_form_without_script_undoes_nothing(web: Client, intake: IntakeResponse) -> None:
    save(web, intake, mass_kg="61", side="L")
    stale = {"revision": 0, "mass_kg": "", "cadence_spm": "164", "side": "R"}
    assert web.post(f"/plans/intake/{intake.pk}/save/", stale).status_code == 302
    intake.refresh_from_db()
    assert (intake.answers["mass_kg"], intake.answers["cadence_spm"], intake.side) == ("61", "164", "L")


def test_a_wrong_side_takes_the_complaint_along_and_leaves_the_tests(web: Client, intake: IntakeResponse) -> None:
    save(web, intake, nprs_worst_7d__R="7", palp_lfc_nprs__R="6")
    save(web, intake, pain_location__R="lateral", side="L", revision=1)
    intake.refresh_from_db()
    kept = {name: value for name, value in intake.answers.items() if value and not name.startswith("_")}
    assert kept == {"nprs_worst_7d.L": "7", "palp_lfc_nprs.R": "6", "pain_location.L": "lateral"}
    assert intake.side == "L"


def test_an_answer_of_the_right_side_is_not_overwritten(intake: IntakeResponse, therapist: User) -> None:
    save_answers(intake, {"nprs_now.R": "2", "nprs_now.L": "5"}, revision=0, by=therapist, now=NOW)
    change_side(intake, "L", by=therapist, now=NOW)
    assert (intake.answers["nprs_now.L"], intake.answers["nprs_now.R"]) == ("5", "2")
    change_side(intake, "both", by=therapist, now=NOW)
    assert intake.answers["nprs_now.R"] == "2"


def test_trials_show_their_mean_and_count_once(web: Client, intake: IntakeResponse, therapist: User) -> None:
    answer = save(web, intake, hipabd_n__R=["100", "118", "119", ""], hipabd_n__L=["150", "152", "154", ""])
    assert "10 %" in answer["notes"]["hipabd_n.R"][0]
    answer = save(web, intake, **{"hipabd_n.R": ["100", "118", "119", "117"]})
    assert "118" in answer["notes"]["hipabd_n.R"][0]
    assert {"label": "Krachtverschil heupabductie (%)", "value": "22,4"} in answer["derived"]
    text = web.get(f"/plans/intake/{intake.pk}/").content.decode()
    assert text.count('name="hipabd_n.R"') == 4
    rest = {name: value for name, value in C01.items() if not name.startswith("hipabd_n")}
    save_answers(intake, rest, revision=9, by=therapist, now=NOW)
    finish_intake(intake, by=therapist, now=NOW)
    assert set(Observation.objects.filter(measure="hipabd_n").values_list("side", "number")) == {("R", 118), ("L", 152)}
    right = Observation.objects.get(measure="hipabd_n", side="R")
    assert [(each["value"], each["left_out"]) for each in right.component] == [
        (100.0, True),
        (118.0, False),
        (119.0, False),
        (117.0, False),
    ]
    assert Observation.objects.exclude(measure="hipabd_n").exclude(component=[]).count() == 0


def test_strides_of_one_foot_are_asked_about(web: Client, intake: IntakeResponse) -> None:
    answer = save(web, intake, cadence_spm="82")
    assert answer["errors"]["cadence_spm"]
    assert answer["notes"]["cadence_spm"][1] == "164"
    assert save(web, intake, cadence_spm="164")["notes"]["cadence_spm"] == ["", ""]


def test_a_draft_keeps_its_questions_when_the_pathway_changes(intake: IntakeResponse) -> None:
    first = PathwayVersion.objects.get(pathway_id="itbs")
    changed = {**first.questionnaire.document, "sections": first.questionnaire.document["sections"][:2]}
    other = type(first.questionnaire).objects.create(slug="next", version=1, title="x", document=changed)
    PathwayVersion.objects.create(
        pathway=first.pathway, number=2, document=first.document, measures={}, questionnaire=other, checksum="other"
    )
    assert version_of(intake) == first


def test_the_rules_are_read_once_in_a_process(intake: IntakeResponse) -> None:
    definition_of(version_of(intake))
    with CaptureQueriesContext(connection) as queries:
        definition_of(version_asking(intake.questionnaire_id))
    assert len(queries) == 1
    assert "document" not in queries[0]["sql"]


def test_saving_costs_little(web: Client, intake: IntakeResponse) -> None:
    save(web, intake, mass_kg="60")
    with CaptureQueriesContext(connection) as queries:
        save(web, intake, mass_kg="61")
    assert len(queries) <= 11  # two of them: whether the therapist treats this patient, and the lock of the row


def test_a_finished_draft_says_so_to_the_other_window(web: Client, intake: IntakeResponse, therapist: User) -> None:
    save_answers(intake, C01, revision=0, by=therapist, now=NOW)
    done = finish_intake(intake, by=therapist, now=NOW)
    late = web.post(f"/plans/intake/{intake.pk}/save/", {"mass_kg": "1"}, headers=SCRIPT)
    assert late.status_code == 409
    with pytest.raises(IntakeClosed):
        change_side(done, "L", by=therapist, now=NOW)
    text = web.get(f"/plans/classification/{intake.pk}/").content.decode()
    assert f'action="/plans/intake/{intake.pk}/finish/"' in text
    for _again in range(2):
        web.post(f"/plans/intake/{intake.pk}/finish/")
    assert Classification.objects.count() == 1


@pytest.mark.parametrize("episode_id", ["", "nonsense", "01a20854-0000-7000-8000-000000000000"])
def test_an_intake_of_nothing_is_404(web: Client, intake: IntakeResponse, episode_id: str) -> None:
    assert web.post("/plans/intake/start/", {"episode": episode_id}).status_code == 404


def test_an_open_referral_keeps_a_new_intake_from_a_plan(
    episode: EpisodeOfCare, practitioner: Practitioner, therapist: User
) -> None:
    rows = []
    for number, answers in enumerate((C05, C01)):
        now = NOW + datetime.timedelta(hours=number)
        draft = begin(episode, practitioner)
        save_answers(draft, answers, revision=0, by=therapist, now=now)
        rows += classify_intake(finish_intake(draft, by=therapist, now=now), by=therapist, now=now)
    with pytest.raises(PlanRefused):
        start_plan(rows[1], by=therapist, now=NOW)
    complete_task(Task.objects.get(), outcome="Echo negatief, Dr. Willems.", by=therapist, now=NOW)
    plan = start_plan(rows[1], by=therapist, now=NOW)
    assert plan.decisions.get().evidence["consent"] is True


def test_loading_again_writes_no_row(db: None) -> None:
    first = load(SEEDS, now=NOW)
    assert first.measures == Measure.objects.count() > 100
    again = load(SEEDS, now=NOW)
    assert (again.measures, again.exercises, again.references, again.published) == (0, 0, 0, ())
    Measure.objects.filter(pk="mass_kg").update(label="Gewicht")
    assert load(SEEDS, now=NOW).measures == 1
    assert Measure.objects.get(pk="mass_kg").label != "Gewicht"


def test_a_second_intake_of_the_day_takes_the_answers_along(
    web: Client, intake: IntakeResponse, therapist: User
) -> None:
    now = timezone.now()
    save_answers(intake, {**C01, "palp_lfc_nprs.R": "", "mass_kg": "60"}, revision=0, by=therapist, now=now)
    classify_intake(finish_intake(intake, by=therapist, now=now), by=therapist, now=now)
    begun = web.post("/plans/intake/start/", {"episode": intake.episode_id}, follow=True)
    draft = IntakeResponse.objects.get(status="in-progress")
    assert draft.answers["mass_kg"] == "60"
    assert str(next(iter(begun.context["messages"])))
    save_answers(draft, {"palp_lfc_nprs.R": "6"}, revision=draft.revision, by=therapist, now=now)
    (row,) = classify_intake(finish_intake(draft, by=therapist, now=now), by=therapist, now=now)
    assert row.outcome == "LIKELY"
    later = now + datetime.timedelta(days=1)
    fresh = start_intake(
        draft.episode, questionnaire=draft.questionnaire, by=therapist, practitioner=therapist.practitioner, now=later
    )
    assert fresh.answers == {}


def test_the_page_shows_flags_and_what_else_it_may_be_with_their_sources(
    web: Client, intake: IntakeResponse, therapist: User
) -> None:
    save_answers(intake, {**C05, "k_hip": ""}, revision=0, by=therapist, now=NOW)
    classify_intake(finish_intake(intake, by=therapist, now=NOW), by=therapist, now=NOW)
    shown = web.get(f"/plans/classification/{intake.pk}/")
    (side,) = shown.context["sides"]
    assert side.red_flags[0]["references"]
    assert side.contra_unasked == 1
    assert side.red_flags[0]["references"][0].authors in shown.content.decode()


def test_below_18_the_therapist_may_go_on_with_a_reason(
    web: Client, intake: IntakeResponse, therapist: User, patient: Any
) -> None:
    patient.birth_date = datetime.date(2010, 1, 1)
    patient.save(update_fields=["birth_date"])
    save_answers(intake, C01, revision=0, by=therapist, now=NOW)
    (row,) = classify_intake(finish_intake(intake, by=therapist, now=NOW), by=therapist, now=NOW)
    assert row.outcome == "INCOMPLETE"
    start = f"/plans/classification/{row.pk}/start/"
    refused = web.post(start, {"gait_strategy": "none", "consent": "on", "reason": ""})
    assert refused.status_code == 422
    without = web.post(start, {"gait_strategy": "none", "reason": "Groeischijven bekeken."})
    assert without.status_code == 422
    assert "Groeischijven bekeken." in without.content.decode()
    assert web.post(start, {"gait_strategy": "none", "consent": "on", "reason": "Bekeken."}).status_code == 302


def test_the_page_of_two_sides_costs_little_more_than_one(web: Client, intake: IntakeResponse, therapist: User) -> None:
    both = {name.replace(".R", ".L"): value for name, value in C01.items() if name.endswith(".R")} | C01
    counts = []
    for side in ("R", "both"):
        draft = start_intake(
            intake.episode, questionnaire=intake.questionnaire, by=therapist, practitioner=None, now=NOW
        )
        save_answers(draft, both, revision=0, by=therapist, now=NOW)
        change_side(draft, side, by=therapist, now=NOW)
        classify_intake(finish_intake(draft, by=therapist, now=NOW), by=therapist, now=NOW)
        web.get(f"/plans/classification/{draft.pk}/")
        with CaptureQueriesContext(connection) as queries:
            assert web.get(f"/plans/classification/{draft.pk}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20
