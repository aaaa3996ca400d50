"""What the database itself refuses about versions of a pathway, whatever code tries it."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import User
from pathways.models import PathwayVersion
from pathways.versions import publish_version, retire_version, review_version, start_draft
from tests.database.test_pathways import refused
from tests.pathways.stories import published
from tests.people import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def first() -> PathwayVersion:
    return published()


@pytest.fixture
def draft(first: PathwayVersion, owner: User) -> PathwayVersion:
    return start_draft(first.pathway, based_on=first, by=owner, now=NOW)


def at_status(draft: PathwayVersion, owner: User, status: str) -> PathwayVersion:
    """Take a draft to a step of its life."""
    steps = {"draft": 0, "reviewed": 1, "published": 2, "retired": 3}[status]
    for step in (review_version, publish_version, retire_version)[:steps]:
        step(draft, by=owner, now=NOW)
    return PathwayVersion.objects.get(pk=draft.pk)


def change(version: PathwayVersion, **values: Any) -> None:
    """Write straight into the row, past every rule in Python."""
    with transaction.atomic():
        PathwayVersion.objects.filter(pk=version.pk).update(**values)


def test_a_pathway_has_one_open_draft(draft: PathwayVersion) -> None:
    with refused("pathways_version_one_draft"):
        PathwayVersion.objects.create(pathway=draft.pathway, number=99, document={}, checksum="x")


def test_a_published_text_has_a_moment_and_a_questionnaire(first: PathwayVersion) -> None:
    for missing in ({"questionnaire": first.questionnaire}, {"published_at": NOW}):
        with refused("pathways_version_published_when"):
            PathwayVersion.objects.create(
                pathway=first.pathway, number=98, document={}, checksum="x", status="published", **missing
            )


def test_a_draft_may_change(draft: PathwayVersion) -> None:
    change(draft, document={"key": "itbs"}, note="x", checksum="y")


@pytest.mark.parametrize("status", ["reviewed", "published", "retired"])
@pytest.mark.parametrize(
    "values",
    [
        {"document": {}},
        {"measures": {}},
        {"exercises": {}},
        {"references": {}},
        {"checksum": "x"},
        {"number": 77},
        {"based_on": None},
    ],
    ids=lambda values: next(iter(values)),
)
def test_a_text_that_was_reviewed_never_changes(
    status: str, values: dict[str, Any], draft: PathwayVersion, owner: User
) -> None:
    version = at_status(draft, owner, status)
    with pytest.raises(DatabaseError):
        change(version, **values)


@pytest.mark.parametrize("status", ["published", "retired"])
@pytest.mark.parametrize(
    "values",
    [{"note": "x"}, {"revision": 9}, {"published_by": None}, {"published_at": None}, {"reviewed_at": None}],
    ids=lambda values: next(iter(values)),
)
def test_who_published_what_and_when_stays(
    status: str, values: dict[str, Any], draft: PathwayVersion, owner: User
) -> None:
    version = at_status(draft, owner, status)
    with pytest.raises(DatabaseError):
        change(version, **values)


ALLOWED = {("draft", "reviewed"), ("reviewed", "draft"), ("reviewed", "published"), ("published", "retired")}
STATUSES = ("draft", "reviewed", "published", "retired")


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("after", STATUSES)
def test_a_text_lives_in_one_direction(before: str, after: str, draft: PathwayVersion, owner: User) -> None:
    if before == after:
        return
    version = at_status(draft, owner, before)
    values = {"status": after, "published_at": NOW, "questionnaire": version.questionnaire}
    if before in {"published", "retired"}:
        values = {"status": after}
    elif after in {"published", "retired"}:
        values["questionnaire"] = version.based_on.questionnaire
    if (before, after) in ALLOWED:
        change(version, **values)
    else:
        with pytest.raises(DatabaseError):
            change(version, **values)


@pytest.mark.parametrize("status", STATUSES)
def test_only_a_draft_can_be_deleted(status: str, draft: PathwayVersion, owner: User) -> None:
    version = at_status(draft, owner, status)
    rows = PathwayVersion.objects.filter(pk=version.pk)
    if status == "draft":
        rows.delete()
    else:
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete("default")
