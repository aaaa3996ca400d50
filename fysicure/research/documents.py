"""What goes along with the tables: a data dictionary, a report of the check, and a page to read first."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from fysicure.research.columns import MEASUREMENTS, Column

TITLES = {"outcomes": "Outcomes: one row for each care plan", "measurements": "Measurements: one row for each value"}
LANGUAGES = (("nl", "Nederlands"), ("en", "English"))


def dictionary(outcomes: Sequence[Column], *, measurements: bool) -> dict[str, list[dict[str, Any]]]:
    """Return each table with its columns."""
    tables = {"outcomes": [column.as_json() for column in outcomes]}
    return tables | ({"measurements": [column.as_json() for column in MEASUREMENTS]} if measurements else {})


def as_json(value: Any) -> str:
    """Write a document as people can read it."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def dictionary_page(tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> str:
    """Write the data dictionary as Markdown."""
    lines = ["# Data dictionary", "", "An empty cell means: not known. It never means zero or no."]
    for name, columns in tables.items():
        lines += ["", f"## {TITLES[name]}", "", "| column | type | meaning | unit | range | source |"]
        lines.append("| --- | --- | --- | --- | --- | --- |")
        for row in columns:
            mark = " Quasi-identifier." if row["quasi_identifier"] else ""
            cells = [f"`{row['column']}`", row["type"], row["meaning"] + mark, row["unit"], row["range"], row["source"]]
            lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def warnings() -> list[str]:
    """Return what who holds a file must know, in the language that is active."""
    return [
        _("These are personal data: pseudonymised, not anonymous (GDPR article 4(5)). The GDPR still applies."),
        _(
            "They rest on the patients' consent and are for scientific research only, with the safeguards of GDPR "
            "article 89, by who has a protocol and a contract for it."
        ),
        _("Try to recognise nobody, join it with nothing else about people, and do not pass it on."),
        _("Who withdraws consent is not in the next file. A file that was handed over cannot be called back."),
        _("Two files together can tell more than each alone: the check looks at one file."),
    ]


def read_me(report: Mapping[str, Any]) -> str:
    """Write the page to read first, in Dutch and in English."""
    lines = [f"# {report['practice']}: outcomes for research", ""]
    for code, name in LANGUAGES:
        with override(code):
            lines += [f"## {name}", "", *(f"- {sentence}" for sentence in warnings()), ""]
    told = report["classes"]
    lines += [
        "## What was done",
        "",
        f"- k = {report['k']}: each combination of {', '.join(report['quasi_identifiers'])} is shared by at least"
        f" {report['k']} patients; patients with several plans are compared by all of them together.",
        f"- Step {report['generalisation']['step']} of {report['generalisation']['steps']} of coarsening:"
        f" {json.dumps(report['generalisation']['level'])}.",
        f"- {report['patients']} patients, {report['plans']} plans;"
        f" {report['plans_suppressed']} plans left out as rare.",
        f"- {told['count']} classes of {told['smallest']} to {told['largest']} patients, median {told['median']}.",
        f"- {report['one_outcome_only']['count']} classes in which every plan has the same classification and status:"
        " who is known to be in one is known to have that outcome (l-diversity of 1).",
        "- Every plan of a `start_period` is followed for the same number of weeks (`weeks_told`), so that no week"
        " tells when in the period a plan began. What came later is not in the file.",
        "- CSV: comma between cells, point in numbers, UTF-8, an empty cell for what is not known.",
        "- `data-dictionary.md` explains each column; `report.json` holds the figures of the check.",
        "",
    ]
    return "\n".join(lines)
