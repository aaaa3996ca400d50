"""The way to an import: only who may know of it finds it."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from accounts.models import User
from patients.models import DataImport


def import_of(user: User, pk: UUID) -> DataImport:
    """Return an import that the user may see. Raises Http404. One query."""
    found: DataImport = get_object_or_404(DataImport.objects.visible_to(user), pk=pk)
    return found
