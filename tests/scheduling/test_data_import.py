"""Visits from a file."""

import datetime

import pytest

from accounts.models import Practitioner, User
from patients.data_import.kinds import ROW
from patients.models import DataImport, EpisodeOfCare, Patient
from scheduling.models import Appointment, Communication, ContactConsent, Room
from tests.patients.test_data_import import imported, ran, reads_english, undone
from tests.people import NOW, at, make_patient

pytestmark = pytest.mark.django_db
__all__ = ["reads_english"]
HEADINGS = "Naam;Voornaam;Geboortedatum;Therapeut;Datum;Uur;Duur;Soort;Status;Ruimte;Opmerking"
AN = "Peeters;An;14/03/1997;Lotte Maes"


def visits(*lines: str, by: User, headings: str = HEADINGS, **options: str) -> DataImport:
    """Read and check a file of visits."""
    return imported("\n".join([headings, *lines]), by, "appointments", **options)


def told(row: DataImport) -> list[tuple[str, dict[str, str]]]:
    return list(row.rows.values_list("outcome", "errors"))


def test_visits_are_taken_over_with_all_that_the_file_tells(
    owner: User, patient: Patient, episode: EpisodeOfCare, practitioner: Practitioner, room: Room
) -> None:
    row = visits(
        f"{AN};24/11/2026;10:00;45;Intake;Bevestigd;zaal 1;Sleutel aan de balie",
        f"{AN};02/11/2026;9u30;30 min;Behandeling;Uitgevoerd;;",
        f"{AN};03/11/2026;0930;0:30;;Niet verschenen;;",
        f"{AN};04/11/2026;9h;;;Geannuleerd;;",
        by=owner,
    )
    assert row.counts == {"new": 4}
    assert ran(row, owner).counts == {"made": 4}
    first, *past = Appointment.objects.order_by("-start")
    assert (first.start, first.end, first.type) == (at("2026-11-24"), at("2026-11-24", "10:45"), "intake")
    assert (first.room, first.episode, first.note, first.booked_by) == (room, episode, "Sleutel aan de balie", owner)
    assert [(each.status, each.minutes, each.episode) for each in past] == [
        ("cancelled", 30, None),
        ("noshow", 30, None),
        ("fulfilled", 30, None),
    ]
    assert undone(row, owner).counts == {"undone": 4}
    assert not Appointment.objects.exists()


def test_soft_rules_are_not_asked_and_nobody_gets_a_message(
    owner: User, patient: Patient, practitioner: Practitioner
) -> None:
    ContactConsent.objects.create(patient=patient, channel="email", is_given=True, source="desk", changed_at=NOW)
    row = ran(visits(f"{AN};29/11/2026;22:00;120;;;;", by=owner), owner)
    assert row.counts == {"made": 1}
    assert not Communication.objects.exists()


def test_what_is_taken_is_refused_and_says_by_what(
    owner: User, patient: Patient, practitioner: Practitioner, other_practitioner: Practitioner, room: Room
) -> None:
    make_patient("Claes", "Bo")
    Appointment.objects.create(
        patient=patient, practitioner=practitioner, start=at("2026-11-24"), end=at("2026-11-24", "10:30"), room=room,
        booked_by=owner,
    )  # fmt: skip
    row = visits(
        "Claes;Bo;14/03/1997;Lotte Maes;24/11/2026;10:15;30;;;;",
        "Claes;Bo;14/03/1997;Bram Claes;24/11/2026;10:15;30;;;Zaal 1;",
        "Peeters;An;14/03/1997;Bram Claes;24/11/2026;10:15;30;;;;",
        "Claes;Bo;14/03/1997;Lotte Maes;24/11/2026;10:15;30;;geannuleerd;;",
        f"{AN};24/11/2026;10:00;30;;;;",
        by=owner,
    )
    assert [outcome for outcome, _errors in told(row)] == ["refused", "refused", "refused", "new", "same"]
    keys = [set(errors) for _outcome, errors in told(row)]
    assert keys == [{"practitioner"}, {"room"}, {ROW}, set(), {ROW}]
    assert "10:00" in told(row)[0][1]["practitioner"]


def test_lines_of_one_file_clash_with_each_other(owner: User, patient: Patient, practitioner: Practitioner) -> None:
    make_patient("Claes", "Bo")
    row = visits(
        f"{AN};24/11/2026;10:00;30;;;;",
        f"{AN};24/11/2026;10:00;30;;;;",
        "Claes;Bo;14/03/1997;Lotte Maes;24/11/2026;10:15;30;;;;",
        "Claes;Bo;14/03/1997;Lotte Maes;24/11/2026;10:30;30;;;;",
        by=owner,
    )
    assert [outcome for outcome, _errors in told(row)] == ["new", "same", "refused", "new"]
    assert "2" in told(row)[2][1]["practitioner"]
    assert ran(row, owner).counts == {"made": 2, "same": 1, "refused": 1}


def test_a_moment_that_was_taken_after_the_check_is_refused_and_told(
    owner: User, patient: Patient, practitioner: Practitioner
) -> None:
    row = visits(f"{AN};24/11/2026;10:00;30;;;;", f"{AN};25/11/2026;10:00;30;;;;", by=owner)
    other = make_patient("Claes", "Bo")
    Appointment.objects.create(
        patient=other, practitioner=practitioner, start=at("2026-11-24"), end=at("2026-11-24", "10:30"), booked_by=owner
    )
    assert ran(row, owner).counts == {"made": 1, "refused": 1}
    assert set(row.rows.get(outcome="refused").errors) == {"practitioner"}


@pytest.mark.parametrize(
    ("day", "time", "column"),
    [
        ("28/03/2027", "02:30", "date"),  # the clock skips it
        ("25/10/2026", "02:30", "date"),  # the clock shows it twice
        ("31/11/2026", "10:00", "date"),
        ("24/11/2099", "10:00", "date"),
        ("24/11/2026", "25:00", "date"),
        ("24/11/2026", "", "date"),
        ("", "10:00", "date"),
    ],
)
def test_a_moment_that_does_not_exist_is_refused(
    owner: User, patient: Patient, practitioner: Practitioner, day: str, time: str, column: str
) -> None:
    row = visits(f"{AN};{day};{time};30;;;;", by=owner)
    assert [(outcome, set(errors)) for outcome, errors in told(row)] == [("refused", {column})]


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-11-24 10:00", at("2026-11-24")),
        ("24/11/2026 10:00:00", at("2026-11-24")),
        ("2026-11-24T09:00:00Z", at("2026-11-24")),
        ("2026-10-25T02:30:00+01:00", datetime.datetime(2026, 10, 25, 1, 30, tzinfo=datetime.UTC)),
        ("2026-10-25 02:30+02:00", datetime.datetime(2026, 10, 25, 0, 30, tzinfo=datetime.UTC)),
    ],
)
def test_date_and_time_in_one_cell(
    owner: User, patient: Patient, practitioner: Practitioner, cell: str, moment: datetime.datetime
) -> None:
    headings = "Patiënt;Geboortedatum;Therapeut;Begin;Einde"
    end = (moment + datetime.timedelta(minutes=20)).isoformat(" ")
    row = visits(f"Peeters, An;14/03/1997;lotte maes;{cell};{end}", by=owner, headings=headings)
    ran(row, owner)
    visit = Appointment.objects.get()
    assert (visit.start, visit.minutes) == (moment, 20)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("Peeters;An;15/03/1997;Lotte Maes;24/11/2026;10:00;30;;;;", ROW),
        (f"{AN};24/11/2026;10:00;3;;;;", "minutes"),
        (f"{AN};24/11/2026;10:00;300;;;;", "minutes"),
        (f"{AN};24/11/2026;10:00;lang;;;;", "minutes"),
        (f"{AN};24/11/2026;10:00;30;Massage;;;", "type"),
        (f"{AN};24/11/2026;10:00;30;;Misschien;;", "status"),
        (f"{AN};24/11/2026;10:00;30;;Uitgevoerd;;", "status"),
        (f"{AN};24/11/2026;10:00;30;;;Zaal 9;", "room"),
        (f"{AN};24/11/2026;10:00;30;;;;{'x' * 201}", "note"),
        ("Peeters;An;14/03/1997;Nobody;24/11/2026;10:00;30;;;;", "practitioner"),
        ("Peeters;An;14/03/1997;;24/11/2026;10:00;30;;;;", "practitioner"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_column(
    owner: User, patient: Patient, practitioner: Practitioner, line: str, column: str
) -> None:
    row = visits(line, by=owner)
    assert [(outcome, set(errors)) for outcome, errors in told(row)] == [("refused", {column})]


def test_options_decide_about_past_visits_unknown_kinds_and_the_therapist(
    owner: User, patient: Patient, practitioner: Practitioner
) -> None:
    options = {"past_status": "fulfilled", "unknown_type": "session", "default_practitioner": str(practitioner.pk)}
    row = visits("Peeters;An;14/03/1997;;02/11/2026;10:00;30;Massage;;;", by=owner, **options)
    ran(row, owner)
    visit = Appointment.objects.get()
    assert (visit.status, visit.type, visit.practitioner) == ("fulfilled", "session", practitioner)


def test_without_that_option_a_past_visit_claims_nothing(
    owner: User, patient: Patient, practitioner: Practitioner
) -> None:
    ran(visits(f"{AN};02/11/2026;10:00;30;;;;", by=owner), owner)
    assert Appointment.objects.get().status == "booked"


def test_a_patient_is_known_by_national_number_external_number_or_name_in_any_order(
    owner: User, practitioner: Practitioner
) -> None:
    ran(
        imported("Naam;Voornaam;Geboortedatum;INSZ;Dossiernummer\nPeeters;An;14/03/1997;85.07.30-033.28;A7", owner),
        owner,
    )
    headings = "INSZ;Dossiernummer;Patiënt;Geboortedatum;Therapeut;Begin"
    lines = [
        "85073003328;;;;Lotte Maes;2026-11-24 10:00",
        ";A7;;;Maes Lotte;2026-11-24 11:00",
        ";;An Peeters;14/03/1997;treating@practice.example;2026-11-24 13:00",
        ";;peeters an;14/03/1997;Lotte Maes;2026-11-24 14:00",
        ";B8;;;Lotte Maes;2026-11-24 15:00",
        "85073003328;;;01/01/1990;Lotte Maes;2026-11-24 16:00",
        "85073003329;;;;Lotte Maes;2026-11-24 17:00",
    ]
    row = visits(*lines, by=owner, headings=headings)
    assert [outcome for outcome, _errors in told(row)] == ["new", "new", "new", "new", "refused", "refused", "refused"]


def test_two_patients_of_one_name_are_not_guessed_between(
    owner: User, patient: Patient, practitioner: Practitioner
) -> None:
    make_patient()
    row = visits(f"{AN};24/11/2026;10:00;30;;;;", by=owner)
    assert [(outcome, set(errors)) for outcome, errors in told(row)] == [("refused", {ROW})]


def test_an_archived_patient_and_one_who_went_meanwhile_are_refused(
    owner: User, patient: Patient, practitioner: Practitioner
) -> None:
    row = visits(f"{AN};24/11/2026;10:00;30;;;;", by=owner)
    Patient.objects.filter(pk=patient.pk).update(archived_at=NOW)
    assert ran(row, owner).counts == {"refused": 1}
    assert set(row.rows.get().errors) == {ROW}


def test_a_visit_that_was_changed_or_told_is_kept_at_the_undoing(
    owner: User, patient: Patient, practitioner: Practitioner
) -> None:
    row = ran(visits(f"{AN};24/11/2026;10:00;30;;;;", f"{AN};25/11/2026;10:00;30;;;;", by=owner), owner)
    visit = Appointment.objects.earliest("start")
    visit.note = "Belde zelf"
    visit.save(update_fields=["note"])
    assert undone(row, owner).counts == {"kept": 1, "undone": 1}
    assert Appointment.objects.get() == visit
    assert row.rows.get(outcome="kept").errors[ROW]


def test_the_same_file_again_makes_nothing(owner: User, patient: Patient, practitioner: Practitioner) -> None:
    line = f"{AN};24/11/2026;10:00;30;;;;"
    ran(visits(line, by=owner), owner)
    assert visits(line, by=owner).counts == {"same": 1}
