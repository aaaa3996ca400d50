"""The columns that a file of patients may have, with the headings by which they are known (Dutch, French, English).

The headings are written as they are compared: without accents, capitals, signs and spaces.
"""

from django.utils.translation import gettext_lazy as _

from patients.data_import.kinds import Column

COLUMNS = (
    Column(
        "family_name",
        _("family name"),
        "familienaam achternaam naam nom nomdefamille lastname surname",
    ),
    Column(
        "given_name",
        _("first name"),
        "voornaam prenom firstname roepnaam voornamen",
    ),
    Column(
        "full_name",
        _("name in one column"),
        "naamenvoornaam naamvoornaam nometprenom nomprenom volledigenaam patient name",
        hint=_("Such as “Peeters, An”."),
    ),
    Column(
        "birth_date",
        _("date of birth"),
        "geboortedatum gebdatum geborenop geboren datedenaissance naissance nele birthdate dateofbirth birthday dob",
        is_required=True,
    ),
    Column(
        "gender",
        _("sex"),
        "geslacht sexe sex genre mv aanspreking aanspreektitel titel",
    ),
    Column(
        "national_number",
        _("national number"),
        "rijksregisternummer rijksregisternr rijksregister rrn rr insz insznummer niss numeronational "
        "numeroderegistrenational registrenational nationalregisternumber ssin bsninsz",
    ),
    Column(
        "phone",
        _("phone"),
        "telefoon telefoonnummer tel telephone telefoonthuis phonenumber",
    ),
    Column(
        "mobile",
        _("mobile phone"),
        "gsm mobiel gsmnummer mobieletelefoon portable telefoonmobiel cell",
        hint=_("Goes before the other phone number."),
    ),
    Column(
        "email",
        _("e-mail address"),
        "email emailadres mail courriel adresseemail emailaddress",
    ),
    Column(
        "street",
        _("street and number"),
        "straat adres straatennummer straatnr rue adresse address straatnaam",
    ),
    Column(
        "house_number",
        _("house number"),
        "huisnummer nr nummer huisnr numero number",
    ),
    Column(
        "postal_code",
        _("postal code"),
        "postcode pc codepostal zip zipcode postnummer",
        hint=_("“2400 Mol” gives the town as well."),
    ),
    Column(
        "city",
        _("town"),
        "gemeente woonplaats plaats stad commune ville localite town place",
    ),
    Column(
        "country",
        _("country"),
        "land pays landcode",
    ),
    Column(
        "language",
        _("language"),
        "taal langue taalcode voertaal",
    ),
    Column(
        "general_practitioner",
        _("general practitioner"),
        "huisarts naamhuisarts medecintraitant medecin gp arts familydoctor",
    ),
    Column(
        "general_practitioner_number",
        _("RIZIV number of the general practitioner"),
        "rizivhuisarts rizivnummerhuisarts rizivarts riziv inami inamimedecin numeroinami",
    ),
    Column(
        "external_number",
        _("number in the other program"),
        "patientnummer patientnr dossiernummer klantnummer nummerpatient patientid numerodedossier numeropatient id",
        hint=_("Visits of the same program find the patient by it."),
    ),
)
