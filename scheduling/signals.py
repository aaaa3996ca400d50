"""Facts about time that a room above may have to act upon, sent inside the transaction of the fact itself.

`visit_returning` comes before anything is locked: a visit that was cancelled or missed may take up its time again. A
receiver locks what hangs on the visit, and refuses by raising a DomainError. `visit_returned` comes after the visit was
written: only then may a receiver write, for who writes on a day holds that day's lock. Both carry `appointment`.

`proposal_accepting` comes before anything is locked or booked: a receiver locks what hangs on the proposal, and refuses
by raising a DomainError. `proposal_accepted` comes after the visit was written. Both carry `proposal`, the second also
`appointment`. Receivers: pathways/receivers.py.
"""

from django.dispatch import Signal

visit_returning = Signal()
visit_returned = Signal()
proposal_accepting = Signal()
proposal_accepted = Signal()
