"""Verifying the audit as a deed of the practice: by the clock each night, or when the owner asks."""

import logging
from typing import Any

from accounts.audit_chain import Verdict, verify
from accounts.models import SecurityEvent, User
from accounts.security_log import note_event

logger = logging.getLogger("fysicure.audit")
_RESULTS = (SecurityEvent.Kind.AUDIT_CHECKED, SecurityEvent.Kind.AUDIT_BROKEN)


def last_check() -> SecurityEvent | None:
    """Return when the audit was last verified, and what came of it."""
    return SecurityEvent.objects.filter(kind__in=_RESULTS).first()


def last_good_check() -> SecurityEvent | None:
    """Return when the audit was last found whole."""
    return SecurityEvent.objects.filter(kind=SecurityEvent.Kind.AUDIT_CHECKED).first()


def check_audit(*, by: User | None = None) -> Verdict:
    """Verify the whole audit, the head of the last good check included, and note what came of it.

    The head goes to the log: whoever keeps log lines elsewhere can prove later that nothing before it was rewritten
    (`manage.py verify_audit --expect`). Raises nothing when the audit is broken: it notes and logs an error.
    """
    good = last_good_check()
    verdict = verify(expect=good.detail.get("head", "") if good else "")
    who = by.pk if by else None
    if verdict.found:
        broken = verdict.found
        logger.error("The audit is broken at %s", broken)
        where: dict[str, Any] = {"table": broken.table, "key": broken.key, "at": broken.position, "wrong": broken.wrong}
        note_event(SecurityEvent.Kind.AUDIT_BROKEN, user_id=who, **where)
    else:
        logger.info("The audit is whole: %s links, head %s %s", verdict.links, verdict.position, verdict.head)
        told: dict[str, Any] = {"links": verdict.links, "position": verdict.position, "head": verdict.head}
        note_event(SecurityEvent.Kind.AUDIT_CHECKED, user_id=who, **told)
    return verdict
