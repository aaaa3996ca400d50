"""Exit criteria written in the form: what is typed becomes a rule that the engine judges."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from pathways import editor_sheets
from pathways.definitions import definition_of
from pathways.editor import criteria
from pathways.editor_forms.rows import made
from pathways.editor_sheets import library_of
from pathways.engine.criteria import Measurement
from pathways.engine.progress import PlanState, facts_of, phase_criteria
from pathways.models import PathwayVersion
from pathways.versions import faults_of, start_draft
from tests.pathways.editor_posts import posted
from tests.people import NOW, TODAY
from tests.running_plan import make_version


@pytest.fixture
def draft(owner: User) -> PathwayVersion:
    version = make_version()
    return start_draft(version.pathway, based_on=version, by=owner, now=NOW)


@pytest.fixture
def client(owner: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(owner)


def url(draft: PathwayVersion, phase: str = "P1", path: str = "") -> str:
    return f"/plans/versions/{draft.pk}/edit/phases/{phase}/criteria/{path}"


def body(draft: PathwayVersion, phase: str, index: int | None, **changes: Any) -> dict[str, Any]:
    sheet = editor_sheets.criterion(draft.document, library_of(draft), phase, index)
    return dict(posted(sheet.parts, **{"revision": draft.revision, **changes}).lists())


NEW = {
    "criterion-label": "Traplopen gaat goed",
    "criterion-practice_choice": "on",
    "conditions-0-subject": "stairs_nprs",
    "conditions-0-operator": "at_most",
    "conditions-0-threshold": "2",
}


def exits(draft: PathwayVersion, phase: int = 0) -> list[dict[str, Any]]:
    draft.refresh_from_db()
    return list(draft.document["phases"][phase]["exit"])


def judged(draft: PathwayVersion, phase: str, *measured: Measurement) -> dict[str, str]:
    definition = definition_of(draft)
    state = PlanState(
        phase=phase,
        course="acute",
        side="R",
        as_of=TODAY,
        started_on=TODAY - datetime.timedelta(days=21),
        phase_started_on=TODAY - datetime.timedelta(days=21),
        measurements=measured,
    )
    lines = phase_criteria(definition, facts_of(definition, state), phase)
    return {line.key: line.status.value for line in lines}


def test_every_criterion_shows_the_sentence_that_its_rule_makes(draft: PathwayVersion, client: Client) -> None:
    page = client.get(url(draft)).content.decode()
    assert page.count('class="sentence"') == 5
    assert "hoogstens 3" in page


def test_a_criterion_from_the_form_is_judged_by_the_engine(draft: PathwayVersion, client: Client) -> None:
    assert client.get(url(draft, path="new/")).status_code == 200
    answer = client.post(url(draft, path="new/"), body(draft, "P1", None, **NEW))
    assert answer.status_code == 302, answer.content.decode()
    added = exits(draft)[-1]
    assert added == {
        "key": "stairs_nprs<=2",
        "label": "Traplopen gaat goed",
        "measure": "stairs_nprs",
        "at_most": 2,
        "practice_choice": True,
    }
    assert faults_of(draft) == ()
    assert judged(draft, "P1", Measurement("stairs_nprs", {"R": 2}, TODAY))["stairs_nprs<=2"] == "met"
    assert judged(draft, "P1", Measurement("stairs_nprs", {"R": 3}, TODAY))["stairs_nprs<=2"] == "not_met"
    assert judged(draft, "P1")["stairs_nprs<=2"] == "unknown"


def test_saving_any_criterion_untouched_changes_nothing(draft: PathwayVersion) -> None:
    library, seen = library_of(draft), 0
    for phase in draft.document["phases"]:
        for index, row in enumerate(phase["exit"]):
            if not criteria.is_editable(row):
                continue
            seen += 1
            sheet = editor_sheets.criterion(draft.document, library, phase["key"], index)
            forms = made(sheet.parts, posted(sheet.parts))
            assert all(form.is_valid() for form in forms.values()), (row, [form.errors for form in forms.values()])
            assert sheet.save(forms) == draft.document, row
    assert seen >= 24


def test_a_changed_threshold_keeps_the_key_and_the_fallback(draft: PathwayVersion, client: Client) -> None:
    index = next(n for n, row in enumerate(exits(draft, 1)) if "fallback" in row)
    before = exits(draft, 1)[index]
    data = body(draft, "P2", index, **{"conditions-0-threshold": "17,5"})
    assert client.post(url(draft, "P2", f"{index}/"), data).status_code == 302
    assert exits(draft, 1)[index] == {**before, "below": 17.5}


def test_conditions_are_joined(draft: PathwayVersion, client: Client) -> None:
    data = body(draft, "P1", None, **NEW, **{"criterion-group": "any"})
    data |= {
        "conditions-TOTAL_FORMS": ["2"],
        "conditions-1-subject": ["Pijn bij 30 minuten wandelen"],
        "conditions-1-operator": ["equals"],
        "conditions-1-threshold": ["0"],
    }
    data["conditions-1-subject"] = ["walk_30min_nprs"]
    assert client.post(url(draft, path="new/"), data).status_code == 302
    added = exits(draft)[-1]
    assert [leaf["measure"] for leaf in added["any"]] == ["stairs_nprs", "walk_30min_nprs"]
    assert judged(draft, "P1", Measurement("walk_30min_nprs", {"R": 0}, TODAY))[added["key"]] == "met"


def test_an_answer_is_typed_in_its_own_words(draft: PathwayVersion, client: Client) -> None:
    changes = {
        **NEW,
        "conditions-0-subject": "sls_quality",
        "conditions-0-operator": "one_of",
        "conditions-0-threshold": "goed, matig",
    }
    assert client.post(url(draft, path="new/"), body(draft, "P1", None, **changes)).status_code == 302
    assert exits(draft)[-1]["one_of"] == ["good", "fair"]


MISTAKES = [
    ({"conditions-0-subject": "geluk"}, "subject"),
    ({"conditions-0-threshold": "veel"}, "threshold"),
    ({"conditions-0-threshold": ""}, "threshold"),
    ({"conditions-0-operator": ""}, "operator"),
    ({"conditions-0-statistic": "reds"}, "statistic"),
    ({"conditions-0-subject": "sls_quality", "conditions-0-threshold": "super"}, "threshold"),
    ({"conditions-0-subject": "diary", "conditions-0-statistic": "max"}, "window_days"),
    ({"conditions-0-subject": "runs", "conditions-0-statistic": "max"}, "last"),
    ({"conditions-0-subject": "runs", "conditions-0-statistic": "max", "conditions-0-window_days": "7"}, "window_days"),
    ({"conditions-0-subject": "goal_met", "conditions-0-threshold": "misschien"}, "threshold"),
]


@pytest.mark.parametrize(("changes", "field"), MISTAKES)
def test_what_cannot_be_a_condition_is_told_beside_its_field(
    changes: dict[str, Any], field: str, draft: PathwayVersion, client: Client
) -> None:
    answer = client.post(url(draft, path="new/"), body(draft, "P1", None, **{**NEW, **changes}))
    assert answer.status_code == 422
    assert f"id_conditions-0-{field}_error" in answer.content.decode()


def test_criteria_are_moved_and_removed(draft: PathwayVersion, client: Client) -> None:
    keys = [row["key"] for row in exits(draft)]
    client.post(url(draft), {"do": "down:0", "revision": 0})
    assert [row["key"] for row in exits(draft)] == [keys[1], keys[0], *keys[2:]]
    client.post(url(draft), {"do": "remove:0", "revision": 1})
    assert [row["key"] for row in exits(draft)] == [keys[0], *keys[2:]]
    client.post(url(draft), {"do": "remove:0", "revision": 1})
    assert len(exits(draft)) == 4
    assert client.post(url(draft), {"do": "remove:40", "revision": 2}).status_code == 404


def test_a_rule_beyond_the_form_is_shown_and_left_alone(draft: PathwayVersion, client: Client) -> None:
    index = next(n for n, row in enumerate(exits(draft, 2)) if not criteria.is_editable(row))
    page = client.get(url(draft, "P3")).content.decode()
    assert url(draft, "P3", f"{index}/") not in page
    assert client.get(url(draft, "P3", f"{index}/")).status_code == 404


@pytest.mark.parametrize(
    "more", [{"statistic": "first"}, {"statistic": "each", "last": 3}, {"side": "left"}, {"at_least": 1}]
)
def test_a_condition_that_the_form_has_no_words_for_is_not_edited_there(more: dict[str, Any]) -> None:
    plain = {"key": "stairs_nprs<=2", "label": "Trap", "measure": "stairs_nprs", "at_most": 2, "practice_choice": True}
    assert criteria.is_editable(plain)
    assert not criteria.is_editable({**plain, **more})


def test_the_sentence_follows_what_is_typed(draft: PathwayVersion, client: Client) -> None:
    data = {**body(draft, "P1", None, **NEW), "do": ["sentence"]}
    page = client.post(url(draft, path="new/"), data)
    assert page.status_code == 200
    assert "Trappen: pijn hoogstens 2." in page.content.decode()
    part = client.post(url(draft, path="new/"), data, headers={"HX-Request": "true"}).content.decode()
    assert "Trappen: pijn hoogstens 2." in part
    assert "<form" not in part
    unfinished = client.post(url(draft, path="new/"), {**data, "conditions-0-threshold": [""]})
    assert "hoogstens" not in unfinished.content.decode().split('id="sentence"')[1].split("</p>")[0]
    draft.refresh_from_db()
    assert draft.revision == 0
