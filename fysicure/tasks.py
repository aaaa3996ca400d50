"""Jobs that run by the clock, one line each."""

from uuid import UUID

from django.core.management import call_command
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status

from accounts.audit_chain import append_waiting
from accounts.audit_check import check_audit
from accounts.history_context import as_job
from pathways.standing import refresh_all
from scheduling.delivery import deliver, due_messages, sweep
from scheduling.proposals import expire_old
from scheduling.reminders import prepare_reminders


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="clear-sessions", pass_context=False)
@as_job("clear-sessions")
def clear_sessions(timestamp: int) -> None:
    """Remove ended sessions each night, so that a stolen old cookie finds nothing."""
    call_command("clearsessions")


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="refresh-standings", pass_context=False)
@as_job("refresh-standings")
def refresh_standings(timestamp: int) -> None:
    """Work out the plans that changed, and all of them after midnight, so that the worklist need not."""
    refresh_all(now=timezone.now())


@app.periodic(cron="*/15 * * * *")
@app.task(queueing_lock="expire-proposals", pass_context=False)
@as_job("expire-proposals")
def expire_proposals(timestamp: int) -> None:
    """Close the proposals whose moment has passed."""
    expire_old(now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="deliver-due", pass_context=False)
@as_job("deliver-due")
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
@as_job("deliver-message")
def deliver_message(message: str) -> None:
    """Deliver one message. Running it again does nothing: the row in the outbox decides."""
    deliver(UUID(message), now=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="prepare-reminders", pass_context=False)
@as_job("remind")
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


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="append-audit", pass_context=False)
def append_audit(timestamp: int) -> None:
    """Append to the audit what waits: at a busy moment a commit leaves that to the next one."""
    append_waiting()


@app.periodic(cron="41 2 * * *")
@app.task(queueing_lock="verify-audit", pass_context=False)
@as_job("verify-audit")
def verify_audit(timestamp: int = 0) -> None:
    """Verify the audit each night: the head goes to the log, a break is an error there and a security event."""
    check_audit()
