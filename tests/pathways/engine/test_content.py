import copy
import re
import shutil
from pathlib import Path

import pytest

from pathways.engine.checks import validate_document
from pathways.engine.classification import classify
from pathways.engine.content import ContentError, read_content, read_yaml
from pathways.engine.criteria import Measurement
from pathways.engine.definition import InvalidDefinition, parse_definition
from pathways.engine.findings import parse_findings
from pathways.engine.lights import judge
from pathways.engine.progress import PlanState, assess

from .conftest import SEEDS, TODAY, ago, run_on


def change(path, value):
    def apply(document):
        node = document
        for part in path[:-1]:
            node = node[part]
        if value is None:
            del node[path[-1]]
        else:
            node[path[-1]] = value

    return apply


EXIT = ("phases", 1, "exit")
CASES = [
    (change((*EXIT, 3, "measure"), "sls_pain"), "phases[1].exit[3].measure", "unknown measure"),
    (change((*EXIT, 3, "equals"), 11), "phases[1].exit[3].equals", "outside the range"),
    (change((*EXIT, 3, "practice_choice"), None), "phases[1].exit[3]", "needs a reference"),
    (change((*EXIT, 3, "reference"), "nobody_1900"), "phases[1].exit[3].reference", "unknown reference"),
    (change((*EXIT, 4, "one_of"), ["good", "superb"]), "phases[1].exit[4].one_of", "no answer"),
    (change((*EXIT, 3, "key"), "d7.days>=3"), "phases[1].exit[3].key", "duplicate key"),
    (change((*EXIT, 3, "key"), "pain==0"), "phases[1].exit[3].key", "must begin with"),
    (change(("phases", 1, "exercises", 0, "exercise"), "E99"), "phases[1].exercises[0].exercise", "unknown exercise"),
    (change(("phases", 1, "order"), 5), "phases[1].order", "phase order"),
    (change(("phases", 1, "weeks", "acute"), [3, 1]), "phases[1].weeks.acute", "lower number"),
    (change(("phases", 1, "goal"), None), "phases[1]", "'goal' is a required property"),
    (change(("phases", 1, "load", "practice_choice"), None), "phases[1].load", "needs a reference"),
    (change(("running", "steps", 6, "phase"), "P3"), "running.steps[6].phase", "phase order"),
    (change(("running", "restart_step"), "S99"), "running", "unknown step"),
    (change(("derived", "hipabd_deficit_pct", "of"), "mass_kg"), "derived.hipabd_deficit_pct.of", "wrong side"),
    (
        change(("classification", "contra", 0, "when"), {"measure": "mass_kg", "side": "other", "above": 60}),
        "classification.contra[0].when.side",
        "wrong side",
    ),
    (
        change(("classification", "red_flags", 0, "urgency"), "LATER"),
        "classification.red_flags[0].urgency",
        "is not one of",
    ),
    (
        change(("classification", "criteria", 0, "practice_choice"), None),
        "classification.criteria[0]",
        "needs a reference",
    ),
    (
        change(("questionnaire", "sections", 0, "measures"), ["nothing"]),
        "questionnaire.sections[0].measures[0]",
        "unknown measure",
    ),
    (change(("visits", "schedule", "acute"), None), "visits.schedule.acute", "each course"),
    (change(("review", "return_phase"), "P9"), "review.return_phase", "unknown phase"),
    (change(("extra",), 1), "(document)", "Additional properties"),
]


@pytest.mark.parametrize(("fault", "path", "reason"), CASES)
def test_a_fault_is_named_where_it_is(content, fault, path, reason):
    document = copy.deepcopy(dict(content.documents["itbs"]))
    tables = {"measures": content.measures, "references": content.references, "exercises": content.exercises}
    assert validate_document(document, **tables) == []
    fault(document)
    found = validate_document(document, **tables)
    assert any(each.path == path and reason in each.reason for each in found), found
    with pytest.raises(InvalidDefinition):
        parse_definition(document, **tables)


def test_all_faults_at_once_one_line_each(tmp_path):
    shutil.copytree(SEEDS, tmp_path / "seeds")
    root = tmp_path / "seeds"
    text = (root / "pathways/itbs.yaml").read_text()
    (root / "pathways/itbs.yaml").write_text(
        text.replace("measure: sls_nprs, equals: 0", "measure: sls_pain, equals: 0")
    )
    (root / "pathways/other.yaml").write_text("key: a\nkey: b\n")
    measures = (root / "measures.yaml").read_text().replace("type: multiple", "type: many", 1)
    (root / "measures.yaml").write_text(measures)
    with pytest.raises(ContentError) as caught:
        read_content(root)
    faults = caught.value.faults
    assert "pathways/itbs.yaml:phases[1].exit[3].measure: unknown measure sls_pain" in faults
    assert any(each.startswith("pathways/other.yaml:(file): duplicate key key") for each in faults)
    assert any(each.startswith("measures.yaml:measures.pain_quality.type: unknown type many") for each in faults)


def test_every_asked_measure_has_a_question_and_every_section_fits(content):
    asked = [measure for measure in content.measures.values() if not measure.computed]
    assert [measure.key for measure in asked if not measure.question] == []
    sections = content.pathways["itbs"].questionnaire.sections
    keys = [key for section in sections for key in section.measures]
    assert len(keys) == len(set(keys))
    assert next(each for each in sections if each.key == "red_flags").mandatory
    assert {key for key in content.measures if key.startswith("rf_")} == {
        flag.key for pathway in content.pathways.values() for flag in pathway.classification.red_flags
    }


def test_patient_text_never_names_the_suspicion(content):
    for flag in content.pathways["itbs"].classification.red_flags:
        assert flag.label.lower() not in flag.patient_text.lower()
        assert not re.search("breuk|klonter|kanker|infectie|trombose|tumor", flag.patient_text.lower())


def test_wrong_sources_of_the_article_are_corrected(content):
    corrected = {key for key, each in content.references.items() if each.correction}
    assert {
        "vanderworp_2012",
        "ferber_2010",
        "noehren_2014",
        "fredericson_2000",
        "ellis_2007",
        "messier_2018",
    } <= corrected
    assert {"ferber_2011", "esculier_2016a", "heiderscheit_2011", "wilke_2016", "esculier_2020"} <= corrected


def test_the_engine_knows_no_condition():
    engine = Path(__file__).parents[3] / "pathways" / "engine"
    for file in engine.glob("*.py"):
        text = file.read_text().lower()
        assert "itbs" not in text, file.name
        assert "loper" not in text, file.name
        assert "django" not in text.replace("no django", ""), file.name


def test_another_condition_needs_no_code_and_no_running(content):
    document = read_yaml((Path(__file__).parent / "heel_pain.yaml").read_text())
    heel = parse_definition(document, content.measures, content.references, content.exercises)
    raw = {"rf_fever": False, "rf_neuro": False, "onset_date": ago(7), "nprs_worst_7d": 5, "morning_stiffness_min": 10}
    findings, _ = parse_findings(content.measures, raw, "L")
    found = classify(heel, side="L", age=16, as_of=TODAY, findings=findings)
    assert (found.class_, found.course, found.start_step, found.visits_weeks) == ("LIKELY", "usual", None, (0,))
    state = PlanState("H", "usual", "L", TODAY, ago(7), ago(7), measurements=[Measurement("nprs_worst_7d", 2, TODAY)])
    done = assess(heel, state)
    assert (done.proposal, done.to_phase, done.step, done.next_max_km) == ("advance", None, None, None)
    assert judge([run_on(TODAY, (0, 5, 5, 1))], now=run_on(TODAY).end, rules=heel.lights)[0].light == "GREEN"
