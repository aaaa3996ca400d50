"""Why a row cannot be saved, field by field."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from patients.exceptions import InvalidRecord


def refuse(**errors: str) -> InvalidRecord:
    """Return the refusal of fields, each with its sentence."""
    return InvalidRecord(_("Some values cannot be taken."), errors={name: [text] for name, text in errors.items()})


def check_row(row: models.Model) -> None:
    """Raise InvalidRecord for what the fields and constraints of a row refuse.

    Django reports a constraint on the whole row; here it stands at the field whose name the constraint begins with.
    """
    errors: dict[str, list[str]] = {}
    try:
        row.full_clean(validate_constraints=False)
    except ValidationError as error:
        errors = error.message_dict
    for constraint in row._meta.constraints:
        try:
            constraint.validate(type(row), row, exclude=set(errors))
        except ValidationError as error:
            errors.setdefault(_field_of(row, constraint.name), []).extend(error.messages)
    if errors:
        raise InvalidRecord(_("Some values cannot be taken."), errors=errors)


def _field_of(row: models.Model, constraint: str) -> str:
    rule = constraint.removeprefix(f"{row._meta.app_label}_{row._meta.model_name}_")
    names = [field.name for field in row._meta.concrete_fields if rule.startswith(f"{field.name}_")]
    return max(names, key=len, default=NON_FIELD_ERRORS)
