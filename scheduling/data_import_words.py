"""What people write about a visit in a cell: moments in Brussels wall time, lengths, kinds and statuses."""

import datetime
import re

from django.utils.translation import gettext as _

from patients.data_import.values import Unreadable, bare, read_date, word_map
from scheduling.free_time import BRUSSELS

_TIME = re.compile(r"(\d{1,2})\s?[:.uh]\s?(\d{2})?(?:[:.]\d{2})?(?:\s?uur)?|(\d{2})(\d{2})", re.I)
_MOMENT = re.compile(
    r"(?P<day>\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}|\d{8})[T ,]+(?P<time>\d{1,2}[:.uh]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?)"
    r"\s?(?P<zone>Z|[+-]\d{2}:?\d{2})?",
    re.I,
)
_MINUTES = re.compile(r"(\d{1,3})\s*(?:m|min|minuten|minutes|'|′)?\.?", re.I)
_HOURS = re.compile(r"(\d{1,2})[:uh](\d{2})(?::\d{2})?", re.I)

KINDS = word_map(
    {
        "intake": "intake anamnese eerste eersteconsult eersteconsultatie kennismaking onderzoek bilan premiereseance",
        "session": "session sessie zitting behandeling kine kinesitherapie fysiotherapie fysio seance consult"
        " consultatie afspraak kinesitherapiezitting",
        "retest": "retest hertest hermeting evaluatie tussentijdseevaluatie reevaluation",
        "gait_analysis": "gaitanalysis gangbeeldanalyse ganganalyse loopanalyse analysedelamarche",
        "phone": "phone phonecall telefoon telefonisch telefonischconsult tel telephone",
    }
)
STATUSES = word_map(
    {
        "pending": "pending tebevestigen aangevraagd optie aconfirmer proposed waitlist",
        "booked": "booked gepland bevestigd ingepland vast actief open planifie confirme planned confirmed scheduled",
        "arrived": "arrived aangekomen aanwezig binnen wachtkamer arrive present checkedin",
        "fulfilled": "fulfilled done uitgevoerd voltooid afgewerkt gedaan afgerond gefactureerd effectue termine honore"
        " completed finished",
        "cancelled": "cancelled canceled geannuleerd afgezegd afgebeld verwijderd annule",
        "noshow": "noshow nietverschenen nietgekomen afwezig absent nonpresente nietopgedaagd",
    }
)


def read_time(text: str) -> datetime.time:
    """Return a time of the day: 9:30, 09.30, 9u30, 9h or 0930. Raises Unreadable."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise Unreadable(_("Write the time as 09:30."))
    hour, minute = match[1] or match[3], match[2] or match[4] or "0"
    try:
        return datetime.time(int(hour), int(minute))
    except ValueError:
        raise Unreadable(_("This time does not exist.")) from None


def read_moment(text: str, *, order: str, pivot: datetime.date) -> datetime.datetime:
    """Return the moment that date and time in one cell mean, in UTC; without a zone in Brussels wall time.

    Raises Unreadable.
    """
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        raise Unreadable(_("Write date and time as 31/12/2026 09:30."))
    day, time = (
        read_date(match["day"], order=order, pivot=pivot),
        read_time(match["time"].split(".")[0] if ":" in match["time"] else match["time"]),
    )
    zone = match["zone"]
    if not zone:
        return at_wall(day, time)
    offset = datetime.datetime.strptime(zone.upper().replace("Z", "+0000").replace(":", ""), "%z").tzinfo  # noqa: DTZ007 only the zone
    try:
        return datetime.datetime.combine(day, time, offset).astimezone(datetime.UTC)
    except OverflowError:
        raise Unreadable(_("This date does not exist.")) from None


def at_wall(day: datetime.date, time: datetime.time) -> datetime.datetime:
    """Return a moment in UTC from Brussels wall time. Raises Unreadable when the clock skips it or shows it twice."""
    wall = datetime.datetime.combine(day, time)  # noqa: DTZ001 both readings follow
    try:
        first, second = (wall.replace(fold=fold, tzinfo=BRUSSELS).astimezone(datetime.UTC) for fold in (0, 1))
    except OverflowError:
        raise Unreadable(_("This date does not exist.")) from None
    if first == second:
        return first
    if first.astimezone(BRUSSELS).replace(tzinfo=None, fold=0) == wall:
        raise Unreadable(_("The clock shows this time twice that night: write it with its offset, such as +01:00."))
    raise Unreadable(_("The clock skips this time that night."))


def read_minutes(text: str) -> int:
    """Return a length in minutes: 30, 30 min or 0:30. Raises Unreadable."""
    if match := _MINUTES.fullmatch(text.strip()):
        return int(match[1])
    if match := _HOURS.fullmatch(text.strip()):
        return int(match[1]) * 60 + int(match[2])
    raise Unreadable(_("Write the length in minutes."))


def read_type(text: str) -> str:
    """Return the kind of visit that a word means; a session for an empty cell. Raises Unreadable."""
    if not text:
        return "session"
    try:
        return KINDS[bare(text)]
    except KeyError:
        raise Unreadable(_("This kind of visit is not known.")) from None


def read_status(text: str) -> str:
    """Return the status that a word means; "" for an empty cell. Raises Unreadable."""
    try:
        return STATUSES[bare(text)] if text else ""
    except KeyError:
        raise Unreadable(_("This status of a visit is not known.")) from None
