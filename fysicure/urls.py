"""Every prefix on one screen."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path
from django.utils.functional import lazy
from django.views.generic import RedirectView

from fysicure.accessibility import accessibility
from fysicure.csp_report import csp_report
from fysicure.health import healthz, readyz
from fysicure.languages import choose_language
from fysicure.metrics import metrics
from fysicure.style_guide.views import style_guide
from fysicure.today import today
from patients.views.invitations import accept_invitation
from scheduling.views.feeds import calendar_feed
from scheduling.views.stop_messages import stop_messages

ICON = lazy(static, str)("fysicure/img/favicon.svg")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", today, name="today"),
    path("healthz", login_not_required(healthz), name="healthz"),
    path("readyz", login_not_required(readyz), name="readyz"),
    path("metrics", login_not_required(metrics), name="metrics"),
    path("csp-report/", csp_report, name="csp-report"),
    path("account/email/", RedirectView.as_view(pattern_name="mfa_index"), name="account_email"),
    path("account/invitation/<str:secret>/", accept_invitation, name="accept-invitation"),
    path("account/", include("accounts.urls")),
    # Browsers ask for it on the pages of the admin, which name no icon.
    path("favicon.ico", login_not_required(RedirectView.as_view(url=ICON)), name="favicon"),
    path("account/", include("allauth.urls")),
    path("accessibility/", accessibility, name="accessibility"),
    path("language/", choose_language, name="choose-language"),
    path("palette/", include("fysicure.palette.urls")),
    path("patients/", include("patients.urls")),
    path("agenda/", include("scheduling.urls")),
    path("plans/", include("pathways.urls")),
    path("audit/", include("fysicure.audit.urls")),
    path("privacy/", include("fysicure.privacy.urls")),
    path("connections/", include("accounts.webhooks.urls")),
    path("import/", include("fysicure.imports.urls")),
    path("portal/", include("fysicure.portal.urls")),
    path("api/", include("fysicure.api")),
    path("fhir/R4/", include("fysicure.fhir.server.urls")),
    path("calendar/<str:secret>.ics", calendar_feed, name="calendar-feed"),
    path("admin/", admin.site.urls),
    path("messages/stop/<str:token>/", stop_messages, name="stop-messages"),
    path("setup/", include("fysicure.setup.urls")),
    path("research/", include("fysicure.research.urls")),
]

if settings.DEBUG:
    urlpatterns.append(path("styleguide/", style_guide, name="style-guide"))
