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

    Django reports a constraint on the whole row; one that is about a single field stands at that field here.
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
            errors.setdefault(_field_of(constraint), []).extend(error.messages)
    if errors:
        raise InvalidRecord(_("Some values cannot be taken."), errors=errors)


def _field_of(constraint: models.BaseConstraint) -> str:
    if isinstance(constraint, models.UniqueConstraint):
        names = set(constraint.fields)
    else:
        condition: models.Q = getattr(constraint, "condition", models.Q())
        names = set(condition.referenced_base_fields)
    return names.pop() if len(names) == 1 else NON_FIELD_ERRORS
