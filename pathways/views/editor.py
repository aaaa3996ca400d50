"""The pages on which the owner writes a draft: one page a subject, each a set of forms (see pathways.editor_sheets)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policy import requires, signed_in
from accounts.whole_numbers import whole_number
from pathways import editor_sheets
from pathways.editor import phases
from pathways.editor.document import Document
from pathways.editor_forms.rows import Forms, Library, in_words, made, rearranged
from pathways.editor_forms.texts import NoteForm, PhaseTitleForm
from pathways.editor_outline import outline_of
from pathways.editor_sheets import Sheet, library_of
from pathways.exceptions import VersionChanged, VersionRefused
from pathways.models import PathwayVersion
from pathways.versions import faults_of, save_draft

type Sheets = Callable[[Document, Library], Sheet]


def draft_of(pk: int) -> PathwayVersion:
    """Return a draft that can be written in. Raises VersionRefused for a text that is no draft (any more)."""
    rows = PathwayVersion.objects.select_related("pathway", "created_by", "based_on")
    version: PathwayVersion = get_object_or_404(rows, pk=pk)
    if version.status != PathwayVersion.Status.DRAFT:
        raise VersionRefused(_("Only a draft can be changed. Start a new draft of this pathway."))
    return version


def revision_of(request: HttpRequest) -> int:
    """Return the revision that the writer saw; one that is no number is no revision of any draft."""
    return whole_number(request.POST.get("revision", ""), -1)


def edit_url(pk: int, anchor: str = "") -> str:
    """Return the address of a draft's outline, at one of its parts."""
    return reverse("pathways:edit-version", args=[pk]) + (f"#{anchor}" if anchor else "")


@require_GET
@requires("pathways.edit")
def edit_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a draft in outline: what each part says, what is wrong with it, and the way to each form."""
    version = draft_of(pk)
    return _overview(request, version, NoteForm(initial={"note": version.note, "revision": version.revision}))


def _overview(request: HttpRequest, version: PathwayVersion, note: NoteForm, status: int = 200) -> HttpResponse:
    outline = outline_of(version, faults_of(version))
    context = {"version": version, "outline": outline, "note": note, "phase_form": PhaseTitleForm()}
    return render(request, "pathways/editor/outline.html", context, status=status)


@require_POST
@requires("pathways.edit")
def edit_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what changed and why."""
    version = draft_of(pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _overview(request, version, form, status=422)
    try:
        save_draft(version, version.document, **form.cleaned_data, by=signed_in(request), now=timezone.now())
    except VersionChanged as changed:
        now = changed.version
        form = NoteForm({"note": form.cleaned_data["note"], "revision": now.revision})
        form.add_error("note", changed.detail)
        if now.note:
            form.add_error("note", _("The note in the draft now: %(note)s") % {"note": now.note})
        return _overview(request, changed.version, form, status=409)
    messages.success(request, _("Saved: what changed and why."))
    return redirect(edit_url(pk))


@require_POST
@requires("pathways.edit")
def edit_phases(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a phase, move one or remove one: "add", "up:P2", "down:P2" or "remove:P2"."""
    version = draft_of(pk)
    verb, _colon, key = request.POST.get("do", "").partition(":")
    form = PhaseTitleForm(request.POST)
    if verb == "add" and not form.is_valid():
        messages.error(request, _("Give the new phase a name."))
        return redirect(edit_url(pk, "phases"))
    changes: dict[str, Callable[[], Document]] = {
        "add": lambda: phases.add_phase(version.document, title=form.cleaned_data["title"]),
        "up": lambda: phases.move_phase(version.document, key, -1),
        "down": lambda: phases.move_phase(version.document, key, 1),
        "remove": lambda: phases.remove_phase(version.document, key),
    }
    return keep(request, version, changes.get(verb), "phases")


def keep(
    request: HttpRequest, version: PathwayVersion, change: Callable[[], Document] | None, anchor: str, url: str = ""
) -> HttpResponse:
    """Save a change that needs no form, and go back to where it was asked for."""
    if change is None:
        raise Http404
    try:
        document = change()
    except (KeyError, IndexError) as unknown:
        raise Http404 from unknown
    try:
        save_draft(version, document, revision=revision_of(request), by=signed_in(request), now=timezone.now())
    except VersionChanged as changed:
        messages.error(request, changed.detail)
    return redirect(url or edit_url(version.pk, anchor))


def edit_sheet(request: HttpRequest, version: PathwayVersion, sheets: Sheets, back: str = "") -> HttpResponse:
    """Show a page of the editor, move its rows, or save it; whatever happens, what was typed stays."""
    library = library_of(version)
    try:
        sheet = sheets(version.document, library)
    except (KeyError, IndexError) as unknown:
        raise Http404 from unknown
    if request.method != "POST":
        return show(request, version, sheet, made(sheet.parts))
    if order := request.POST.get("do"):
        return show(request, version, sheet, rearranged(sheet.parts, request.POST, order), revision_of(request))
    forms = made(sheet.parts, request.POST)
    if not all([form.is_valid() for form in forms.values()]):
        return show(request, version, sheet, forms, revision_of(request), status=422)
    revision, now = revision_of(request), timezone.now()
    try:
        document = sheet.save(forms)
    except KeyError as unknown:  # a row that names a rule which the draft does not have
        raise Http404 from unknown
    try:
        save_draft(version, document, revision=revision, by=signed_in(request), now=now)
    except VersionChanged as changed:
        return _conflict(request, changed, sheets(changed.version.document, library), forms)
    messages.success(request, _("Saved: %(part)s.") % {"part": sheet.title})
    return redirect(back or edit_url(version.pk, sheet.anchor))


def _conflict(request: HttpRequest, changed: VersionChanged, stored: Sheet, forms: Forms) -> HttpResponse:
    """Show both texts: what stands in the draft now beside what was typed. Saving again keeps what was typed."""
    now = made(stored.parts)
    rows = [(in_words(now[name]), in_words(form)) for name, form in forms.items() if name in now]
    theirs = [line for before, mine in rows for line in before if line not in mine]
    ours = [line for before, mine in rows for line in mine if line not in before]
    conflict = {"detail": changed.detail, "theirs": theirs, "ours": ours}
    extra = {"conflict": conflict}
    return show(request, changed.version, stored, forms, changed.version.revision, status=409, **extra)


def show(
    request: HttpRequest,
    version: PathwayVersion,
    sheet: Sheet,
    forms: Forms,
    revision: int | None = None,
    *,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    """Render a page of the editor."""
    context = {
        "version": version,
        "sheet": sheet,
        "forms": forms,
        "revision": version.revision if revision is None else revision,
        "measure_labels": sheet.parts[0].options["library"].measure_labels,
        "back_url": edit_url(version.pk, sheet.anchor),
        "has_errors": status == 422,
        **sheet.extra,
        **extra,
    }
    return render(request, f"pathways/editor/{sheet.template}.html", context, status=status)


@require_http_methods(["GET", "POST"])
@requires("pathways.edit")
def edit_general(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the title and the summary."""
    return edit_sheet(request, draft_of(pk), editor_sheets.general)


@require_http_methods(["GET", "POST"])
@requires("pathways.edit")
def edit_phase(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Write the words and weeks of a phase, and what the patient should hear."""
    return edit_sheet(request, draft_of(pk), lambda text, library: editor_sheets.phase(text, library, key))


@require_http_methods(["GET", "POST"])
@requires("pathways.edit")
def edit_exercises(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Choose the exercises of a phase, their dosage and their order."""
    return edit_sheet(request, draft_of(pk), lambda text, library: editor_sheets.exercises(text, library, key))


@require_http_methods(["GET", "POST"])
@requires("pathways.edit")
def edit_flags(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the red flags."""
    return edit_sheet(request, draft_of(pk), editor_sheets.flags)


@require_http_methods(["GET", "POST"])
@requires("pathways.edit")
def edit_classification(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the words of the findings for and against."""
    return edit_sheet(request, draft_of(pk), editor_sheets.classification)


@require_http_methods(["GET", "POST"])
@requires("pathways.edit")
def edit_goals(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the goals that a plan begins with."""
    return edit_sheet(request, draft_of(pk), editor_sheets.goals)


@require_http_methods(["GET", "POST"])
@requires("pathways.edit")
def edit_lights(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the thresholds of the traffic light."""
    return edit_sheet(request, draft_of(pk), editor_sheets.lights)


@require_http_methods(["GET", "POST"])
@requires("pathways.edit")
def edit_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Say when a plan goes a phase back, and when it is looked at again."""
    return edit_sheet(request, draft_of(pk), editor_sheets.review)


@require_http_methods(["GET", "POST"])
@requires("pathways.edit")
def edit_visits(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which visits a plan calls for."""
    return edit_sheet(request, draft_of(pk), editor_sheets.visits)
