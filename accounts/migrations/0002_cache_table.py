"""The table of the shared cache: sign-in limits must hold across processes."""

from typing import Any

from django.core.management import call_command
from django.db import migrations


def _create(apps: Any, schema_editor: Any) -> None:
    call_command("createcachetable", verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.RunPython(_create, migrations.RunPython.noop),
    ]
