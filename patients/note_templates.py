"""Words to begin a note with: the practice's own, and each therapist's."""

import datetime
from collections.abc import Mapping
from typing import Any

import pghistory
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.locking import locked
from accounts.models import Practitioner, Role, User
from accounts.versions import refuse_stale
from patients.exceptions import InvalidRecord
from patients.models import NoteTemplate
from patients.notes import TEXTS, clean_text


def templates_for(user: User) -> QuerySet[NoteTemplate]:
    """Return the templates that a user may choose from: those of everyone, and the own ones."""
    own = Q(practitioner__isnull=True) | Q(practitioner__user=user)
    return NoteTemplate.objects.filter(own).select_related("practitioner").order_by("name", "id")


def usable_templates(user: User) -> QuerySet[NoteTemplate]:
    """Return the templates in use that a user may choose from."""
    return templates_for(user).filter(is_active=True)


def editable_by(user: User) -> QuerySet[NoteTemplate]:
    """Return the templates that a user may change: the owner those of everyone, a therapist the own ones."""
    if user.role == Role.ADMIN:
        return NoteTemplate.objects.filter(practitioner__isnull=True)
    return NoteTemplate.objects.filter(practitioner__user=user)


@transaction.atomic
def keep_template(
    template: NoteTemplate | None,
    *,
    name: str,
    texts: Mapping[str, str],
    is_active: bool,
    by: User,
    now: datetime.datetime,
    version: int | None = None,
) -> NoteTemplate:
    """Make a template, or change one: for everyone when the owner does, else for the therapist alone.

    `version` is the one that the editor saw: EditConflict when somebody changed it since.
    Raises InvalidRecord for a name that is taken, or a template without a word.
    """
    values: dict[str, Any] = {each: clean_text(texts.get(each, "")) for each in TEXTS}
    if not any(values.values()):
        raise InvalidRecord(_("Some values cannot be taken."), errors={"plan": [_("A template has a text.")]})
    values |= {"name": name.strip(), "is_active": is_active}
    row = NoteTemplate(practitioner=_owner_of(by))
    if template is not None:
        row = locked(NoteTemplate.objects.all(), template.pk)
        refuse_stale(row, version=version, given=values)
    for field, value in values.items():
        setattr(row, field, value)
    try:
        with transaction.atomic(), pghistory.context(user=str(by.pk)):
            row.save()
    except IntegrityError as taken:
        sentence = _("There is already a template with this name.")
        raise InvalidRecord(_("Some values cannot be taken."), errors={"name": [sentence]}) from taken
    return row


def _owner_of(by: User) -> Practitioner | None:
    return None if by.role == Role.ADMIN else Practitioner.objects.get(user=by)
