"""Every component with invented values: the line to copy, and what it needs.

A new file of templates/components gets an entry here (tests/house/test_style_guide.py walks the folder).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django.core.paginator import Paginator

from fysicure.palette.commands import Row
from fysicure.style_guide.forms import clashing_form, empty_form, questionnaire, wrong_form

_MONDAY = date(2026, 11, 2)
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Example:
    """One component: its file, lines of template that show it, one below the other, and the values that they name.

    `about` says what does not show; `frame` is the class of the box around it ("is-staff" for the rail of rooms).
    """

    component: str
    lines: tuple[str, ...]
    values: Callable[[], Values] = field(default=dict)
    about: str = ""
    frame: str = ""


def _include(name: str, more: str = "") -> str:
    return f'{{% include "components/{name}.html"{" with " + more if more else ""} %}}'


def _days(*values: float | None) -> list[tuple[date, float | None]]:
    return [(_MONDAY + timedelta(days=3 * index), value) for index, value in enumerate(values)]


def _phases() -> Values:
    shown = (("Kalmeren", "done", "2 weken"), ("Kracht", "current", "week 2 van 4"), ("Opnieuw lopen", "next", ""))
    return {"phases": [{"title": title, "state": state, "note": note} for title, state, note in shown]}


def _timeline() -> Values:
    moments: list[dict[str, Any]] = [
        {"when": date(2026, 11, 23), "title": "Ochtend na de loop", "text": "Pijn 1/10, niet mank.", "light": "GREEN"},
        {"when": date(2026, 11, 22), "title": "Loop 4 km", "text": "Pijn 3/10 tijdens de loop.", "light": "AMBER"},
        {
            "when": date(2026, 11, 16),
            "title": "Intake",
            "text": "Het beeld past bij de klacht.",
            "icon": "clipboard-list",
        },
    ]
    return {"items": moments}


def _series() -> Values:
    during = {"label": "Tijdens de loop", "points": _days(6, 5, 5, 4, 3, 3, 2, 2)}
    return {"series": [during, {"label": "Ochtend erna", "points": _days(5, 4, None, 3, 2, 2, 1, 0)}]}


def _reference() -> Values:
    return {
        "reference": {
            "authors": "van der Worp MP",
            "year": 2012,
            "journal": "Sports Med 42(11):969-92",
            "doi": "10.1007/BF03262306",
            "strength": "moderate",
            "finding": "Dit letsel is 5 tot 14 % van de loopblessures.",
            "correction": "Het artikel noemt 12 tot 22 % van alle knieklachten; de bron zelf niet.",
        }
    }


class _Said(SimpleNamespace):
    """A message as Django keeps one."""

    def __str__(self) -> str:
        return str(self.text)


def _messages() -> Values:
    said = (
        ("success", "De afspraak is geboekt."),
        ("info", "Er staat een nieuwe versie klaar."),
        ("warning", "Het voorschrift loopt af op 12 jan."),
        ("error", "Dat uur is net geboekt. Kies een ander."),
    )
    return {"messages": [_Said(level_tag=level, text=text, extra_tags="") for level, text in said]}


def _rooms() -> Values:
    rooms = (("Vandaag", "house"), ("Agenda", "calendar-days"), ("Patiënten", "users"))
    return {"items": [{"url": "#", "label": label, "icon": icon, "active": label == "Agenda"} for label, icon in rooms]}


EXAMPLES: tuple[Example, ...] = (
    Example(
        "page_header",
        (
            _include(
                "page_header", 'eyebrow="Dossier" title="Elke Janssens" subtitle="12 mei 1991 (35)" actions=actions'
            ),
        ),
        lambda: {
            "actions": [
                {"url": "#print", "label": "Afdrukken", "icon": "printer"},
                {"url": "#book", "label": "Afspraak maken", "icon": "calendar-plus", "primary": True},
            ]
        },
        about="The primary action comes last and is the only one in petrol.",
    ),
    Example(
        "tabs",
        (_include("tabs", 'tabs=tabs label="Dossier"'),),
        lambda: {
            "tabs": [
                {"url": "#o", "label": "Overzicht", "active": True},
                {"url": "#d", "label": "Dagboek", "count": 3},
                {"url": "#p", "label": "Plan"},
            ]
        },
    ),
    Example("brand", (_include("brand"),)),
    Example("navigation", (_include("navigation"),), _rooms, frame="staff is-framed"),
    Example("patient_search", (_include("patient_search", 'typed="" csrf_token=""'),)),
    Example(
        "user_menu", (_include("user_menu", 'initials="IC" who="Ine Claes" role="Kinesist" path="/" csrf_token=""'),)
    ),
    Example("language_choice", (_include("language_choice", 'path="/" csrf_token=""'),)),
    Example(
        "stat",
        (
            _include("stat", 'label="Pijn tijdens de loop" value="2" unit="/ 10" light="GREEN"'),
            _include("stat", 'label="Gelopen deze week" value="12,5" unit="km" hint="vorige week 10"'),
        ),
    ),
    Example(
        "card",
        (
            _include(
                "card",
                (
                    'title="Voorschrift" icon="file-text" hint="7 van 18" text="Loopt tot 12 jan." '
                    'action_url="#" action_label="Alles tonen"'
                ),
            ),
        ),
    ),
    Example("phase_track", (_include("phase_track", "phases=phases"),), _phases),
    Example("timeline", (_include("timeline", "items=items"),), _timeline),
    Example(
        "light",
        tuple(
            _include("light", f'light="{each}"')
            for each in ("GREEN", "AMBER", "RED", "PENDING", "UNRESOLVED", "NEUTRAL", "NONE")
        )
        + (_include("light", 'light="GREEN" label="Je mag lopen, tot 4 km" size="lg"'),),
        about="Shape and words say it too: never the colour alone.",
        frame="is-row",
    ),
    Example(
        "tick",
        (
            _include("tick", 'verdict="met" label="Pijn bij 5 afstapjes ≤ 2" detail="1 op 22 nov."'),
            _include("tick", 'verdict="not_met" label="Tekort heupabductie < 10 %" detail="14 %"'),
            _include("tick", 'verdict="unknown" label="30 minuten wandelen" detail="nog niet gemeten"'),
        ),
        about="Three-valued: no data never reads as met.",
    ),
    Example(
        "badge",
        tuple(
            _include("badge", more)
            for more in (
                'label="Rechts"',
                'label="Nieuw" tone="petrol" icon="sparkles"',
                'label="Getekend" tone="green" icon="check"',
                'label="Loopt af" tone="amber"',
                'label="Niet verschenen" tone="red"',
            )
        ),
        frame="is-row",
    ),
    Example(
        "field",
        tuple(_include("field", f"field=form.{each}") for each in ("given_name", "side", "surface", "limp", "note"))
        + (_include("field", 'field=form.strength unit="N"'),),
        lambda: {"form": empty_form()},
    ),
    Example(
        "form_errors",
        (
            _include("form_errors", "form=form quiet=True"),
            _include("field", "field=form.given_name"),
            _include("field", 'field=form.strength unit="N"'),
        ),
        lambda: {"form": wrong_form()},
        about="Each mistake is a link to its field.",
    ),
    Example(
        "field_errors",
        (_include("field_errors", "field=form.given_name"),),
        lambda: {"form": wrong_form()},
        about="field.html draws it; by itself only where a field is drawn by hand.",
    ),
    Example(
        "choice_group",
        (_include("choice_group", 'name="sides" legend="Kant" choices=sides value="R"'),),
        lambda: {"sides": [("L", "Links"), ("R", "Rechts"), ("B", "Beide")]},
    ),
    Example("nprs", (_include("nprs", "field=form.pain"),), lambda: {"form": wrong_form()}),
    Example(
        "scale",
        (_include("scale", "field=form.able number=1 ends=ends"),),
        lambda: {"form": empty_form(), "ends": ("Lukt niet", "Lukt als vroeger")},
    ),
    Example("questionnaire_rows", (_include("questionnaire_rows"),), questionnaire),
    Example("edit_conflict", (_include("edit_conflict"),), lambda: {"form": clashing_form()}),
    Example("messages", (_include("messages"),), _messages),
    Example(
        "announcer",
        (_include("announcer"),),
        about=(
            "Scripts speak through it to screen readers; it shows only when something failed. It is at "
            "the foot of this page already."
        ),
    ),
    Example("demo_banner", (_include("demo_banner"),)),
    Example(
        "empty",
        (
            _include(
                "empty",
                (
                    'icon="calendar-heart" title="Geen afspraken vandaag" text="Er is plaats voor wie '
                    'wacht." action_url="#" action_label="Naar de wachtlijst"'
                ),
            ),
        ),
        about="Says what is missing, and offers the next step.",
    ),
    Example(
        "confirm_dialog",
        (
            '<button class="btn btn-danger" type="button" data-dialog="stop-plan">Plan stoppen</button>',
            _include(
                "confirm_dialog",
                (
                    'id="stop-plan" title="Behandelplan stoppen?" text="De geplande opvolgingen '
                    'vervallen. Het dossier blijft." action="#stop" confirm="Plan stoppen" danger=True'
                ),
            ),
        ),
    ),
    Example(
        "session_guard",
        (
            '<button class="btn btn-quiet" type="button" data-dialog="session-warning">Are you still there?</button>',
            _include("session_guard", 'user_pk="0" session_seconds="99999" csp_nonce=""'),
        ),
        about="base.html has it on every page of who is signed in.",
    ),
    Example("reference", (_include("reference", "reference=reference"),), _reference),
    Example(
        "sparkline", ('{% load fysicure %}{% sparkline pain "Pijn" %}',), lambda: {"pain": [6, 5, 5, None, 4, 3, 3, 2]}
    ),
    Example(
        "line_chart",
        (
            (
                '{% load fysicure %}{% line_chart series title="Pijn" unit="0-10" minimum=0 maximum=10 '
                'limit=2 limit_label="grens voor de volgende fase" %}'
            ),
        ),
        _series,
        about="The same values stand in a table below it.",
    ),
    Example(
        "chart_mark",
        tuple(
            f'<svg width="24" height="24" class="series-{n}">'
            + _include("chart_mark", f"number={n} x=12 y=12")
            + "</svg>"
            for n in (1, 2, 3)
        ),
        about="line_chart draws it: a form for each series, so that colour is not alone.",
        frame="is-row",
    ),
    Example("pagination", (_include("pagination", "page=page"),), lambda: {"page": Paginator(range(30), 10).page(2)}),
    Example("calendar_feed", (_include("calendar_feed", 'here="#" stop="#" says="Alleen uren en voorletters."'),)),
    Example(
        "palette_group",
        (
            '<div role="listbox" aria-label="Zoekresultaten">'
            + _include("palette_group", 'key="acts" title="Doen"')
            + "</div>",
        ),
        lambda: {
            "rows": [Row("#book", "calendar-plus", "Afspraak maken"), Row("#pause", "circle-pause", "Plan pauzeren")]
        },
        about="Commands in the command palette (Ctrl K).",
    ),
    Example(
        "palette_person",
        ('<div role="listbox" aria-label="Zoekresultaten">' + _include("palette_person") + "</div>",),
        lambda: {"row": {"url": "#elke", "name": "Janssens, Elke", "born": "12 mei 1991", "city": "Mol"}},
        about="A patient in the command palette.",
    ),
    Example(
        "palette",
        (),
        about=(
            "The script that makes the command palette when it is first asked for; staff.html has it: "
            '{% part "components/palette.html" csp_nonce=csp_nonce %}'
        ),
    ),
    Example(
        "portal_head",
        (),
        about=(
            "What the pages of patients load besides, in their head: "
            '{% part "components/portal_head.html" csp_nonce=csp_nonce %}'
        ),
    ),
    Example(
        "head_files",
        (),
        about=(
            'What every page loads, in the head of this one: {% part "components/head_files.html" '
            "csp_nonce=csp_nonce %}"
        ),
    ),
)

# The bits without a template of their own: classes that any page may use.
SMALL_PARTS: tuple[Example, ...] = (
    Example(
        "buttons",
        (
            '<button class="btn btn-primary" type="button">Bewaren</button>',
            '<button class="btn btn-quiet" type="button">Annuleren</button>',
            '<button class="btn btn-danger" type="button">Verwijderen</button>',
            '<a href="#link">Een link</a>',
        ),
        about="One primary button a page.",
        frame="is-row",
    ),
    Example(
        "loading",
        (
            '<button class="btn btn-primary htmx-request" type="button" disabled>Bewaren</button>',
            '<progress class="import-bar" max="100" value="60">60 %</progress>',
            '<progress class="import-bar" max="100">…</progress>',
        ),
        about="htmx puts htmx-request on what waits; longer than 300 ms shows progress.",
    ),
    Example(
        "notes",
        (
            '<p class="note"><span>Goed om te weten.</span></p>',
            '<p class="note note-green"><span>In orde.</span></p>',
            '<p class="note note-amber"><span>Let op.</span></p>',
            '<p class="note note-red"><span>Stop: eerst naar de arts.</span></p>',
        ),
    ),
    Example(
        "facts", ('<dl class="facts"><dt>Geboren</dt><dd>12 mei 1991</dd><dt>Telefoon</dt><dd>0470 00 01 01</dd></dl>',)
    ),
    Example(
        "disclosure",
        (
            (
                '<details class="disclosure" open><summary>Nieuw adres maken</summary><p>Het oude stopt '
                "meteen.</p></details>"
            ),
        ),
    ),
    Example(
        "table",
        (
            (
                '<div class="table-scroll"><table class="table">'
                '<thead><tr><th scope="col">Meting</th><th scope="col">Links</th><th scope="col">Rechts</th></tr>'
                '</thead><tbody><tr><th scope="row">Heupabductie</th><td>182 N</td><td>156 N</td></tr></tbody>'
                "</table></div>"
            ),
        ),
    ),
)
