"""Handing an export to who may have it."""

from django.http import FileResponse, HttpRequest
from django.utils import timezone

from accounts.models import SecurityEvent
from accounts.policy import signed_in
from accounts.security_log import note_event
from fysicure.privacy.export import FILE_NAME, export
from fysicure.privacy.limits import check_export_limit
from patients.models import Patient


def handed_over(request: HttpRequest, patient: Patient) -> FileResponse:
    """Return the export as a download, and note that it was taken. Raises TooManyExports.

    Neither the address nor the name of the file says whose it is.
    """
    now = timezone.now()
    check_export_limit(signed_in(request).pk, now=now)
    note_event(SecurityEvent.Kind.EXPORTED, request=request, patient_id=patient.pk, what="record")
    packed = export(patient, now=now)
    return FileResponse(packed, as_attachment=True, filename=FILE_NAME, content_type="application/zip")
