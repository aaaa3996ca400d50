"""Choosing which column of the file means what."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.policy import requires, signed_in
from fysicure.imports.columns import chosen_in, columns_page
from fysicure.imports.jobs import begin_soon
from fysicure.imports.pages import shown
from fysicure.imports.reaching import import_of
from patients.data_import.columns import set_columns
from patients.data_import.steps import ask_to_check
from patients.exceptions import InvalidRecord, StepRefused


@require_http_methods(["GET", "POST"])
@requires("data.import")
def columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show each of our columns with the headings of the file; once they are right, check the rows in the background."""
    user, now = signed_in(request), timezone.now()
    data_import = import_of(user, pk)
    page = shown(data_import)
    if not page.may_choose:
        return redirect("imports:show", pk=pk)
    if request.method == "GET":
        context = {"page": page, "columns": columns_page(data_import, preset=request.GET.get("preset", ""))}
        return render(request, "imports/columns.html", context)
    chosen, options = chosen_in(data_import.kind, request.POST)
    try:
        ready = set_columns(data_import, chosen, options, by=user, now=now)
        begin_soon(ask_to_check(ready, by=user, now=now))
    except InvalidRecord as refused:
        seen = columns_page(data_import, columns=chosen, options=options, errors=refused.errors)
        return render(request, "imports/columns.html", {"page": page, "columns": seen}, status=422)
    except StepRefused as refused:
        messages.info(request, refused.detail)
    return redirect("imports:show", pk=pk)
