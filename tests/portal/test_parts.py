"""Parts of pages that are kept, and pages of a list that count as they read."""

from typing import Any

import pytest
from django.core.paginator import Paginator
from django.utils.translation import override

from fysicure.portal.forms import RestForm
from fysicure.portal.pages import page_of
from fysicure.portal.reading import ExerciseToday, Need
from fysicure.templatetags.portal import kept_part, pain_scale
from pathways.models import CarePlan, DiaryEntry
from tests.people import NOW
from tests.portal.test_query_counts import fill


def exercise(dosage: str, done: int = 0) -> ExerciseToday:
    return ExerciseToday("E1", "Step <up>", dosage, "3", ("Stand.",), "Strength.", (), False, done=done)


def test_a_kept_part_follows_its_content_and_the_language() -> None:
    needs = (Need("Stairs <1", "met"),)
    with override("nl"):
        dutch = kept_part("portal/_needs.html", needs=needs)
        assert kept_part("portal/_needs.html", needs=(Need("Stairs <1", "met"),)) is dutch
        assert kept_part("portal/_needs.html", needs=(Need("Stairs <1", "not_met"),)) != dutch
    with override("en"):
        english = kept_part("portal/_needs.html", needs=needs)
    assert "Needed for the next phase:" in english and "Needed for the next phase:" not in dutch
    assert "Stairs &lt;1" in dutch and "Stairs &lt;1" in english


def test_two_patients_with_other_dosages_read_their_own() -> None:
    one, other = (
        kept_part("portal/_exercise.html", exercise=exercise(each), is_now=True, with_clock=True, show_done=True)
        for each in ("3 x 8", "2 x 5")
    )
    assert "3 x 8" in one and "2 x 5" not in one
    assert "2 x 5" in other and "3 x 8" not in other
    assert "Step &lt;up&gt;" in one
    assert (
        kept_part(
            "portal/_exercise.html", exercise=exercise("3 x 8", done=2), is_now=True, with_clock=True, show_done=True
        )
        != one
    )


def test_who_works_on_templates_sees_them_as_they_are(settings: Any) -> None:
    needs = (Need("Hop", "unknown"),)
    kept = kept_part("portal/_needs.html", needs=needs)
    settings.DEBUG = True
    assert kept_part("portal/_needs.html", needs=needs) is not kept


def test_the_pain_scale_keeps_what_was_typed_and_says_what_is_wrong() -> None:
    chosen = pain_scale(RestForm({"pre": "7"})["pre"])
    assert 'value="7" checked' in chosen and chosen.count("checked") == 1
    wrong = RestForm({"pre": "<b>99</b>"})
    wrong.is_valid()
    shown = pain_scale(wrong["pre"])
    assert "field-wrong" in shown and 'id="id_pre_error"' in shown
    assert "checked" not in shown and "<b>" not in shown


@pytest.mark.parametrize("asked", [None, "", "1", "2", "3", "0", "-3", "99", "abc", "1.5", "9" * 40])
def test_a_page_is_the_one_that_the_paginator_gives(plan: CarePlan, asked: str | None) -> None:
    assert list(page_of(plan.diary.order_by("-started_at"), asked, 4)) == []
    fill(plan, 0, 9)
    rows = DiaryEntry.objects.filter(plan=plan, started_at__lt=NOW).order_by("-started_at", "-id")
    found, expected = page_of(rows, asked, 4), Paginator(rows, 4).get_page(asked)
    assert (list(found), found.number, found.paginator.num_pages) == (list(expected), expected.number, 3)
