"""Addresses of this room."""

from django.urls import URLPattern, path

from scheduling.views import agenda, booking, series, visits

app_name = "scheduling"
urlpatterns: list[URLPattern] = [
    path("", agenda.agenda, name="agenda"),
    path("book/", booking.book_visit, name="book"),
    path("book/patient/", booking.find_patient, name="find-patient"),
    path("<uuid:pk>/", visits.appointment, name="appointment"),
    path("<uuid:pk>/move/", visits.move_visit, name="move"),
    path("<uuid:pk>/cancel/", visits.cancel_visit, name="cancel"),
    path("<uuid:pk>/mark/", visits.mark, name="mark"),
]
urlpatterns += [
    path("series/plan/", series.plan_series, name="plan-series"),
    path("series/patient/", series.find_series_patient, name="find-series-patient"),
    path("series/<uuid:pk>/", series.series, name="series"),
    path("series/<uuid:pk>/cancel/", series.cancel_series, name="cancel-series"),
]
