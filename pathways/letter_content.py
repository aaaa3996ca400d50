"""What each kind of letter says, drawn from the record. Nothing is said that was not measured or decided."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pathways.alarming_signs import alarming_signs
from pathways.classification_page import side_pages
from pathways.closing_words import in_words
from pathways.definitions import definition_of
from pathways.discharge import draft_summary, summary_of
from pathways.letter_parts import Part, day, heading, items, paragraph, short_day, small, steps, table
from pathways.models import CarePlan, Classification, Task
from pathways.page_language import spoken_progress, times_in_words
from pathways.plan_history import proposal_word
from pathways.progress import PlanProgress, assess_plan
from patients.content_words import all_spoken, spoken
from patients.models import EpisodeOfCare
from scheduling.models import Appointment


def report_parts(episode: EpisodeOfCare, plan: CarePlan, *, now: datetime.datetime) -> list[Part]:
    """What was found, how it goes, and what comes next: for the doctor."""
    seen = assess_plan(plan, now=now)
    name = {"name": str(episode.patient), "day": day(plan.started_on), "complaint": episode.reason}
    parts = [paragraph(_("I have been treating %(name)s since %(day)s for: %(complaint)s.") % name)]
    parts += finding_parts(episode)
    parts += measure_parts(in_words(draft_summary(plan, now=now)))
    parts += [heading(_("Where we are")), paragraph(_where(seen)), paragraph(_next_visit(episode, now))]
    return parts


def discharge_parts(plan: CarePlan, *, now: datetime.datetime) -> list[Part]:
    """What the treatment came to: for the doctor. A plan that still runs is told as it stands now."""
    ended = summary_of(plan)
    summary = in_words(ended.evidence if ended else draft_summary(plan, now=now))
    facts = {
        "begun": day(summary["started_on"]),
        "ended": day(summary["ended_on"]),
        "weeks": summary["weeks"],
        "visits": summary["visits"],
    }
    told = _("The treatment ran from %(begun)s to %(ended)s: %(weeks)s weeks, %(visits)s contacts.") % facts
    parts = [paragraph(told), *finding_parts(plan.episode), *measure_parts(summary)]
    if summary["goals"]:
        parts += [heading(_("Goals")), items(f"{spoken(row['text'])}: {row['word']}" for row in summary["goals"])]
    rows = [
        (
            f"{row['key']} {spoken(row['title'])}",
            short_day(row["started_on"]),
            short_day(row["completed_on"]),
            str(row["word"]),
        )
        for row in summary["phases"]
    ]
    parts += [heading(_("Course")), table((_("Phase"), _("from"), _("until"), ""), rows, (3, 1, 1, 1))]
    if summary["outcome_note"]:
        parts.append(paragraph(summary["outcome_note"]))
    return parts


def rule_out_parts(episode: EpisodeOfCare) -> tuple[str, list[Part]]:
    """How urgent it is, and the alarm signs with what was found: for the doctor who must look at the patient."""
    rows = _newest(episode)
    pages = side_pages(rows)
    flags = list({flag["label"]: flag for page in pages for flag in page.red_flags}.values())
    tasks = list(Task.objects.filter(episode=episode, kind=Task.Kind.REFERRAL).open())
    urgent = " · ".join(
        dict.fromkeys([str(flag["urgency"]) for flag in flags] or [str(t.get_urgency_display()) for t in tasks])
    )
    signs = [f"{flag['label']} ({flag['action']})" for flag in flags] or [task.description for task in tasks]
    parts = [
        paragraph(
            _("I refer %(name)s to you because of an alarm sign. The treatment waits for your findings.")
            % {"name": str(episode.patient)}
        ),
        heading(_("Alarm signs")),
        items(signs) if signs else paragraph(_("Recorded in the file; see below.")),
    ]
    parts += finding_parts(episode)
    parts += [
        heading(_("My question")),
        paragraph(_("Would you examine the patient, and let me know whether and how the treatment may go on?")),
    ]
    return urgent, parts


def patient_plan_parts(plan: CarePlan, *, now: datetime.datetime) -> list[Part]:
    """The plan on paper for the patient: phase, load, exercises, what the colours mean, alarm signs, visits."""
    seen = spoken_progress(assess_plan(plan, now=now))
    phase = seen.definition.phase(seen.phase.key)
    parts = [
        paragraph(_("You are in this phase: %(phase)s. Goal: %(goal)s.") % {"phase": phase.title, "goal": phase.goal}),
        heading(_("What you may load")),
        items(phase.load.texts),
        heading(_("Your exercises")),
    ]
    rows = seen.phase.exercise_prescriptions.filter(ended_on__isnull=True).select_related("exercise")
    for row in rows.order_by("ordinal", "id"):
        note = ", ".join(part for part in (spoken(row.dosage), times_in_words(row.per_week)) if part)
        parts.append(steps(spoken(row.exercise.name), note, all_spoken(row.exercise.document.get("how", []))))
    parts += [heading(_("What the colours mean")), items(_colours(seen)), heading(_("Call us at once"))]
    parts += [
        paragraph(_("With one of these signs: call us or your doctor today. In an emergency: 112.")),
        items(alarming_signs(definition_of(plan.pathway_version))),
    ]
    parts += [heading(_("Next visit")), paragraph(_next_visit(plan.episode, now, for_patient=True))]
    return parts


def finding_parts(episode: EpisodeOfCare) -> list[Part]:
    """What the newest intake showed, side by side: what fits, what speaks against, what was not asked."""
    parts: list[Part] = []
    for page in side_pages(_newest(episode)):
        side = {"L": _("left"), "R": _("right")}[page.row.side]
        on = day(timezone.localtime(page.row.made_at).date())
        parts.append(heading(_("Findings %(side)s, %(day)s") % {"side": side, "day": on}))
        if page.row.outcome != Classification.Outcome.BLOCKED:
            parts.append(paragraph(f"{page.sentence}{f' ({page.course.lower()})' if page.course else ''}."))
        lines = [_rule(line) for line in page.criteria]
        lines += [_("speaks against: %(what)s") % {"what": line.label} for line in page.against]
        lines += [f"{label}: {value}" for label, value in page.derived]
        parts.append(items(lines))
        if page.not_asked:
            parts.append(small(_("Not asked or not measured: %(what)s.") % {"what": ", ".join(page.not_asked)}))
    return parts


def measure_parts(summary: dict[str, Any]) -> list[Part]:
    """First and latest value of each outcome measure, with what the change means."""
    if not summary["measures"]:
        return [paragraph(_("No outcome was measured yet."))]
    rows = [
        (
            f"{spoken(row['label'])} {_side_word(row['side'])}".strip(),
            _dated(row["start"], spoken(row["unit"]), row["start_on"]),
            _dated(row["end"], spoken(row["unit"]), row["end_on"]),
            row["change_word"],
        )
        for row in summary["measures"]
    ]
    head = (_("Measure"), _("first"), _("latest"), _("change"))
    return [heading(_("Outcome")), table(head, rows, (3, 2, 2, 3))]


def _dated(value: str, unit: str, on: datetime.date | None) -> str:
    """A value with its unit and its day; a dash when it was not measured again."""
    number = f"{value}{unit}" if unit.startswith("/") else f"{value} {unit}".strip()
    return f"{number} ({on:%d/%m/%y})" if value and on else "-"


def _newest(episode: EpisodeOfCare) -> Sequence[Classification]:
    """The classifications of the newest intake of an episode, one for each side."""
    rows = Classification.objects.filter(episode=episode).select_related("pathway_version").order_by("-made_at", "side")
    found = list(rows[:4])
    return [row for row in found if row.intake_id == found[0].intake_id]


def _rule(line: Any) -> str:
    verdict = {"met": _("yes"), "not_met": _("no"), "unknown": _("not known")}[line.verdict]
    seen = f" ({'; '.join(line.findings)})" if line.findings else ""
    return f"{line.label}: {verdict}{seen}"


def _side_word(side: str) -> str:
    return {"L": _("left"), "R": _("right")}.get(side, "")


def _where(seen: PlanProgress) -> str:
    facts = {
        "phase": f"{seen.phase.key} {spoken(seen.phase.title)}",
        "week": seen.week,
        "proposal": proposal_word(seen.progress.proposal.value),
    }
    return _("Phase %(phase)s, week %(week)s of the plan. Standing: %(proposal)s.") % facts


def _next_visit(episode: EpisodeOfCare, now: datetime.datetime, *, for_patient: bool = False) -> str:
    coming = Appointment.objects.occupying().filter(episode=episode, start__gt=now).order_by("start").first()
    if coming is None:
        return _("No visit is booked yet: call us.") if for_patient else _("No visit is booked yet.")
    start = timezone.localtime(coming.start)
    return _("Next visit: %(day)s at %(time)s.") % {"day": day(start.date()), "time": f"{start:%H:%M}"}


def _colours(seen: PlanProgress) -> list[str]:
    lights = seen.definition.lights
    return [
        _("Green: pain at most %(most)s of 10 during and after, and not worse the morning after. Go on.")
        % {"most": lights.green_peak_max},
        _("Amber: a little more pain than that. Repeat, and do somewhat less."),
        _("Red: pain of %(red)s or more, limping, or clearly worse the morning after. Stop, rest, and tell us.")
        % {"red": lights.red_peak},
    ]
