"""The privacy notice and the texts of consents, as the owner writes and publishes them."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.exceptions import DomainError
from accounts.policy import requires, signed_in
from fysicure.privacy.forms import TextForm
from fysicure.privacy.tabs import owner_tabs
from patients.exceptions import TextChanged
from patients.models import PrivacyText
from patients.privacy_texts import WORDS, mark_of, publish_text, sections, suggested_words, versions, write_text


@require_GET
@requires("privacy.manage")
def texts(request: HttpRequest) -> HttpResponse:
    """List each text with its versions, and how many patients chose what."""
    rows = versions()
    groups = [(kind, label, [row for row in rows if row.text.kind == kind]) for kind, label in PrivacyText.Kind.choices]
    context = {"groups": groups, "tabs": owner_tabs(signed_in(request), "texts")}
    return render(request, "privacy/texts.html", context)


@require_http_methods(["GET", "POST"])
@requires("privacy.manage")
def edit_text(request: HttpRequest, kind: str) -> HttpResponse:
    """Write the next version of a text, keep it as a draft, or publish it."""
    if kind not in PrivacyText.Kind.values:
        raise Http404
    newest = PrivacyText.objects.filter(kind=kind).order_by("-version").first()
    initial = {name: getattr(newest, name) for name in WORDS} if newest else suggested_words(kind)
    form = TextForm(request.POST or None, initial={**initial, "seen": mark_of(newest)})
    theirs = None
    if request.method == "POST" and form.is_valid():
        by, now = signed_in(request), timezone.now()
        try:
            draft = write_text(kind, words=form.cleaned_data, by=by, now=now, seen=form.cleaned_data["seen"])
            if "publish" in request.POST:
                publish_text(draft, by=by, now=now)
        except TextChanged as refused:
            theirs, form = refused.row, TextForm({**request.POST.dict(), "seen": mark_of(refused.row)})
            form.refuse(refused)
        except DomainError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Published.") if "publish" in request.POST else _("Kept as a draft."))
            return redirect("privacy:texts")
    context = {"form": form, "label": PrivacyText.Kind(kind).label, "theirs": theirs}
    status = 409 if theirs else 422 if form.errors else 200
    return render(request, "privacy/text_edit.html", context, status=status)


@require_GET
@requires("privacy.manage")
def read_text(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one version as it is or was."""
    text = get_object_or_404(PrivacyText, pk=pk)
    return render(request, "privacy/text.html", {"text": text, "sections": sections(text.body)})
