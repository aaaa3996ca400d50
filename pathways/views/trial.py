"""A version tried before it is published: as its readers would see it, and on what happened."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.audit import record_accesses
from accounts.policy import may, requires, signed_in
from pathways.definitions import definition_of
from pathways.editor.sentences import sentences_of
from pathways.editor_outline import outline_of
from pathways.engine.definition import InvalidDefinition
from pathways.engine.model import Definition
from pathways.models import PathwayVersion
from pathways.trial import PLANS_AT_ONCE, summary_of, tried_plans, try_on_plans
from pathways.version_outline import vocabulary_of
from pathways.version_preview import preview_of
from pathways.worked_cases import case_results


def version_of(pk: int) -> PathwayVersion:
    """Return a version, whatever its status. Raises Http404 without one."""
    version: PathwayVersion = get_object_or_404(PathwayVersion.objects.select_related("pathway"), pk=pk)
    return version


def read(version: PathwayVersion) -> tuple[Definition | None, dict[str, object]]:
    """Return the rules of a version and what its pages show; None and the faults when it cannot be read."""
    is_draft = version.status == PathwayVersion.Status.DRAFT
    context: dict[str, object] = {"version": version, "is_draft": is_draft}
    try:
        return definition_of(version), context
    except InvalidDefinition as invalid:
        return None, {**context, "outline": outline_of(version, invalid.faults)}


@require_GET
@requires("pathways.view")
def preview_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a phase of a version as the therapist and as the patient would see it; nothing is written."""
    version = version_of(pk)
    definition, context = read(version)
    if definition is None:
        return render(request, "pathways/editor/unreadable.html", context | {"what": _("Preview")})
    phase = preview_of(definition, request.GET.get("phase", ""), sentences_of(version.document, vocabulary_of(version)))
    reader = "patient" if request.GET.get("as") == "patient" else "therapist"
    context |= {"definition": definition, "phase": phase, "reader": reader}
    return render(request, "pathways/editor/preview.html", context)


@require_GET
@requires("pathways.view")
def try_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a version on its worked cases and on the practice's own plans; the owner sees no names."""
    version = version_of(pk)
    definition, context = read(version)
    if definition is None:
        return render(request, "pathways/editor/unreadable.html", context | {"what": _("Try it")})
    user = signed_in(request)
    page = Paginator(tried_plans(version, user), PLANS_AT_ONCE).get_page(request.GET.get("page"))
    record_accesses(request, sorted({plan.patient_id for plan in page}), "trial")
    trials = try_on_plans(version, list(page), first_number=page.start_index(), now=timezone.now())
    context |= {
        "cases": case_results(definition, version.document),
        "page": page,
        "changed": [trial for trial in trials if trial.is_changed],
        "unchanged": [trial for trial in trials if not trial.is_changed],
        "summary": summary_of(trials),
        "may_open": may(user, "plans.view"),
    }
    return render(request, "pathways/editor/try.html", context)
