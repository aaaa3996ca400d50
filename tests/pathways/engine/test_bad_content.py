"""Twenty-odd kinds of bad content: each gives exactly one sentence with its place, and nothing is loaded."""

import copy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from pathways.definitions import load
from pathways.engine.content import ContentError
from pathways.models import Exercise, PathwayVersion, Reference
from patients.models import Measure
from tests.people import NOW

from .conftest import SEEDS

P2 = ("phases", 1)
LINE = (*P2, "exit", 3)
FILE = "pathways/itbs.yaml"


def put(path: tuple[Any, ...], value: Any) -> Callable[[Any], None]:
    """Change one place of a document; None takes it away."""

    def change(document: Any) -> None:
        node = document
        for part in path[:-1]:
            node = node[part]
        if value is None:
            del node[path[-1]]
        else:
            node[path[-1]] = value

    return change


def rule(**words: Any) -> Callable[[Any], None]:
    """Write another condition in an exit line."""
    kept = {"key": "sls_nprs==0", "label": "x", "practice_choice": True}
    return put(LINE, {**kept, **words})


PAIN = {"measure": "sls_nprs", "at_most": 2}
BAD = {
    "unknown measure": (
        rule(measure="sls_pain", equals=0, key="sls_pain==0"),
        "phases[1].exit[3].measure: unknown measure sls_pain",
    ),
    "unknown word": (
        rule(measure="sls_nprs", equals=0, weigth=3),
        "phases[1].exit[3]: Additional properties are not allowed ('weigth' was unexpected)",
    ),
    "threshold outside the range": (
        rule(measure="sls_nprs", equals=11),
        "phases[1].exit[3].equals: threshold 11 outside the range of sls_nprs (0 to 10)",
    ),
    "threshold that is no number": (
        rule(measure="sls_nprs", equals="low"),
        "phases[1].exit[3].equals: threshold 'low' is no number, sls_nprs is",
    ),
    "no threshold": (rule(measure="sls_nprs"), "phases[1].exit[3]: needs a threshold"),
    "no such answer": (
        rule(measure="sls_quality", equals="superb", key="sls_quality"),
        "phases[1].exit[3].equals: 'superb' is no answer of sls_quality",
    ),
    "no reference": (
        put((*LINE, "practice_choice"), None),
        "phases[1].exit[3]: needs a reference or practice_choice: true",
    ),
    "unknown reference": (
        put((*LINE, "reference"), "nobody_1900"),
        "phases[1].exit[3].reference: unknown reference nobody_1900",
    ),
    "wrong side": (
        rule(measure="mass_kg", at_least=60, side="other", key="mass_kg"),
        "phases[1].exit[3].side: wrong side: mass_kg has no sides",
    ),
    "unknown statistic": (
        rule(measure="sls_nprs", at_most=2, statistic="median"),
        "phases[1].exit[3].statistic: 'median' is not one of ['latest', 'first', 'max', 'min', "
        "'mean', 'count', 'days', 'sum', 'trend', 'each']",
    ),
    "statistic of words": (
        rule(measure="sls_quality", equals="good", statistic="mean", key="sls_quality"),
        "phases[1].exit[3].statistic: sls_quality is no number and has no mean",
    ),
    "statistic of a computed value": (
        rule(measure="hipabd_deficit_pct", below=10, statistic="max", key="hipabd_deficit_pct"),
        "phases[1].exit[3].statistic: hipabd_deficit_pct is computed from the latest values and has no max",
    ),
    "a trend over nothing": (
        rule(measure="sls_nprs", below=0, statistic="trend"),
        "phases[1].exit[3].statistic: a trend needs window_days or last",
    ),
    "a window of no days": (
        rule(measure="sls_nprs", at_most=2, statistic="max", window_days=0),
        "phases[1].exit[3].window_days: 0 is less than the minimum of 1",
    ),
    "no values needed": (
        rule(measure="sls_nprs", at_most=2, statistic="max", minimum_count=0),
        "phases[1].exit[3].minimum_count: 0 is less than the minimum of 1",
    ),
    "more values than looked at": (
        rule(measure="sls_nprs", at_most=2, statistic="max", last=2, minimum_count=3),
        "phases[1].exit[3].minimum_count: asks for 3 of the last 2 values",
    ),
    "a group larger than itself": (
        rule(at_least={"count": 3, "of": [PAIN, PAIN]}),
        "phases[1].exit[3].at_least.count: asks for 3 of 2 conditions",
    ),
    "an empty group": (rule(all=[]), "phases[1].exit[3].all: [] should be non-empty"),
    "unknown fact of the plan": (
        rule(state="mood", at_least=1),
        "phases[1].exit[3].state: unknown fact of the plan mood",
    ),
    "key without its measure": (
        put((*LINE, "key"), "pain==0"),
        "phases[1].exit[3].key: must begin with its measure: sls_nprs",
    ),
    "duplicate criterion": (
        put((*P2, "exit", 4), {"key": "sls_nprs==0", "label": "x", "practice_choice": True, **PAIN}),
        "phases[1].exit[4].key: duplicate key sls_nprs==0",
    ),
    "cycle of computed values": (
        put(("derived", "nm_per_kg", "force"), "hipabd_deficit_pct"),
        "derived.nm_per_kg.force: computed value hipabd_deficit_pct: a computed value rests on measures only",
    ),
    "computed from one side": (
        put(("derived", "hipabd_deficit_pct", "of"), "mass_kg"),
        "derived.hipabd_deficit_pct.of: wrong side: mass_kg is not measured on each side",
    ),
    "unknown exercise": (
        put((*P2, "exercises", 0, "exercise"), "E99"),
        "phases[1].exercises[0].exercise: unknown exercise E99",
    ),
    "phases out of order": (put((*P2, "order"), 5), "phases[1].order: phase order: expected 2"),
    "weeks the wrong way round": (
        put((*P2, "weeks", "acute"), [3, 1]),
        "phases[1].weeks.acute: the lower number of weeks comes first",
    ),
    "weeks of an unknown course": (
        put((*P2, "weeks", "slow"), [1, 2]),
        "phases[1].weeks: weeks are needed for each course",
    ),
    "an empty title": (put((*P2, "title"), ""), "phases[1].title: '' should be non-empty"),
    "no goal": (put((*P2, "goal"), None), "phases[1]: 'goal' is a required property"),
    "unknown phase": (put(("review", "return_phase"), "P9"), "review.return_phase: unknown phase P9"),
    "unknown urgency": (
        put(("classification", "red_flags", 0, "urgency"), "LATER"),
        "classification.red_flags[0].urgency: 'LATER' is not one of ['EMERGENCY', 'URGENT', 'SOON']",
    ),
}


def seeds_with(tmp_path: Path, text: str) -> Path:
    root = tmp_path / "seeds"
    shutil.copytree(SEEDS, root)
    for file in (root / "pathways").glob("*.yaml"):
        file.unlink()
    (root / FILE).write_text(text, encoding="utf-8")
    return root


def assert_nothing_loaded() -> None:
    for model in (PathwayVersion, Measure, Exercise, Reference):
        assert not model.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", BAD)
def test_one_exact_sentence_and_nothing_loaded(content: Any, tmp_path: Path, kind: str) -> None:
    change, sentence = BAD[kind]
    document = copy.deepcopy(dict(content.documents["itbs"]))
    change(document)
    root = seeds_with(tmp_path, yaml.safe_dump(document, allow_unicode=True, sort_keys=False))
    with pytest.raises(ContentError) as refused:
        load(root, now=NOW)
    assert refused.value.faults == (f"{FILE}:{sentence}",)
    assert_nothing_loaded()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("key: a\nkey: b\n", "(file): duplicate key key (line 2)"),
        ("- a\n- b\n", "(document): must be a mapping"),
    ],
)
def test_a_file_that_is_no_document(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ContentError) as refused:
        load(seeds_with(tmp_path, text), now=NOW)
    assert refused.value.faults == (f"{FILE}:{sentence}",)
    assert_nothing_loaded()


@pytest.mark.django_db
def test_a_tab_is_said_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as refused:
        load(seeds_with(tmp_path, "key: a\n\ttitle: b\n"), now=NOW)
    (sentence,) = refused.value.faults
    assert sentence.startswith(f"{FILE}:(file): ")
    assert "line 2" in sentence
    assert_nothing_loaded()
