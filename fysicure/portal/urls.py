"""Addresses of the portal."""

from django.urls import URLPattern, path

from fysicure.portal.views import (
    account,
    calendar,
    check_in,
    diary,
    messages,
    plan,
    privacy,
    questionnaire,
    visit_proposals,
    visits,
    who_looked,
)

app_name = "portal"
urlpatterns: list[URLPattern] = [
    path("", plan.home, name="home"),
    path("plan/", plan.plan, name="plan"),
    path("diary/", diary.diary, name="diary"),
    path("diary/run/", diary.log_run, name="log-run"),
    path("diary/exercises/", diary.log_exercises, name="log-exercises"),
    path("diary/rest/", diary.log_rest, name="log-rest"),
    path("diary/<uuid:entry_id>/", diary.entry, name="entry"),
    path("diary/<uuid:entry_id>/next/", diary.answer, name="answer-next"),
    path("diary/<uuid:entry_id>/edit/", diary.change_entry, name="edit-entry"),
    path("check-in/", check_in.check_in, name="check-in"),
    path("check-in/back/", check_in.it_is_back, name="it-is-back"),
    path("questionnaire/<slug:key>/", questionnaire.questionnaire, name="questionnaire"),
    path("visits/", visits.visits, name="visits"),
    path("record/", account.record, name="record"),
    path("record/who-looked/", who_looked.who_looked, name="who-looked"),
    path("visits/<uuid:pk>/move/", visits.ask_move, name="ask-move"),
    path("visits/<uuid:pk>/cancel/", visits.cancel_visit, name="cancel-visit"),
    path("visits/plan/<uuid:pk>/", visits.plan_visit, name="plan-visit"),
    path("visits/proposals/<uuid:pk>/", visit_proposals.proposal, name="proposal"),
    path("visits/proposals/<uuid:pk>/accept/", visit_proposals.agree, name="accept-proposal"),
    path("visits/proposals/<uuid:pk>/decline/", visit_proposals.refuse, name="decline-proposal"),
    path("visits/proposals/<uuid:pk>/other/", visit_proposals.other_moment, name="other-moment"),
    path("visits/proposals/<uuid:pk>/withdraw/", visit_proposals.take_back, name="withdraw-proposal"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/stop/", calendar.stop_calendar, name="stop-calendar"),
    path("messages/", messages.messages_page, name="messages"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("privacy/choose/", privacy.choose, name="privacy-choose"),
    path("privacy/ask/", privacy.ask_practice, name="privacy-ask"),
    path("privacy/download/", privacy.download, name="privacy-download"),
]
