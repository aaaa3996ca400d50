"""One settings file: what differs between places comes from the environment, and the defaults are the safe ones."""

import os
from pathlib import Path

import pghistory
import pgtrigger
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from fysicure import database_settings, environment
from fysicure.api_document import settings as api_document
from fysicure.database import data_dir, has_own_role
from fysicure.logging_config import logging_config
from fysicure.shared_counts import shared_folder

BASE_DIR = Path(__file__).resolve().parent.parent
environment.refuse_weak()  # on a public host; names every fault at once
environment.take_addresses(os.environ)

DEMO = environment.flag(os.environ, "FYSICURE_DEMO")
DEBUG = environment.flag(os.environ, "DEBUG")
ALLOWED_HOSTS = environment.words(os.environ, "ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = environment.words(os.environ, "CSRF_TRUSTED_ORIGINS")
_IS_LOCAL = environment.is_local(ALLOWED_HOSTS)
# Signs sessions and links; after a change the old key stays in SECRET_KEY_FALLBACKS (split by spaces) for a while.
SECRET_KEY = environment.secret(os.environ, "SECRET_KEY") or environment.LOCAL_KEY
SECRET_KEY_FALLBACKS = environment.secret(os.environ, "SECRET_KEY_FALLBACKS").split()

INSTALLED_APPS = [
    "fysicure",
    "accounts",
    "patients",
    "scheduling",
    "pathways",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "fysicure.apps.OwnFiles",  # django.contrib.staticfiles, without what no page uses
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
]

# From the outside in. Each line says why it stands where it does.
MIDDLEWARE = [
    "fysicure.proxy.TrustedProxyMiddleware",  # first: who asks, before anything counts, limits or writes it down
    "accounts.request_id.RequestIdMiddleware",  # numbers all that follows, log lines included
    "fysicure.access_lines.AccessLineMiddleware",  # one line for each answer, whoever gave it
    "fysicure.headers.SecurityHeadersMiddleware",  # outside all that answers by itself: no answer without headers
    "django.middleware.csp.ContentSecurityPolicyMiddleware",  # files and errors too
    "django.middleware.security.SecurityMiddleware",  # https, HSTS
    "whitenoise.middleware.WhiteNoiseMiddleware",  # files need nothing of what follows
    "fysicure.errors.ApiProblemMiddleware",  # outside all refusals, so that an API address answers a problem document
    "fysicure.limits.RequestLimitsMiddleware",  # before anything reads the body or the query
    "fysicure.outage.DatabaseOutageMiddleware",  # outside the session, which needs the database too
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",  # after the session, before any text is made
    "django.middleware.common.CommonMiddleware",  # refuses unknown hosts
    "django.middleware.csrf.CsrfViewMiddleware",  # before any view or middleware that changes something
    "accounts.session_middleware.SignedInMiddleware",  # needs the session, which brings the user along
    "accounts.session_middleware.SessionTimeMiddleware",  # an idle session is nobody's
    "fysicure.languages.AccountLanguageMiddleware",  # knows the user, whose sentences all that follows makes
    "accounts.second_factor.SecondFactorMiddleware",  # before any view: staff show a second factor first
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # closed unless a view says otherwise
    "django.contrib.messages.middleware.MessageMiddleware",  # needs the session
    "django.middleware.clickjacking.XFrameOptionsMiddleware",  # said again by the headers above; Django's check asks it
    "allauth.account.middleware.AccountMiddleware",  # needs the user
    "fysicure.portal_role.PortalRoleMiddleware",  # a patient's request runs under the database role of the portal
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.history_context.HistoryMiddleware",  # after the user: who wrote goes into the history
    "fysicure.errors.DomainErrorMiddleware",  # next to the views, whose refusals it turns into pages
]

ROOT_URLCONF = "fysicure.urls"
WSGI_APPLICATION = "fysicure.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "fysicure.navigation.site",
            ],
        },
    }
]

DATABASES = database_settings.databases()
DATABASE_ROUTERS = database_settings.routers()
DATABASE_POOLER = database_settings.pooler()
MIDDLEWARE = database_settings.with_databases(MIDDLEWARE)
# How many seconds a replica may be behind before the pages read from the primary (fysicure/replicas.py).
REPLICA_MOST_LAG = float(os.environ.get("REPLICA_MOST_LAG") or 5)
# Migrations, backup and restore sign in as the owner of the tables (fysicure/as_owner.py), everything else does not.
DATABASE_OWNER = database_settings.owner_database()
# Patients' requests run as a role of their own; with one role for everything (DATABASE_URL alone) they cannot.
ROW_SECURITY = has_own_role()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # Holds used codes of the second factor, for all nodes: with the default of 300 entries a flood would push them out.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Counts that may be a little off, and must cost no query (scheduling/feed_limits.py): each process its own.
    "counters": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10_000}},
}

AUTH_USER_MODEL = "accounts.User"
# One backend, one hash for every answer: known, unknown or switched off takes the same time.
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LengthValidator"},
    {"NAME": "accounts.passwords.KnownPasswordValidator"},
    {"NAME": "accounts.passwords.ContextWordValidator"},
]
# The first one writes; the others read what is older, and it is written anew at the next sign-in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
# Passwords and codes are counted by accounts/limits.py; what is left here is the second factor's count for each user.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "5/5m/key"}
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.mfa_forms.CodeOrRecoveryForm",
    "reauthenticate": "accounts.mfa_forms.ProofForm",
    "activate_totp": "accounts.mfa_forms.SetUpAppForm",
    "add_webauthn": "accounts.mfa_forms.PasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Nobody signs up alone. A link to choose a password leaves an address that allauth calls unverified, and would then
# refuse the second factor that staff must set up.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _IS_LOCAL

SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not _IS_LOCAL
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
if not _IS_LOCAL:  # a name that browsers take from this host over https only (ASVS 3.3.1); local http has none
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
# Messages name patients now and then: they wait in the session, not in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Only a declared proxy may tell that the browser came over https, and from which address (fysicure/proxy.py).
TRUSTED_PROXIES = environment.networks(os.environ)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_SSL_REDIRECT = not _IS_LOCAL
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked on the node itself, over plain http
SECURE_HSTS_SECONDS = 0 if _IS_LOCAL else 2 * 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not _IS_LOCAL
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP: dict[str, list[str] | bool] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],  # the small pictures in the style sheet
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "object-src": [CSP.NONE],
    "worker-src": [CSP.SELF],  # the portal as an app (fysicure/portal/app.py)
    "frame-src": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "upgrade-insecure-requests": not _IS_LOCAL,
    "report-uri": ["/csp-report/"],  # not report-to: Chromium would prefer it, and drops or delays what it sends there
}
# An imported pathway (a megabyte of text, three times that in a form) is the largest thing that anybody sends.
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 4_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 4

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("fr", _("French")), ("en", _("English"))]  # an account's: accounts.models.Language
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Brussels"
USE_TZ = True
FIRST_DAY_OF_WEEK = 1
FORMAT_MODULE_PATH = "fysicure.formats"

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT") or BASE_DIR / "var" / "static")  # filled by collectstatic
STATICFILES_FINDERS = [
    "fysicure.static_files.SheetsWithParts",  # before the one that would find the bare list of parts
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STATICFILES_DIRS: list[object] = [
    BASE_DIR / "static",
    ("vendor/tabler/css", BASE_DIR / "node_modules" / "@tabler" / "core" / "dist" / "css"),
    ("vendor/inter", BASE_DIR / "node_modules" / "@fontsource-variable" / "inter"),
]
_HASHED = not _IS_LOCAL or environment.flag(os.environ, "STATIC_HASHED")  # the flag is for the build of an image
_FILES = "fysicure.static_files.HashedFiles" if _HASHED else "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},  # nothing is uploaded and kept
    "staticfiles": {"BACKEND": _FILES},
}
WHITENOISE_USE_FINDERS = _IS_LOCAL
WHITENOISE_ALLOW_ALL_ORIGINS = False  # files are for our own pages
WHITENOISE_AUTOREFRESH = DEBUG

# Functions that add words about patients to the agenda: scheduling may not import the room of the plans.
AGENDA_DESCRIBERS = ["pathways.agenda_words.phase_words"]
# Functions that tell, besides the waiting list, who could take the time of a cancelled visit.
GAP_CANDIDATES = ["pathways.gap_candidates.follow_ups_that_fit"]
# Functions that tell on which days an episode's plan still wants a session, for the sessions left on a prescription.
SESSIONS_WANTED = ["pathways.follow_up_series.wanted_days"]
PRESCRIPTION_ASKED = ["pathways.prescription_requests.is_asked"]
# What a file of another program can become, by kind (patients/data_import/kinds.py).
DATA_IMPORTS = {
    "patients": "patients.data_import.patients.PatientImport",
    "appointments": "scheduling.data_import.AppointmentImport",
}

_MAIL_HOST = os.environ.get("MAIL_HOST", "")
_MAIL_BACKEND = "django.core.mail.backends." + ("smtp" if _MAIL_HOST else "console") + ".EmailBackend"
_SMTP = {
    "host": _MAIL_HOST,
    "port": int(os.environ.get("MAIL_PORT", "587")),
    "username": os.environ.get("MAIL_USER", ""),
    "password": environment.secret(os.environ, "MAIL_PASSWORD"),
    "use_tls": os.environ.get("MAIL_SECURITY", "starttls") == "starttls",
    "use_ssl": os.environ.get("MAIL_SECURITY", "starttls") == "tls",
    "timeout": 30,  # far below the five minutes after which a message that is being sent counts as unsure
}
MAILERS: dict[str, dict[str, object]] = {
    "default": {
        "BACKEND": os.environ.get("MAIL_BACKEND", _MAIL_BACKEND),
        "OPTIONS": _SMTP if _MAIL_HOST else {},
    }
}
PRACTICE_NAME = os.environ.get("PRACTICE_NAME", "Fysicure")
PRACTICE_ADDRESS = os.environ.get("PRACTICE_ADDRESS", "")
PRACTICE_TOWN = os.environ.get("PRACTICE_TOWN", "Mol")
PRACTICE_PHONE = os.environ.get("PRACTICE_PHONE", "")
DEFAULT_FROM_EMAIL = os.environ.get("MAIL_FROM", "praktijk@fysicure.example")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.PolicyPermission"],
    "DEFAULT_PAGINATION_CLASS": "accounts.api_pages.Pages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "fysicure.api_document.operation.DescribedSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["fysicure.strict_json.StrictJSONParser"],
    "EXCEPTION_HANDLER": "fysicure.errors.problem",
    "DEFAULT_THROTTLE_CLASSES": ["accounts.api_throttle.TokenThrottle"],
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = api_document.SETTINGS

# Lines are JSON on a public host, text elsewhere; LOG_FORMAT (json, text) and LOG_LEVEL say otherwise.
LOGGING = logging_config(
    debug=DEBUG,
    as_json=os.environ.get("LOG_FORMAT", "text" if _IS_LOCAL else "json") == "json",
    level=os.environ.get("LOG_LEVEL", "WARNING" if _IS_LOCAL else "INFO").upper(),
)

# Messages to patients. Without PUBLIC_URL they hold no links; without SMS_GATEWAY text messages go into a file.
_DEMO_URL = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}" if DEMO else ""
PUBLIC_URL = os.environ.get("PUBLIC_URL", _DEMO_URL).rstrip("/")
SMS_GATEWAY = os.environ.get("SMS_GATEWAY", "scheduling.sms.FileGateway")
SMS_FILE = data_dir() / "sms.jsonl"
TWILIO_URL = os.environ.get("TWILIO_URL", "")
TWILIO_ACCOUNT = os.environ.get("TWILIO_ACCOUNT", "")
TWILIO_TOKEN = environment.secret(os.environ, "TWILIO_TOKEN")
TWILIO_FROM = os.environ.get("TWILIO_FROM", "")

# The monitor's figures (fysicure/metrics.py) and the file that says that this node is stopping (scripts/serve.py).
METRICS_TOKEN = environment.secret(os.environ, "METRICS_TOKEN")
METRIC_SOURCES = [f"fysicure.gauges.{name}" for name in ("jobs", "outbox", "security", "ages", "node")]
METRIC_SOURCES += database_settings.metric_sources()
DRAIN_FILE = os.environ.get("DRAIN_FILE", "")
if METRICS_TOKEN:  # before prometheus_client is imported: it decides then where counts are kept
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(shared_folder(data_dir() / "metrics")))
# Backups (docs/backup.md). Without BACKUP_DIR none is made by itself, and the owner's first page says so.
BACKUP_DIR = os.environ.get("BACKUP_DIR", "")
BACKUP_KEY_FILE = os.environ.get("BACKUP_KEY_FILE", "")
# Functions that get a psycopg connection and return what a restored database must say again, such as the chain's head.
BACKUP_FACTS = ["fysicure.backup.facts.audit_head"]
# Functions that get a psycopg connection of the owner and make our database roles where a restore finds none.
RESTORE_ROLES = ["fysicure.database_roles.ensure_roles"]
# Privacy. Each room names what counts as a contact with the patient, from which the 30 years of a record run.
RETENTION_CONTACTS = [
    "patients.retention.contacts_of_record",
    "scheduling.retention_contacts.kept_visits",
    "pathways.retention_contacts.own_reports",
]
# History of every write: made, changed, removed. What an erasure removes leaves a tombstone (docs/decisions/0010).
PGHISTORY_DEFAULT_TRACKERS = (
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(
        condition=pgtrigger.Condition("coalesce(current_setting('fysicure.erasing', true), '') = ''")
    ),
)
# Access: what a user is to a patient, as the rooms tell it (accounts.relations), and how long a reason to open a
# colleague's record holds (docs/decisions/0009-break-the-glass.md).
PATIENT_RELATIONS = {
    "own": ["patients.relations.of_account"],
    "treating": [
        "patients.relations.of_episodes",
        "patients.relations.of_encounters",
        "scheduling.relations.of_visits",
        "pathways.relations.of_plans",
    ],
}
# Addresses that scripts ask by the clock: no sign that somebody is there (accounts/session_middleware.py).
SESSION_QUIET_VIEWS = {"accounts:session", "scheduling:changes", "imports:progress", "healthz"}
# Webhooks (docs/webhooks.md): networks of the practice's own that they may reach besides public hosts; on a local
# installation also this machine, over plain http.
WEBHOOK_ALLOW_NETWORKS = environment.networks(os.environ, "WEBHOOK_ALLOW_NETWORKS")
WEBHOOK_LOCAL = _IS_LOCAL
# Notices to telephones (`manage.py push_key` makes a key); without it nobody is offered any.
VAPID_PRIVATE_KEY = environment.secret(os.environ, "VAPID_PRIVATE_KEY")
