"""Example files: invented people, in the shape that is recognised without choosing any column."""

import csv
import io

# The headings are Dutch whatever the language of the page, as in the exports of the programs that are used here.
EXAMPLES: dict[str, tuple[str, ...]] = {
    "patients": (
        "Familienaam;Voornaam;Geboortedatum;Geslacht;Rijksregisternummer;Telefoon;E-mail;Straat;Postcode;Gemeente"
        ";Taal;Huisarts",
        "Voorbeeld;Lies;30/07/1985;v;85.07.30-033.28;0470 00 00 01;lies@voorbeeld.example;Markt 1;2400;Mol;nl;"
        "Dr. Verzonnen",
        "Modèle;Marc;14/02/1962;m;62.02.14-101.19;0470 00 00 02;;Stationsstraat 2;2440;Geel;fr;",
        "Staal;Robin;11/06/2004;x;;014 30 00 03;robin@voorbeeld.example;;2400;Mol;nl;",
    ),
    "appointments": (
        "Datum;Uur;Duur;Rijksregisternummer;Familienaam;Voornaam;Geboortedatum;Therapeut;Soort;Status;Opmerking",
        "04/01/2027;09:00;30;85.07.30-033.28;Voorbeeld;Lies;30/07/1985;kine@voorbeeld.example;behandeling;bevestigd;",
        "04/01/2027;09:30;60;;Staal;Robin;11/06/2004;kine@voorbeeld.example;intake;bevestigd;Belt nog",
    ),
}


def example_file(kind: str) -> str:
    """Return the example of a kind as CSV, as a Belgian spreadsheet opens it: semicolons, and a mark of UTF-8."""
    file = io.StringIO()
    csv.writer(file, delimiter=";").writerows(line.split(";") for line in EXAMPLES[kind])
    return "\ufeff" + file.getvalue()
