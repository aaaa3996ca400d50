"""The list of imports, and beginning one with a file."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.policy import requires, signed_in
from fysicure.imports.examples import EXAMPLES, example_file
from fysicure.imports.forms import FileForm
from fysicure.imports.pages import kinds, list_row, steps_of
from patients.data_import.staging import start
from patients.exceptions import NotATable
from patients.models import DataImport

SHOWN = 20


@require_GET
@requires("data.import")
def imports_list(request: HttpRequest) -> HttpResponse:
    """Show the imports, the latest first, and what an import is for who never did one. Two queries."""
    found = DataImport.objects.visible_to(signed_in(request)).select_related("created_by")
    page = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    begin = {"url": reverse("imports:new"), "label": _("Choose a file"), "icon": "file-up", "primary": True}
    rows = [list_row(row) for row in page]
    context = {"page": page, "rows": rows, "kinds": kinds(), "actions": [begin] if rows else []}
    return render(request, "imports/list.html", context)


@require_http_methods(["GET", "POST"])
@requires("data.import")
def new(request: HttpRequest) -> HttpResponse:
    """Choose a file; once it is read, its columns are chosen. What is no table is told beside the field."""
    form = FileForm(request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind", "patients")})
    if request.method == "POST" and form.is_valid():
        file, kind = form.cleaned_data["file"], form.cleaned_data["kind"]
        try:
            made = start(file.read(), kind=kind, file_name=file.name, by=signed_in(request), now=timezone.now())
        except NotATable as refused:
            form.add_error("file", refused.detail)
        else:
            return redirect("imports:columns", pk=made.pk)
    context = {"form": form, "steps": steps_of(None), "kinds": kinds()}
    return render(request, "imports/new.html", context, status=422 if request.method == "POST" else 200)


@require_GET
@requires("data.import")
def example(request: HttpRequest, kind: str) -> HttpResponse:
    """Give a file with invented rows, in the shape that is recognised without choosing."""
    if kind not in EXAMPLES:
        raise Http404
    response = HttpResponse(example_file(kind), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    return response
