"""Edits of a document: what no form shows stays, and saving a page untouched changes nothing."""

import json
from typing import Any

import pytest

from pathways import editor_sheets
from pathways.editor.document import moved, replaced, with_source
from pathways.editor.phases import add_phase, edit_exercises, move_phase, remove_phase
from pathways.editor.sentences import numbers_apart
from pathways.editor_forms.rows import Library, made, rearranged
from pathways.engine.checks import validate_document
from pathways.engine.content import Content, read_content
from pathways.fault_words import fault_words
from pathways.version_texts import plain
from tests.pathways.editor_posts import posted
from tests.pathways.stories import SEEDS


@pytest.fixture(scope="module")
def content() -> Content:
    return read_content(SEEDS)


@pytest.fixture
def document(content: Content) -> dict[str, Any]:
    return dict(json.loads(json.dumps(content.documents["itbs"], default=str)))


@pytest.fixture
def library(content: Content, document: dict[str, Any]) -> Library:
    return Library(
        {key: plain(row) for key, row in content.measures.items()},
        {key: plain(row) for key, row in content.exercises.items()},
        {key: plain(row) for key, row in content.references.items()},
        document["derived"],
    )


PAGES: list[tuple[str, tuple[str, ...]]] = [
    ("general", ()),
    ("phase", ("P1",)),
    ("phase", ("P5",)),
    ("exercises", ("P2",)),
    ("flags", ()),
    ("classification", ()),
    ("goals", ()),
    ("lights", ()),
    ("review", ()),
    ("visits", ()),
]


@pytest.mark.parametrize(("name", "arguments"), PAGES)
def test_saving_a_page_untouched_changes_nothing(
    name: str, arguments: tuple[str, ...], document: dict[str, Any], library: Library
) -> None:
    before = json.loads(json.dumps(document))
    sheet = getattr(editor_sheets, name)(document, library, *arguments)
    forms = made(sheet.parts, posted(sheet.parts))
    assert all(form.is_valid() for form in forms.values()), [form.errors for form in forms.values()]
    assert sheet.save(forms) == document == before


def test_edits_leave_the_document_that_they_were_given(document: dict[str, Any]) -> None:
    before = json.dumps(document)
    replaced(document, ("phases", 1, "goal"), "Anders")
    move_phase(document, "P2", -1)
    remove_phase(document, "P2")
    add_phase(document, title="Nieuw")
    edit_exercises(document, "P1", [])
    assert json.dumps(document) == before


def test_phases_are_numbered_in_their_order(document: dict[str, Any]) -> None:
    phases = move_phase(document, "P3", -1)["phases"]
    assert [(row["key"], row["order"]) for row in phases[:3]] == [("P1", 1), ("P3", 2), ("P2", 3)]
    assert [row["order"] for row in remove_phase(document, "P1")["phases"]] == [1, 2, 3, 4]
    assert [row["key"] for row in add_phase(document, title="Wedstrijd")["phases"]][-1] == "P6"


def test_a_new_phase_lacks_what_makes_it_a_phase(document: dict[str, Any], content: Content) -> None:
    faults = validate_document(
        add_phase(document, title="Wedstrijd"),
        measures=content.measures,
        references=content.references,
        exercises=content.exercises,
    )
    assert {fault.path for fault in faults} == {"phases[5].exit", "phases[5].load.texts"}


def test_an_unknown_phase_is_no_phase(document: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        remove_phase(document, "P9")


def test_a_rule_rests_on_one_publication_on_more_or_on_the_practice() -> None:
    assert with_source({"text": "a", "practice_choice": True}, ["one"], False) == {"text": "a", "reference": "one"}
    assert with_source({"text": "a"}, ["one", "two"], True) == {
        "text": "a",
        "reference": ["one", "two"],
        "practice_choice": True,
    }


def test_the_first_row_stays_first_and_the_last_last() -> None:
    assert moved([1, 2, 3], 0, -1) == [1, 2, 3]
    assert moved([1, 2, 3], 2, 1) == [1, 2, 3]
    assert moved([1, 2, 3], 1, 1) == [1, 3, 2]


def test_a_button_moves_adds_and_removes_rows_and_keeps_what_was_typed(
    document: dict[str, Any], library: Library
) -> None:
    parts = editor_sheets.exercises(document, library, "P2").parts
    data = posted(parts, **{"exercises-1-sets": "4 x 6"})

    def rows(order: str) -> list[tuple[Any, Any]]:
        return [(row["exercise"].value(), row["sets"].value()) for row in rearranged(parts, data, order)["exercises"]]

    before = rows("nonsense")
    assert before[1] == ("E3", "4 x 6")
    assert rows("exercises:up:1")[0] == ("E3", "4 x 6")
    assert rows("exercises:remove:0") == before[1:]
    assert rows("exercises:add:") == [*before, (None, None)]
    assert rows("exercises:up:x") == rows("exercises:fly:99") == before


def test_words_that_name_another_number_than_the_rule_are_noticed() -> None:
    assert numbers_apart("Pijn in 7 dagen hoogstens 3", "Dagboek van 7 dagen: hoogste pijn hoogstens 4.") == ("3",)
    assert numbers_apart("Loopstap S4 gedaan", "Hoogste gedane loopstap minstens 4.") == ()
    assert numbers_apart("Weekafstand minstens 80 % van gewoon", "Gemiddelde minstens 0,8 x gewoon.") == ()


def test_faults_are_said_in_the_words_of_the_practice() -> None:
    assert fault_words("threshold 14 outside the range of nprs_now (0 to 10)", str) == (
        "14 cannot occur: “nprs_now” goes from 0 to 10."
    )
    assert fault_words("[] should be non-empty", str) == "This is still empty."
    assert fault_words("something new", str) == "something new"
