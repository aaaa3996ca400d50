"""Addresses of this room."""

from django.urls import URLPattern, path

from scheduling.views import agenda, booking, feeds, numbers, visits

app_name = "scheduling"
urlpatterns: list[URLPattern] = [
    path("", agenda.agenda, name="agenda"),
    path("book/", booking.book_visit, name="book"),
    path("book/patient/", booking.find_patient, name="find-patient"),
    path("<uuid:pk>/", visits.appointment, name="appointment"),
    path("<uuid:pk>/move/", visits.move_visit, name="move"),
    path("<uuid:pk>/cancel/", visits.cancel_visit, name="cancel"),
    path("<uuid:pk>/mark/", visits.mark, name="mark"),
    path("feed/", feeds.feed, name="feed"),
    path("feed/stop/", feeds.stop_feed, name="stop-feed"),
    path("numbers/", numbers.numbers, name="numbers"),
    path("numbers/weeks.csv", numbers.weeks_csv, name="numbers-csv"),
]
