"""Addresses of this room."""

from django.urls import URLPattern, path

from patients.views import access, care, chart, invitations, note_templates, registration, search

app_name = "patients"
urlpatterns: list[URLPattern] = [
    path("", search.search_patients, name="search"),
    path("all/", search.list_patients, name="list"),
    path("register/", registration.register_patient, name="register"),
    path("note-templates/", note_templates.note_templates, name="note-templates"),
    path("note-templates/add/", note_templates.add_note_template, name="add-note-template"),
    path("note-templates/<int:pk>/", note_templates.edit_note_template, name="edit-note-template"),
    path("<uuid:patient_id>/reason/", access.ask_why, name="give-reason"),
    path("access/", access.reviews, name="access-reviews"),
    path("access/<uuid:pk>/review/", access.review_opening, name="review-access"),
    path("access/<uuid:pk>/explain/", access.explain, name="explain-access"),
    path("<uuid:patient_id>/", chart.chart, name="chart"),
    path("<uuid:patient_id>/edit/", registration.edit_patient, name="edit"),
    path("<uuid:patient_id>/archive/", registration.archive_patient, name="archive"),
    path("<uuid:patient_id>/invite/", invitations.invite_patient, name="invite"),
    path("<uuid:patient_id>/invite/withdraw/", invitations.withdraw_invitation, name="withdraw-invitation"),
    path("<uuid:patient_id>/episodes/add/", care.add_episode, name="add-episode"),
    path("episodes/<uuid:episode_id>/edit/", care.edit_episode, name="edit-episode"),
    path("episodes/<uuid:episode_id>/prescriptions/add/", care.new_prescription, name="add-prescription"),
    path("prescriptions/<uuid:prescription_id>/edit/", care.edit_prescription, name="edit-prescription"),
]
