"""Pages and acts that the palette knows: a table, with the words by which people look for them in three languages."""

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.policy import may
from fysicure.navigation import ROOMS
from patients.search_text import fold


@dataclass(frozen=True, slots=True)
class Command:
    """A page or an act. `label` is a msgid; `words`: further words for it, in Dutch, French and English."""

    name: str
    action: str
    icon: str
    label: str
    words: str = ""
    query: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the palette. `words`: folded text that what was typed is held against, "" for what the server found.

    `send` names fields to POST to `url`; without them it is a link.
    """

    url: str
    icon: str
    label: str
    side: str = ""
    words: str = ""
    send: str = ""


ACTS = (
    Command("scheduling:book", "appointments.book", "calendar-plus", gettext_noop("Book a visit"),
            "afspraak maken nieuw inplannen rendez-vous prendre rdv new appointment"),
    Command("patients:register", "patients.register", "user-plus", gettext_noop("Register a patient"),
            "nieuwe patient toevoegen aanmaken inschrijven nouveau inscrire ajouter new add"),
    Command("scheduling:plan-series", "appointments.book", "repeat", gettext_noop("Plan a series of visits"),
            "reeks afspraken plannen serie rendez-vous plusieurs appointments"),
    Command("scheduling:join-waiting-list", "waiting_list.manage", "hourglass",
            gettext_noop("Put a patient on the waiting list"), "wachtlijst zetten liste attente wait"),
    Command("scheduling:day-sheet", "agenda.view", "printer", gettext_noop("Print the agenda of today"),
            "afdrukken dagblad papier vandaag imprimer agenda jour today paper"),
    Command("scheduling:requests", "proposals.answer", "message-circle-question-mark",
            gettext_noop("Answer questions of patients about visits"),
            "vragen verzoeken voorstellen verplaatsen demandes propositions requests proposals"),
    Command("accounts:people", "sessions.end", "user-lock", gettext_noop("End the sessions of a colleague"),
            "toestel verloren afmelden appareil perdu deconnecter lost device sign out"),
    Command("imports:new", "data.import", "file-up", gettext_noop("Import a file"),
            "gegevens overzetten csv importeren importer fichier donnees data"),
)  # fmt: skip

# Pages behind the rooms of the main menu, and those of the account.
FURTHER = (
    Command("patients:list", "patients.search", "list", gettext_noop("All patients"), "lijst liste list"),
    Command("patients:list", "patients.search", "archive", gettext_noop("Archive of patients"),
            "archief archives dossiers", "archived=1"),
    Command("scheduling:feed", "feeds.manage", "calendar-sync", gettext_noop("My agenda on my phone"),
            "agenda gsm telefoon kalender feed ical calendrier telephone calendar phone subscribe"),
    Command("patients:note-templates", "notes.templates", "notebook-text", gettext_noop("Templates for notes"),
            "sjablonen nota modeles notes templates"),
    Command("pathways:override-ledger", "decisions.review", "scale", gettext_noop("Decisions against the advice"),
            "beslissingen afgeweken advies decisions contre avis overruled"),
    Command("patients:access-reviews", "access.review", "eye", gettext_noop("Openings of colleagues' records"),
            "inzage nakijken dossiers acces collegues access break the glass review"),
    Command("audit:events", "audit.view", "shield-alert", gettext_noop("Security events"),
            "veiligheid gebeurtenissen aanmeldingen securite evenements sign-ins"),
    Command("audit:changes", "audit.view", "history", gettext_noop("Changes of records"),
            "wijzigingen historiek modifications historique history"),
    Command("privacy:texts", "privacy.manage", "file-text", gettext_noop("Privacy texts"),
            "privacyverklaring toestemming teksten consentement textes consent notice gdpr avg rgpd"),
    Command("privacy:retention", "privacy.manage", "archive-x", gettext_noop("Retention of records"),
            "bewaartermijn bewaren wissen conservation delai keep erase"),
    Command("privacy:erasures", "privacy.manage", "eraser", gettext_noop("Erased records"),
            "gewiste dossiers bewijs effaces certificat certificates"),
    Command("imports:list", "data.import", "file-input", gettext_noop("Imports"), "gegevens overzetten importations"),
    Command("research:export", "research.export", "microscope", gettext_noop("File for research"),
            "onderzoek bestand wetenschap recherche fichier science"),
    Command("mfa_index", "sessions.view", "shield-check", gettext_noop("Sign-in and security"),
            "wachtwoord sleutel passkey aanmelden mot de passe cle connexion password two-factor mfa"),
    Command("accounts:devices", "sessions.view", "monitor-smartphone", gettext_noop("My devices"),
            "toestellen sessies appareils sessions"),
)  # fmt: skip
_ADMINISTRATION = Command("admin:index", "home.view", "settings", gettext_noop("Administration"), "beheer admin")
# Words for rooms whose name is not all that people call them.
_ROOM_WORDS = {
    "today": "start begin thuis overzicht accueil home dashboard",
    "scheduling:agenda": "kalender calendrier calendar week dag jour day",
    "patients:search": "zoeken dossiers chercher search records",
    "pathways:follow-ups": "opvolging controles suivi controle check",
    "scheduling:waiting-list": "wachten attente wait",
    "pathways:versions": "behandelplannen schema parcours protocole treatment programs",
    "pathways:instruments": "vragenlijsten scores questionnaires psfs",
    "pathways:evidence": "bewijs literatuur bronnen preuves litterature sources references",
    "scheduling:booking-rules": "regels online boeken annuleren regles reservation cancel",
    "scheduling:numbers": "cijfers statistiek chiffres statistiques statistics",
    "audit:reads": "wie keek inzage logboek journal qui a regarde who looked log",
    "scheduling:messages": "berichten mails sms herinneringen rappels reminders",
    "accounts:people": "collega's personeel medewerkers collegues staff",
    "privacy:requests": "avg gdpr rgpd verzoeken rechten demandes droits",
    "connections:home": "koppelingen api sleutels webhooks connexions cles keys back-up",
}


def commands_of(user: User) -> tuple[list[Row], list[Row]]:
    """Return the acts and the pages that a user's role may enter, in the language of the page. No query."""
    pages = _rows((*_rooms(), *FURTHER), user)
    return _rows(ACTS, user), [*pages, row_of(_ADMINISTRATION)] if user.is_staff else pages


def _rooms() -> tuple[Command, ...]:
    return tuple(Command(name, action, icon, label, _ROOM_WORDS.get(name, "")) for name, action, icon, label in ROOMS)


def _rows(commands: tuple[Command, ...], user: User) -> list[Row]:
    return [row_of(command) for command in commands if may(user, command.action)]


def row_of(command: Command, *args: object, send: str = "") -> Row:
    """Return a command as a line; `args` fill its address."""
    url = reverse(command.name, args=args) + (f"?{command.query}" if command.query else "")
    return Row(url, command.icon, _(command.label), "", words_of(command.label, command.words), send)


@lru_cache(maxsize=512)
def words_of(label: str, more: str) -> str:
    """Return all words of a label in every language of the pages, and others for the same thing; folded, each once."""
    found = more
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found = f"{found} {_(label)}"
    return " ".join(dict.fromkeys(fold(found).replace("’", "'").replace("-", " ").split()))
