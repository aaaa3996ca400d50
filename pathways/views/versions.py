"""The versions of the pathways: read, compared, taken from draft to published, exchanged as files."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.policy import may, requires, signed_in
from accounts.whole_numbers import whole_number
from pathways.exceptions import VersionRefused
from pathways.exchange import ImportRefused, export_version, import_draft
from pathways.models import Pathway, PathwayVersion
from pathways.version_differences import counts_of, differences
from pathways.version_forms import ImportForm
from pathways.version_pages import version_list, version_page
from pathways.versions import (
    discard_draft,
    publish_version,
    reopen_version,
    retire_version,
    review_version,
    start_draft,
)


@require_GET
@requires("pathways.view")
def versions(request: HttpRequest) -> HttpResponse:
    """List the pathways with their versions: status, who and when, and how many plans run on each."""
    context = {"cards": version_list(), **_rights(request)}
    return render(request, "pathways/versions.html", context)


@require_GET
@requires("pathways.view")
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one version as it is read: phases, criteria as sentences, exercises, what each rule rests on."""
    return _show(request, _version(pk))


@require_GET
@requires("pathways.view")
def version_diff(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what changed in a version since another one: the one it was based on unless `from` names it."""
    new = _version(pk)
    others = list(PathwayVersion.objects.filter(pathway_id=new.pathway_id).exclude(pk=pk).order_by("-number"))
    if not others:
        raise Http404(_("There is no other version of this pathway."))
    given = request.GET.get("from", "")
    wanted = whole_number(given, new.based_on_id or 0)
    old = next((row for row in others if row.pk == wanted), None)
    old = old or next((row for row in others if row.number < new.number), others[-1])
    changes = differences(old, new)
    context = {"old": old, "new": new, "others": others, "changes": changes, "counts": counts_of(changes)}
    return render(request, "pathways/version_diff.html", context)


@require_GET
@requires("pathways.view")
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a version as a YAML file that another practice can import."""
    row = _version(pk)
    response = HttpResponse(export_version(row), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.pathway_id}-v{row.number}.yaml"'
    return response


@require_http_methods(["GET", "POST"])
@requires("pathways.edit")
def import_version(request: HttpRequest) -> HttpResponse:
    """Make a draft of a file or of pasted text; every fault is named, and what was typed is kept."""
    form, faults = ImportForm(request.POST or None, request.FILES or None), ()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            draft = import_draft(given["text"], note=given["note"], by=signed_in(request), now=timezone.now())
        except (ImportRefused, VersionRefused) as refused:
            form = ImportForm({"text": given["text"], "note": given["note"]})
            form.add_error(None, refused.detail)
            faults = getattr(refused, "faults", ())
        else:
            messages.success(request, _("The file became a draft."))
            return redirect("pathways:version", pk=draft.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "pathways/version_import.html", {"form": form, "faults": faults}, status=status)


@require_POST
@requires("pathways.edit")
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a draft of a pathway as a copy of a version of it."""
    pathway = get_object_or_404(Pathway, pk=request.POST.get("pathway", ""))
    given = request.POST.get("based_on", "")
    based_on = get_object_or_404(pathway.versions, pk=whole_number(given, 0))
    try:
        draft = start_draft(pathway, based_on=based_on, by=signed_in(request), now=timezone.now())
    except VersionRefused as refused:
        messages.error(request, refused.detail)
        return redirect("pathways:versions")
    messages.success(request, _("A draft was made as a copy of this version."))
    return redirect("pathways:version", pk=draft.pk)


@require_POST
@requires("pathways.edit")
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a draft as reviewed."""
    return _step(request, pk, review_version, _("The text is reviewed: it can be published."))


@require_POST
@requires("pathways.edit")
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a reviewed text a draft again."""
    return _step(request, pk, reopen_version, _("The text is a draft again."))


@require_POST
@requires("pathways.publish")
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a reviewed text."""
    return _step(request, pk, publish_version, _("Published: new intakes begin with this version."))


@require_POST
@requires("pathways.publish")
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a published text out of use."""
    return _step(request, pk, retire_version, _("Retired: nothing begins with this version any more."))


@require_POST
@requires("pathways.edit")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    return _step(request, pk, discard_draft, _("The draft is gone."), to="pathways:versions")


def _step(request: HttpRequest, pk: int, change: Callable[..., Any], done: str, to: str = "") -> HttpResponse:
    """Take a version a step further; a refusal is shown on the page of the version, with what is wrong."""
    row = _version(pk)
    try:
        change(row, by=signed_in(request), now=timezone.now())
    except VersionRefused as refused:
        return _show(request, row, refused=refused)
    messages.success(request, done)
    return redirect(to) if to else redirect("pathways:version", pk=pk)


def _show(request: HttpRequest, row: PathwayVersion, *, refused: VersionRefused | None = None) -> HttpResponse:
    context = {"page": version_page(row), "version": row, "refused": refused, **_rights(request)}
    return render(request, "pathways/version.html", context, status=refused.status if refused else 200)


def _rights(request: HttpRequest) -> dict[str, bool]:
    user = signed_in(request)
    return {"can_edit": may(user, "pathways.edit"), "can_publish": may(user, "pathways.publish")}


def _version(pk: int) -> PathwayVersion:
    rows = PathwayVersion.objects.select_related("pathway", "based_on", "created_by", "reviewed_by", "published_by")
    row: PathwayVersion = get_object_or_404(rows, pk=pk)
    return row
