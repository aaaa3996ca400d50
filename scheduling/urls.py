"""Addresses of this room."""

from django.urls import URLPattern, path

from scheduling.views import (
    agenda,
    booking,
    booking_policy,
    communications,
    drop,
    feeds,
    gaps,
    numbers,
    practice,
    proposals,
    series,
    visits,
    waiting_list,
)

app_name = "scheduling"
urlpatterns: list[URLPattern] = [
    path("", agenda.agenda, name="agenda"),
    path("book/", booking.book_visit, name="book"),
    path("book/patient/", booking.find_patient, name="find-patient"),
    path("<uuid:pk>/", visits.appointment, name="appointment"),
    path("<uuid:pk>/move/", visits.move_visit, name="move"),
    path("<uuid:pk>/cancel/", visits.cancel_visit, name="cancel"),
    path("<uuid:pk>/mark/", visits.mark, name="mark"),
    # the agenda as a whole: live, on paper, and by dragging
    path("changes/", agenda.changes, name="changes"),
    path("print/", agenda.day_sheet, name="day-sheet"),
    path("<uuid:pk>/drop/", drop.drop, name="drop"),
    path("<uuid:pk>/undo/", drop.undo, name="undo"),
    # questions and rules of patients
    path("requests/", proposals.requests, name="requests"),
    path("requests/<uuid:pk>/agree/", proposals.agree, name="agree-proposal"),
    path("requests/<uuid:pk>/refuse/", proposals.refuse, name="refuse-proposal"),
    path("requests/<uuid:pk>/other/", proposals.propose_other, name="propose-other"),
    path("rules/", booking_policy.booking_rules, name="booking-rules"),
    # where and when the practice works
    path("rooms/", practice.rooms, name="rooms"),
    path("rooms/<int:pk>/", practice.edit_room, name="edit-room"),
    path("rooms/<int:pk>/use/", practice.use_room, name="use-room"),
    path("hours/", practice.hours, name="hours"),
    path("hours/<uuid:practitioner_id>/", practice.edit_hours, name="edit-hours"),
    # who waits, and time that a cancelled visit left
    path("waiting-list/", waiting_list.waiting_list, name="waiting-list"),
    path("waiting-list/join/", waiting_list.join_list, name="join-waiting-list"),
    path("waiting-list/join/patient/", waiting_list.find_waiting_patient, name="find-waiting-patient"),
    path("waiting-list/<uuid:pk>/", waiting_list.entry, name="waiting-entry"),
    path("waiting-list/<uuid:pk>/change/", waiting_list.change_entry, name="change-waiting-entry"),
    path("waiting-list/<uuid:pk>/withdraw/", waiting_list.withdraw_entry, name="withdraw-waiting-entry"),
    path("waiting-list/<uuid:pk>/put-back/", waiting_list.put_back_entry, name="put-back-waiting-entry"),
    path("<uuid:pk>/gap/", gaps.gap, name="gap"),
    path("<uuid:pk>/gap/<uuid:entry_pk>/book/", gaps.fill_gap, name="fill-gap"),
    path("<uuid:pk>/gap/<uuid:entry_pk>/offer/", gaps.offer_gap, name="offer-gap"),
    path("offers/<uuid:pk>/withdraw/", gaps.withdraw_offer, name="withdraw-offer"),
    # visits that are planned together
    path("series/plan/", series.plan_series, name="plan-series"),
    path("series/patient/", series.find_series_patient, name="find-series-patient"),
    path("series/<uuid:pk>/", series.series, name="series"),
    path("series/<uuid:pk>/cancel/", series.cancel_series, name="cancel-series"),
    path("series/<uuid:pk>/undo/", series.undo_cancel_series, name="undo-cancel-series"),
    # the calendar elsewhere, and its numbers
    path("feed/", feeds.feed, name="feed"),
    path("feed/stop/", feeds.stop_feed, name="stop-feed"),
    path("numbers/", numbers.numbers, name="numbers"),
    path("numbers/weeks.csv", numbers.weeks_csv, name="numbers-csv"),
    # what patients are told
    path("messages/", communications.outbox, name="messages"),
    path("messages/<uuid:pk>/resend/", communications.resend_message, name="resend-message"),
    path("messages/<uuid:pk>/settle/", communications.settle_message, name="settle-message"),
    path("consents/<uuid:patient_id>/", communications.consents, name="consents"),
]
