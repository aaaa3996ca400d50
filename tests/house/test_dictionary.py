"""The dictionary (docs/model.md) has a row for every table of ours; what pghistory keeps of a table needs none."""

import re
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("accounts", "patients", "scheduling", "pathways")


def test_every_table_stands_in_the_dictionary() -> None:
    page = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    named = set(re.findall(rf"\b(?:{'|'.join(ROOMS)})_\w+", page))
    models = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    ours = {model._meta.db_table for model in models if not hasattr(model, "pgh_tracked_model")}
    assert len(ours) > 60
    assert sorted(ours - named) == []
    assert sorted(named - {model._meta.db_table for model in models}) == []
