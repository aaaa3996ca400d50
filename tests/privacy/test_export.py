"""An export holds every row of a patient, and says so in a list that can be checked."""

import datetime
import hashlib
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext, override

from accounts.models import AccessLog, Practitioner, User
from fysicure.fhir.bundle import bundle, everything, references
from fysicure.fhir.elements import NIHDI, SSIN
from fysicure.privacy.dossier import dossier
from fysicure.privacy.export import export
from fysicure.privacy.rows import LEFT_OUT, SECRET_COLUMNS, tables_of
from pathways.models import CarePlan, DiaryEntry, Goal, Letter
from patients.belongings import KEPT, belongings_of, every_model, patient_links, user_links
from patients.models import Consent, ExternalPractitioner, Patient, Prescription, PrivacyText
from scheduling.models import Appointment, CalendarFeed
from tests.pathways.stories import log, make_plan, measure
from tests.people import NOW, TODAY

pytestmark = pytest.mark.django_db
LETTER = {
    "language": "nl", "title": "Verslag", "urgent": None, "place_and_date": "Mol", "salutation": None, "closing": None,
    "practice": {"name": "P", "lines": []}, "patient": {"name": "An", "birth_date": "1"}, "recipient": None,
    "parts": [], "author": {"name": "x", "lines": []}, "words": {"born": "geboren", "page": "p", "of": "/"},
}  # fmt: skip


@pytest.fixture
def full(patient: Patient, episode: Any, practitioner: Practitioner, doctor: ExternalPractitioner) -> CarePlan:
    """A patient with something of most kinds."""
    plan = make_plan(episode, practitioner)
    by = practitioner.user
    Patient.objects.filter(pk=patient.pk).update(national_number="85073003328", general_practitioner=doctor)
    Practitioner.objects.filter(pk=practitioner.pk).update(nihdi_number="52345678527")
    log(plan, 1, note="Rustig gelopen")
    log(plan, 3, (0, 0, None, None))
    measure(plan, {"stairs_nprs": {"R": 3, "L": 0}})
    Prescription.objects.create(episode=episode, prescriber=doctor, prescribed_on=TODAY, sessions_ordered=9)
    Goal.objects.create(plan=plan, description="10 km lopen", target="10 km", due_on=TODAY)
    Letter.objects.create(patient=patient, episode=episode, kind="report", document=LETTER, created_by=by)
    Appointment.objects.create(
        patient=patient, practitioner=practitioner, start=NOW, end=NOW + datetime.timedelta(minutes=30), booked_by=by
    )
    CalendarFeed.objects.create(patient=patient, digest="f" * 64, created_by=patient.user)
    text = PrivacyText.objects.create(kind="research", version=1, title="Onderzoek", body="…")
    Consent.objects.create(patient=patient, text=text, kind="research", choice="given", how="desk", made_by=by)
    AccessLog.objects.create(user_id=by.pk, role="therapist", patient_id=patient.pk, part="chart")
    return CarePlan.objects.select_related("patient__user").get(pk=plan.pk)


def unpacked(patient: Patient) -> tuple[dict[str, bytes], dict[str, Any]]:
    with export(patient, now=NOW) as packed, zipfile.ZipFile(packed) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return files, json.loads(files.pop("manifest.json"))


def test_every_file_stands_in_the_manifest_with_its_digest(full: CarePlan) -> None:
    files, manifest = unpacked(full.patient)
    listed = {row["path"]: row["sha256"] for row in manifest["files"]}
    assert {path: hashlib.sha256(content).hexdigest() for path, content in files.items()} == listed
    assert manifest["format"] == "fysicure-export" and manifest["version"] == 1
    assert files["dossier.pdf"].startswith(b"%PDF") and len(files["dossier.pdf"]) > 10_000
    assert len([name for name in files if name.startswith("brieven/001-") and name.endswith("-report.pdf")]) == 1


def test_every_row_is_there_with_its_history_and_who_looked(full: CarePlan) -> None:
    files, manifest = unpacked(full.patient)
    expected = {
        label: count for label, count in belongings_of(full.patient_id).counts().items() if label not in LEFT_OUT
    }
    assert {label: count for label, count in manifest["rows"].items() if label in expected} == expected
    diary = json.loads(files["gegevens/pathways_diaryentry.json"])
    assert {row["note"] for row in diary} == {"Rustig gelopen", ""}
    assert len(json.loads(files["geschiedenis/patients_patientevent.json"])) == 2
    assert json.loads(files["gegevens/wie_keek.json"])[0]["part"] == "chart"
    assert "Lotte Maes" in {row["name"] for row in json.loads(files["gegevens/mensen.json"])}
    assert "accounts.User" in manifest["rows"]


def test_no_secret_leaves(full: CarePlan) -> None:
    files, _manifest = unpacked(full.patient)
    rows = [row for path, content in files.items() if path.endswith(".json") for row in [json.loads(content)]]
    columns = {key for row in rows if isinstance(row, list) for each in row for key in each}
    assert not columns & SECRET_COLUMNS
    assert b"f" * 64 not in b"".join(files.values())


def test_nothing_of_another_patient_leaves(full: CarePlan, stranger: User) -> None:
    files, _manifest = unpacked(full.patient)
    whole = b"".join(files.values())
    other = Patient.objects.get(user=stranger)
    assert str(other.pk).encode() not in whole and b"Vreemd" not in whole


def test_each_model_that_leads_to_a_patient_is_exported_or_left_out_with_a_reason(full: CarePlan) -> None:
    """A new model of ours is exported by its foreign keys; one that the walk cannot find must say why."""
    walked = {model._meta.label for model in (*patient_links(), *user_links())}
    bare = {
        model._meta.label
        for model in every_model()
        if any(each.attname == "patient_id" for each in model._meta.concrete_fields)
    }
    assert bare - walked - set(KEPT) == set()
    assert all(LEFT_OUT.values()) and all(KEPT.values())
    exported = {table.model._meta.label for table in tables_of(full.patient)}
    assert not exported & set(LEFT_OUT)
    filled = set(belongings_of(full.patient_id).counts())
    assert filled - exported - set(LEFT_OUT) == set()


def test_two_years_of_diary_cost_the_same_queries(full: CarePlan) -> None:
    def cost(act: Callable[[], Any]) -> int:
        with CaptureQueriesContext(connection) as queries:
            act().close()
        return len(queries)

    fresh = Patient.objects.all()
    few = cost(lambda: export(fresh.get(pk=full.patient_id), now=NOW))
    rows = [
        DiaryEntry(
            plan=full, patient=full.patient, kind="run", started_at=NOW - datetime.timedelta(days=day, hours=1),
            ended_at=NOW - datetime.timedelta(days=day), side="R", pre=0, during=1, after=1, next=0,
            client_key=f"long {day}", created_by=full.patient.user,
        )
        for day in range(730)
    ]  # fmt: skip
    DiaryEntry.objects.bulk_create(rows)
    assert cost(lambda: export(fresh.get(pk=full.patient_id), now=NOW)) == few < 190


def test_the_bundle_holds_together(full: CarePlan) -> None:
    patient = Patient.objects.get(pk=full.patient_id)
    whole = bundle(everything(patient), now=NOW)
    resources = [entry["resource"] for entry in whole["entry"]]
    names = [f"{each['resourceType']}/{each['id']}" for each in resources]
    assert len(names) == len(set(names))
    assert set(references(resources)) <= set(names)
    kinds = {each["resourceType"] for each in resources}
    assert kinds == {
        "Appointment", "CarePlan", "Condition", "Consent", "Encounter", "EpisodeOfCare", "Goal", "Observation",
        "Organization", "Patient", "Practitioner", "Provenance", "QuestionnaireResponse", "ServiceRequest",
    }  # fmt: skip
    assert whole["type"] == "collection" and whole["timestamp"] == "2026-11-23T09:00:00Z"


REQUIRED = {
    "Appointment": ("status", "participant", "start", "end"),
    "CarePlan": ("status", "intent", "subject"),
    "Condition": ("subject", "clinicalStatus"),
    "Consent": ("status", "scope", "category", "policyRule"),
    "Encounter": ("status", "class"),
    "EpisodeOfCare": ("status", "patient"),
    "Goal": ("lifecycleStatus", "description", "subject"),
    "Observation": ("status", "code"),
    "Organization": ("name",),
    "Patient": ("name", "gender", "birthDate"),
    "Practitioner": ("name",),
    "Provenance": ("target", "recorded", "agent"),
    "QuestionnaireResponse": ("status",),
    "ServiceRequest": ("status", "intent", "subject"),
}


def empties(value: Any) -> bool:
    """Whether something in a resource is empty, which FHIR forbids."""
    if isinstance(value, dict):
        return not value or any(empties(each) for each in value.values())
    if isinstance(value, list):
        return not value or any(empties(each) for each in value)
    return value in (None, "")


def test_each_resource_has_what_r4_requires(full: CarePlan) -> None:
    for resource in everything(Patient.objects.get(pk=full.patient_id)):
        assert set(REQUIRED[resource["resourceType"]]) <= set(resource), resource
        assert not empties(resource), resource
        for key in ("start", "end", "authored", "effectiveDateTime", "dateTime"):
            if isinstance(resource.get(key), str):
                datetime.datetime.strptime(resource[key], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.UTC)


def test_identifiers_are_the_belgian_ones(full: CarePlan) -> None:
    resources = everything(Patient.objects.get(pk=full.patient_id))
    identifiers = [each for row in resources for each in row.get("identifier", [])]
    assert {"use": "official", "system": SSIN, "value": "85073003328"} in identifiers
    assert {"use": "official", "system": NIHDI, "value": "52345678527"} in identifiers


def test_a_pain_that_was_not_given_is_absent_and_zero_is_kept(full: CarePlan) -> None:
    resources = everything(Patient.objects.get(pk=full.patient_id))
    scores = [row["component"] for row in resources if "component" in row]
    assert [len(each) for each in scores] in ([4, 2], [2, 4])
    assert all(isinstance(part["valueInteger"], int) for each in scores for part in each)
    assert any(part["valueInteger"] == 0 for each in scores for part in each)


def texts_of(content: Any) -> set[str]:
    """Every text that stands somewhere in a document."""
    inner = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    return {content} if isinstance(content, str) else {text for each in inner for text in texts_of(each)}


def test_the_document_is_in_the_patients_language_whoever_takes_it_out(full: CarePlan) -> None:
    patient = full.patient
    patient.language = "fr"
    with override("en"):
        told = dossier(patient, looked=[], now=NOW)
    with override("fr"):
        assert (told["language"], told["title"]) == ("fr", gettext("Copy of your record"))
        assert gettext("Your diary") in texts_of(told)


def test_an_address_that_is_not_known_is_a_dash(full: CarePlan) -> None:
    told = texts_of(dossier(full.patient, looked=[], now=NOW))
    assert (full.patient.street, full.patient.city) == ("", "")
    assert not any(text.startswith(",") for text in told)
