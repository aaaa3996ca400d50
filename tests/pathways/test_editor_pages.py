"""The owner writes a draft through its pages: every form saves, mistakes keep what was typed, nobody overwrites."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from pathways import editor_sheets
from pathways.editor_sheets import library_of
from pathways.models import PathwayVersion
from pathways.versions import faults_of, review_version, save_draft, start_draft
from tests.pathways.editor_posts import posted
from tests.people import NOW
from tests.running_plan import make_version


@pytest.fixture
def draft(owner: User) -> PathwayVersion:
    version = make_version()
    return start_draft(version.pathway, based_on=version, by=owner, now=NOW)


@pytest.fixture
def client(owner: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(owner)


def url(draft: PathwayVersion, path: str = "") -> str:
    return f"/plans/versions/{draft.pk}/edit/{path}"


def body(draft: PathwayVersion, name: str, *arguments: Any, **changes: Any) -> dict[str, Any]:
    """What the page of a sheet sends when some of its fields were changed."""
    sheet = getattr(editor_sheets, name)(draft.document, library_of(draft), *arguments)
    data = posted(sheet.parts, **{"revision": draft.revision, **changes})
    return dict(data.lists())


PAGES: list[tuple[str, str, tuple[Any, ...], dict[str, Any], Callable[[Any], Any], Any]] = [
    ("general/", "general", (), {"general-title": "Knie"}, lambda text: text["title"], "Knie"),
    ("phases/P1/", "phase", ("P1",), {"phase-goal": "Rust"}, lambda text: text["phases"][0]["goal"], "Rust"),
    (
        "phases/P1/",
        "phase",
        ("P1",),
        {"phase-low_acute": 2, "phase-high_acute": 3},
        lambda text: text["phases"][0]["weeks"]["acute"],
        [2, 3],
    ),
    (
        "phases/P2/exercises/",
        "exercises",
        ("P2",),
        {"exercises-0-per_week": "4", "exercises-0-references": None, "exercises-0-practice_choice": "on"},
        lambda text: (
            text["phases"][1]["exercises"][0]["per_week"],
            "reference" in text["phases"][1]["exercises"][0],
        ),
        (4, False),
    ),
    (
        "flags/",
        "flags",
        (),
        {"flags-5-action": "Nu bellen"},
        lambda text: (
            text["classification"]["red_flags"][5]["action"],
            text["classification"]["red_flags"][5]["also_when"]["measure"],
        ),
        ("Nu bellen", "effusion"),
    ),
    (
        "classification/",
        "classification",
        (),
        {"criteria-0-label": "Pijn opzij"},
        lambda text: (
            text["classification"]["criteria"][0]["label"],
            "when" in text["classification"]["criteria"][0],
        ),
        ("Pijn opzij", True),
    ),
    ("goals/", "goals", (), {"goals-0-threshold": "2"}, lambda text: text["goals"][0]["target"], {"at_most": 2}),
    ("lights/", "lights", (), {"lights-red_peak": 7}, lambda text: text["lights"]["red_peak"], 7),
    (
        "review/",
        "review",
        (),
        {"review-window_days": 14, "function-1-measure": "lefs"},
        lambda text: (text["review"]["window_days"], text["review"]["no_response"]["function"][1]["measure"]),
        (14, "lefs"),
    ),
    (
        "visits/",
        "visits",
        (),
        {"visits_acute-1-week": 3},
        lambda text: [row["week"] for row in text["visits"]["schedule"]["acute"]][:3],
        [0, 2, 3],
    ),
]


@pytest.mark.parametrize(("path", "sheet", "arguments", "changes", "read", "expected"), PAGES)
def test_each_form_writes_in_the_draft(
    path: str,
    sheet: str,
    arguments: tuple[Any, ...],
    changes: dict[str, Any],
    read: Callable[[Any], Any],
    expected: Any,
    draft: PathwayVersion,
    client: Client,
) -> None:
    assert client.get(url(draft, path)).status_code == 200
    answer = client.post(url(draft, path), body(draft, sheet, *arguments, **changes))
    assert answer.status_code == 302, answer.content.decode()[:3000]
    draft.refresh_from_db()
    assert read(draft.document) == expected
    assert draft.revision == 1
    assert faults_of(draft) == ()


@pytest.mark.parametrize("path", sorted({page for page, *_rest in PAGES} | {"", "phases/P1/criteria/"}))
def test_only_the_owner_writes(
    path: str,
    draft: PathwayVersion,
    therapist: User,
    receptionist: User,
    client_of: Callable[[User], Client],
) -> None:
    for user in (therapist, receptionist):
        assert client_of(user).get(url(draft, path)).status_code == 403
        assert client_of(user).post(url(draft, path), {}).status_code in {403, 405}


def test_mistakes_keep_what_was_typed_beside_what_is_wrong(draft: PathwayVersion, client: Client) -> None:
    changes = {"exercises-0-sets": "", "exercises-1-progression": "Traag opbouwen", "exercises-2-practice_choice": None}
    answer = client.post(url(draft, "phases/P2/exercises/"), body(draft, "exercises", "P2", **changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Traag opbouwen" in page
    assert 'id="id_exercises-0-sets_error"' in page
    assert 'id="id_exercises-2-practice_choice_error"' in page
    draft.refresh_from_db()
    assert draft.revision == 0


def test_every_rule_says_what_it_rests_on(draft: PathwayVersion, client: Client) -> None:
    answer = client.post(url(draft, "lights/"), body(draft, "lights", **{
        "lights-references": None, "lights-practice_choice": None
    }))  # fmt: skip
    assert answer.status_code == 422
    assert "lights-practice_choice_error" in answer.content.decode()


def test_a_row_is_moved_without_saving(draft: PathwayVersion, client: Client) -> None:
    data = body(draft, "exercises", "P2", **{"exercises-1-sets": "9 x 9", "do": "exercises:up:1"})
    page = client.post(url(draft, "phases/P2/exercises/"), data).content.decode()
    first = page.index('value="9 x 9"')
    assert first < page.index('name="exercises-1-sets"')
    draft.refresh_from_db()
    assert draft.revision == 0


def test_an_added_row_that_stays_empty_is_no_row(draft: PathwayVersion, client: Client) -> None:
    data = body(draft, "phase", "P1")
    number = int(data["education-TOTAL_FORMS"][0])
    data |= {"education-TOTAL_FORMS": [str(number + 1)], f"education-{number}-text": [""]}
    assert client.post(url(draft, "phases/P1/"), data).status_code == 302
    draft.refresh_from_db()
    assert len(draft.document["phases"][0]["education"]) == number


def test_a_new_explanation_gets_a_key_of_its_own(draft: PathwayVersion, client: Client) -> None:
    data = body(draft, "phase", "P1")
    number = int(data["education-TOTAL_FORMS"][0])
    data |= {
        "education-TOTAL_FORMS": [str(number + 1)],
        f"education-{number}-text": ["Slaap is herstel."],
        f"education-{number}-practice_choice": ["on"],
    }
    client.post(url(draft, "phases/P1/"), data)
    draft.refresh_from_db()
    assert draft.document["phases"][0]["education"][-1] == {
        "key": "lesson",
        "text": "Slaap is herstel.",
        "practice_choice": True,
    }


def test_two_writers_see_each_others_text(draft: PathwayVersion, client: Client, owner: User) -> None:
    mine = body(draft, "general", **{"general-title": "Mijn titel"})
    save_draft(draft, {**draft.document, "title": "Hun titel"}, revision=0, by=owner, now=NOW)
    answer = client.post(url(draft, "general/"), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Hun titel" in page
    assert 'value="Mijn titel"' in page
    draft.refresh_from_db()
    assert draft.document["title"] == "Hun titel"
    again = client.post(url(draft, "general/"), {**mine, "revision": ["1"]})
    draft.refresh_from_db()
    assert (again.status_code, draft.document["title"]) == (302, "Mijn titel")


def test_the_outline_lists_the_faults_with_the_form_that_mends_them(
    draft: PathwayVersion, client: Client, owner: User
) -> None:
    phases = [{**draft.document["phases"][0], "exit": []}, *draft.document["phases"][1:]]
    save_draft(draft, {**draft.document, "phases": phases}, revision=0, by=owner, now=NOW)
    page = client.get(url(draft)).content.decode()
    assert url(draft, "phases/P1/criteria/") in page.split('class="card faults"')[1].split("</section>")[0]


def test_phases_are_added_moved_and_removed(draft: PathwayVersion, client: Client) -> None:
    orders = [
        ({"do": "add", "title": "Wedstrijd"}, ["P1", "P2", "P3", "P4", "P5", "P6"]),
        ({"do": "up:P6"}, ["P1", "P2", "P3", "P4", "P6", "P5"]),
        ({"do": "remove:P6"}, ["P1", "P2", "P3", "P4", "P5"]),
        ({"do": "down:P1"}, ["P2", "P1", "P3", "P4", "P5"]),
    ]
    for revision, (order, keys) in enumerate(orders):
        assert client.post(url(draft, "phases/"), {**order, "revision": revision}).status_code == 302
        draft.refresh_from_db()
        assert [row["key"] for row in draft.document["phases"]] == keys
    stale = client.post(url(draft, "phases/"), {"do": "remove:P1", "revision": 0}, follow=True)
    draft.refresh_from_db()
    assert len(draft.document["phases"]) == 5
    assert b"message-error" in stale.content
    assert client.post(url(draft, "phases/"), {"do": "remove:P9", "revision": 4}).status_code == 404
    assert client.post(url(draft, "phases/"), {"do": "dance", "revision": 4}).status_code == 404


def test_the_note_is_kept(draft: PathwayVersion, client: Client) -> None:
    assert client.post(url(draft, "note/"), {"note": "Drempel hoger.", "revision": 0}).status_code == 302
    draft.refresh_from_db()
    assert draft.note == "Drempel hoger."
    answer = client.post(url(draft, "note/"), {"note": "Te laat.", "revision": 0})
    assert answer.status_code == 409
    assert "Te laat." in answer.content.decode()


def test_a_reviewed_text_cannot_be_written_in(draft: PathwayVersion, client: Client, owner: User) -> None:
    review_version(draft, by=owner, now=NOW)
    assert client.get(url(draft)).status_code == 409
    late = client.post(url(draft, "phases/P1/"), {"title": "Rust en uitleg", "revision": 0})
    assert (late.status_code, "Rust en uitleg" in late.content.decode()) == (409, True)


@pytest.mark.parametrize(
    "path", ["phases/P9/", "phases/P9/criteria/", "phases/P1/criteria/99/", "phases/P9/exercises/"]
)
def test_what_is_not_there_is_not_there(path: str, draft: PathwayVersion, client: Client) -> None:
    assert client.get(url(draft, path)).status_code == 404


@pytest.mark.parametrize("path", ["", *sorted({page for page, *_rest in PAGES}), "phases/P4/criteria/"])
def test_a_page_asks_few_queries_however_long_the_draft(
    path: str, draft: PathwayVersion, client: Client, owner: User
) -> None:
    client.get(url(draft, path))
    with CaptureQueriesContext(connection) as before:
        client.get(url(draft, path))
    phases = [
        {**row, "education": [{**each, "key": f"{each['key']}{copy}"} for copy in (1, 2) for each in row["education"]]}
        for row in draft.document["phases"]
    ]
    save_draft(draft, {**draft.document, "phases": phases}, revision=0, by=owner, now=NOW)
    with CaptureQueriesContext(connection) as after:
        client.get(url(draft, path))
    assert len(after) == len(before) <= 12


def test_a_text_that_lacks_whole_parts_still_has_an_outline(draft: PathwayVersion, client: Client, owner: User) -> None:
    phases = [{"key": "P1"}, *draft.document["phases"][1:]]
    save_draft(draft, {**draft.document, "phases": phases}, revision=0, by=owner, now=NOW)
    answer = client.get(url(draft))
    assert answer.status_code == 200
    assert 'class="card faults"' in answer.content.decode()
    assert client.get(url(draft, "phases/P1/")).status_code == 404
