"""What must never be true is refused by the database, and a test shows each refusal."""

from pathlib import Path

from django.apps import apps

OURS = ("accounts", "patients", "scheduling", "pathways")
REFUSALS = Path(__file__).resolve().parent.parent / "database"


def test_every_constraint_has_a_test_that_shows_it_refusing() -> None:
    tested = "\n".join(path.read_text(encoding="utf-8") for path in REFUSALS.glob("test_*.py"))
    names = {
        constraint.name
        for label in OURS
        for model in apps.get_app_config(label).get_models()
        for constraint in model._meta.constraints
    }
    assert len(names) > 30
    assert sorted(name for name in names if name not in tested) == []
