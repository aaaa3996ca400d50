"""The day of the practice."""

import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.policy import requires, signed_in
from scheduling.agenda import agenda_day, day_words
from scheduling.forms import DayForm


@require_GET
@requires("agenda.view")
def agenda(request: HttpRequest) -> HttpResponse:
    """Show a day of all therapists side by side, or of one; as a grid or as a list."""
    now = timezone.now()
    form = DayForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    today = timezone.localdate(now)
    day = asked.get("day") or today
    chosen = str(asked.get("practitioner") or "")
    context = {
        "agenda": agenda_day(signed_in(request), day, now=now, chosen=chosen),
        "day": day,
        "today": today,
        "day_words": day_words(day, today),
        "before": day - datetime.timedelta(days=1),
        "after": day + datetime.timedelta(days=1),
        "is_list": request.GET.get("view") == "list",
    }
    return render(request, "scheduling/agenda.html", context)
