"""Settings and templates of the unit of all goals (minimal.py)."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

_PERSON = "<a href='/p/{{ row.patient_id }}'>{{ row.patient.family_name }} {{ row.patient.given_name }}</a>"
_VISITS = (
    "<ol>{% for row in rows %}<li>{{ row.start|date:'H:i' }}-{{ row.end|date:'H:i' }} " + _PERSON + " {{ row.status }}"
    "{% endfor %}</ol>"
)
_PAGES = {
    "base": "<!doctype html><html><head><title>{% block title %}{% endblock %}</title></head><body><nav>"
    "<a href=/>home</a><a href=/p>patients</a></nav>{% block body %}{% endblock %}</body></html>",
    "list": "<table>{% for row in rows %}<tr><td><a href='/p/{{ row.id }}'>{{ row.family_name }} "
    "{{ row.given_name }}</a><td>{{ row.birth_date|date:'d/m/Y' }}<td>{{ row.phone }}</tr>{% endfor %}</table>",
    "agenda": _VISITS,
    "home": _VISITS
    + "<ol>{% for row in plans %}<li>{{ row.started_on|date:'d/m/Y' }} "
    + _PERSON
    + "{% endfor %}</ol>",
    "chart": "<h1>{{ patient.given_name }} {{ patient.family_name }}</h1>"
    "{% for row in notes %}<section>{{ row.encounter.started_at|date:'d/m/Y' }} {{ row.subjective }}</section>"
    "{% endfor %}"
    "{% for row in plans %}<p>{{ row.started_on|date:'d/m/Y' }} {{ row.status }}</p>{% endfor %}"
    "{% for row in diary %}<p>{{ row.started_at|date:'d/m/Y H:i' }} {{ row.during }} {{ row.note }}</p>{% endfor %}"
    "{% for row in visits %}<p>{{ row.start|date:'d/m/Y H:i' }}</p>{% endfor %}",
}


def options(address: str, schemas: str) -> dict[str, Any]:
    """Return the settings of a plain Django project over a database (postgresql://), which sees these schemas."""
    parts = urlsplit(address)
    pages = {name: text if name == "base" else f"{{% extends 'base' %}}{{% block body %}}{text}{{% endblock %}}"
             for name, text in _PAGES.items()}  # fmt: skip
    return {
        "DEBUG": False,
        "SECRET_KEY": "only measured",
        "ALLOWED_HOSTS": ["127.0.0.1"],
        "ROOT_URLCONF": "benchmarks.minimal",
        "USE_TZ": True,
        "TIME_ZONE": "Europe/Brussels",
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "INSTALLED_APPS": ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
        "DATABASES": {
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": parts.path.lstrip("/"),
                "USER": parts.username,
                "HOST": parse_qs(parts.query)["host"][0],
                "CONN_MAX_AGE": 600,
                "OPTIONS": {"options": f"-c search_path={schemas}"},
            }
        },
        "MIDDLEWARE": [
            "benchmarks.counting.QueryCountMiddleware",
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", pages)]},
            }
        ],
    }
