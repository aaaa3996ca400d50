"""What a browser sends for a page of the editor: every field of its forms as it stands."""

from collections.abc import Sequence
from typing import Any

from django.forms import BaseForm
from django.http import QueryDict

from pathways.editor_forms.rows import Part, typed


def posted(parts: Sequence[Part], **changes: Any) -> QueryDict:
    """Return the fields of the forms as an untouched page would send them, with some changed (None: left out)."""
    data = QueryDict(mutable=True)
    for part in parts:
        made = part.make()
        if part.many:
            _add(data, made.management_form)
        for form in made.forms if part.many else [made]:
            _add(data, form)
    for name, value in changes.items():
        data.pop(name, None)
        if value is not None:
            data.setlist(name, [str(each) for each in value] if isinstance(value, list) else [str(value)])
    return data


def _add(data: QueryDict, form: BaseForm) -> None:
    for name, value in typed(form).items():  # type: ignore[arg-type]
        if value is None or value is False:
            continue
        many = value if isinstance(value, list | tuple) else ["on" if value is True else value]
        data.setlist(form.add_prefix(name), [str(each) for each in many])
