"""Addresses of the portal."""

from django.urls import URLPattern, path

from fysicure.portal.views import account, check_in, diary, messages, plan, questionnaire, visits

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
    path("messages/", messages.messages_page, name="messages"),
]
