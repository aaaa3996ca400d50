"""Jobs that run by the clock, one line each."""

from django.core.management import call_command
from django.utils import timezone
from procrastinate.contrib.django import app

from pathways.standing import refresh_all
from scheduling.proposals import expire_old


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="clear-sessions", pass_context=False)
def clear_sessions(timestamp: int) -> None:
    """Remove ended sessions each night, so that a stolen old cookie finds nothing."""
    call_command("clearsessions")


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="refresh-standings", pass_context=False)
def refresh_standings(timestamp: int) -> None:
    """Work out the plans that changed, and all of them after midnight, so that the worklist need not."""
    refresh_all(now=timezone.now())


@app.periodic(cron="*/15 * * * *")
@app.task(queueing_lock="expire-proposals", pass_context=False)
def expire_proposals(timestamp: int) -> None:
    """Close the proposals whose moment has passed."""
    expire_old(now=timezone.now())
