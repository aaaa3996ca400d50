"""Letters to doctors, and the plan on paper."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.audit import record_access
from accounts.policy import requires, signed_in
from pathways.exceptions import LetterRefused
from pathways.follow_up_series import wanted_days
from pathways.letter_pdf import render_pdf
from pathways.letters import compose, kinds_for, language_for, plan_of, write_letter
from pathways.models import Letter
from pathways.prescription_requests import usual_sessions
from patients.models import EpisodeOfCare, ExternalPractitioner
from scheduling.session_budget import session_budget


class LetterForm(forms.Form):
    """To whom a letter goes, and what the therapist adds by hand."""

    recipient = forms.ModelChoiceField(
        label=gettext_lazy("To"),
        queryset=ExternalPractitioner.objects.order_by("name"),
        required=False,
        empty_label=gettext_lazy("No name on the letter"),
    )
    sessions = forms.IntegerField(label=gettext_lazy("Number of sessions"), min_value=1, max_value=18)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the letter"),
        choices=settings.LANGUAGES,
        required=False,
        help_text=gettext_lazy("That of who reads it. What you typed yourself stays as you typed it."),
    )
    remark = forms.CharField(
        label=gettext_lazy("In your own words"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Stands at the end of the letter; the rest comes from the record."),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        """A plan for the patient goes to nobody else; only a request for a prescription names a number."""
        super().__init__(*args, **kwargs)
        if kind != Letter.Kind.ORDER:
            del self.fields["sessions"]
        if kind == Letter.Kind.PLAN:
            del self.fields["recipient"]


@require_GET
@requires("letters.write")
def letters(request: HttpRequest, pk: UUID) -> HttpResponse:
    """List the letters of an episode, and those that can be made now."""
    episode = _episode(request, pk)
    plan = plan_of(episode)
    record_access(request, episode.patient_id, "letters")
    context = {
        "episode": episode,
        "patient": episode.patient,
        "plan": plan,
        "kinds": kinds_for(episode, plan),
        "letters": episode.letters.select_related("created_by", "recipient"),
    }
    return render(request, "pathways/letters.html", context)


@require_http_methods(["GET", "POST"])
@requires("letters.write")
def write(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """Show what a letter will say, and make it."""
    episode = _episode(request, pk)
    record_access(request, episode.patient_id, "letter")
    by, now = signed_in(request), timezone.now()
    first = _first(request, episode, kind)
    form = LetterForm(request.POST or None, initial=first, kind=kind)
    try:
        if request.method == "POST" and form.is_valid():
            letter = write_letter(episode, kind, **form.cleaned_data, by=by, now=now)
            messages.success(request, _("The letter is kept. Print it or send it from here."))
            return redirect("pathways:letter", pk=letter.pk)
        doctor = None if kind == Letter.Kind.PLAN else episode.referrer or episode.patient.general_practitioner
        shown: dict[str, Any] = {name: first.get(name) for name in ("sessions", "language")}
        document = compose(episode, kind, recipient=doctor, remark="", by=by, now=now, **shown)
    except LetterRefused as refused:
        messages.error(request, refused.detail)
        return redirect("pathways:letters", pk=pk)
    context = {"episode": episode, "patient": episode.patient, "document": document, "form": form}
    context["languages"] = settings.LANGUAGES
    return render(request, "pathways/letter_write.html", context, status=422 if form.errors else 200)


@require_GET
@requires("letters.write")
def letter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a letter as it was made."""
    row = get_object_or_404(_letters(request), pk=pk)
    record_access(request, row.patient_id, "letter")
    context = {"letter": row, "document": row.document, "patient": row.patient}
    return render(request, "pathways/letter.html", context)


@require_GET
@requires("letters.write")
def letter_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the sheets of a letter. The file's name tells nothing of the patient."""
    row = get_object_or_404(_letters(request), pk=pk)
    record_access(request, row.patient_id, "letter pdf")
    response = HttpResponse(render_pdf(row.document), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{row.kind}-{row.pk}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def _episode(request: HttpRequest, pk: UUID) -> EpisodeOfCare:
    rows = EpisodeOfCare.objects.visible_to(signed_in(request))
    related = rows.select_related("patient__general_practitioner", "referrer")
    episode: EpisodeOfCare = get_object_or_404(related, pk=pk)
    return episode


def _first(request: HttpRequest, episode: EpisodeOfCare, kind: str) -> dict[str, Any]:
    """What the form proposes."""
    first: dict[str, Any] = {"recipient": episode.referrer_id or episode.patient.general_practitioner_id}
    first |= {"sessions": _sessions(request, episode)} if kind == Letter.Kind.ORDER else {}
    return {**first, "language": _language(request, episode, kind)}


def _language(request: HttpRequest, episode: EpisodeOfCare, kind: str) -> str:
    """In which language the sheet is shown first: that of the address, else that of who will read it."""
    given = request.POST.get("language") or request.GET.get("language", "")
    return given if given in dict(settings.LANGUAGES) else language_for(episode, kind)


def _sessions(request: HttpRequest, episode: EpisodeOfCare) -> int:
    """How many sessions to ask for: the number in the address, else what visits and plan come short."""
    given = request.GET.get("sessions", "")
    if given.isdigit():
        return usual_sessions(int(given[:3]))
    return session_budget(episode, now=timezone.now(), wanted=wanted_days(episode)).to_ask


def _letters(request: HttpRequest) -> Any:
    return Letter.objects.visible_to(signed_in(request)).select_related("patient", "recipient", "created_by")
