"""Jobs: what runs by the clock, and what a page leaves to a worker. One line each."""

import logging
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status

from accounts.audit_chain import append_waiting
from accounts.audit_check import check_audit
from accounts.history_context import as_job
from accounts.idempotency import forget_keys
from accounts.limits import clear_ended
from accounts.sessions import clear_devices
from accounts.sign_in_codes import clear_codes
from accounts.webhooks.endpoints import forget_old_secrets, keep_readable
from accounts.webhooks.log import clear_old as clear_old_deliveries
from accounts.webhooks.rounds import deliver_due as deliver_webhooks_due
from fysicure.backup.nightly import back_up_tonight, drill_of_the_latest
from pathways.push import ask_in_the_morning
from pathways.standing import refresh_all
from patients.data_import.clearing import clear_old as clear_old_imports
from patients.data_import.steps import carry_on, left_behind
from patients.retention import retention_due, retention_over
from scheduling.delivery import deliver, due_messages, sweep
from scheduling.proposals import expire_old
from scheduling.reminders import prepare_reminders

logger = logging.getLogger(__name__)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="clear-sessions", pass_context=False)
@as_job("clear-sessions")
def clear_sessions(timestamp: int) -> None:
    """Remove ended sessions each night, so that an old cookie finds nothing; and ended counts, codes and keys."""
    call_command("clearsessions")
    clear_devices()
    clear_ended(now=timezone.now())
    clear_codes(now=timezone.now())
    forget_keys(now=timezone.now())


@app.periodic(cron="47 3 * * *")
@app.task(queueing_lock="forget-jobs", pass_context=False)
async def forget_jobs(timestamp: int) -> None:
    """Forget jobs that ended: those that went well after three days, the others after thirty."""
    await app.job_manager.delete_old_jobs(nb_hours=72, include_cancelled=True, include_aborted=True)
    await app.job_manager.delete_old_jobs(nb_hours=720, include_failed=True)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="refresh-standings", pass_context=False)
@as_job("refresh-standings")
def refresh_standings(timestamp: int) -> None:
    """Work out the plans that changed, and all of them after midnight, so that the worklist need not."""
    refresh_all(now=timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="ask-in-the-morning", pass_context=False)
@as_job("ask-in-the-morning")
def ask_mornings(timestamp: int) -> None:
    """Tell in the morning who wanted it that the diary has a question."""
    ask_in_the_morning(now=timezone.now())


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


@app.periodic(cron="17 2 * * *")
@app.task(queueing_lock="back-up", pass_context=False)
def back_up(timestamp: int) -> None:
    """Back up into BACKUP_DIR and keep 7 daily, 4 weekly and 12 monthly ones."""
    if settings.BACKUP_DIR:
        back_up_tonight(Path(settings.BACKUP_DIR), now=timezone.now())


@app.periodic(cron="41 4 1 * *")
@app.task(queueing_lock="restore-drill", pass_context=False)
def hold_restore_drill(timestamp: int) -> None:
    """Rehearse each month the restore of the newest backup, where the private key is at hand."""
    if settings.BACKUP_DIR:
        drill_of_the_latest(Path(settings.BACKUP_DIR))


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


@app.periodic(cron="41 5 1 * *")
@app.task(queueing_lock="report-retention", pass_context=False)
def report_retention(timestamp: int) -> None:
    """Count each month the records past their time, for the log: who they are stands on the owner's page only."""
    now = timezone.now()
    due, over = retention_due(now).count(), retention_over(now).count()
    logger.warning("records past 30 years: %d, past 50 years: %d", due, over)


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="deliver-webhooks", pass_context=False)
@as_job("deliver-webhooks")
def deliver_webhooks(timestamp: int) -> None:
    """Tell other programs what happened, every ten seconds; a round that is busy goes on for twenty."""
    deliver_webhooks_due(clock=timezone.now)


@app.periodic(cron="7 4 * * *")
@app.task(queueing_lock="clear-webhooks", pass_context=False)
@as_job("clear-webhooks")
def clear_webhooks(timestamp: int) -> None:
    """Forget each night what other programs were told more than thirty days ago, and secrets that were replaced."""
    now = timezone.now()
    clear_old_deliveries(now=now)
    forget_old_secrets(now=now)
    keep_readable()


@app.task(pass_context=False)
@as_job("import-step")
def import_step(data_import: str) -> None:
    """Do the step of an import that was asked for. Running it again, or twice at once, does no harm."""
    carry_on(UUID(data_import), now=timezone.now())


def ask_import_step(data_import: UUID) -> None:
    """Let a worker take the step of an import that was asked for; one that waits already is enough."""
    try:
        import_step.configure(queueing_lock=f"import:{data_import}").defer(data_import=str(data_import))
    except AlreadyEnqueued:
        return


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="carry-on-imports", pass_context=False)
def carry_on_imports(timestamp: int) -> None:
    """Take up the imports whose job was killed, or was never asked for."""
    for each in left_behind():
        ask_import_step(each)


@app.periodic(cron="27 3 * * *")
@app.task(queueing_lock="clear-imports", pass_context=False)
@as_job("clear-imports")
def clear_imports(timestamp: int) -> None:
    """Empty each night the lines of imports that were settled 30 days ago."""
    clear_old_imports(now=timezone.now())
