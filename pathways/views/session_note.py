"""The note of a contact: prefilled, saved as typed, signed once, and read with its addenda after that."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access_reasons import reason_for
from accounts.audit import record_access
from accounts.policy import requires, signed_in
from accounts.whole_numbers import whole_number
from pathways.models import CarePlan
from pathways.session_note_page import NotePage, contact_to_write, exercises_of, lines_of, note_page, read_exercises
from patients.exceptions import InvalidRecord, NoteChanged, NoteLocked, NoteOfAnother
from patients.models import Encounter, SessionNote
from patients.note_templates import usable_templates
from patients.notes import TEXTS, amend_note, clean_text, filled, save_note, sign_note, start_note, take_over_note

Refused = NoteChanged | NoteLocked | NoteOfAnother | InvalidRecord


@require_http_methods(["GET", "POST"])
@requires("notes.write")
def session_note(request: HttpRequest, encounter: UUID) -> HttpResponse:
    """Show the note of a contact, or save its draft as typed; a template fills what is still empty."""
    contact = _contact(request, encounter)
    if request.method == "POST":
        return _save_page(request, contact)
    return _show(request, contact)


@require_POST
@requires("notes.write")
def sign(request: HttpRequest, encounter: UUID) -> HttpResponse:
    """Save what was typed and sign it: from then on the note is locked."""
    contact = _contact(request, encounter)
    try:
        note = _save(request, contact)
        sign_note(note, by=signed_in(request), now=timezone.now())
    except (NoteChanged, NoteLocked, NoteOfAnother, InvalidRecord) as refused:
        return _refused(request, contact, refused)
    messages.success(request, _("The note is signed."))
    return redirect("pathways:session-note", encounter)


@require_POST
@requires("notes.write")
def amend(request: HttpRequest, encounter: UUID) -> HttpResponse:
    """Add an addendum to a signed note."""
    contact = _contact(request, encounter)
    note = get_object_or_404(SessionNote.objects.visible_to(signed_in(request)), encounter=contact)
    text = request.POST.get("text", "")
    try:
        amend_note(note, text, by=signed_in(request), now=timezone.now())
    except InvalidRecord as refused:
        return _show(request, contact, addendum=text, errors=refused.errors, status=422)
    messages.success(request, _("The addendum is added."))
    return redirect("pathways:session-note", encounter)


@require_POST
@requires("notes.write")
def take_over(request: HttpRequest, encounter: UUID) -> HttpResponse:
    """Go on with the draft of a colleague: who takes it over is its writer."""
    contact = _contact(request, encounter)
    note = get_object_or_404(SessionNote.objects.visible_to(signed_in(request)), encounter=contact)
    take_over_note(note, by=signed_in(request), now=timezone.now())
    messages.info(request, _("The draft is yours now: check it, go on and sign it."))
    return redirect("pathways:session-note", encounter)


@require_POST
@requires("notes.write")
def write_note(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Go to the note of today's contact of a plan; a session is made when there is none yet."""
    plans = CarePlan.objects.visible_to(signed_in(request)).select_related("episode")
    plan = get_object_or_404(plans, pk=pk)
    record_access(request, plan.patient_id, "note")
    contact = contact_to_write(plan, by=signed_in(request), now=timezone.now())
    return redirect("pathways:session-note", contact.pk)


def _contact(request: HttpRequest, pk: UUID) -> Encounter:
    rows = Encounter.objects.visible_to(signed_in(request))
    related = ("patient", "episode", "practitioner", "session_note__written_by", "session_note__signed_by")
    contact: Encounter = get_object_or_404(rows.select_related(*related), pk=pk)
    # A script saves every few seconds: it passes the same gate, and only pages are noted.
    (reason_for if _is_script(request) else record_access)(request, contact.patient_id, "note")
    if contact.status == Encounter.Status.CANCELLED and _note(contact) is None:
        raise Http404
    return contact


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _note(contact: Encounter) -> SessionNote | None:
    found: SessionNote | None = getattr(contact, "session_note", None)
    return found


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in TEXTS}


def _save(request: HttpRequest, contact: Encounter) -> SessionNote:
    """Save what was typed, as a new draft or over the revision that the writer saw."""
    by, now, texts = signed_in(request), timezone.now(), _typed(request)
    chosen = request.POST.get("template", "")
    if chosen.isdecimal():
        texts = filled(texts, get_object_or_404(usable_templates(by), pk=whole_number(chosen, 0)))
    lines = read_exercises(lines_of(contact, _note(contact)), request.POST)
    note = _note(contact) or start_note(contact, by=by, now=now)
    revision = whole_number(request.POST.get("revision", ""), 0)
    return save_note(note, revision=revision, **texts, exercises_done=lines, by=by, now=now)


def _save_page(request: HttpRequest, contact: Encounter) -> HttpResponse:
    is_script = _is_script(request)
    try:
        note = _save(request, contact)
    except (NoteChanged, NoteLocked, NoteOfAnother) as refused:
        if is_script:
            return JsonResponse({"detail": refused.detail}, status=refused.status)
        return _refused(request, contact, refused)
    if is_script:
        return JsonResponse({"revision": note.revision, "saved_at": f"{timezone.localtime(note.updated_at):%H:%M}"})
    if request.POST.get("template"):
        messages.info(request, _("The template filled what was still empty."))
    else:
        messages.success(request, _("The draft is saved. It is not signed yet."))
    return redirect("pathways:session-note", contact.pk)


def _refused(request: HttpRequest, contact: Encounter, refused: Refused) -> HttpResponse:
    """Show why, with what was typed: beside what stands there now, or as an addendum when the note was signed."""
    contact.refresh_from_db()
    typed = _typed(request)
    if isinstance(refused, NoteLocked | NoteOfAnother):
        note = _note(contact)
        extra = [text for name, text in typed.items() if clean_text(text) != getattr(note, name, "")]
        messages.warning(request, refused.detail)
        return _show(request, contact, addendum="\n".join(extra), status=refused.status)
    if isinstance(refused, InvalidRecord):
        return _show(request, contact, typed=typed, errors=refused.errors, status=422)
    theirs = {name: getattr(refused.note, name) for name in TEXTS}
    differing = {name: text for name, text in theirs.items() if text != clean_text(typed[name])}
    ticked = [each.name for each in exercises_of(refused.note) if each.is_done]
    more = {"theirs": differing, "theirs_ticked": ticked, "conflict": refused.detail}
    return _show(request, contact, typed=typed, status=refused.status, **more)


def _show(request: HttpRequest, contact: Encounter, *, status: int = 200, **more: Any) -> HttpResponse:
    user, now, note = signed_in(request), timezone.now(), _note(contact)
    context: dict[str, Any] = {"contact": contact, "patient": contact.patient, "note": note, **more}
    if note is not None and (note.status == SessionNote.Status.SIGNED or note.written_by_id != user.pk):
        is_signed = note.status == SessionNote.Status.SIGNED
        addenda = list(note.addenda.select_related("written_by")) if is_signed else []
        context |= {"addenda": addenda, "is_signed": is_signed, "exercises": exercises_of(note)}
        return render(request, "pathways/session_note_read.html", context, status=status)
    page = note_page(contact, note, by=user, now=now)
    theirs = more.get("theirs", {})
    typed = more.get("typed")
    context |= {
        "page": page,
        "boxes": _boxes(page, typed, theirs, more.get("errors", {})),
        "exercises": read_exercises(page.exercises, request.POST) if typed else page.exercises,
        "revision": note.revision if note else 0,
    }
    return render(request, "pathways/session_note.html", context, status=status)


def _boxes(
    page: NotePage, typed: dict[str, str] | None, theirs: dict[str, str], errors: dict[str, Any]
) -> list[dict[str, Any]]:
    labels = {
        "subjective": _("What the patient tells"),
        "objective": _("What was found"),
        "assessment": _("Assessment"),
        "plan": _("Plan"),
    }
    texts = page.texts if typed is None else typed
    return [
        {"name": name, "label": label, "text": texts[name], "theirs": theirs.get(name, ""),
         "has_theirs": name in theirs, "errors": errors.get(name, [])}
        for name, label in labels.items()
    ]  # fmt: skip
