"""The words that notes begin with: the owner writes those of everyone, a therapist the own ones."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.edit_forms import answer_status
from accounts.policy import requires, signed_in
from accounts.versions import EditConflict
from patients.exceptions import InvalidRecord
from patients.models import NoteTemplate
from patients.note_forms import NoteTemplateForm
from patients.note_templates import editable_by, keep_template, templates_for
from patients.notes import TEXTS


@require_GET
@requires("notes.templates")
def note_templates(request: HttpRequest) -> HttpResponse:
    """List the templates that the user may choose from, and which of them the user may change."""
    user = signed_in(request)
    mine = set(editable_by(user).values_list("pk", flat=True))
    rows = [{"template": row, "is_mine": row.pk in mine} for row in templates_for(user)]
    return render(request, "patients/note_templates.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@requires("notes.templates")
def add_note_template(request: HttpRequest) -> HttpResponse:
    """Make a template."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@requires("notes.templates")
def edit_note_template(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a template, or put it out of use."""
    return _edit(request, get_object_or_404(editable_by(signed_in(request)), pk=pk))


def _edit(request: HttpRequest, row: NoteTemplate | None) -> HttpResponse:
    form = NoteTemplateForm(request.POST or None, initial=_as_typed(row) if row else {"is_active": True})
    if form.is_valid():
        given = form.cleaned_data
        texts = {name: given[name] for name in TEXTS}
        try:
            keep_template(
                row, name=given["name"], texts=texts, is_active=given["is_active"],
                by=signed_in(request), now=timezone.now(), version=form.version_seen(),
            )  # fmt: skip
        except EditConflict as conflict:
            form.take_over(conflict, _as_typed)
        except InvalidRecord as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The template is saved."))
            return redirect("patients:note-templates")
    return render(request, "patients/note_template.html", {"form": form, "row": row}, status=answer_status(form))


def _as_typed(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("name", "is_active", "version", *TEXTS)}
