"""The notes of the last two weeks: the newest begin with what the record says, the others are short."""

import datetime
from dataclasses import replace
from typing import Any

from accounts.models import Practitioner, User
from fysicure.demo.practice import Practice
from pathways.session_note_page import begin_texts, lines_of
from patients.models import Encounter, SessionNote
from patients.note_templates import keep_template
from patients.notes import save_note, sign_note, start_note
from scheduling.models import Appointment

WRITTEN_FOR = datetime.timedelta(days=14)
LEFT_OPEN, TOLD_IN_FULL = 2, 5
TOLD = (
    "Vindt dat het vlotter gaat dan vorige week. Trap af is nog gevoelig.",
    "Heeft rustig gelopen, knie pas laat gevoeld. De ochtend erna geen last.",
    "Wat meer last na een drukke werkweek; oefeningen wel gedaan.",
    "Voelt zich zeker bij het opbouwen, wil graag sneller gaan. Uitgelegd waarom niet.",
)
FOUND = (
    "Zijwaartse stap van de trede beheerst, knie blijft recht.",
    "Eenbeenstand links en rechts gelijk; bij moeheid zakt het bekken nog weg.",
    "Geen zwelling, drukpijn aan de buitenkant van de knie minder dan vorige keer.",
)
PLANNED = ("Zelfde schema, volgende week opnieuw bekijken.", "Oefeningen verzwaren zoals afgesproken.")
TEMPLATE = {
    "objective": "Loopanalyse: cadans …/min, stapbreedte …, knie-inzet …",
    "plan": "Cadans volgende keer opnieuw tellen.",
}


def write_notes(practice: Practice) -> int:
    """Let every therapist write up the visits of the last two weeks but the latest; return how many were signed."""
    first = practice.therapists[0].user
    keep_template(None, name="Loopanalyse", texts=TEMPLATE, is_active=True, by=first, now=practice.now)
    return sum(_write_up(practice, practitioner) for practitioner in practice.therapists)


def _write_up(practice: Practice, practitioner: Practitioner) -> int:
    since = practice.now - WRITTEN_FOR
    rows = Appointment.objects.filter(practitioner=practitioner).awaiting_note(since, practice.now)
    rows = rows.filter(encounter__isnull=False).select_related("encounter").order_by("-start", "-id")
    latest, *others = [(row.encounter, row.end) for row in rows] or [(None, None)]
    for number, (contact, end) in enumerate(others):
        is_draft, in_full = number + 1 < LEFT_OPEN, number < TOLD_IN_FULL
        note = _write(practice, contact, practitioner.user, end, in_full=in_full and not is_draft)
        if not is_draft:
            sign_note(note, by=practitioner.user, now=end)
    return max(0, len(others) + 1 - LEFT_OPEN) if latest[0] else 0


def _write(practice: Practice, contact: Encounter, by: User, now: datetime.datetime, *, in_full: bool) -> SessionNote:
    """Write the note of a contact: in full with what the record says and what was done, else in a few words."""
    texts = begin_texts(contact, now=now) if in_full else {}
    lines = lines_of(contact, None) if in_full else ()
    done = [replace(each, is_done=practice.chance.random() < 0.8) for each in lines]
    words: dict[str, Any] = {**_short(practice), **{name: text for name, text in texts.items() if text}}
    note = start_note(contact, by=by, now=now)
    return save_note(note, revision=0, exercises_done=done, by=by, now=now, **words)


def _short(practice: Practice) -> dict[str, str]:
    chance = practice.chance
    return {
        "subjective": chance.choice(TOLD),
        "objective": chance.choice(FOUND),
        "assessment": "Verloopt zoals verwacht in deze fase.",
        "plan": chance.choice(PLANNED),
    }
