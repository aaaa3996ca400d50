"""The owner's page: what a file for research would be, and making it."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.policy import requires, signed_in
from accounts.step_up import step_up
from fysicure.privacy.limits import check_export_limit
from fysicure.research.asked import Asked
from fysicure.research.documents import warnings
from fysicure.research.forms import AskForm, first_choices
from fysicure.research.generalising import LEVELS, Level
from fysicure.research.making import Preview, make, preview, sizes_of


@require_GET
@requires("research.export")
def research(request: HttpRequest) -> HttpResponse:
    """Show in counts what a file would hold, how coarse its values would be, and who is left out and why."""
    now = timezone.now()
    form = AskForm(request.GET or first_choices(), this_year=timezone.localdate(now).year)
    context: dict[str, Any] = {"form": form, "warnings": warnings()}
    if not form.is_valid():
        return render(request, "research/export.html", context, status=422)
    found = preview(form.asked(), now=now)
    context |= {"found": found, "k": form.asked().k, "left_out": _left_out(found), "kept": _kept(form.asked())}
    if found.choice is not None:
        context |= {"sizes": sizes_of(found.choice), "coarse": _in_words(found.choice.level)}
        context |= {"step": found.choice.step, "steps": len(LEVELS) - 1}
    return render(request, "research/export.html", context)


@require_POST
@requires("research.export")
@step_up
def research_file(request: HttpRequest) -> Any:
    """Make the file and hand it over. A refusal is a page with what would help."""
    now = timezone.now()
    form = AskForm(request.POST, this_year=timezone.localdate(now).year)
    if not form.is_valid():
        return render(request, "research/export.html", {"form": form, "warnings": warnings()}, status=422)
    check_export_limit(signed_in(request).pk, now=now)
    made = make(form.asked(), by=signed_in(request), now=now, request=request)
    return FileResponse(made.file, as_attachment=True, filename="research.zip", content_type="application/zip")


def _kept(asked: Asked) -> list[tuple[str, object]]:
    """The choices of the page, for the form that makes the file."""
    rows: list[tuple[str, object]] = [("k", asked.k), ("first_year", asked.first_year), ("last_year", asked.last_year)]
    rows += [("formats", each.value) for each in asked.formats]
    rows += [("measurements", "on")] if asked.measurements else []
    return [row for row in rows if row[1] is not None]


def _left_out(found: Preview) -> list[tuple[str, int]]:
    """Who is left out and why, in numbers of patients or of plans."""
    words = {
        "not_asked": _("patients who were never asked"),
        "refused": _("patients who said no"),
        "withdrawn": _("patients who withdrew their consent"),
        "frozen": _("patients whose record is frozen"),
    }
    rows = [
        (label, found.considered.left_out[key][0]) for key, label in words.items() if key in found.considered.left_out
    ]
    recent = found.considered.left_out.get("too_recent")
    rows += [(_("plans that began too recently"), recent[1])] if recent else []
    rows += [(_("plans left out because they are rare"), found.choice.suppressed)] if found.choice else []
    return [row for row in rows if row[1]]


def _in_words(level: Level) -> list[tuple[str, str]]:
    """How coarse each value is."""
    bands = {10: _("in bands of 10 years"), 20: _("in bands of 20 years"), None: _("left out")}
    digits = {2: _("first two digits"), 1: _("first digit"), 0: _("left out")}
    periods = {"quarter": _("the quarter"), "year": _("the year"), None: _("left out")}
    told = {True: _("as it is"), False: _("left out")}
    return [
        (_("Age at the start"), bands[level.age]),
        (_("Sex"), told[level.sex]),
        (_("Postal code"), digits[level.postal]),
        (_("Start of the plan"), periods[level.period]),
        (_("Pathway"), _("as it is")),
        (_("Version of the pathway"), told[level.version]),
        (_("Side"), told[level.side]),
    ]
