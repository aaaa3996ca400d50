"""Judge the bundles of a thousand patients: `python -m tests.fhir.thousand [how many]`. Needs no database."""

import os
import sys
import time

import django


def main() -> int:
    """Print how many resources were judged, how long it took, and every fault; 1 when there is one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
    django.setup()
    from tests.fhir.mapping.test_thousand import judge  # noqa: PLC0415 - models load after the settings

    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    begun = time.perf_counter()
    kinds, found = judge(range(wanted))
    seconds = time.perf_counter() - begun
    words = [f"{wanted} patients, {kinds.total()} resources, {seconds:.0f} s, {len(found)} faults", str(dict(kinds))]
    sys.stdout.write("\n".join([*words, *found[:50]]) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
