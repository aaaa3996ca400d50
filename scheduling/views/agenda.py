"""The agenda of the practice: a day, a week or a month on the screen, live, and a day on paper."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.audit import record_accesses
from accounts.policy import may, requires, signed_in
from scheduling.agenda import agenda_board, day_words
from scheduling.agenda_asked import Asked, sides_of, views_of
from scheduling.agenda_html import drawn, options
from scheduling.agenda_month import Month, agenda_month
from scheduling.agenda_rows import read_version
from scheduling.agenda_sheet import agenda_sheet
from scheduling.forms import AgendaForm
from scheduling.weekly_hours import without_hours


@require_GET
@requires("agenda.view")
def agenda(request: HttpRequest) -> HttpResponse:
    """Show a day, a week or a month side by side, or a day as a list; without its frame when only that is asked for."""
    template = "scheduling/_answer.html" if wants_board(request) else "scheduling/agenda.html"
    return render(request, template, _context(request))


@require_GET
@requires("agenda.view")
def changes(request: HttpRequest) -> HttpResponse:
    """Answer 204 as long as the agenda is still as the screen has it (`version`), else what stands there now."""
    asked = asked_of(request)
    if request.GET.get("version") == read_version(signed_in(request), asked):
        return HttpResponse(status=204)
    return render(request, "scheduling/_board.html", _context(request))


@require_GET
@requires("agenda.view")
def day_sheet(request: HttpRequest) -> HttpResponse:
    """Show the day of all therapists, or of one, to be printed."""
    asked = asked_of(request)
    sheets = agenda_sheet(signed_in(request), asked)
    record_accesses(request, sorted({row.patient_id for sheet in sheets for row in sheet.rows}), "day sheet")
    context = {"asked": asked, "sheets": sheets, "now": timezone.now()}
    return render(request, "scheduling/day_sheet.html", context | {"agenda_url": asked.address(view="day")})


def asked_of(request: HttpRequest) -> Asked:
    """Return what the address asks of the agenda."""
    return AgendaForm(request.GET).asked(timezone.localdate())


def wants_board(request: HttpRequest) -> bool:
    """Return whether a script on the agenda asked, which puts the answer in the page itself."""
    return request.headers.get("HX-Target") == "board"


def _context(request: HttpRequest) -> dict[str, Any]:
    now, asked, user = timezone.now(), asked_of(request), signed_in(request)
    board = agenda_month(user, asked, now=now) if asked.view == "month" else agenda_board(user, asked, now=now)
    asked, today = board.asked, timezone.localdate(now)
    is_empty = not isinstance(board, Month) and not board.visits
    choices = board.rooms if asked.is_by_room else board.practitioners
    return {
        "agenda": board,
        "drawn": None if isinstance(board, Month) else drawn(board),
        "whose": options([(each.pk, each.name) for each in choices], asked.room or asked.practitioner),
        "may_feed": may(user, "feeds.manage"),
        "may_set_up": may(user, "hours.manage"),
        "without_hours": list(without_hours(on=today)) if is_empty else [],
        "asked": asked,
        "day": asked.day,
        "today": today,
        "day_words": day_words(asked.day, today) if asked.days == 1 else "",
        "before": asked.address(day=asked.turned(-1)),
        "after": asked.address(day=asked.turned(1)),
        "at_today": asked.address(day=None),
        "last": asked.first.fromordinal(asked.first.toordinal() + asked.days - 1),
        "views": views_of(asked),
        "sides": sides_of(asked),
        "poll_url": reverse("scheduling:changes") + asked.address().removeprefix(reverse("scheduling:agenda")),
    }
