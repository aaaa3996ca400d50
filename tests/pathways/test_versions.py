"""The life of a version: draft, reviewed, published, retired; and what a folder of files does to it."""

import copy
import datetime
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from accounts.models import User
from pathways.definitions import current_version, definition_of, load, published_versions
from pathways.evidence import current_versions
from pathways.exceptions import VersionChanged, VersionRefused
from pathways.models import Pathway, PathwayVersion
from pathways.versions import (
    discard_draft,
    faults_of,
    publish_version,
    reopen_version,
    retire_version,
    review_version,
    save_draft,
    start_draft,
)
from patients.models import Measure
from tests.pathways.stories import SEEDS, published
from tests.people import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + datetime.timedelta(hours=1)


@pytest.fixture
def first() -> PathwayVersion:
    """The published text of the seeds."""
    return published()


@pytest.fixture
def draft(first: PathwayVersion, owner: User) -> PathwayVersion:
    return start_draft(first.pathway, based_on=first, by=owner, now=NOW)


def edited(version: PathwayVersion, goal: str = "Opnieuw 30 minuten lopen") -> dict[str, Any]:
    document = copy.deepcopy(version.document)
    document["phases"][0]["goal"] = goal
    return document


def test_a_draft_is_a_copy_that_nobody_begins_with(draft: PathwayVersion, first: PathwayVersion) -> None:
    assert (draft.number, draft.status, draft.based_on, draft.questionnaire) == (2, "draft", first, None)
    assert draft.document == {**first.document, "version": 2}
    assert current_version("itbs") == first
    assert [row.pk for row in published_versions() if row.pathway_id == "itbs"] == [first.pk]
    assert draft.pk not in {row.pk for row in current_versions()}


def test_a_pathway_has_one_open_draft(draft: PathwayVersion, first: PathwayVersion, owner: User) -> None:
    with pytest.raises(VersionRefused):
        start_draft(first.pathway, based_on=first, by=owner, now=NOW)
    review_version(draft, by=owner, now=NOW)
    with pytest.raises(VersionRefused):
        start_draft(first.pathway, based_on=None, by=owner, now=NOW)


def test_a_draft_may_be_empty_and_unfinished(owner: User, first: PathwayVersion) -> None:
    pathway = Pathway.objects.create(slug="new", title="Nieuw")
    draft = start_draft(pathway, based_on=None, by=owner, now=NOW)
    saved = save_draft(draft, {"key": "new", "phases": 3}, revision=0, by=owner, now=LATER)
    assert (saved.revision, saved.document["phases"]) == (1, 3)
    faults = faults_of(saved)
    assert {"phases"} < {fault.path for fault in faults}
    with pytest.raises(VersionRefused) as refused:
        review_version(saved, by=owner, now=LATER)
    assert refused.value.faults == faults
    with pytest.raises(VersionRefused):
        start_draft(pathway, based_on=first, by=owner, now=NOW)


def test_the_second_editor_is_told_who_saved_and_when(draft: PathwayVersion, owner: User, therapist: User) -> None:
    saved = save_draft(draft, edited(draft), revision=0, note="Doel aangepast", by=therapist, now=NOW)
    assert (saved.revision, saved.note, saved.created_by) == (1, "Doel aangepast", therapist)
    assert saved.checksum != draft.checksum
    with pytest.raises(VersionChanged) as refused:
        save_draft(draft, edited(draft, "Iets anders"), revision=0, by=owner, now=LATER)
    assert therapist.name in refused.value.detail
    assert "10:00" in refused.value.detail
    assert refused.value.extra["revision"] == 1
    again = save_draft(draft, edited(draft, "Iets anders"), revision=1, by=owner, now=LATER)
    assert (again.document["phases"][0]["goal"], again.note) == ("Iets anders", "Doel aangepast")


def test_saving_takes_along_what_the_text_names_as_it_stands_today(draft: PathwayVersion, owner: User) -> None:
    row = Measure.objects.get(pk="stairs_nprs")
    row.definition = {**row.definition, "label": "Pijn op de trap (nieuw)"}
    row.save(update_fields=["definition"])
    saved = save_draft(draft, edited(draft), revision=0, by=owner, now=LATER)
    assert saved.measures["stairs_nprs"]["label"] == "Pijn op de trap (nieuw)"
    assert "fredericson_2000" in saved.references
    without = {**edited(draft), "phases": [], "derived": {}}
    saved = save_draft(draft, without, revision=1, by=owner, now=LATER)
    assert "fredericson_2000" not in saved.references


def test_a_code_stays_the_same(draft: PathwayVersion, owner: User) -> None:
    with pytest.raises(VersionRefused):
        save_draft(draft, {**edited(draft), "key": "other"}, revision=0, by=owner, now=LATER)


def test_a_text_is_reviewed_then_published_and_the_old_one_retires(
    draft: PathwayVersion, first: PathwayVersion, owner: User, therapist: User
) -> None:
    document = {**edited(draft), "title": "Lopersknie, herzien"}
    draft = save_draft(draft, document, revision=0, by=owner, now=NOW)
    with pytest.raises(VersionRefused):
        publish_version(draft, by=owner, now=NOW)
    reviewed = review_version(draft, by=therapist, now=NOW)
    assert (reviewed.status, reviewed.reviewed_by, reviewed.reviewed_at) == ("reviewed", therapist, NOW)
    with pytest.raises(VersionRefused):
        save_draft(reviewed, document, revision=1, by=owner, now=NOW)
    with pytest.raises(VersionRefused):
        discard_draft(reviewed, by=owner, now=NOW)
    done = publish_version(reviewed, by=owner, now=LATER)
    first.refresh_from_db()
    assert (done.status, done.published_by, done.published_at) == ("published", owner, LATER)
    assert (first.status, first.retired_at) == ("retired", LATER)
    assert done.questionnaire is not None
    assert (current_version("itbs"), Pathway.objects.get(pk="itbs").title) == (done, "Lopersknie, herzien")
    assert definition_of(done).phases[0].goal == "Opnieuw 30 minuten lopen"
    with pytest.raises(VersionRefused):
        publish_version(done, by=owner, now=LATER)


def test_the_same_questions_keep_their_questionnaire(draft: PathwayVersion, first: PathwayVersion, owner: User) -> None:
    review_version(draft, by=owner, now=NOW)
    assert publish_version(draft, by=owner, now=LATER).questionnaire == first.questionnaire


def test_a_reviewed_text_can_be_opened_again_and_a_draft_thrown_away(draft: PathwayVersion, owner: User) -> None:
    review_version(draft, by=owner, now=NOW)
    reopened = reopen_version(draft, by=owner, now=LATER)
    assert (reopened.status, reopened.reviewed_by, reopened.reviewed_at) == ("draft", None, None)
    discard_draft(reopened, by=owner, now=LATER)
    assert not PathwayVersion.objects.filter(pk=draft.pk).exists()
    with pytest.raises(VersionRefused):
        reopen_version(current_version("itbs"), by=owner, now=LATER)


def test_a_retired_text_begins_nothing(first: PathwayVersion, owner: User) -> None:
    retire_version(first, by=owner, now=LATER)
    assert first not in published_versions()
    with pytest.raises(VersionRefused):
        retire_version(first, by=owner, now=LATER)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of content of our own, with one pathway."""
    shutil.copytree(SEEDS, tmp_path / "seeds")
    for file in (tmp_path / "seeds" / "pathways").glob("*.yaml"):
        if file.name != "itbs.yaml":
            file.unlink()
    return tmp_path / "seeds"


def rewrite(folder: Path, **changes: Any) -> None:
    file = folder / "pathways" / "itbs.yaml"
    document = {**yaml.safe_load(file.read_text()), **changes}
    document = {name: value for name, value in document.items() if value is not None}
    file.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False))


def versions() -> list[tuple[int, str]]:
    return list(PathwayVersion.objects.order_by("number").values_list("number", "status"))


def test_a_file_that_is_a_draft_loads_as_a_draft_once(folder: Path) -> None:
    rewrite(folder, status="draft")
    assert load(folder, now=NOW).drafts == ("itbs v1",)
    assert load(folder, now=NOW).drafts == ()
    (row,) = PathwayVersion.objects.all()
    assert (row.status, row.questionnaire, row.created_by, "status" in row.document) == ("draft", None, None, False)
    rewrite(folder, summary="Anders")
    assert load(folder, now=NOW).drafts == ("itbs v1",)
    assert PathwayVersion.objects.get().document["summary"] == "Anders"
    rewrite(folder, status=None)
    assert load(folder, now=NOW).published == ("itbs v1",)
    assert versions() == [(1, "published")]


def test_a_draft_that_a_person_wrote_is_left_alone(folder: Path, owner: User) -> None:
    rewrite(folder, status="draft")
    load(folder, now=NOW)
    row = PathwayVersion.objects.get()
    save_draft(row, edited(row), revision=0, by=owner, now=NOW)
    rewrite(folder, summary="Anders")
    assert load(folder, now=LATER).drafts == ()
    assert PathwayVersion.objects.get().document["phases"][0]["goal"] == "Opnieuw 30 minuten lopen"
    review_version(row, by=owner, now=LATER)
    publish_version(row, by=owner, now=LATER)
    assert load(folder, now=LATER).drafts == ()
    assert versions() == [(1, "published")]


def test_a_changed_file_is_published_and_retires_the_old_text(folder: Path) -> None:
    load(folder, now=NOW)
    assert load(folder, now=NOW).published == ()
    rewrite(folder, summary="Anders", version=2)
    assert load(folder, now=LATER).published == ("itbs v2",)
    assert versions() == [(1, "retired"), (2, "published")]


def test_loading_again_never_undoes_what_the_practice_published(folder: Path, owner: User) -> None:
    load(folder, now=NOW)
    old = current_version("itbs")
    draft = start_draft(old.pathway, based_on=old, by=owner, now=NOW)
    save_draft(draft, edited(draft), revision=0, by=owner, now=NOW)
    assert load(folder, now=NOW).published == ()
    review_version(draft, by=owner, now=NOW)
    publish_version(draft, by=owner, now=NOW)
    assert load(folder, now=LATER).published == ()
    measures = folder / "measures.yaml"
    measures.write_text(measures.read_text().replace("label: Begin van de klacht", "label: Begin"))
    assert load(folder, now=LATER).published == ()
    assert versions() == [(1, "retired"), (2, "published")]


def test_a_new_measure_or_exercise_gives_no_new_version(folder: Path) -> None:
    load(folder, now=NOW)
    exercises = folder / "exercises.yaml"
    more = "  E99:\n    code: E99\n    name: Nieuw\n    how: [Doe het]\n    why: Daarom\n"
    exercises.write_text(exercises.read_text() + more)
    report = load(folder, now=LATER)
    assert (report.exercises, report.published) == (1, ())
