"""One settings file: what differs between places comes from the environment, and the defaults are the safe ones."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from fysicure.database import data_dir, database_url

BASE_DIR = Path(__file__).resolve().parent.parent


def _flag(name: str) -> bool:
    """Whether an environment variable is switched on (1, true or yes)."""
    return os.environ.get(name, "").lower() in {"1", "true", "yes"}


def _database(url: str) -> dict[str, object]:
    """Translate a postgresql:// URL into Django's settings; the query string holds libpq parameters such as host."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must be a postgresql:// address: Fysicure runs on PostgreSQL only.")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(query.pop("port", "") or parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 8, "timeout": 10},
            # One typo in a name still counts as alike; the planner may trust its indexes (patients/search.py).
            "options": "-c pg_trgm.word_similarity_threshold=0.39 -c random_page_cost=1.1",
            **query,
        },
    }


DEMO = _flag("FYSICURE_DEMO")
DEBUG = _flag("DEBUG")
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if origin]
_LOCAL_HOSTS = {"127.0.0.1", "localhost", "[::1]", "testserver"}
_IS_LOCAL = set(ALLOWED_HOSTS) <= _LOCAL_HOSTS
if DEMO and not DEBUG and not _IS_LOCAL:
    raise ImproperlyConfigured("Demo mode has accounts with a known password and does not run on a public host.")

SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY:
    if not _IS_LOCAL:
        raise ImproperlyConfigured("Set SECRET_KEY to at least 50 random characters.")
    SECRET_KEY = "local-only-key-refused-on-any-public-host-0123456789abcdef"  # noqa: S105

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
    "django.contrib.staticfiles",
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

MIDDLEWARE = [
    "accounts.request_id.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.session_middleware.SessionTimeMiddleware",
    "accounts.second_factor.SecondFactorMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "fysicure.errors.DomainErrorMiddleware",
    "fysicure.errors.PrivateCacheMiddleware",
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

DATABASES = {"default": _database(database_url())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # Holds used codes of the second factor: with the default of 300 entries a flood would push them out.
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
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _IS_LOCAL

SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not _IS_LOCAL
SECURE_SSL_REDIRECT = not _IS_LOCAL
SECURE_HSTS_SECONDS = 0 if _IS_LOCAL else 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not _IS_LOCAL
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Brussels"
USE_TZ = True
FIRST_DAY_OF_WEEK = 1

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS: list[object] = [
    BASE_DIR / "static",
    ("vendor/tabler", BASE_DIR / "node_modules" / "@tabler" / "core" / "dist"),
    ("vendor/inter", BASE_DIR / "node_modules" / "@fontsource-variable" / "inter"),
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# Functions that add words about patients to the agenda: scheduling may not import the room of the plans.
AGENDA_DESCRIBERS = ["pathways.agenda_words.phase_words"]
# Functions that tell, besides the waiting list, who could take the time of a cancelled visit.
GAP_CANDIDATES = ["pathways.gap_candidates.follow_ups_that_fit"]
# Functions that tell on which days an episode's plan still wants a session, for the sessions left on a prescription.
SESSIONS_WANTED = ["pathways.follow_up_series.wanted_days"]
PRESCRIPTION_ASKED = ["pathways.prescription_requests.is_asked"]

_MAIL_HOST = os.environ.get("MAIL_HOST", "")
_MAIL_BACKEND = "django.core.mail.backends." + ("smtp" if _MAIL_HOST else "console") + ".EmailBackend"
_SMTP = {
    "host": _MAIL_HOST,
    "port": int(os.environ.get("MAIL_PORT", "587")),
    "username": os.environ.get("MAIL_USER", ""),
    "password": os.environ.get("MAIL_PASSWORD", ""),
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
    "DEFAULT_PAGINATION_CLASS": "accounts.api.Pages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "fysicure.errors.problem",
    "DEFAULT_THROTTLE_CLASSES": [],
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Fysicure",
    "DESCRIPTION": "Clinic records, scheduling and transparent care pathways of a physiotherapy practice.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "OAS_VERSION": "3.1.0",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"hide_feed_secrets": {"()": "fysicure.log_secrets.HideFeedSecrets"}},
    "formatters": {
        "server": {"()": "django.utils.log.ServerFormatter", "format": "[{server_time}] {message}", "style": "{"}
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["hide_feed_secrets"]},
        "server": {"class": "logging.StreamHandler", "filters": ["hide_feed_secrets"], "formatter": "server"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Django's own handlers know no filter of ours: every line goes through the two above.
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        "django.server": {"handlers": ["server"], "level": "INFO", "propagate": False},
    },
}

# Messages to patients. Without PUBLIC_URL they hold no links; without SMS_GATEWAY text messages go into a file.
_DEMO_URL = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}" if DEMO else ""
PUBLIC_URL = os.environ.get("PUBLIC_URL", _DEMO_URL).rstrip("/")
SMS_GATEWAY = os.environ.get("SMS_GATEWAY", "scheduling.sms.FileGateway")
SMS_FILE = data_dir() / "sms.jsonl"
TWILIO_URL = os.environ.get("TWILIO_URL", "")
TWILIO_ACCOUNT = os.environ.get("TWILIO_ACCOUNT", "")
TWILIO_TOKEN = os.environ.get("TWILIO_TOKEN", "")
TWILIO_FROM = os.environ.get("TWILIO_FROM", "")

# Addresses that scripts ask by the clock: no sign that somebody is there (accounts/session_middleware.py).
SESSION_QUIET_VIEWS = {"accounts:session", "scheduling:changes", "healthz"}
