"""The door through which a WSGI server enters."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
# A page that waits longer than this helps nobody, and must not hold up the others.
os.environ.setdefault("STATEMENT_TIMEOUT", "30s")
os.environ.setdefault("LOCK_TIMEOUT", "10s")
os.environ.setdefault("IDLE_IN_TRANSACTION_SESSION_TIMEOUT", "60s")
application = get_wsgi_application()
