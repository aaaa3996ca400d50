"""The intake: typed by hand, saved as typed, finished when every answer stands."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access_reasons import reason_for
from accounts.audit import record_access
from accounts.policy import requires, signed_in
from accounts.whole_numbers import whole_number
from pathways.classification import classify_intake
from pathways.definitions import definition_of, intake_of, published_versions
from pathways.exceptions import IntakeRefused
from pathways.intake import change_side, fields_of, finish_intake, version_of
from pathways.intake_page import IntakePage, boxes_of, intake_page, progress_of
from pathways.page_language import spoken_definition
from patients.intake import Saved, draft_of, revisions_of, save_answers, start_intake
from patients.models import EpisodeOfCare, IntakeResponse
from patients.models.patient import Side

LONGEST = 4000


@require_POST
@requires("intake.edit")
def start(request: HttpRequest) -> HttpResponse:
    """Begin the intake of an episode, or go on with the one in progress. With several pathways one is chosen first."""
    user = signed_in(request)
    episodes = EpisodeOfCare.objects.visible_to(user).select_related("patient")
    episode = get_object_or_404(episodes, pk=_key(request.POST.get("episode", "")))
    record_access(request, episode.patient_id, "intake")
    in_progress, choices = draft_of(episode), published_versions()
    if in_progress is not None:
        return redirect("pathways:intake", pk=in_progress.pk)
    if not request.POST.get("pathway") and len(choices) > 1:
        return render(request, "pathways/intake_choose.html", {"episode": episode, "choices": choices})
    slug = request.POST.get("pathway") or (choices[0].pathway_id if choices else "")
    practitioner = getattr(user, "practitioner", None) or episode.practitioner
    questionnaire = intake_of(slug)
    intake = start_intake(episode, questionnaire=questionnaire, by=user, practitioner=practitioner, now=timezone.now())
    if intake.answers and not intake.revision:
        messages.info(request, _("The answers of today's earlier intake were taken along: check them and go on."))
    return redirect("pathways:intake", pk=intake.pk)


@require_GET
@requires("intake.edit")
def intake(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the intake as it was typed so far."""
    row = _fetch(request, pk)
    if row.status == IntakeResponse.Status.COMPLETED:
        return redirect("pathways:classification", pk=pk)
    return _show(request, row)


@require_POST
@requires("intake.edit")
def save(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep the changed fields, valid or not; a script gets what to show, a plain form comes back to the page."""
    row = _fetch(request, pk)
    seen = _revision(request)
    saved = _save(request, row)
    if not _is_script(request):
        return redirect("pathways:intake", pk=pk)
    page = _page(row)
    boxes = list(boxes_of(page))
    stamps = revisions_of(row)
    elsewhere = [box for box in boxes if stamps.get(box.name, 0) > seen and box.name not in request.POST]
    return JsonResponse(
        {
            "revision": row.revision,
            "saved_at": f"{timezone.localtime(row.updated_at):%H:%M}",
            "errors": {box.name: box.error for box in boxes},
            "notes": {box.name: [box.note, box.suggestion] for box in boxes},
            "overwritten": saved.changed_elsewhere,
            "elsewhere": {box.name: box.trials or box.value for box in elsewhere},
            "progress": progress_of(page),
            "derived": [{"label": label, "value": value} for label, value in page.derived],
        }
    )


@require_POST
@requires("intake.edit")
def finish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Finish the intake and classify it; what still needs attention is listed, and nothing typed is lost."""
    row = _fetch(request, pk)
    if row.status == IntakeResponse.Status.IN_PROGRESS:
        _save(request, row)
    try:
        done = finish_intake(row, by=signed_in(request), now=timezone.now())
    except IntakeRefused as refused:
        return _show(request, row, refused=refused.errors, status=422)
    classify_intake(done, by=signed_in(request), now=timezone.now())
    return redirect("pathways:classification", pk=pk)


def _fetch(request: HttpRequest, pk: UUID) -> IntakeResponse:
    rows = IntakeResponse.objects.visible_to(signed_in(request)).select_related("episode__patient", "encounter")
    row: IntakeResponse = get_object_or_404(rows, pk=pk)
    # A script saves every few seconds: it passes the same gate, and only pages are noted.
    (reason_for if _is_script(request) else record_access)(request, row.episode.patient_id, "intake")
    return row


def _key(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise Http404 from None


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _revision(request: HttpRequest) -> int:
    return whole_number(request.POST.get("revision", ""), 0)


def _save(request: HttpRequest, row: IntakeResponse) -> Saved:
    """Save the fields that came along. A whole form of a stale page does not undo what was typed elsewhere since."""
    by, now = signed_in(request), timezone.now()
    revision, stamps = _revision(request), revisions_of(row)
    fresh = {name for name in request.POST if _is_script(request) or stamps.get(name, 0) <= revision}
    answers: dict[str, Any] = {}
    for _section, field in fields_of(definition_of(version_of(row)), row.side):
        if field.name in fresh:
            typed = [value[:LONGEST].replace("\0", "") for value in request.POST.getlist(field.name) if value]
            answers[field.name] = typed if field.measure.type == "multiple" else " ".join(typed)
    saved = save_answers(row, answers, revision=revision, by=by, now=now)
    side = request.POST.get("side", "")
    if side in Side.values and side != row.side and "side" in fresh:
        change_side(row, side, by=by, now=now)
    return saved


def _page(row: IntakeResponse, refused: Any = None) -> IntakePage:
    return intake_page(row, spoken_definition(version_of(row)), today=timezone.localdate(), refused=refused)


def _show(request: HttpRequest, row: IntakeResponse, *, refused: Any = None, status: int = 200) -> HttpResponse:
    context = {
        "intake": row,
        "patient": row.episode.patient,
        "page": _page(row, refused),
        "refused": refused,
        "sides": Side.choices,
        "saved_at": timezone.localtime(row.updated_at),
    }
    return render(request, "pathways/intake.html", context, status=status)
