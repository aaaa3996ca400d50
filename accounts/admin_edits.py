"""The admin site's forms on an existing row: who saves second is told what changed since the page was opened."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core import signing
from django.core.exceptions import BadRequest
from django.db import transaction
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.edit_forms import shown
from accounts.locking import locked

_SALT = "accounts.admin_edits"


class EditCheckedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A page that carries the values it was opened with, signed, and refuses once when others changed them since.

    What was typed stays; a field that was left alone takes the new value; saving again keeps both.
    """

    change_form_template = "admin/edit_checked.html"

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Lock the row while it is compared and written, and give the page the values as they are now."""
        if object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            row = self.get_object(request, unquote(object_id))
            if row is not None and request.method == "POST":
                row = locked(self.model._base_manager.all(), row.pk)
            sealed = signing.dumps(self._values(request, row), salt=_SALT, compress=True) if row is not None else ""
            answer: HttpResponse = super().changeform_view(
                request, object_id, form_url, {**(extra_context or {}), "opened_with": sealed}
            )
            return answer

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form of a row, which compares itself with the row when it is sent."""
        kind: Any = super().get_form(request, obj, change=change, **kwargs)
        sealed = request.POST.get("_opened_with", "")
        if obj is None or not sealed:
            return kind
        before, now = _opened(sealed), self._texts(obj, kind)

        class Checked(kind):
            def clean(self) -> Any:
                values = super().clean()
                _compare(self, before, now)
                return values

        return Checked

    def _values(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return self._texts(row, super().get_form(request, row, change=True))

    @staticmethod
    def _texts(row: Any, kind: Any) -> dict[str, Any]:
        """The values of a row in its form, without its password; written so that they can be compared and kept."""
        names = [name for name in kind.base_fields if name != "password"]
        return {name: _text(value) for name, value in model_to_dict(row, fields=names).items()}


def _opened(sealed: str) -> dict[str, Any]:
    """Return the values that a page was opened with. Raises BadRequest for what this server did not seal."""
    try:
        values: dict[str, Any] = signing.loads(sealed, salt=_SALT)
    except signing.BadSignature as error:
        raise BadRequest from error
    return values


def _text(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return sorted(_text(getattr(each, "pk", each)) for each in value)
    return "" if value is None else str(value)


def _compare(form: Any, before: dict[str, Any], now: dict[str, Any]) -> None:
    """Refuse a form whose row others changed, unless it says what stands there already."""
    theirs = [name for name in now if name in form.fields and before.get(name) != now[name]]
    clashing = [name for name in theirs if _typed(form, name) != now[name]]
    if not clashing:
        return
    data, lines = form.data.copy(), []
    for name in clashing:
        box = form[name]
        lines.append(f"{box.label}: {shown(box, now[name])}")
        if _typed(form, name) == before.get(name) and not isinstance(box.field.widget, forms.MultiWidget):
            data.setlist(form.add_prefix(name), now[name] if isinstance(now[name], list) else [now[name]])
    form.data = data
    sentence = _("Someone else changed this in the meantime. Nothing was saved yet. Now it says: %(lines)s.")
    form.add_error(None, sentence % {"lines": "; ".join(lines)})


def _typed(form: Any, name: str) -> Any:
    return _text(form.cleaned_data.get(name) if name in form.cleaned_data else form[name].data)
