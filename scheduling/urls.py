"""Addresses of this room."""

from django.urls import URLPattern, path

from scheduling.views import agenda, booking, communications, visits

app_name = "scheduling"
urlpatterns: list[URLPattern] = [
    path("", agenda.agenda, name="agenda"),
    path("book/", booking.book_visit, name="book"),
    path("book/patient/", booking.find_patient, name="find-patient"),
    path("<uuid:pk>/", visits.appointment, name="appointment"),
    path("<uuid:pk>/move/", visits.move_visit, name="move"),
    path("<uuid:pk>/cancel/", visits.cancel_visit, name="cancel"),
    path("<uuid:pk>/mark/", visits.mark, name="mark"),
    path("messages/", communications.outbox, name="messages"),
    path("messages/<uuid:pk>/resend/", communications.resend_message, name="resend-message"),
    path("messages/<uuid:pk>/settle/", communications.settle_message, name="settle-message"),
    path("consents/<uuid:patient_id>/", communications.consents, name="consents"),
]
