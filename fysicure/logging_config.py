"""How log lines look: one JSON object a line for a machine, or plain text for a person at a terminal.

What a JSON line may hold is listed here; anything else that a library hangs on a record (arguments of a job, a request)
stays out. Names follow the fields that docs/production.md describes.
"""

import datetime
import logging
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from accounts.request_id import current_request_id

# Attributes of a record that stand in its line, under the same name.
FIELDS = ("user", "method", "route", "status", "ms", "queries", "directive", "blocked")


class JsonLines(JsonFormatter):
    """Writes a record as one JSON object: time in UTC, level, logger, message, request, and the declared fields."""

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        """Fill the object from the declared fields only."""
        moment = datetime.datetime.fromtimestamp(record.created, tz=datetime.UTC)
        log_data["at"] = moment.isoformat(timespec="milliseconds")
        log_data["level"], log_data["logger"] = record.levelname.lower(), record.name
        log_data["message"] = record.message
        if number := getattr(getattr(record, "request", None), "number", "") or current_request_id():
            log_data["request"] = number
        job = getattr(record, "job", None)
        if isinstance(job, dict):
            log_data["job"], log_data["task"] = job.get("id"), job.get("task_name")
        for name in FIELDS:
            value = getattr(record, name, None)
            if value is not None and value != "":
                log_data[name] = value if isinstance(value, int | float) else str(value)
        if record.exc_text:
            log_data["trace"] = record.exc_text


def logging_config(*, debug: bool, as_json: bool, level: str) -> dict[str, Any]:
    """Return Django's LOGGING. `level` holds for our own lines and those of Django and the jobs."""
    handler = {"class": "logging.StreamHandler", "filters": ["scrub"]}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"scrub": {"()": "fysicure.log_secrets.Scrub", "keep_words": debug}},
        "formatters": {
            "json": {"()": "fysicure.logging_config.JsonLines"},
            "text": {"format": "{asctime} {levelname} {name}: {message}", "style": "{", "datefmt": "%H:%M:%S"},
            "server": {"()": "django.utils.log.ServerFormatter", "format": "[{server_time}] {message}", "style": "{"},
        },
        "handlers": {
            "console": {**handler, "formatter": "json" if as_json else "text"},
            "server": {**handler, "formatter": "server"},
        },
        "root": {"handlers": ["console"], "level": "WARNING"},
        # Libraries' own handlers know no filter of ours: every line goes through the two above.
        "loggers": {
            "fysicure": {"level": level},
            "procrastinate": {"level": level},
            "procrastinate.periodic": {"level": "WARNING"},  # each process would list all periodic tasks at its start
            "procrastinate.blueprints": {"level": "WARNING"},
            "django": {"handlers": [], "level": "INFO"},
            # The line of a request tells of a 404 already; its own logger adds what led to a 500.
            "django.request": {"level": "ERROR" if as_json else "INFO"},
            "django.server": {"handlers": ["server"], "level": "INFO", "propagate": False},
            "django.utils.autoreload": {"level": "WARNING"},
        },
    }
