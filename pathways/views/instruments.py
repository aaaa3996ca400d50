"""The owner's pages of the questionnaires: whose text each is, and the items that the practice may use."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.exceptions import InvalidInput
from accounts.policy import requires, signed_in
from pathways.engine.instruments import InstrumentDefinition, Wording
from pathways.instrument_forms import InstrumentTextForm
from pathways.instruments import DUTCH, enter_text, instrument_definition, refuse_text, wording_of
from pathways.models import Instrument, InstrumentText, Reference


@require_GET
@requires("instruments.manage")
def instruments(request: HttpRequest) -> HttpResponse:
    """List the questionnaires: whether they can be filled in item by item, and whose text that is."""
    rows = Instrument.objects.prefetch_related("texts__entered_by")
    found = [(instrument_definition(row), _newest(list(row.texts.all()))) for row in rows]
    found.sort(key=lambda each: (not each[0].texts, each[1] is None, not each[0].takes_text, each[0].title))
    return render(request, "pathways/instruments.html", {"rows": found})


@require_http_methods(["GET", "POST"])
@requires("instruments.manage")
def instrument(request: HttpRequest, key: str) -> HttpResponse:
    """Show one questionnaire; look at a text as the patient would see it, and keep it with its permission."""
    row = get_object_or_404(Instrument, pk=key)
    definition = instrument_definition(row)
    texts = list(row.texts.select_related("entered_by"))
    form = InstrumentTextForm(request.POST or None, initial=_opened_with(_newest(texts)))
    looks = "preview" in request.POST
    if request.method == "POST" and form.is_valid() and _taken(request, row, form, looks=looks) and not looks:
        messages.success(request, _("The text is kept. From now on the questionnaire can be filled in."))
        return redirect("pathways:instrument", key=key)
    typed = form.lines() if looks and not form.errors else None
    context = {**_page(definition, texts, typed), "form": form}
    return render(request, "pathways/instrument.html", context, status=422 if form.errors else 200)


def _taken(request: HttpRequest, row: Instrument, form: InstrumentTextForm, *, looks: bool) -> bool:
    """Keep the text, or only look whether it could be kept; say beside the fields why not."""
    given = form.cleaned_data
    try:
        if looks:
            refuse_text(instrument_definition(row), form.lines(), given["permission"], given["language"])
        else:
            made: dict[str, Any] = {"by": signed_in(request), "now": timezone.now()}
            enter_text(row, form.lines(), given["permission"], given["language"], **made)
    except InvalidInput as refused:
        form.take_errors(refused.errors)
        return False
    return True


def _page(definition: InstrumentDefinition, texts: list[InstrumentText], typed: list[str] | None) -> dict[str, Any]:
    """What the page shows; `typed`: items that are looked at and not kept."""
    if typed is None:
        preview = wording_of(definition, _newest(texts))
    else:
        preview = Wording(definition.instruction, tuple(typed), definition.ends)
    low, high = definition.item_range
    references = Reference.objects.in_bulk(definition.references)
    return {
        "definition": definition,
        "references": [references[key] for key in definition.references if key in references],
        "texts": texts,
        "preview": preview,
        "is_draft": typed is not None,
        "scale": range(low, high + 1),
    }


def _newest(texts: list[InstrumentText]) -> InstrumentText | None:
    """The newest Dutch text, else the newest in another language."""
    dutch = [text for text in texts if text.language == DUTCH]
    return max(dutch or texts, key=lambda text: text.version, default=None)


def _opened_with(text: InstrumentText | None) -> dict[str, str]:
    if text is None:
        return {"language": DUTCH}
    return {"language": text.language, "items": "\n".join(text.items), "permission": text.permission}
