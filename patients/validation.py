"""Why a row cannot be saved, field by field."""

import json
import re
from collections.abc import Collection, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
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


def errors_of_rows(rows: Sequence[models.Model], *, without: Collection[str]) -> list[dict[str, str]]:
    """Return for each row a sentence by field for what its fields and check constraints refuse. At most one query.

    As check_row, for many rows of one model at once; whether something is there twice is not asked. The fields
    `without` are not cleaned.
    """
    found: list[dict[str, str]] = []
    for row in rows:
        errors: dict[str, str] = {}
        try:
            row.clean_fields(exclude=set(without))
        except ValidationError as error:
            errors = {name: texts[0] for name, texts in error.message_dict.items()}
        found.append(errors)
    sound = [place for place, errors in enumerate(found) if not errors]
    for place, constraint in _broken([rows[place] for place in sound]):
        found[sound[place]].setdefault(_field_of(constraint), str(constraint.violation_error_message))
    return found


def _broken(rows: Sequence[models.Model]) -> list[tuple[int, models.BaseConstraint]]:
    """The check constraints that rows break, by the place of the row: the database reads its own conditions."""
    if not rows:
        return []
    model = type(rows[0])
    checks = [each for each in model._meta.constraints if isinstance(each, models.CheckConstraint)]
    fields = [each for each in model._meta.concrete_fields if not each.generated]
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        conditions = [each._get_check_sql(model, editor) for each in checks]  # type: ignore[attr-defined]
    columns = ", ".join(f'"{each.column}" {_type_of(each)}' for each in fields)
    values = [{each.column: getattr(row, each.attname) for each in fields} for row in rows]
    broken = ", ".join(f"({condition}) IS FALSE" for condition in conditions)
    statement = (
        f"SELECT {broken} FROM ROWS FROM (jsonb_to_recordset(%s) AS ({columns})) WITH ORDINALITY ORDER BY ordinality"  # noqa: S608
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(values, cls=DjangoJSONEncoder)])
        answers = cursor.fetchall()
    return [
        (place, check)
        for place, answer in enumerate(answers)
        for check, is_so in zip(checks, answer, strict=True)
        if is_so
    ]


def _type_of(field: Any) -> str:
    """The column's type without its length, which clean_fields has looked at."""
    return re.sub(r"\(.*?\)", "", field.db_type(connection))


def _field_of(constraint: models.BaseConstraint) -> str:
    if isinstance(constraint, models.UniqueConstraint):
        names = set(constraint.fields)
    else:
        condition: models.Q = getattr(constraint, "condition", models.Q())
        names = set(condition.referenced_base_fields)
    return names.pop() if len(names) == 1 else NON_FIELD_ERRORS
