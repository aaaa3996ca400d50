"""A patient's request may add to the history and read nothing of it: the function that says who wrote runs as its owner."""

from django.db import migrations

FORWARD = "ALTER FUNCTION _pgh_attach_context() SECURITY DEFINER SET search_path = pg_catalog, public"
BACKWARD = "ALTER FUNCTION _pgh_attach_context() SECURITY INVOKER RESET search_path"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_reasons_under_the_chain")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
