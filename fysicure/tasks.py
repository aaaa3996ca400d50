"""Jobs that run by the clock, one line each."""

from django.core.management import call_command
from procrastinate.contrib.django import app


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="clear-sessions", pass_context=False)
def clear_sessions(timestamp: int) -> None:
    """Remove ended sessions each night, so that a stolen old cookie finds nothing."""
    call_command("clearsessions")
