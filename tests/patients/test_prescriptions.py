"""Sessions ordered, used and left."""

import datetime

import pytest

from accounts.kept_query import SOMEBODY
from accounts.models import User
from patients.episodes import correct_episode, open_episode
from patients.exceptions import EpisodeClosed, InvalidRecord
from patients.models import Encounter, EpisodeOfCare, ExternalPractitioner, Patient, Prescription
from patients.prescriptions import (
    Budget,
    Order,
    add_prescription,
    as_orders,
    correct_prescription,
    kept_episodes,
    kept_orders,
    open_prescription,
    orders,
    with_budget,
    year_of,
)
from tests.people import NOW, TODAY, at

pytestmark = pytest.mark.django_db


def order(episode: EpisodeOfCare, by: User, day: datetime.date = TODAY, sessions: int | None = 9) -> Prescription:
    return add_prescription(
        episode, by=by, now=NOW, doctor="Dr. Jan Willems", prescribed_on=day, sessions_ordered=sessions
    )


def meet(prescription: Prescription, times: int = 1, day: str = "2026-11-23", **fields: object) -> None:
    values = {"kind": Encounter.Kind.SESSION, "status": Encounter.Status.FINISHED, **fields}
    for _time in range(times):
        Encounter.objects.create(
            patient=prescription.episode.patient,
            episode=prescription.episode,
            prescription=prescription,
            started_at=at(day),
            **values,
        )


def warnings(prescription: Prescription, on: datetime.date = TODAY) -> list[str]:
    return orders(Prescription.objects.filter(pk=prescription.pk), on=on)[0].warnings


def orders_of(patient: object) -> list[Order]:
    return as_orders(kept_orders().ask({SOMEBODY: patient}), on=TODAY)


def episodes_of(patient: object) -> list[tuple[EpisodeOfCare, Budget]]:
    return with_budget(kept_episodes().ask({SOMEBODY: patient, **year_of(TODAY)}), on=TODAY)


def test_only_visits_in_person_count(episode: EpisodeOfCare, receptionist: User) -> None:
    prescription = order(episode, receptionist)
    meet(prescription, 2)
    meet(prescription, kind=Encounter.Kind.INTAKE)
    meet(prescription, kind=Encounter.Kind.PHONE)
    meet(prescription, kind=Encounter.Kind.SELF_REPORT)
    meet(prescription, status=Encounter.Status.CANCELLED)
    (row,) = orders(Prescription.objects.all(), on=TODAY)
    assert (row.used, row.left) == (3, 6)


@pytest.mark.parametrize(("used", "words"), [(0, 1), (6, 0), (7, 1), (8, 1), (9, 1), (10, 1)])
def test_it_warns_when_the_sessions_run_out(episode: EpisodeOfCare, receptionist: User, used: int, words: int) -> None:
    prescription = order(episode, receptionist)
    meet(prescription, used)
    assert len(warnings(prescription)) == words


def test_the_first_session_comes_within_two_months(episode: EpisodeOfCare, receptionist: User) -> None:
    prescription = order(episode, receptionist, datetime.date(2026, 9, 23))
    last_day = datetime.date(2026, 11, 23)
    assert prescription.start_before == last_day
    before, after = warnings(prescription, last_day), warnings(prescription, last_day + datetime.timedelta(days=1))
    assert before != after
    meet(prescription, day="2026-11-23")
    assert warnings(prescription) == []
    for time in ("00:30", "09:00"):  # half past midnight in Mol is still the day before in UTC
        Encounter.objects.update(started_at=at("2026-11-24", time))
        assert len(warnings(prescription)) == 1


@pytest.mark.parametrize(
    ("ordered", "last_day"),
    [
        ("2026-12-31", "2027-02-28"),
        ("2027-12-31", "2028-02-29"),
        ("2026-07-31", "2026-09-30"),
        ("2026-11-05", "2027-01-05"),
    ],
)
def test_two_months_end_on_the_last_day_of_a_short_month(ordered: str, last_day: str) -> None:
    prescription = Prescription(prescribed_on=datetime.date.fromisoformat(ordered))
    assert prescription.start_before == datetime.date.fromisoformat(last_day)


def test_a_session_counts_on_the_oldest_order_with_sessions_left(episode: EpisodeOfCare, receptionist: User) -> None:
    old = order(episode, receptionist, datetime.date(2026, 10, 1), 2)
    new = order(episode, receptionist, datetime.date(2026, 11, 1), 9)
    assert open_prescription(episode, TODAY) == old
    meet(old, 2)
    assert open_prescription(episode, TODAY) == new
    assert open_prescription(episode, datetime.date(2026, 10, 15)) is None


def test_an_order_without_a_number_never_runs_out_but_is_noted(episode: EpisodeOfCare, receptionist: User) -> None:
    prescription = order(episode, receptionist, sessions=None)
    meet(prescription, 30)
    assert open_prescription(episode, TODAY) == prescription
    assert len(warnings(prescription)) == 1


@pytest.mark.parametrize(
    ("used", "text", "warns"), [(7, "7/18 in 2026", False), (16, "16/18 in 2026", True), (18, "18/18 in 2026", True)]
)
def test_a_pathology_has_eighteen_sessions_a_calendar_year(
    episode: EpisodeOfCare, receptionist: User, used: int, text: str, warns: bool
) -> None:
    prescription = order(episode, receptionist, sessions=60)
    meet(prescription, 3, day="2025-12-31")
    meet(prescription, used)
    ((_row, budget),) = episodes_of(episode.patient_id)
    assert (str(budget), bool(budget.warning)) == (text, warns)


def test_a_closed_episode_takes_no_order(episode: EpisodeOfCare, receptionist: User) -> None:
    closed = correct_episode(episode, by=receptionist, now=NOW, status="finished")
    assert closed.ended_on == TODAY
    with pytest.raises(EpisodeClosed):
        order(closed, receptionist)
    assert correct_episode(closed, by=receptionist, now=NOW, status="active").ended_on is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sessions_ordered", 0),
        ("sessions_ordered", 121),
        ("prescribed_on", TODAY + datetime.timedelta(days=1)),
        ("doctor", " "),
    ],
)
def test_a_wrong_order_is_refused_at_its_field(
    episode: EpisodeOfCare, receptionist: User, field: str, value: object
) -> None:
    values = {"doctor": "Dr. Jan Willems", "prescribed_on": TODAY, field: value}
    with pytest.raises(InvalidRecord) as refusal:
        add_prescription(episode, by=receptionist, now=NOW, **values)  # type: ignore[arg-type]
    assert set(refusal.value.errors) == {field}


def test_an_order_is_corrected_and_its_history_kept(
    episode: EpisodeOfCare, receptionist: User, doctor: ExternalPractitioner
) -> None:
    prescription = order(episode, receptionist)
    prescription = correct_prescription(prescription, by=receptionist, now=NOW, doctor="Dr. Nieuw", sessions_ordered=18)
    assert prescription.prescriber.name == "Dr. Nieuw"
    assert [event.sessions_ordered for event in prescription.events.order_by("pgh_id")] == [9, 18]


def test_an_episode_cannot_end_before_it_began(patient: Patient, therapist: User) -> None:
    with pytest.raises(InvalidRecord) as refusal:
        open_episode(
            patient,
            by=therapist,
            now=NOW,
            reason="Knie",
            status="finished",
            ended_on=TODAY - datetime.timedelta(days=1),
        )
    assert refusal.value.errors


def test_the_orders_and_episodes_of_a_patient_are_those_that_a_query_gives(
    episode: EpisodeOfCare, therapist: User
) -> None:
    prescription = order(episode, therapist)
    meet(prescription, 2)
    meet(prescription, day="2025-12-31")
    (kept,), (asked,) = orders_of(episode.patient_id), orders(Prescription.objects.all(), on=TODAY)
    assert kept == asked
    assert kept.prescription.prescriber == asked.prescription.prescriber
    assert kept.prescription.first_at == asked.prescription.first_at
    ((row, used),) = episodes_of(episode.patient_id)
    assert (row, used) == (episode, Budget(TODAY.year, 2))
    assert row.practitioner == episode.practitioner
    assert vars(row).keys() >= vars(EpisodeOfCare.objects.get()).keys()
    assert not orders_of(therapist.pk)
