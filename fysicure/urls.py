"""Every prefix on one screen."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path

from fysicure.health import healthz
from fysicure.today import today
from scheduling.views.feeds import calendar_feed
from scheduling.views.stop_messages import stop_messages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", today, name="today"),
    path("healthz", login_not_required(healthz), name="healthz"),
    path("account/", include("allauth.urls")),
    path("patients/", include("patients.urls")),
    path("agenda/", include("scheduling.urls")),
    path("plans/", include("pathways.urls")),
    path("privacy/", include("fysicure.privacy.urls")),
    path("portal/", include("fysicure.portal.urls")),
    path("api/", include("fysicure.api")),
    path("calendar/<str:secret>.ics", calendar_feed, name="calendar-feed"),
    path("admin/", admin.site.urls),
    path("messages/stop/<str:token>/", stop_messages, name="stop-messages"),
]
