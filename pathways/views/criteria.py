"""The pages on which the owner writes the exit criteria of a phase, one criterion a page."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.policy import requires
from accounts.whole_numbers import whole_number
from pathways import editor_sheets
from pathways.editor import criteria
from pathways.editor.document import Document, references_of
from pathways.editor.phases import phase_index
from pathways.editor.sentences import numbers_apart, sentence_of
from pathways.editor_forms.rows import STEPS, made, rearranged
from pathways.editor_sheets import library_of
from pathways.models import PathwayVersion
from pathways.version_outline import vocabulary_of
from pathways.views.editor import draft_of, edit_sheet, edit_url, keep, revision_of, show


@require_http_methods(["GET", "POST"])
@requires("pathways.edit")
def edit_criteria(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """List the criteria of a phase, each with the sentence that its rule makes; move one or remove one."""
    version = draft_of(pk)
    if request.method == "POST":
        change = _change(version, key, request.POST.get("do", ""))
        return keep(request, version, change, "", url=reverse("pathways:edit-criteria", args=[pk, key]))
    try:
        phase = version.document["phases"][phase_index(version.document, key)]
    except KeyError as unknown:
        raise Http404 from unknown
    anchor = edit_url(pk, f"phase-{key}")
    context = {"version": version, "phase": phase, "rows": _rows(version, phase), "back_url": anchor}
    return render(request, "pathways/editor/criteria.html", context)


def _change(version: PathwayVersion, key: str, order: str) -> Callable[[], Document] | None:
    verb, _colon, number = order.partition(":")
    index = whole_number(number, -1)
    if verb in STEPS:
        return lambda: criteria.move_criterion(version.document, key, index, STEPS[verb])
    return (lambda: criteria.remove_criterion(version.document, key, index)) if verb == "remove" else None


def _rows(version: PathwayVersion, phase: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each criterion with its sentence, what it rests on, and whether the form can change it."""
    words = vocabulary_of(version)
    return [
        {
            "label": row.get("label", ""),
            "sentence": (sentence := sentence_of(row, words)),
            "apart": numbers_apart(row.get("label", ""), sentence),
            "references": [version.references[name] for name in references_of(row) if name in version.references],
            "is_practice_choice": bool(row.get("practice_choice")),
            "is_editable": criteria.is_editable(row),
        }
        for row in phase["exit"]
    ]


@require_http_methods(["GET", "POST"])
@requires("pathways.edit")
def edit_criterion(request: HttpRequest, pk: int, key: str, index: int) -> HttpResponse:
    """Write one criterion; one that the form cannot show is changed by importing a file."""
    version = draft_of(pk)
    return _edit(request, version, key, index)


@require_http_methods(["GET", "POST"])
@requires("pathways.edit")
def new_criterion(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Write one more criterion."""
    return _edit(request, draft_of(pk), key, None)


def _edit(request: HttpRequest, version: PathwayVersion, key: str, index: int | None) -> HttpResponse:
    if index is not None:
        try:
            row = criteria.criterion_at(version.document, key, index)
        except (KeyError, IndexError) as unknown:
            raise Http404 from unknown
        if not criteria.is_editable(row):
            raise Http404
    if request.POST.get("do") == "sentence":
        return _sentence(request, version, key, index)
    back = reverse("pathways:edit-criteria", args=[version.pk, key])
    return edit_sheet(request, version, lambda text, library: editor_sheets.criterion(text, library, key, index), back)


def _sentence(request: HttpRequest, version: PathwayVersion, key: str, index: int | None) -> HttpResponse:
    """Show the sentence of what is typed: alone to htmx while one types, in the whole page otherwise."""
    library = library_of(version)
    try:
        sheet = editor_sheets.criterion(version.document, library, key, index)
    except KeyError as unknown:
        raise Http404 from unknown
    forms = made(sheet.parts, request.POST)
    sentence = editor_sheets.typed_sentence(version.document, library, key, index, forms)
    if getattr(request, "htmx", False):
        return render(request, "pathways/editor/_sentence.html", {"sentence": sentence})
    kept = rearranged(sheet.parts, request.POST, "")
    return show(request, version, sheet, kept, revision_of(request), sentence=sentence)
