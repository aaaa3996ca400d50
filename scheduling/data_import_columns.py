"""The columns that a file of visits may have, with the headings by which they are known (Dutch, French, English).

The headings are written as they are compared: without accents, capitals, signs and spaces.
"""

from django.utils.translation import gettext_lazy as _

from patients.data_import.kinds import Column
from scheduling.data_import_patients import EXTERNAL, FAMILY, NUMBER, WHOLE

COLUMNS = (
    Column(
        "start",
        _("date and time"),
        "begin start starttijd datumentijd datumtijd tijdstip dateetheure debut starttime startdate",
    ),
    Column(
        "date",
        _("date"),
        "datum afspraakdatum date jour dag appointmentdate",
    ),
    Column(
        "time",
        _("time"),
        "uur tijd beginuur begintijd startuur heure van heurededebut time from",
    ),
    Column(
        "end",
        _("until"),
        "einde einduur eindtijd tot fin heuredefin end endtime until",
    ),
    Column(
        "minutes",
        _("minutes"),
        "duur duurmin duurinminuten minuten duree duration length",
    ),
    Column(
        NUMBER,
        _("national number of the patient"),
        "insz rijksregisternummer rijksregisternr rijksregister niss numeronational ssin nationalnumber",
    ),
    Column(
        EXTERNAL,
        _("number of the patient in the other program"),
        "patientnummer patientnr dossiernummer klantnummer patientid numerodedossier numeropatient",
    ),
    Column(
        WHOLE,
        _("name of the patient in one column"),
        "patient naampatient patientnaam client naamenvoornaam volledigenaam nomdupatient patientname",
        hint=_("Such as “Peeters, An”."),
    ),
    Column(
        FAMILY,
        _("family name of the patient"),
        "familienaam achternaam naam nom familyname lastname",
    ),
    Column(
        "patient_given_name",
        _("first name of the patient"),
        "voornaam roepnaam prenom givenname firstname",
    ),
    Column(
        "patient_birth_date",
        _("date of birth of the patient"),
        "geboortedatum gebdatum geboren datedenaissance birthdate dateofbirth",
    ),
    Column(
        "practitioner",
        _("physiotherapist"),
        "therapeut kinesitherapeut kinesist kine behandelaar medewerker fysiotherapeut agenda "
        "kinesitherapeute therapeute therapist",
        hint=_("Name, e-mail address or RIZIV number."),
    ),
    Column(
        "type",
        _("kind"),
        "soort type afspraaksoort soortafspraak zittingtype typedeseance kind",
    ),
    Column(
        "status",
        _("status"),
        "toestand statut state afspraakstatus",
    ),
    Column(
        "room",
        _("room"),
        "ruimte zaal kamer lokaal local salle locatie",
    ),
    Column(
        "note",
        _("note for the desk"),
        "opmerking opmerkingen notitie nota remarque omschrijving comment note",
    ),
)
