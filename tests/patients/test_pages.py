"""The pages of the record: they work, keep what was typed, and show each role only its part."""

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AccessLog, Practitioner, User
from patients.models import (
    Encounter,
    EpisodeOfCare,
    ExternalPractitioner,
    Measure,
    Observation,
    Patient,
    Prescription,
    SessionNote,
)
from scheduling.models import Appointment
from tests.people import NOW, TODAY, make_patient

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
FORM = {
    "family_name": "Peeters",
    "given_name": "An",
    "birth_date": "1997-03-14",
    "gender": "female",
    "country": "BE",
    "language": "nl",
}
NOTE, DIAGNOSIS = "Rustpijn na de loop van zondag", "Tractus iliotibialis wrijving"


@pytest.fixture
def full_record(episode: EpisodeOfCare, practitioner: Practitioner, doctor: ExternalPractitioner) -> EpisodeOfCare:
    """An episode with an order, a signed note and an observation."""
    prescription = Prescription.objects.create(
        episode=episode, prescriber=doctor, prescribed_on=TODAY, sessions_ordered=9, diagnosis=DIAGNOSIS
    )
    encounter = Encounter.objects.create(
        patient=episode.patient,
        episode=episode,
        kind=Encounter.Kind.SESSION,
        status=Encounter.Status.FINISHED,
        practitioner=practitioner,
        prescription=prescription,
        started_at=NOW,
        note=NOTE,
    )
    measure = Measure.objects.create(key="palp_lfc_nprs", label="Pijn bij palpatie", type="integer", unit="/10")
    Observation.objects.create(
        patient=episode.patient,
        episode=episode,
        encounter=encounter,
        measure=measure,
        side="R",
        value=6,
        number=6,
        effective_at=NOW,
        entered_by=practitioner.user,
    )
    return episode


def chart_url(patient: Patient) -> str:
    return reverse("patients:chart", args=[patient.pk])


def test_a_therapist_sees_what_is_the_matter(full_record: EpisodeOfCare, therapist: User, client_of: ClientOf) -> None:
    page = client_of(therapist).get(chart_url(full_record.patient)).content.decode()
    for words in (full_record.reason, NOTE, DIAGNOSIS, "Pijn bij palpatie", "1 ", "2026"):
        assert words in page


@pytest.mark.parametrize("role", ["receptionist", "owner"])
def test_the_desk_and_the_owner_see_nothing_clinical(
    full_record: EpisodeOfCare, role: str, request: pytest.FixtureRequest, client_of: ClientOf
) -> None:
    client = client_of(request.getfixturevalue(role))
    prescription = full_record.prescriptions.get()
    pages = [
        chart_url(full_record.patient),
        reverse("patients:edit", args=[full_record.patient_id]),
        reverse("patients:edit-episode", args=[full_record.pk]),
        reverse("patients:edit-prescription", args=[prescription.pk]),
    ]
    for url in pages:
        response = client.get(url)
        assert response.status_code == 200
        page = response.content.decode()
        for words in (full_record.reason, NOTE, DIAGNOSIS, "Pijn bij palpatie", "palp_lfc"):
            assert words not in page, url
        assert "clinical" not in response.context or response.context["clinical"] is None


def test_the_desk_saves_an_episode_and_an_order_without_losing_the_clinical_part(
    full_record: EpisodeOfCare, receptionist: User, client_of: ClientOf
) -> None:
    client, prescription = client_of(receptionist), full_record.prescriptions.get()
    client.post(
        reverse("patients:edit-prescription", args=[prescription.pk]),
        {
            "doctor": "Dr. Jan Willems",
            "prescribed_on": "2026-11-20",
            "sessions_ordered": "18",
            "diagnosis": "gestolen",
            "version": 1,
        },
    )
    client.post(
        reverse("patients:edit-episode", args=[full_record.pk]),
        {"status": "onhold", "started_on": "2026-11-23", "reason": "gestolen", "version": 1},
    )
    prescription.refresh_from_db()
    full_record.refresh_from_db()
    assert (prescription.sessions_ordered, prescription.diagnosis) == (18, DIAGNOSIS)
    assert (full_record.status, full_record.reason, full_record.side) == (
        "onhold",
        "Pijn aan de buitenkant van de knie",
        "R",
    )


def test_no_word_of_a_record_becomes_markup(
    full_record: EpisodeOfCare, practitioner: Practitioner, therapist: User, client_of: ClientOf
) -> None:
    """The rows of a chart are put together from words: each of them stays a word."""
    wicked = "<i>&amp;"
    Patient.objects.update(
        family_name=wicked, street=wicked, city=wicked, email="a@b.example", country="NL", phone="", archived_at=NOW
    )
    EpisodeOfCare.objects.update(reason=wicked, side="R", referrer=ExternalPractitioner.objects.get())
    ExternalPractitioner.objects.update(name=wicked)
    Prescription.objects.update(diagnosis=wicked, sessions_ordered=None)
    Practitioner.objects.update(name=wicked)
    User.objects.update(name=wicked)
    Measure.objects.update(label=wicked, unit=wicked)
    Encounter.objects.update(note=wicked)
    contact, words = Encounter.objects.get(), {"patient": full_record.patient, "episode": full_record}
    SessionNote.objects.create(encounter=contact, written_by=therapist, assessment=wicked * 40, **words)
    for begin in (NOW + datetime.timedelta(days=800), NOW - datetime.timedelta(days=3)):
        end = begin + datetime.timedelta(minutes=30)
        Appointment.objects.create(
            patient=full_record.patient, practitioner=practitioner, start=begin, end=end, booked_by=therapist
        )
    page = client_of(therapist).get(chart_url(full_record.patient)).content.decode()
    assert "<i>" not in page and "&amp;lt;" not in page
    assert page.count("&lt;i&gt;&amp;amp;") > 20


def test_opening_a_chart_is_noted(patient: Patient, therapist: User, client_of: ClientOf) -> None:
    client_of(therapist).get(chart_url(patient))
    row = AccessLog.objects.get()
    assert (row.user_id, row.patient_id, row.part) == (therapist.pk, patient.pk, "chart")


@pytest.mark.parametrize("name", ["chart", "edit", "add-episode"])
def test_a_patient_gets_no_staff_page(patient: Patient, patient_user: User, client_of: ClientOf, name: str) -> None:
    assert client_of(patient_user).get(reverse(f"patients:{name}", args=[patient.pk])).status_code == 403


def test_who_is_not_signed_in_is_sent_to_sign_in(patient: Patient, client: Client) -> None:
    assert client.get(chart_url(patient)).status_code == 302


def test_an_unknown_patient_is_not_found(receptionist: User, client_of: ClientOf) -> None:
    assert client_of(receptionist).get(f"/patients/{receptionist.pk}/").status_code == 404


def test_search_answers_a_post_and_a_part_for_htmx(patient: Patient, receptionist: User, client_of: ClientOf) -> None:
    client = client_of(receptionist)
    whole = client.post(reverse("patients:search"), {"q": "peters"}).content.decode()
    part = client.post(reverse("patients:search"), {"q": "peters"}, headers={"HX-Target": "results"}).content.decode()
    assert "Peeters An" in whole and "<html" in whole
    assert "Peeters An" in part and "<html" not in part


def test_a_name_in_the_address_is_not_searched(patient: Patient, receptionist: User, client_of: ClientOf) -> None:
    page = client_of(receptionist).get(reverse("patients:search"), {"q": "peeters"}).content.decode()
    assert "Peeters An" not in page


def test_before_typing_the_search_shows_whom_one_opened_last(
    patient: Patient, receptionist: User, client_of: ClientOf
) -> None:
    client = client_of(receptionist)
    assert "Peeters An" not in client.get(reverse("patients:search")).content.decode()
    client.get(chart_url(patient))
    assert "Peeters An" in client.get(reverse("patients:search")).content.decode()


def test_registering_leads_to_the_chart(receptionist: User, client_of: ClientOf) -> None:
    response = client_of(receptionist).post(reverse("patients:register"), {**FORM, "phone": "0470 12 34 56"})
    assert response.headers["Location"] == chart_url(Patient.objects.get(phone="+32470123456"))


@pytest.mark.parametrize(
    ("field", "typed"),
    [("birth_date", "2090-01-01"), ("national_number", "85.07.30-033.29"), ("phone", "12"), ("postal_code", "240")],
)
def test_a_mistake_is_explained_beside_the_field_and_what_was_typed_is_kept(
    receptionist: User, client_of: ClientOf, field: str, typed: str
) -> None:
    response = client_of(receptionist).post(reverse("patients:register"), {**FORM, field: typed})
    page = response.content.decode()
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in page and typed in page and "Peeters" in page
    assert not Patient.objects.exists()


def test_a_likely_duplicate_is_shown_before_anything_is_saved(
    patient: Patient, receptionist: User, client_of: ClientOf
) -> None:
    client, url = client_of(receptionist), reverse("patients:register")
    warned = client.post(url, {**FORM, "family_name": "Peters"})
    page = warned.content.decode()
    assert warned.status_code == 422
    assert chart_url(patient) in page and 'value="Peters"' in page
    assert Patient.objects.count() == 1
    again = client.post(url, {**FORM, "family_name": "Peters", "seen": warned.context["form"]["seen"].value()})
    assert again.status_code == 302
    assert Patient.objects.count() == 2


def test_a_national_number_that_tells_another_birth_date_warns_and_does_not_block(
    receptionist: User, client_of: ClientOf
) -> None:
    client, url = client_of(receptionist), reverse("patients:register")
    typed = {**FORM, "national_number": "85.07.30-033.28"}
    warned = client.post(url, typed)
    assert warned.status_code == 422
    assert len(warned.context["warnings"]) == 2
    assert client.post(url, {**typed, "seen": warned.context["form"]["seen"].value()}).status_code == 302


def test_the_second_editor_keeps_the_own_words_and_gets_the_other_changes(
    patient: Patient, receptionist: User, therapist: User, client_of: ClientOf
) -> None:
    url = reverse("patients:edit", args=[patient.pk])
    first, second = client_of(receptionist), client_of(therapist)
    form = second.get(url).context["form"]
    opened = {name: form[name].value() or "" for name in form.fields}
    first.post(url, {**opened, "city": "Geel", "street": "Markt 1"})
    clash = second.post(url, {**opened, "phone": "0470 99 99 99", "street": "Kerkstraat 2"})
    assert clash.status_code == 409
    merged = {name: clash.context["form"][name].value() or "" for name in form.fields}
    assert (merged["city"], merged["street"], merged["phone"]) == ("Geel", "Kerkstraat 2", "0470 99 99 99")
    assert "Markt 1" in clash.content.decode()
    assert second.post(url, merged).status_code == 302
    patient.refresh_from_db()
    assert (patient.city, patient.street, patient.phone) == ("Geel", "Kerkstraat 2", "+32470999999")


def test_a_country_that_is_not_on_the_list_stays_as_it_is(
    patient: Patient, receptionist: User, client_of: ClientOf
) -> None:
    Patient.objects.filter(pk=patient.pk).update(country="GB", postal_code="SW1A 1AA")
    client, url = client_of(receptionist), reverse("patients:edit", args=[patient.pk])
    page = client.get(url)
    assert '<option value="GB" selected>' in page.content.decode()
    form = page.context["form"]
    opened = {name: form[name].value() or "" for name in form.fields}
    assert client.post(url, {**opened, "city": "Londen"}).status_code == 302
    patient.refresh_from_db()
    assert (patient.country, patient.city) == ("GB", "Londen")


def test_the_archive_is_a_post_and_can_be_undone(patient: Patient, receptionist: User, client_of: ClientOf) -> None:
    client, url = client_of(receptionist), reverse("patients:archive", args=[patient.pk])
    assert client.get(url).status_code == 405
    client.post(url)
    patient.refresh_from_db()
    assert patient.archived_at is not None
    assert "Peeters An" in client.get(reverse("patients:list"), {"archived": "1"}).content.decode()
    client.post(url, {"restore": "1"})
    patient.refresh_from_db()
    assert patient.archived_at is None


def test_the_desk_opens_an_episode_and_adds_an_order_of_a_new_doctor(
    patient: Patient, receptionist: User, client_of: ClientOf
) -> None:
    client = client_of(receptionist)
    client.post(
        reverse("patients:add-episode", args=[patient.pk]),
        {"reason": "Knie", "started_on": "2026-11-23", "status": "active", "referrer": "Dr. Nieuw"},
    )
    episode = patient.episodes.get()
    url = reverse("patients:add-prescription", args=[episode.pk])
    wrong = client.post(url, {"doctor": "Dr. Nieuw", "prescribed_on": "2026-11-20", "sessions_ordered": "500"})
    assert wrong.status_code == 422 and "Dr. Nieuw" in wrong.content.decode()
    client.post(url, {"doctor": "dr. nieuw", "prescribed_on": "2026-11-20", "sessions_ordered": "9"})
    assert episode.prescriptions.get().prescriber == episode.referrer
    assert ExternalPractitioner.objects.count() == 1


def test_the_list_is_paged(receptionist: User, client_of: ClientOf) -> None:
    for number in range(60):
        make_patient("Peeters", f"An{number}", birth_date=datetime.date(1990, 1, 1), phone="")
    page = client_of(receptionist).get(reverse("patients:list"), {"page": "2"}).context["page"]
    assert (page.number, len(page.object_list)) == (2, 10)
