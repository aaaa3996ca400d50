"""Look at the SQL of new migrations for what holds a lock for long or breaks the code that still runs (squawk).

`scripts/lint_migrations.py` names each fault and exits 1; migrations of scripts/migrations_baseline.txt were looked at
before. A fault that is meant stands in the migration itself, with its reason: `# squawk: RULE because …`.
`--accept` adds all migrations to the baseline: once, when a release has been installed everywhere.
"""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BASELINE = Path(__file__).with_name("migrations_baseline.txt")
SQUAWK = Path(sys.executable).parent / "squawk"
# What blocks readers or writers while a table is scanned or rewritten, and what the release before cannot live with.
RULES = {
    "adding-field-with-default": "rewrites the table",
    "adding-foreign-key-constraint": "scans both tables; add it NOT VALID, validate it in a later migration",
    "adding-not-nullable-field": "scans the table; add a check NOT VALID first",
    "adding-required-field": "the release before writes rows without it; give it a db_default",
    "adding-serial-primary-key-field": "rewrites the table",
    "ban-drop-column": "the release before still reads it; drop it one release later",
    "ban-drop-table": "the release before still reads it; drop it one release later",
    "changing-column-type": "rewrites the table",
    "constraint-missing-not-valid": "scans the table; add it NOT VALID, validate it in a later migration",
    "disallowed-unique-constraint": "builds an index under a lock; make the index concurrently first",
    "renaming-column": "the release before uses the old name",
    "renaming-table": "the release before uses the old name",
    "require-concurrent-index-creation": "blocks writes; use AddIndexConcurrently in a migration of its own",
    "require-concurrent-index-deletion": "blocks writes; use RemoveIndexConcurrently",
}
_ALLOWED = re.compile(r"^\s*# squawk: ([\w-]+) because \S+", re.M)


def faults(sql: str) -> list[str]:
    """Return the rules that a migration's SQL breaks, each once, in their order."""
    command = [str(SQUAWK), "--reporter", "json", "--pg-version", "15"]
    done = subprocess.run(command, input=sql, capture_output=True, text=True, check=False)  # noqa: S603
    if not done.stdout.strip().startswith("["):
        raise RuntimeError(f"squawk did not answer: {done.stderr.strip()}")
    found = [each["rule_name"] for each in json.loads(done.stdout)]
    return [rule for rule in dict.fromkeys(found) if rule in RULES]


def allowed(source: str) -> set[str]:
    """Return the rules that a migration breaks on purpose: only with a reason."""
    return set(_ALLOWED.findall(source))


def baseline() -> set[str]:
    """Return the migrations that were looked at before."""
    return set(BASELINE.read_text(encoding="utf-8").split())


def our_migrations() -> dict[str, Path]:
    """Return each of our migrations, as `app.name`, with its file."""
    return {f"{path.parent.parent.name}.{path.stem}": path for path in sorted(ROOT.glob("*/migrations/0*.py"))}


def lint() -> int:
    """Print the faults of the new migrations; return how many there are."""
    from django.core.management import call_command  # noqa: PLC0415 after Django is set up

    count = 0
    for name, path in our_migrations().items():
        if name in baseline():
            continue
        out = io.StringIO()
        call_command("sqlmigrate", *name.split(".", 1), stdout=out, no_color=True)
        excused = allowed(path.read_text(encoding="utf-8"))
        for rule in faults(out.getvalue()):
            if rule not in excused:
                print(f"{path.relative_to(ROOT)}: {rule}: {RULES[rule]}.")
                count += 1
    return count


def main() -> int:
    """Look at the new migrations, or accept them all."""
    if "--accept" in sys.argv[1:]:
        BASELINE.write_text("\n".join(our_migrations()) + "\n", encoding="utf-8")
        return 0
    import django  # noqa: PLC0415

    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
    django.setup()
    return 1 if lint() else 0


if __name__ == "__main__":
    sys.exit(main())
