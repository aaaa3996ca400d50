"""Facts about time that a room above may have to act upon, sent inside the transaction of the fact itself.

`proposal_accepting` comes before anything is locked or booked: a receiver locks what hangs on the proposal, and refuses
by raising a DomainError. `proposal_accepted` comes after the visit was written. Both carry `proposal`, the second also
`appointment`. Receivers: pathways/receivers.py.
"""

from django.dispatch import Signal

proposal_accepting = Signal()
proposal_accepted = Signal()
