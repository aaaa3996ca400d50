"""The outbox: what patients are to be told about their visits, written in the transaction of the change itself."""

import datetime
from uuid import UUID

from django.db import connection

from accounts.identifiers import uuid7
from scheduling.models import Communication, ContactConsent, Proposal

_ANNOUNCE = """
INSERT INTO scheduling_communication
    (id, key, kind, channel, patient_id, status, due_at, attempts, address, language, subject, body, error, created_at)
SELECT gen_random_uuid(), 'change:' || %(key)s || ':' || wish.channel, 'change', wish.channel, wish.patient_id,
       'preparation', %(now)s + make_interval(mins => coalesce(rules.grace_minutes, 3)), 0, '', '', '', '', '', %(now)s
FROM scheduling_contactconsent wish LEFT JOIN scheduling_bookingpolicy rules ON true
WHERE wish.patient_id = %(patient)s AND wish.is_given
ON CONFLICT (patient_id, channel) WHERE status = 'preparation' AND kind = 'change'
DO UPDATE SET due_at = excluded.due_at
"""


def announce_change(patient_id: UUID, *, now: datetime.datetime) -> None:
    """Let a patient be told, over the channels that he or she chose, what changed in the own visits. One query.

    Changes within the minutes of grace make one message; what it says is worked out when it is sent, from what the
    patient was told before. Whoever chose no channel gets no row at all.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ANNOUNCE, {"key": str(uuid7()), "now": now, "patient": patient_id})


def announce_offer(proposal: Proposal, *, now: datetime.datetime) -> None:
    """Let a patient be told, over the channels that he or she chose, that the practice offers a moment. Two queries.

    Call it in the transaction that makes the proposal. The same moment is told once, another moment again.
    """
    wishes = ContactConsent.objects.filter(patient=proposal.patient_id, is_given=True)
    Communication.objects.bulk_create(
        [
            Communication(
                key=f"offer:{proposal.pk}:{proposal.start.astimezone(datetime.UTC):%Y%m%dT%H%M}:{channel}",
                kind=Communication.Kind.OFFER,
                channel=channel,
                patient_id=proposal.patient_id,
                proposal=proposal,
                due_at=now,
                created_at=now,
            )
            for channel in wishes.values_list("channel", flat=True)
        ],
        ignore_conflicts=True,
    )
