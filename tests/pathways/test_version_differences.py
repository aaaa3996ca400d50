"""What differs between two texts of a pathway: nothing is missed, and it reads as sentences."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from pathways.models import PathwayVersion
from pathways.version_differences import SectionChange, counts_of, differences, word_pieces
from pathways.version_outline import outline
from pathways.version_texts import Tables, parts_of
from tests.pathways.stories import content

Way = tuple[Any, ...]


def version_of(document: Any, number: int = 1, slug: str = "itbs") -> PathwayVersion:
    """A version in memory: its differences need no database."""
    known = content()
    parts = parts_of(document, Tables(known.measures, known.references, known.exercises))
    return PathwayVersion(pathway_id=slug, number=number, **parts)


def text() -> dict[str, Any]:
    return dict(copy.deepcopy(content().documents["itbs"]))


def ways(node: Any, way: Way = ()) -> Iterator[Way]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from ways(value, (*way, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from ways(value, (*way, index))
    else:
        yield way


def changed_at(way: Way) -> dict[str, Any]:
    document: Any = text()
    node = document
    for step in way[:-1]:
        node = node[step]
    value = node[way[-1]]
    if isinstance(value, bool):
        node[way[-1]] = not value
    elif isinstance(value, int | float):
        node[way[-1]] = value + 1
    else:
        node[way[-1]] = f"{value} anders" if value else "iets"
    return dict(document)


def sections_of(document: Any) -> dict[str, SectionChange]:
    return {change.key: change for change in differences(version_of(text()), version_of(document, 2))}


@pytest.mark.parametrize("slug", sorted(content().documents))
def test_the_same_text_has_no_differences(slug: str) -> None:
    document = content().documents[slug]
    assert differences(version_of(document, slug=slug), version_of({**document, "version": 7}, 2, slug)) == ()


@pytest.mark.nightly
def test_no_change_of_a_value_is_missed() -> None:
    old = version_of(text())
    # One value of each kind: rows of the same list are read alike. The order of phases shows by their places.
    kinds = {tuple("*" if isinstance(step, int) else step for step in way[:6]): way for way in ways(text())}
    numbers = {("version",), ("key",), ("phases", "*", "order")}
    with translation.override(None):  # the words are not looked at, and translating them takes most of the time
        missed = [
            kind
            for kind, way in kinds.items()
            if kind not in numbers
            and ("cases" not in kind or "expect" in kind)
            and not differences(old, version_of(changed_at(way)))
        ]
    assert len(kinds) > 200
    assert missed == []


def test_a_criterion_reads_as_a_sentence() -> None:
    document = text()
    document["phases"][0]["exit"][3]["at_most"] = 2
    (item,) = sections_of(document)["phase:P1"].items
    (field,) = item.fields
    assert (item.kind, item.title) == ("changed", "Pijn op de trap hoogstens 3")
    label = content().measures["stairs_nprs"].label
    assert (field.old, field.new) == (f"{label} hoogstens 3", f"{label} hoogstens 2")
    assert [piece.text for piece in field.new_pieces if piece.is_other] == ["2"]


def test_an_exercise_that_is_added_removed_or_dosed_otherwise_is_named() -> None:
    document = text()
    rows = document["phases"][0]["exercises"]
    rows[0]["sets"] = "4 x 30 s"
    rows.append({"exercise": "E4", "sets": "3 x 12", "per_week": 3, "practice_choice": True})
    del rows[1]
    found = {item.title.split()[0]: item for item in sections_of(document)["phase:P1"].items}
    assert {code: item.kind for code, item in found.items()} == {"E1": "changed", "E4": "added", "E2": "removed"}
    assert [(field.old, field.new) for field in found["E1"].fields] == [("5 x 30-45 s", "4 x 30 s")]
    assert counts_of(differences(version_of(text()), version_of(document, 2)))["added"] == 1


def test_a_phase_that_goes_is_one_section_and_phases_that_move_are_said() -> None:
    document = text()
    document["phases"] = [*document["phases"][1:4], document["phases"][0]]
    found = sections_of(document)
    assert found["phase:P5"].kind == "removed"
    assert found["order"].items[0].kind == "moved"


def test_a_threshold_shows_old_and_new() -> None:
    document = text()
    document["lights"]["green_peak_max"] = 2
    (item,) = sections_of(document)["lights"].items
    assert [(field.old, field.new) for field in item.fields] == [("3", "2")]


def test_a_publication_that_says_something_else_is_a_difference() -> None:
    old, new = version_of(text()), version_of(text(), 2)
    new.references["esculier_2020"]["strength"] = "strong"
    (change,) = differences(old, new)
    assert change.key == "references"
    assert change.items[0].fields[0].new == "strong"


@pytest.mark.parametrize("document", [{}, {"key": "x"}, {"key": "x", "phases": [{"key": "P1", "exit": [{}]}]}])
def test_an_unfinished_text_can_be_read(document: Any) -> None:
    assert isinstance(outline(version_of(document)), tuple)
    assert differences(version_of(text()), version_of(document, 2))


def test_words_that_both_texts_have_are_not_marked() -> None:
    old, new = word_pieces("hoogstens 3 op 10", "hoogstens 2 op 10")
    assert "".join(piece.text for piece in new) == "hoogstens 2 op 10"
    assert [piece.text for piece in old if piece.is_other] == ["3"]
