"""The pages of versions: read by those who treat, taken further by the owner, exchanged as files."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Practitioner, User
from pathways.definitions import current_version
from pathways.models import CarePlan, Pathway, PathwayVersion
from pathways.versions import publish_version, review_version, save_draft, start_draft
from patients.models import EpisodeOfCare, IntakeResponse
from tests.pathways.stories import SEEDS, make_plan, published
from tests.people import NOW, make_patient

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
TEXT = (SEEDS / "pathways" / "itbs.yaml").read_text()


@pytest.fixture
def first() -> PathwayVersion:
    return published()


@pytest.fixture
def draft(first: PathwayVersion, owner: User) -> PathwayVersion:
    """A draft in which a threshold and a dosage differ."""
    draft = start_draft(first.pathway, based_on=first, by=owner, now=NOW)
    document = copy.deepcopy(draft.document)
    document["phases"][0]["exit"][3].update(at_most=2)
    document["phases"][0]["exercises"][0].update(sets="4 x 30 s")
    return save_draft(draft, document, revision=0, note="Strenger op de trap", by=owner, now=NOW)


def drafts() -> Any:
    """The open drafts of the pathway that these tests write in; the seeds may hold drafts of other ones."""
    return PathwayVersion.objects.filter(pathway_id="itbs").open_drafts()


def url(name: str, *args: Any) -> str:
    return reverse(f"pathways:{name}", args=args)


def text_of(response: Any) -> str:
    return str(response.content.decode())


def publish_next(draft: PathwayVersion, owner: User) -> PathwayVersion:
    return publish_version(review_version(draft, by=owner, now=NOW), by=owner, now=NOW)


def test_the_list_shows_status_people_and_running_plans(
    client_of: ClientOf, owner: User, draft: PathwayVersion, episode: EpisodeOfCare, practitioner: Practitioner
) -> None:
    make_plan(episode, practitioner)
    answer = client_of(owner).get(url("versions"))
    (card,) = [card for card in answer.context["cards"] if card.pathway.pk == "itbs"]
    assert [(row.number, row.status, row.running_plans) for row in card.versions] == [
        (2, "draft", 0),
        (1, "published", 1),
    ]
    assert "Strenger op de trap" in text_of(answer)
    assert owner.name in text_of(answer)


def test_a_therapist_reads_and_the_owner_writes(client_of: ClientOf, therapist: User, draft: PathwayVersion) -> None:
    web = client_of(therapist)
    page = web.get(url("version", draft.pk))
    assert page.status_code == 200
    assert url("review-version", draft.pk) not in text_of(page)
    for name in ("review-version", "reopen-version", "publish-version", "retire-version", "discard-version"):
        assert web.post(url(name, draft.pk)).status_code == 403
    assert web.post(url("start-draft"), {"pathway": "itbs"}).status_code == 403
    assert web.get(url("import-version")).status_code == 403


@pytest.mark.parametrize("name", ["receptionist", "patient_user"])
def test_who_does_not_treat_reads_no_pathways(
    name: str, client_of: ClientOf, first: PathwayVersion, request: pytest.FixtureRequest
) -> None:
    web = client_of(request.getfixturevalue(name))
    assert web.get(url("versions")).status_code == 403
    assert web.get(url("version", first.pk)).status_code == 403
    assert web.get(url("export-version", first.pk)).status_code == 403


def test_a_version_is_read_as_sentences_with_what_it_rests_on(
    client_of: ClientOf, therapist: User, first: PathwayVersion
) -> None:
    body = text_of(client_of(therapist).get(url("version", first.pk)))
    label = first.measures["stairs_nprs"]["label"]
    assert f"{label} hoogstens 3" in body
    assert "Isometrische heupabductie" in body
    assert "5 x 30-45 s" in body
    assert "Fredericson" in body
    assert client_of(therapist).get(url("version", 0)).status_code == 404


def test_from_draft_to_published_by_the_buttons(client_of: ClientOf, owner: User, first: PathwayVersion) -> None:
    web = client_of(owner)
    begun = web.post(url("start-draft"), {"pathway": "itbs", "based_on": first.pk})
    draft = drafts().get()
    assert begun.url == url("version", draft.pk)
    again = web.post(url("start-draft"), {"pathway": "itbs", "based_on": first.pk}, follow=True)
    assert again.redirect_chain[0][0] == url("versions")
    assert web.post(url("publish-version", draft.pk)).status_code == 409
    for name, status in (("review", "reviewed"), ("reopen", "draft"), ("review", "reviewed"), ("publish", "published")):
        assert web.post(url(f"{name}-version", draft.pk)).url == url("version", draft.pk)
        draft.refresh_from_db()
        assert draft.status == status
    assert current_version("itbs") == draft
    assert web.post(url("retire-version", draft.pk)).status_code == 302
    assert web.get(url("retire-version", draft.pk)).status_code == 405


def test_a_draft_with_faults_is_not_reviewed_and_says_why(
    client_of: ClientOf, owner: User, draft: PathwayVersion
) -> None:
    document = copy.deepcopy(draft.document)
    document["phases"][0]["exercises"][0]["exercise"] = "E77"
    save_draft(draft, document, revision=1, by=owner, now=NOW)
    answer = client_of(owner).post(url("review-version", draft.pk))
    assert answer.status_code == 409
    assert "phases[0].exercises[0].exercise" in text_of(answer)


def test_a_draft_is_thrown_away(client_of: ClientOf, owner: User, draft: PathwayVersion) -> None:
    assert client_of(owner).post(url("discard-version", draft.pk)).url == url("versions")
    assert not PathwayVersion.objects.filter(pk=draft.pk).exists()


def test_the_differences_are_named_in_words(
    client_of: ClientOf, therapist: User, draft: PathwayVersion, first: PathwayVersion
) -> None:
    body = text_of(client_of(therapist).get(url("version-diff", draft.pk)))
    assert "<mark>4</mark> x <mark>30</mark> s" in body
    assert "<mark>2</mark>" in body
    assert "at_most" not in body
    swapped = client_of(therapist).get(url("version-diff", first.pk), {"from": draft.pk})
    assert swapped.context["old"] == draft
    assert client_of(therapist).get(url("version-diff", draft.pk), {"from": "x"}).context["old"] == first


def test_there_is_nothing_to_compare_one_version_with(
    client_of: ClientOf, therapist: User, first: PathwayVersion
) -> None:
    assert client_of(therapist).get(url("version-diff", first.pk)).status_code == 404


def test_a_version_is_saved_as_a_file_and_imported_again(
    client_of: ClientOf, owner: User, first: PathwayVersion
) -> None:
    web = client_of(owner)
    answer = web.get(url("export-version", first.pk))
    assert answer["Content-Disposition"] == 'attachment; filename="itbs-v1.yaml"'
    file = SimpleUploadedFile("itbs.yaml", answer.content, "application/yaml")
    made = web.post(url("import-version"), {"file": file, "note": "Van elders"})
    draft = drafts().get()
    assert (made.url, draft.note) == (url("version", draft.pk), "Van elders")


@pytest.mark.parametrize("text", ["", "key: [", TEXT.replace("exercise: E1,", "exercise: E77,", 1)])
def test_a_wrong_file_keeps_what_was_typed(text: str, client_of: ClientOf, owner: User, first: PathwayVersion) -> None:
    answer = client_of(owner).post(url("import-version"), {"text": text, "note": "Mijn nota"})
    assert answer.status_code == 422
    assert "Mijn nota" in text_of(answer)
    if text:
        assert answer.context["faults"]
        assert answer.context["form"]["text"].value() == text
    assert not drafts().exists()


def test_a_file_for_a_pathway_with_a_draft_is_refused(client_of: ClientOf, owner: User, draft: PathwayVersion) -> None:
    answer = client_of(owner).post(url("import-version"), {"text": TEXT})
    assert answer.status_code == 422
    assert drafts().get() == draft


def test_a_file_that_is_no_text_is_refused(client_of: ClientOf, owner: User, first: PathwayVersion) -> None:
    file = SimpleUploadedFile("a.yaml", b"\xff\xfe\x80\x81")
    answer = client_of(owner).post(url("import-version"), {"file": file})
    assert answer.status_code == 422
    assert "file" in answer.context["form"].errors


@pytest.mark.parametrize(("name", "limit"), [("versions", 20), ("version", 20), ("version-diff", 20)])
def test_a_page_asks_little_of_the_database(
    name: str, limit: int, client_of: ClientOf, owner: User, draft: PathwayVersion
) -> None:
    web = client_of(owner)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert web.get(url(name, *([] if name == "versions" else [draft.pk]))).status_code == 200
        return len(queries)

    before = cost()
    for number in range(20, 24):
        other = Pathway.objects.create(slug=f"other-{number}", title=f"Ander {number}")
        start_draft(other, based_on=None, by=owner, now=NOW)
    assert cost() == before <= limit


def test_the_plan_moves_from_its_page(
    client_of: ClientOf,
    therapist: User,
    owner: User,
    draft: PathwayVersion,
    episode: EpisodeOfCare,
    practitioner: Practitioner,
) -> None:
    plan = make_plan(episode, practitioner)
    web = client_of(therapist)
    assert url("move-plan", plan.pk) not in text_of(web.get(url("plan", plan.pk)))
    newer = publish_next(draft, owner)
    assert url("move-plan", plan.pk) in text_of(web.get(url("plan", plan.pk)))
    page = web.get(url("move-plan", plan.pk), {"to": newer.pk})
    assert page.status_code == 200
    assert "4 x 30 s" in text_of(page)
    empty = web.post(f"{url('move-plan', plan.pk)}?to={newer.pk}", {"reason": ""})
    assert empty.status_code == 422
    done = web.post(f"{url('move-plan', plan.pk)}?to={newer.pk}", {"reason": "Nieuwe inzichten"})
    assert done.url == url("plan", plan.pk)
    plan.refresh_from_db()
    assert plan.pathway_version == newer
    assert "Nieuwe inzichten" in text_of(web.get(url("plan", plan.pk)))
    assert web.get(url("move-plan", plan.pk)).status_code == 404


def test_nobody_else_moves_a_plan(
    client_of: ClientOf,
    owner: User,
    receptionist: User,
    stranger: User,
    draft: PathwayVersion,
    episode: EpisodeOfCare,
    practitioner: Practitioner,
) -> None:
    plan = make_plan(episode, practitioner)
    newer = publish_next(draft, owner)
    for user in (owner, receptionist, stranger):
        assert client_of(user).post(f"{url('move-plan', plan.pk)}?to={newer.pk}", {"reason": "x"}).status_code == 403
    assert CarePlan.objects.get().pathway_version.number == 1


def test_a_refused_move_says_why(
    client_of: ClientOf, therapist: User, first: PathwayVersion, episode: EpisodeOfCare, practitioner: Practitioner
) -> None:
    plan = make_plan(episode, practitioner)
    other = PathwayVersion.objects.create(pathway=first.pathway, number=9, document={}, status="draft", checksum="x")
    page = client_of(therapist).get(url("move-plan", plan.pk), {"to": other.pk})
    assert page.context["preview"].refusals
    sent = client_of(therapist).post(f"{url('move-plan', plan.pk)}?to={other.pk}", {"reason": "Toch"})
    assert sent.status_code == 409


def second_pathway(owner: User) -> PathwayVersion:
    pathway = Pathway.objects.create(slug="second", title="Tweede zorgpad")
    draft = start_draft(pathway, based_on=None, by=owner, now=NOW)
    document = {**copy.deepcopy(current_version("itbs").document), "key": "second", "title": "Tweede zorgpad"}
    save_draft(draft, document, revision=0, by=owner, now=NOW)
    return publish_next(draft, owner)


def test_with_one_pathway_the_intake_begins_at_once(
    client_of: ClientOf, therapist: User, first: PathwayVersion, episode: EpisodeOfCare
) -> None:
    PathwayVersion.objects.exclude(pathway_id="itbs").published().update(status="retired", retired_at=NOW)
    answer = client_of(therapist).post(url("start-intake"), {"episode": episode.pk})
    assert answer.url == url("intake", IntakeResponse.objects.get().pk)


def test_with_more_pathways_one_is_chosen_first(
    client_of: ClientOf, therapist: User, owner: User, first: PathwayVersion, episode: EpisodeOfCare
) -> None:
    other = second_pathway(owner)
    web = client_of(therapist)
    page = web.post(url("start-intake"), {"episode": episode.pk})
    assert page.status_code == 200
    assert not IntakeResponse.objects.exists()
    assert "Tweede zorgpad" in text_of(page)
    answer = web.post(url("start-intake"), {"episode": episode.pk, "pathway": "second"})
    intake = IntakeResponse.objects.get()
    assert (answer.url, intake.questionnaire) == (url("intake", intake.pk), other.questionnaire)
    assert web.post(url("start-intake"), {"episode": episode.pk}).url == url("intake", intake.pk)
    stranger = EpisodeOfCare.objects.create(patient=make_patient("Nieuw"), reason="x", started_on=NOW.date())
    assert web.post(url("start-intake"), {"episode": stranger.pk, "pathway": "nothing"}).status_code == 404
