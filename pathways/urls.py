"""Addresses of this room."""

from django.urls import URLPattern, path

from pathways.views import classification, evidence, follow_ups, intake, plan, tasks

app_name = "pathways"
urlpatterns: list[URLPattern] = [
    path("<uuid:pk>/", plan.plan, name="plan"),
    path("<uuid:pk>/decide/", plan.decide_plan, name="decide"),
    path("<uuid:pk>/unblock/", plan.unblock, name="unblock"),
    path("<uuid:pk>/retest/", plan.retest, name="retest"),
    path("<uuid:pk>/education/<int:item>/", plan.tick, name="tick-education"),
    path("tasks/<uuid:pk>/", tasks.complete, name="complete-task"),
    path("intake/start/", intake.start, name="start-intake"),
    path("intake/<uuid:pk>/", intake.intake, name="intake"),
    path("intake/<uuid:pk>/save/", intake.save, name="save-intake"),
    path("intake/<uuid:pk>/finish/", intake.finish, name="finish-intake"),
    path("classification/<uuid:pk>/", classification.classification, name="classification"),
    path("classification/<uuid:pk>/start/", classification.start, name="start"),
    path("follow-ups/", follow_ups.follow_ups, name="follow-ups"),
    path("follow-ups/<uuid:pk>/book/", follow_ups.book, name="book-follow-up"),
    path("evidence/", evidence.evidence, name="evidence"),
]
