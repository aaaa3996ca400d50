"""When therapists, rooms and devices are taken, without by whom: what free moments are worked out from.

A view reads with the rights of its owner, past row security: a patient whose own role sees nothing but the own visits
(fysicure/row_security.py) still gets the free moments of the whole practice. It has no column that names a patient.
"""

from django.db import migrations

BUSY = """
CREATE VIEW scheduling_busy AS
SELECT id, practitioner_id, room_id, equipment_id, type, status, start, "end" FROM scheduling_appointment
"""


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0002_series_waiting_list_outbox_feeds")]
    operations = [migrations.RunSQL(BUSY, "DROP VIEW scheduling_busy")]
