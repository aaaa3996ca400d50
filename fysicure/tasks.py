"""Jobs that run by the clock, one line each."""

import logging
from uuid import UUID

from django.core.management import call_command
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status

from pathways.standing import refresh_all
from patients.retention import retention_due, retention_over
from scheduling.delivery import deliver, due_messages, sweep
from scheduling.proposals import expire_old
from scheduling.reminders import prepare_reminders

logger = logging.getLogger(__name__)


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


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="deliver-due", pass_context=False)
def deliver_due(timestamp: int) -> None:
    """Ask for the delivery of every message that is due, and mark as unsure what was interrupted."""
    now = timezone.now()
    sweep(now=now)
    for message in due_messages(now=now):
        try:
            deliver_message.configure(queueing_lock=f"deliver:{message}").defer(message=str(message))
        except AlreadyEnqueued:
            continue


@app.task(pass_context=False)
def deliver_message(message: str) -> None:
    """Deliver one message. Running it again does nothing: the row in the outbox decides."""
    deliver(UUID(message), now=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="prepare-reminders", pass_context=False)
def remind(timestamp: int) -> None:
    """Put the reminders of the visits to come in the outbox."""
    prepare_reminders(now=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="retry-stalled", pass_context=False)
async def retry_stalled(timestamp: int) -> None:
    """Let the jobs of a worker that was killed run again; one that waits a second time already is given up."""
    for job in await app.job_manager.get_stalled_jobs():
        try:
            await app.job_manager.retry_job(job)
        except ConnectorException:
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)


@app.periodic(cron="41 4 1 * *")
@app.task(queueing_lock="report-retention", pass_context=False)
def report_retention(timestamp: int) -> None:
    """Count each month the records past their time, for the log: who they are stands on the owner's page only."""
    now = timezone.now()
    due, over = retention_due(now).count(), retention_over(now).count()
    logger.warning("records past 30 years: %d, past 50 years: %d", due, over)
