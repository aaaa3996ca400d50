"""The morning-after question on the patient's own telephone: only for who asked for it, and once for each question.

What is sent holds no clinical word: it says that the diary has a question, not which one.
"""

import datetime
import logging
from collections.abc import Iterator

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.exceptions import InvalidInput
from accounts.web_push import Receiver, UnusableKey, checked, notify
from accounts.webhooks.network import AddressRefused
from accounts.webhooks.network import checked as checked_address
from pathways.diary import open_morning_question
from pathways.models import CarePlan, DiaryEntry, PushSubscription
from patients.models import Patient
from scheduling.free_time import BRUSSELS
from scheduling.models import BookingPolicy
from scheduling.quiet_hours import is_quiet

logger = logging.getLogger(__name__)
BEGIN, END = datetime.time(7), datetime.time(12)  # a morning, in Brussels; the quiet hours of the practice shorten it
MOST = 5  # browsers of one patient
ENDED = {404, 410}
# A question is open for 36 hours after a session, and sessions of one evening are asked about together.
LOOK_BACK = datetime.timedelta(hours=60)


def remember(patient: Patient, receiver: Receiver, *, now: datetime.datetime) -> PushSubscription:
    """Remind a browser from now on; the oldest goes when there are too many. Twice changes nothing.

    Raises InvalidInput for an address to which nothing may be sent and for keys that are none.
    """
    try:
        checked_address(receiver.endpoint)
        checked(receiver)
    except (AddressRefused, UnusableKey) as error:
        raise InvalidInput(_("This browser cannot be reminded.")) from error
    with transaction.atomic():
        keys = {"p256dh": receiver.p256dh, "auth": receiver.auth}
        row, _is_new = PushSubscription.objects.update_or_create(
            patient=patient, endpoint=receiver.endpoint, defaults=keys, create_defaults={**keys, "created_at": now}
        )
        kept = patient.push_subscriptions.order_by("-created_at", "-id").values_list("pk", flat=True)[:MOST]
        patient.push_subscriptions.exclude(pk__in=list(kept)).delete()
    found: PushSubscription = row
    return found


def forget(patient: Patient, endpoint: str = "") -> int:
    """Remind a browser no more, or none of the patient's when no address is given. Return how many that were."""
    rows = patient.push_subscriptions.all()
    return int((rows.filter(endpoint=endpoint) if endpoint else rows).delete()[0])


def ask_in_the_morning(*, now: datetime.datetime) -> int:
    """Tell every browser that asked for it of an open question of which it was not told. Return how many were told.

    Only in the morning and outside the quiet hours. A browser that ended it is forgotten; what fails for another reason
    is tried again at the next round, while the question is open and the morning lasts.
    """
    clock = now.astimezone(BRUSSELS).time()
    rules = BookingPolicy.objects.filter(pk=1).first() or BookingPolicy()
    if not settings.VAPID_PRIVATE_KEY or not BEGIN <= clock < END or is_quiet(now, rules=rules):
        return 0
    return sum(_tell(row, entry, now=now) for row, entry in list(_waiting(now)))


def _waiting(now: datetime.datetime) -> Iterator[tuple[PushSubscription, DiaryEntry]]:
    """Each browser with the newest open question of its patient, when it was not told of that one."""
    logged = {"ended_at__gte": now - LOOK_BACK, "ended_at__lte": now, "next__isnull": True}
    patients = DiaryEntry.objects.filter(**logged, patient__push_subscriptions__isnull=False).values("patient_id")
    plans = CarePlan.objects.running().filter(patient_id__in=patients).select_related("pathway_version")
    for plan in plans.order_by("started_on", "id"):
        questions = open_morning_question(plan, now)
        if questions:
            rows = PushSubscription.objects.filter(patient_id=plan.patient_id, patient__user__is_active=True).exclude(
                asked=questions[-1].pk
            )
            yield from ((row, questions[-1]) for row in rows.select_related("patient"))


def _tell(row: PushSubscription, entry: DiaryEntry, *, now: datetime.datetime) -> bool:
    """Tell one browser. The question counts as told before it is sent, so that a killed job asks nobody twice."""
    mine = PushSubscription.objects.filter(pk=row.pk)
    if not mine.exclude(asked=entry.pk).update(asked=entry.pk):
        return False  # another worker was first, or it ended
    try:
        answer = notify(Receiver(row.endpoint, row.p256dh, row.auth), notice_for(row.patient), topic="morning", now=now)
    except UnusableKey:
        logger.exception("the key of the practice for notices is none")
        return False
    if answer.status in ENDED:
        mine.delete()
    elif not answer.is_delivered:
        logger.warning("a notice was not taken: %s", answer.failure)
        mine.update(asked=row.asked)
    return answer.is_delivered


def notice_for(patient: Patient) -> dict[str, str]:
    """What the telephone shows, in the patient's language: no clinical word and no name."""
    with translation.override(patient.language):
        return {
            "title": _("How was your night?"),
            "body": _("Your diary has one question."),
            "lang": patient.language,
            "url": "/portal/",
            "tag": "morning",
        }
