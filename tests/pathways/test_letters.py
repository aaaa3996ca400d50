"""Letters: what they say comes from the record, they are kept as they were sent, and each sheet names the patient."""

import io
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils.translation import override
from pypdf import PdfReader

from accounts.models import AccessLog, Practitioner, User
from pathways.blocking import block_plan
from pathways.definitions import definition_of
from pathways.discharge import discharge_plan
from pathways.exceptions import LetterRefused
from pathways.letter_pdf import render_pdf
from pathways.letters import compose, kinds_for, write_letter
from pathways.models import CarePlan, Letter, Task
from patients.content_words import spoken
from patients.models import EpisodeOfCare, ExternalPractitioner, Patient
from tests.pathways.stories import log, make_plan, measure
from tests.people import NOW


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner) -> CarePlan:
    plan = make_plan(episode, practitioner)
    measure(plan, {"nprs_worst_7d": 7}, days_ago=20)
    measure(plan, {"nprs_worst_7d": 3}, days_ago=1)
    log(plan, 1)
    return plan


def refer(plan: CarePlan) -> None:
    Task.objects.create(
        patient=plan.patient, episode=plan.episode, plan=plan, kind="referral", urgency="EMERGENCY",
        description="Gezwollen kuit: vandaag verwijzen.", due_at=NOW, source_key="x",
    )  # fmt: skip


def sheets(document: Any) -> list[str]:
    """The text of each sheet."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(render_pdf(document))).pages]


def text_of(document: Any) -> str:
    return " ".join(sheets(document)).replace("\n", " ")


def test_without_a_plan_or_an_alarm_sign_only_a_prescription_can_be_asked(
    episode: EpisodeOfCare, therapist: User
) -> None:
    assert kinds_for(episode, None) == (Letter.Kind.ORDER,)
    with pytest.raises(LetterRefused):
        compose(episode, "report", recipient=None, remark="", by=therapist, now=NOW)


def test_a_report_tells_what_was_measured_and_how_it_changed(
    plan: CarePlan, therapist: User, doctor: ExternalPractitioner
) -> None:
    letter = write_letter(plan.episode, "report", recipient=doctor, remark="Graag overleg.", by=therapist, now=NOW)
    text = text_of(letter.document)
    for word in (doctor.name, plan.episode.reason, "Graag overleg.", "P1", "beter", therapist.practitioner.name):
        assert word in text, word
    assert "7/10 (" in text
    assert "3/10 (" in text


def test_every_sheet_names_the_patient_and_counts(plan: CarePlan, therapist: User) -> None:
    remark = "\n".join(f"Regel {number}." for number in range(200))
    document = compose(plan.episode, "report", recipient=None, remark=remark, by=therapist, now=NOW)
    pages = sheets(document)
    assert len(pages) >= 3
    for number, page in enumerate(pages, start=1):
        assert str(plan.patient) in page
        assert "14/03/1997" in page
        assert f"pagina {number} van {len(pages)}" in page


def test_what_was_typed_is_never_markup(plan: CarePlan, therapist: User) -> None:
    typed = '#set text(size: 90pt) *vet* $x$ <label> #read("/etc/passwd")'
    document = compose(plan.episode, "report", recipient=None, remark=typed, by=therapist, now=NOW)
    assert "#set text(size: 90pt) *vet* $x$ <label>" in text_of(document)


def test_a_referral_names_the_alarm_sign_and_how_urgent_it_is(plan: CarePlan, therapist: User) -> None:
    refer(plan)
    block_plan(plan, reason="x", by=therapist, now=NOW)
    letter = write_letter(plan.episode, "rule_out", by=therapist, now=NOW)
    text = text_of(letter.document)
    assert "Gezwollen kuit" in text
    assert letter.document["urgent"]


def test_the_plan_for_the_patient_has_exercises_and_no_doctor(
    plan: CarePlan, therapist: User, doctor: ExternalPractitioner
) -> None:
    document = compose(plan.episode, "plan", recipient=doctor, remark="", by=therapist, now=NOW)
    text = text_of(document)
    exercise = plan.exercise_prescriptions.filter(phase__key="P1").select_related("exercise").first()
    assert exercise.exercise.name in text
    assert exercise.dosage in text
    assert doctor.name not in text
    assert "112" in text


def test_the_plan_for_the_patient_says_the_alarming_signs_as_the_diary_does(plan: CarePlan, therapist: User) -> None:
    document = compose(plan.episode, "plan", recipient=None, remark="", by=therapist, now=NOW)
    said = [text for part in document["parts"] if part["kind"] == "items" for text in part["items"]]
    definition = definition_of(plan.pathway_version)
    assert set(definition.alarm_signs) <= set(said)
    assert not {flag.label for flag in definition.classification.red_flags} & set(said)


def test_a_letter_at_the_end_tells_what_it_came_to(plan: CarePlan, therapist: User) -> None:
    discharge_plan(plan, outcome_note="Loopt weer vlot.", by=therapist, now=NOW)
    plan.episode.refresh_from_db()
    text = text_of(write_letter(plan.episode, "discharge", by=therapist, now=NOW).document)
    assert "Loopt weer vlot." in text


def test_the_same_letter_gives_the_same_bytes(plan: CarePlan, therapist: User) -> None:
    letter = write_letter(plan.episode, "plan", by=therapist, now=NOW)
    assert render_pdf(letter.document) == render_pdf(Letter.objects.get(pk=letter.pk).document)


def test_a_letter_is_never_changed(plan: CarePlan, therapist: User) -> None:
    letter = write_letter(plan.episode, "plan", by=therapist, now=NOW)
    with pytest.raises(DatabaseError, match="Cannot (update|delete)"), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(kind="report")


def test_through_the_pages_preview_make_and_print(
    client_of: Any, plan: CarePlan, therapist: User, doctor: ExternalPractitioner
) -> None:
    client = client_of(therapist)
    root = f"/plans/letters/of/{plan.episode_id}/"
    assert client.get(root).status_code == 200
    preview = client.get(f"{root}report/")
    assert preview.status_code == 200
    assert not Letter.objects.exists()
    made = client.post(f"{root}report/", {"recipient": str(doctor.pk), "remark": "Dank."}, follow=True)
    letter = Letter.objects.get()
    assert "Dank." in made.content.decode()
    printed = client.get(f"/plans/letters/{letter.pk}/sheets.pdf")
    assert (printed["Content-Type"], printed.content[:5]) == ("application/pdf", b"%PDF-")
    assert plan.patient.family_name not in printed["Content-Disposition"]
    assert AccessLog.objects.filter(patient_id=plan.patient_id).exists()


def test_the_menu_of_a_plan_leads_to_its_letters(client_of: Any, plan: CarePlan, therapist: User) -> None:
    page = client_of(therapist).get(f"/plans/{plan.pk}/")
    assert f'href="/plans/letters/of/{plan.episode_id}/"' in page.content.decode()


def test_a_wrong_kind_says_so_instead_of_failing(client_of: Any, plan: CarePlan, therapist: User) -> None:
    response = client_of(therapist).get(f"/plans/letters/of/{plan.episode_id}/rule_out/", follow=True)
    assert response.status_code == 200
    assert not Letter.objects.exists()


@pytest.mark.parametrize("path", ["of/{episode}/", "of/{episode}/report/", "{letter}/", "{letter}/sheets.pdf"])
def test_only_who_treats_reads_letters(
    client_of: Any, plan: CarePlan, therapist: User, receptionist: User, owner: User, patient_user: User, path: str
) -> None:
    letter = write_letter(plan.episode, "report", by=therapist, now=NOW)
    url = "/plans/letters/" + path.format(episode=plan.episode_id, letter=letter.pk)
    for user in (receptionist, owner, patient_user):
        assert client_of(user).get(url).status_code == 403


def test_a_plan_on_paper_comes_in_the_language_of_the_patient(plan: CarePlan, therapist: User) -> None:
    Patient.objects.filter(pk=plan.patient_id).update(language="fr")
    episode = EpisodeOfCare.objects.get(pk=plan.episode_id)
    made = write_letter(episode, Letter.Kind.PLAN, by=therapist, now=NOW).document
    assert made["language"] == "fr"
    assert made["title"] == "Votre plan"
    given = plan.phases.get(status="active").exercise_prescriptions.select_related("exercise").first().exercise
    steps = next(part for part in made["parts"] if part["kind"] == "steps")
    with override("fr"):
        assert steps["title"] == spoken(given.name) != given.name
        assert steps["items"] == [spoken(text) for text in given.document["how"]]


def test_a_letter_to_a_doctor_is_dutch_unless_another_language_is_chosen(plan: CarePlan, therapist: User) -> None:
    Patient.objects.filter(pk=plan.patient_id).update(language="fr")
    episode = EpisodeOfCare.objects.get(pk=plan.episode_id)
    assert write_letter(episode, Letter.Kind.REPORT, by=therapist, now=NOW).document["language"] == "nl"
    made = write_letter(episode, Letter.Kind.REPORT, language="en", by=therapist, now=NOW)
    assert made.document["language"] == "en"
    assert Letter.objects.get(pk=made.pk).document["salutation"] == "Dear doctor,"
