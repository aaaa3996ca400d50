"""Addresses of the pages about privacy."""

from django.urls import URLPattern, path

from fysicure.privacy.views import erasing, patient, requests, texts

app_name = "privacy"
urlpatterns: list[URLPattern] = [
    path("", requests.requests_register, name="requests"),
    path("requests/<uuid:pk>/", requests.answer_request, name="request"),
    path("texts/", texts.texts, name="texts"),
    path("texts/<slug:kind>/edit/", texts.edit_text, name="edit-text"),
    path("texts/<uuid:pk>/", texts.read_text, name="text"),
    path("retention/", erasing.retention, name="retention"),
    path("erasures/", erasing.erasures, name="erasures"),
    path("erasures/<uuid:pk>/", erasing.certificate, name="certificate"),
    path("patients/<uuid:patient_id>/", patient.patient_privacy, name="patient"),
    path("patients/<uuid:patient_id>/consents/", patient.note_consent, name="note-consent"),
    path("patients/<uuid:patient_id>/requests/", patient.note_request, name="note-request"),
    path("patients/<uuid:patient_id>/freeze/", patient.freeze, name="freeze"),
    path("patients/<uuid:patient_id>/keep/", patient.keep, name="keep"),
    path("patients/<uuid:patient_id>/export/", patient.export_patient, name="export"),
    path("patients/<uuid:patient_id>/account/erase/", patient.erase_portal_account, name="erase-account"),
    path("patients/<uuid:patient_id>/erase/", erasing.erase_patient, name="erase"),
]
