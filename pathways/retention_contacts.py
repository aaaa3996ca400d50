"""What of the plan counts as a contact for the time that a record is kept."""

from pathways.models import DiaryEntry, OutcomeResponse
from patients.retention import Contacts


def own_reports() -> list[Contacts]:
    """What the patient wrote: the diary and questionnaires."""
    return [
        Contacts(DiaryEntry.objects.all(), "ended_at"),
        Contacts(OutcomeResponse.objects.all(), "answered_at"),
    ]
