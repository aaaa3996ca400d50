"""The owner's numbers, as a page and as a file."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.policy import requires
from scheduling.numbers import SMALL, Numbers, Waits, numbers_of
from scheduling.numbers_csv import weeks_as_csv
from scheduling.numbers_form import PeriodForm


@require_GET
@requires("numbers.view")
def numbers(request: HttpRequest) -> HttpResponse:
    """Show how full the agenda was, who did not come, how long people waited, and which gaps were filled."""
    now, form = timezone.now(), PeriodForm(request.GET)
    if not form.is_valid():
        return render(request, "scheduling/numbers.html", {"form": form}, status=422)
    period = form.period(timezone.localdate(now))
    counted = numbers_of(period, now=now)
    context = {
        "form": PeriodForm(initial={"first": period.first, "last": period.last}),
        "span": "own" if form.cleaned_data["first"] else form.cleaned_data["span"] or "weeks",
        "numbers": counted,
        "rows": list(zip(counted.people, counted.totals, strict=True)),
        "trend": _trend(counted) if counted.total.missed or counted.total.late else [],
        "bars": _bars(counted.waits),
        "small": SMALL,
    }
    return render(request, "scheduling/numbers.html", context)


@require_GET
@requires("numbers.view")
def weeks_csv(request: HttpRequest) -> HttpResponse:
    """Give the weekly numbers of the same period as a file."""
    now, form = timezone.now(), PeriodForm(request.GET)
    if not form.is_valid():
        return HttpResponseBadRequest()
    period = form.period(timezone.localdate(now))
    text = "\ufeff" + weeks_as_csv(numbers_of(period, now=now))  # the mark tells a spreadsheet that it is UTF-8
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    name = f"{period.first}-{period.last}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _trend(counted: Numbers) -> list[dict[str, Any]]:
    """Return the missed and the late visits of each week, for a chart."""
    return [
        {
            "label": _("Did not come"),
            "kind": "bars",
            "points": [(each.monday, each.total.missed) for each in counted.weeks],
        },
        {"label": _("Cancelled late"), "points": [(each.monday, each.total.late) for each in counted.weeks]},
    ]


def _bars(waits: Waits) -> list[tuple[str, int, int]]:
    """Return for each stretch of waiting its words, its count, and how long its bar is (0 to 100)."""
    words = [
        _("at most 2 days"),
        _("at most a week"),
        _("at most 2 weeks"),
        _("at most 4 weeks"),
        _("more than 4 weeks"),
    ]
    most = max(waits.bars, default=0) or 1
    return [(word, count, round(100 * count / most)) for word, count in zip(words, waits.bars, strict=True)]
