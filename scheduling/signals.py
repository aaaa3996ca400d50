"""Facts about time that a room above may have to act upon, sent inside the transaction of the fact itself.

`visit_returns` comes before anything is locked: a visit that was cancelled or missed may take up its time again. A
receiver locks what hangs on the visit, and refuses by raising a DomainError. Receivers: pathways/receivers.py.
"""

from django.dispatch import Signal

visit_returns = Signal()
