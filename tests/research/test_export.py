"""The file: who is in it, what it tells, what it never tells, and that a refusal leaves nothing behind."""

import datetime
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AccessLog, Practitioner, SecurityEvent, User
from fysicure.research import making
from fysicure.research.asked import Asked, Format
from fysicure.research.checking import check_file, check_outcomes
from fysicure.research.columns import Scored, followed, outcome_columns, scored_measures
from fysicure.research.exceptions import NobodyConsented, NotAnonymous, TooRare
from fysicure.research.generalising import LEVELS
from fysicure.research.making import keep, make, preview
from fysicure.research.pseudonyms import pseudonym
from pathways.models import CarePlan, CheckIn, Decision, DiaryEntry, PlanPause
from patients.models import Encounter, Restriction
from tests.people import NOW, at
from tests.research.made import outcomes_of, row_of, table_of
from tests.research.population import BEGUN, Person, choose, measure

pytestmark = pytest.mark.django_db
Populate = Callable[[list[Person]], list[CarePlan]]


KEY = b"k" * 32


def test_only_who_said_yes_last_is_in_it(people: Populate, owner: User) -> None:
    yes = people([Person() for _ in range(6)])
    no = people([
        Person(consent=()), Person(consent=("given", "withdrawn")), Person(consent=("refused",)),
        Person(consent=("refused", "given", "withdrawn")), Person(),
    ])  # fmt: skip
    Restriction.objects.create(patient=no[4].patient, reason="Vraagt stilstand", begun_by=owner)
    made = make(Asked(), by=owner, now=NOW, key=KEY)
    told = {row["pseudonym"] for row in outcomes_of(made)}
    assert told == {pseudonym(plan.patient_id, KEY) for plan in yes}
    found = preview(Asked(), now=NOW)
    assert found.considered.left_out == {
        "not_asked": (1, 1), "withdrawn": (2, 2), "refused": (1, 1), "frozen": (1, 1),
    }  # fmt: skip
    assert made.report["left_out"]["withdrawn"] == {"patients": "fewer than 5", "plans": "fewer than 5"}


def test_consent_to_photos_is_no_consent_to_research(people: Populate, owner: User) -> None:
    plans = people([Person(consent=()) for _ in range(6)])
    for plan in plans:
        row = choose(plan.patient, "given", owner)
        assert row.kind == "research"
    others = people([Person(consent=())])
    text = row.text
    text.pk, text.kind, text._state.adding = None, "images", True
    text.id = plans[0].pk
    text.save()
    others[0].patient.consents.create(kind="images", text=text, choice="given", how="desk", made_by=owner)
    assert len(outcomes_of(make(Asked(), by=owner, now=NOW))) == 6


def test_a_plan_that_began_too_recently_waits(people: Populate, owner: User) -> None:
    people([Person() for _ in range(5)] + [Person(plans=(NOW.date() - datetime.timedelta(days=7),))])
    assert preview(Asked(), now=NOW).considered.left_out == {"too_recent": (1, 1)}
    assert len(outcomes_of(make(Asked(), by=owner, now=NOW))) == 5


def test_what_the_row_of_a_plan_tells(people: Populate, owner: User, practitioner: Practitioner) -> None:
    plans = people([Person() for _ in range(5)])
    plan, by = plans[0], practitioner.user
    for days, value in ((-3, 7), (1, 6), (40, 2), (60, 1)):
        measure(plan, "nprs_worst_7d", days, value, side="R")
    measure(plan, "nprs_worst_7d", 60, 9, side="L")
    measure(plan, "groc", 60, -3)
    plan.phases.filter(key="P1").update(status="completed", completed_on=BEGUN + datetime.timedelta(days=20))
    for days, kind, override in ((20, "advance", False), (30, "hold", True), (31, "hold", False)):
        Decision.objects.create(
            plan=plan, kind=kind, proposal="advance", is_override=override, made_by=by, made_at=moment(days)
        )
    PlanPause.objects.create(
        plan=plan, started_on=day(30), ended_on=day(44), reason_code="illness", made_by=by, made_at=moment(30)
    )
    for days, kind in ((10, "session"), (20, "session"), (25, "self_report"), (100, "session")):
        Encounter.objects.create(
            patient=plan.patient, episode=plan.episode, kind=kind, started_at=moment(days), status="finished"
        )
    goals = [{"reached": True}, {"reached": False}, {"reached": None}]
    Decision.objects.create(plan=plan, kind="close", evidence={"goals": goals}, made_by=by, made_at=moment(70))
    CarePlan.objects.filter(pk=plan.pk).update(status="completed", ended_on=day(70))
    CheckIn.objects.create(plan=plan, week=4, due_on=day(98), answered_at=moment(98), is_back=True)
    CheckIn.objects.create(plan=plan, week=8, due_on=day(126))
    for days in (2, 3, 12):
        diary(plan, days, "exercise", by)
    row = row_of(plan, make(Asked(), by=owner, now=NOW, key=KEY), KEY)
    expected = {
        "age_band": "30-39", "sex": "female", "postal_area": "24", "start_period": "2026-Q1", "pathway": "itbs",
        "pathway_version": 1, "side": "R", "course": "acute", "classification": "LIKELY", "is_restart": False,
        "weeks_told": 33, "status": "completed", "weeks_in_plan": 8, "weeks_paused": 2, "phases": 2,
        "phases_completed": 1, "visits": 3, "advances": 1, "holds": 2, "steps_back": 0, "blocks": 0,
        "proposed_advances": 3, "overrides": 1, "red_lights": 0, "diary_entries": 3, "exercise_sessions": 3,
        "exercise_weeks": 2, "running_reached": False, "goals": 3, "goals_judged": 2, "goals_reached": 1,
        "check_ins_answered": 1, "came_back": True, "nprs_worst_7d_start": 6.0, "nprs_worst_7d_start_week": 0,
        "nprs_worst_7d_last": 1.0, "nprs_worst_7d_last_week": 8, "groc_last": -3.0, "plan_number": 1,
    }  # fmt: skip
    assert {key: row[key] for key in expected} == expected


def day(days: int) -> datetime.date:
    return BEGUN + datetime.timedelta(days=days)


def moment(days: int) -> datetime.datetime:
    return at(day(days).isoformat())


def diary(plan: CarePlan, days: int, kind: str, by: User) -> None:
    DiaryEntry.objects.create(
        patient=plan.patient, plan=plan, kind=kind, started_at=moment(days), ended_at=moment(days), side="R",
        client_key=f"{plan.pk}-{days}", created_by=by,
    )  # fmt: skip


def test_what_is_not_known_is_empty_and_never_zero(people: Populate, owner: User) -> None:
    people([Person() for _ in range(5)])
    row = outcomes_of(make(Asked(), by=owner, now=NOW))[0]
    unknown = (
        "weeks_in_plan", "diary_entries", "exercise_sessions", "exercise_weeks", "running_reached", "goals",
        "goals_reached", "came_back", "lefs_start", "lefs_last", "lefs_last_week", "groc_last",
    )  # fmt: skip
    assert {name: row[name] for name in unknown} == dict.fromkeys(unknown)
    assert row["status"] == "running" and row["visits"] == 1 and row["holds"] == 0


def test_what_came_after_the_weeks_of_the_quarter_is_not_told(people: Populate, owner: User) -> None:
    plan, *_others = people([Person() for _ in range(5)])
    last = 33 * 7
    measure(plan, "lefs", last - 1, 60)
    measure(plan, "lefs", last, 80)
    CarePlan.objects.filter(pk=plan.pk).update(status="completed", ended_on=day(last))
    made = make(Asked(), by=owner, now=NOW, key=KEY)
    row = row_of(plan, made, KEY)
    assert (row["lefs_last"], row["lefs_last_week"]) == (60, 32)
    assert row["status"] == "running" and row["weeks_in_plan"] is None
    assert [each["value"] for each in table_of(made, "measurements").to_pylist()] == [60]


def test_a_later_plan_of_the_same_episode_keeps_its_own_values(
    people: Populate, owner: User, practitioner: Practitioner
) -> None:
    plans = people([Person() for _ in range(5)])
    seconds = []
    for plan in plans:
        CarePlan.objects.filter(pk=plan.pk).update(status="revoked", ended_on=day(60))
        seconds.append(again(plan, day(60)))
        measure(plan, "lefs", 38, 50)
        measure(plan, "lefs", 55, 55)
        measure(plan, "lefs", 90, 70)
    rows = [each for each in outcomes_of(make(Asked(), by=owner, now=NOW, key=KEY))]
    assert len(rows) == 10 and {each["plan_number"] for each in rows} == {1, 2}
    first, second = sorted(
        (each for each in rows if each["pseudonym"] == rows[0]["pseudonym"]), key=lambda each: each["plan_number"]
    )
    assert (first["lefs_last"], first["lefs_last_week"], first["weeks_in_plan"]) == (55, 7, 8)
    assert (second["lefs_start"], second["lefs_start_week"], second["lefs_last"]) == (None, None, 70)
    assert second["is_restart"] and not first["is_restart"] and first["status"] == "stopped"


def again(plan: CarePlan, begun: datetime.date) -> CarePlan:
    made: CarePlan = CarePlan.objects.create(
        patient=plan.patient, episode=plan.episode, pathway_version=plan.pathway_version, side=plan.side,
        classification=plan.classification, practitioner=plan.practitioner, started_on=begun, course="acute",
        restarted_from=plan,
    )  # fmt: skip
    return made


SECRETS = ("Geheimnaam", "Zwijgstraat", "0470989796", "geheim@mail.example", "Verborgenklacht", "Stillenotitie")


def test_no_word_number_or_id_of_a_patient_is_in_the_bytes(
    people: Populate, owner: User, practitioner: Practitioner
) -> None:
    fields = {
        "family_name": SECRETS[0], "given_name": SECRETS[0], "street": SECRETS[1], "phone": "+32470989796",
        "email": SECRETS[3], "city": SECRETS[0],
    }  # fmt: skip
    plans = people([Person(fields=fields) for _ in range(6)])
    for plan in plans:
        plan.episode.reason = SECRETS[4]
        plan.episode.save(update_fields=["reason"])
        Encounter.objects.create(
            patient=plan.patient, episode=plan.episode, kind="session", started_at=moment(9), note=SECRETS[5]
        )
        Decision.objects.create(
            plan=plan, kind="hold", reason=SECRETS[5], evidence={"x": SECRETS[5]}, made_by=practitioner.user,
            made_at=moment(9),
        )  # fmt: skip
        measure(plan, "lefs", 9, 44)
    made = make(Asked(), by=owner, now=NOW)
    content = everything_in(made)
    ids = [str(each) for plan in plans for each in (plan.pk, plan.patient_id, plan.episode_id)]
    ids += [each.replace("-", "") for each in ids]
    names = [practitioner.name, owner.name, owner.email, BEGUN.isoformat(), f"{BEGUN:%d/%m/%Y}", "1990-05-01"]
    for word in (*SECRETS, *ids, *names):
        assert word not in content, word
    assert "2400" not in content.replace("fysicure", "")
    assert "itbs" in content and "README" not in content.splitlines()[0]


def everything_in(made: making.Made) -> str:
    """Every byte of the file as text, the tables decompressed as well, with their metadata."""
    parts = []
    with zipfile.ZipFile(made.file) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            parts.append(content.decode("utf-8", "replace"))
            if name.endswith(".parquet"):
                table = pyarrow.parquet.read_table(io.BytesIO(content))
                parts += [str(table.to_pydict()), str(table.schema.metadata)]
    return "\n".join(parts)


def test_a_file_has_all_it_promises_and_both_formats_say_the_same(people: Populate, owner: User) -> None:
    plans = people([Person() for _ in range(5)])
    measure(plans[0], "groc", 30, -2)
    made = make(Asked(), by=owner, now=NOW)
    with zipfile.ZipFile(made.file) as archive:
        assert sorted(archive.namelist()) == sorted([
            "outcomes.parquet", "outcomes.csv", "measurements.parquet", "measurements.csv", "README.md",
            "data-dictionary.md", "data-dictionary.json", "report.json",
        ])  # fmt: skip
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("measurements.csv").decode().splitlines()[1].endswith(',1,"groc",4,-2')
        dictionary = json.loads(archive.read("data-dictionary.json"))
        report = json.loads(archive.read("report.json"))
        read_me = archive.read("README.md").decode()
    table = table_of(made, "outcomes")
    assert [row["column"] for row in dictionary["outcomes"]] == table.column_names
    assert all(row["meaning"] and row["source"] for part in dictionary.values() for row in part)
    assert json.loads(table.schema.metadata[b"fysicure.research"]) == report == made.report
    assert report["k"] == 5 and report["classes"] == {"count": 1, "smallest": 5, "median": 5, "largest": 5}
    assert report["one_outcome_only"] == {"count": 1, "patients": 5}
    assert "not anonymous" in read_me and "k = 5" in read_me
    assert table["pseudonym"].to_pylist() == sorted(table["pseudonym"].to_pylist())
    assert "time" not in {str(field.type)[:4] for field in table.schema} | {"date"}


def test_outcomes_only_and_one_format(people: Populate, owner: User) -> None:
    people([Person() for _ in range(5)])
    made = make(Asked(measurements=False, formats=(Format.CSV,)), by=owner, now=NOW)
    with zipfile.ZipFile(made.file) as archive:
        tables = [name for name in archive.namelist() if name.endswith((".csv", ".parquet"))]
    assert tables == ["outcomes.csv"]


def test_each_patient_in_the_file_reads_that_the_data_were_used(people: Populate, owner: User) -> None:
    plans = people([Person() for _ in range(5)] + [Person(gender="male", birth_date=datetime.date(1950, 1, 1))] * 0)
    made = make(Asked(), by=owner, now=NOW)
    noted = list(AccessLog.objects.values_list("patient_id", "part", "user_id", "role"))
    assert sorted(noted) == sorted((plan.patient_id, "research", owner.pk, "admin") for plan in plans)
    (event,) = SecurityEvent.objects.filter(kind="exported")
    assert event.user_id == owner.pk and event.patient_id is None
    assert event.detail == {
        "what": "research", "k": 5, "same_names": False, "step": 0, "patients": 5, "plans": 5, "suppressed": 0,
    }  # fmt: skip
    assert made.report["patients"] == 5


def test_a_look_at_the_counts_notes_and_tells_nobody(people: Populate) -> None:
    people([Person() for _ in range(6)])
    assert preview(Asked(), now=NOW).choice is not None
    assert not AccessLog.objects.exists()


def test_who_stands_out_is_left_out_and_not_noted(people: Populate, owner: User) -> None:
    plans = people([Person() for _ in range(19)] + [Person(gender="male", birth_date=datetime.date(1940, 1, 1))])
    made = make(Asked(), by=owner, now=NOW)
    assert made.report["plans_suppressed"] == 1 and len(outcomes_of(made)) == 19
    assert not AccessLog.objects.filter(patient_id=plans[-1].patient_id).exists()


def test_values_get_coarser_until_people_are_alike(people: Populate, owner: User) -> None:
    codes = ("2400", "2300", "2200", "1000", "9000")
    people([Person(postal_code=code, birth_date=datetime.date(1980 + n, 1, 1)) for n, code in enumerate(codes)])
    made = make(Asked(), by=owner, now=NOW)
    rows = outcomes_of(made)
    assert made.report["generalisation"]["step"] == 5
    assert {row["weeks_told"] for row in rows} == {7}  # since 30 September, not since the quarter that is not told
    assert {row["postal_area"] for row in rows} == {None} and {row["age_band"] for row in rows} == {"40-59"}
    assert {row["start_period"] for row in rows} == {"2026"} and {row["side"] for row in rows} == {"R"}


@pytest.mark.parametrize("count", [0, 4])
def test_a_refusal_says_why_and_leaves_nothing_behind(
    people: Populate, owner: User, count: int, tmp_path: Path
) -> None:
    people([Person() for _ in range(count)] + [Person(consent=())])
    with pytest.raises(TooRare if count else NobodyConsented) as refused:
        keep(make(Asked(), by=owner, now=NOW), tmp_path / "out.zip")
    assert "Vraag meer patiënten" in refused.value.detail or "Ask more patients" in refused.value.detail
    assert list(tmp_path.iterdir()) == []
    assert not AccessLog.objects.exists() and not SecurityEvent.objects.filter(kind="exported").exists()


def test_who_withdraws_while_the_file_is_made_is_not_in_it(
    people: Populate, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = people([Person() for _ in range(6)])
    real = making.note_use

    def withdrawn(*args: Any, **kwargs: Any) -> int:
        choose(plans[0].patient, "withdrawn", owner, NOW)
        return real(*args, **kwargs)

    monkeypatch.setattr(making, "note_use", withdrawn)
    assert len(outcomes_of(make(Asked(), by=owner, now=NOW))) == 5
    with pytest.raises(NotAnonymous):
        monkeypatch.setattr(making, "note_use", lambda *a, **k: choose(plans[1].patient, "withdrawn", owner, NOW))
        make(Asked(), by=owner, now=NOW)
    assert SecurityEvent.objects.filter(kind="exported").count() == 1


def test_the_check_refuses_a_file_that_tells_too_much(people: Populate, owner: User) -> None:
    people([Person() for _ in range(6)])
    made = make(Asked(), by=owner, now=NOW)
    table = table_of(made, "outcomes")
    check_outcomes(table, 5, LEVELS[0])
    with pytest.raises(NotAnonymous):
        check_outcomes(table, 7, LEVELS[0])
    with pytest.raises(NotAnonymous):
        check_outcomes(table.slice(0, 0), 5, LEVELS[0])
    finer = {
        "postal_area": "2400", "age_band": "34", "start_period": "2026-02-10", "sex": "F", "side": "right",
        "pseudonym": "Geheimnaam",
    }  # fmt: skip
    for name, value in finer.items():
        changed = table.set_column(
            table.column_names.index(name), name, pa.array([value] * 6 if name != "pseudonym" else
            [f"{value}{n}" for n in range(6)])
        )  # fmt: skip
        with pytest.raises(NotAnonymous):
            check_outcomes(changed, 5, LEVELS[0])
    for name, values in {"weeks_told": [33] * 5 + [20], "weeks_in_plan": [34] * 6, "lefs_last_week": [34] * 6}.items():
        place = table.column_names.index(name)
        with pytest.raises(NotAnonymous):
            check_outcomes(table.set_column(place, name, pa.array(values, pa.int16())), 5, LEVELS[0])
    with pytest.raises(NotAnonymous):
        check_outcomes(table, 5, LEVELS[1])  # the version is told, and this level leaves it out
    with pytest.raises(NotAnonymous):
        check_file(made.file, Asked(k=7), LEVELS[0], outcome_columns(scored_measures()))


def test_a_cell_is_not_taken_for_a_formula() -> None:
    table = pa.table({"text": ["=1+1", "-x", "@a", "plain", None], "number": pa.array([-1, -2, 3, 4, None])})
    told = making._guarded(table).to_pydict()
    assert told == {"text": ["'=1+1", "'-x", "'@a", "plain", None], "number": [-1, -2, 3, 4, None]}


def test_the_number_of_queries_does_not_grow(people: Populate, owner: User) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            make(Asked(), by=owner, now=NOW)
        return len(caught)

    for plan in people([Person() for _ in range(5)]):
        measure(plan, "lefs", 9, 44)
    few = count()
    for plan in people([Person() for _ in range(10)]):
        measure(plan, "lefs", 9, 44)
        measure(plan, "lefs", 30, 50)
    assert count() == few


def test_a_change_has_no_start() -> None:
    names = [column.name for column in followed([Scored("groc", "GROC", -5, 5, is_change=True)])]
    assert names == ["groc_last", "groc_last_week"]
