"""A complaint that is back: in which phase to begin again, and the new plan."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exceptions import InvalidInput
from accounts.models import User
from pathways.decision_log import held
from pathways.definitions import current_version, definition_of
from pathways.engine.criteria import CriterionResult
from pathways.engine.logic import Verdict
from pathways.engine.model import Definition
from pathways.engine.progress import facts_of, phase_criteria
from pathways.exceptions import PlanRefused
from pathways.models import CarePlan, CheckIn, Decision, PathwayVersion, Task
from pathways.plans import fill_plan
from pathways.progress import assess_plan
from patients.models import EpisodeOfCare

CRITERIA, PAIN, FIRST = "criteria", "pain", "first"
REPORT_COUNTS_FOR = datetime.timedelta(days=14)


@dataclass(frozen=True)
class RestartProposal:
    """Where to begin again, and why. `basis`: measured criteria, the pain that was reported (a choice of the practice),
    or nothing at all, which means the first phase. `criteria` are the exit lines before and of that phase."""

    phase: str
    title: str
    basis: str
    why: tuple[str, ...]
    nprs_worst: int | None
    reported_on: datetime.date | None
    criteria: tuple[CriterionResult, ...]
    version: PathwayVersion
    definition: Definition

    @property
    def is_practice_choice(self) -> bool:
        """Whether no measured criterion stands behind it."""
        return self.basis != CRITERIA


def propose_restart(plan: CarePlan, *, now: datetime.datetime) -> RestartProposal:
    """Propose the phase in which an ended plan begins again, by the pathway's newest published text.

    The highest phase whose earlier exits are all met by what is known today; else by the worst pain that the patient
    reported in the last 14 days (a choice of the practice, in the pathway's after-care); else the first phase. Pain
    never leads beyond a phase with a measurement that does not meet its exit, and criteria never beyond what the pain
    allows.
    """
    version = current_version(plan.pathway_version.pathway_id)
    definition = definition_of(version)
    facts = facts_of(definition, assess_plan(plan, now=now).state)
    keys = [phase.key for phase in definition.phases]
    lines = [phase_criteria(definition, facts, key) for key in keys]
    measured = _first(lines, {Verdict.UNKNOWN, Verdict.NOT_MET})
    by_measure = [_from_measures(definition, key, found) for key, found in zip(keys, lines, strict=True)]
    possible = _first(by_measure, {Verdict.NOT_MET})
    report = _latest_report(plan, now)
    by_pain = _by_pain(definition, report)
    index, basis = (measured, CRITERIA) if measured else (0, FIRST)
    if by_pain is not None and (basis == FIRST or by_pain < measured):
        index, basis = min(by_pain, possible), PAIN
    return RestartProposal(
        phase=keys[index],
        title=definition.phases[index].title,
        basis=basis,
        why=_why(basis, report, lines, index),
        nprs_worst=report.nprs_worst if report else None,
        reported_on=_said_on(report) if report else None,
        criteria=tuple(line for phase in lines[: index + 1] for line in phase),
        version=version,
        definition=definition,
    )


@transaction.atomic
def restart_plan(
    old_plan: CarePlan,
    *,
    phase: str,
    reason: str,
    by: User,
    now: datetime.datetime,
    consent: bool = True,
    no_red_flags: bool = True,
) -> CarePlan:
    """Begin a new plan after an ended one, in the chosen phase, by the newest published text of its pathway.

    A finished episode stays finished: the new plan gets an episode of its own, so that prescriptions, sessions and
    baselines are not mixed. The classification stays that of the old plan's intake: it is the same complaint on the
    same side; red flags must have been asked again (`no_red_flags`), and the old measurements are no baseline of the
    new episode. Raises InvalidInput when the phase differs from the proposal without a reason, PlanRefused when the
    old plan still runs or was taken up before, for an open referral, without consent, or with a red flag.
    """
    old = held(old_plan)
    proposal = propose_restart(old, now=now)
    _refuse_restart(old, consent=consent, no_red_flags=no_red_flags)
    if phase not in {each.key for each in proposal.definition.phases}:
        raise InvalidInput(_("Some values cannot be taken."), errors={"phase": [_("Choose a phase of the pathway.")]})
    if phase != proposal.phase and not reason.strip():
        raise InvalidInput(_("This differs from the proposal."), errors={"reason": [_("Write down why.")]})
    plan = _new_plan(old, _episode(old, now), proposal, now)
    fill_plan(plan, proposal.definition, first=phase)
    _note_restart(plan, old, proposal, phase=phase, reason=reason.strip(), by=by, now=now)
    Task.objects.open().filter(plan=old, kind=Task.Kind.RELAPSE).update(
        status=Task.Status.COMPLETED, completed_at=now, completed_by=by, outcome=_("A new plan was started.")
    )
    return plan


def _from_measures(
    definition: Definition, phase: str, found: tuple[CriterionResult, ...]
) -> tuple[CriterionResult, ...]:
    """The exit lines that rest on a measurement: nobody keeps a diary after the end, so its counts say nothing."""
    lines = definition.phase(phase).exit
    measured = {line.key for line in lines if any(leaf.source == "measure" for leaf in line.leaves)}
    return tuple(line for line in found if line.key in measured)


def _first(lines: list[tuple[CriterionResult, ...]], verdicts: set[Verdict]) -> int:
    """Index of the first phase with an exit line of these verdicts; the last phase when there is none."""
    for index, phase in enumerate(lines[:-1]):
        if any(line.status in verdicts for line in phase):
            return index
    return len(lines) - 1


def _latest_report(plan: CarePlan, now: datetime.datetime) -> CheckIn | None:
    """What the patient last said of the pain, while it still counts. One query."""
    rows = plan.check_ins.filter(answered_at__gte=now - REPORT_COUNTS_FOR, nprs_worst__isnull=False)
    latest: CheckIn | None = rows.order_by("-answered_at").first()
    return latest


def _said_on(report: CheckIn) -> datetime.date:
    """The Brussels day on which the patient answered: a question may be answered long after it was asked."""
    return timezone.localtime(report.answered_at).date()


def _by_pain(definition: Definition, report: CheckIn | None) -> int | None:
    """Index of the phase that the reported pain leads to, or None when nothing is known or the pathway says nothing."""
    if report is None or report.nprs_worst is None or definition.after_care is None:
        return None
    keys = [phase.key for phase in definition.phases]
    for row in definition.after_care.restart:
        if row.worst_pain_at_most is None or report.nprs_worst <= row.worst_pain_at_most:
            return keys.index(row.phase)
    return None


def _why(basis: str, report: CheckIn | None, lines: list[tuple[CriterionResult, ...]], index: int) -> tuple[str, ...]:
    if basis == CRITERIA:
        return (_("Every exit before this phase is met by what is known today."),)
    if basis == PAIN and report is not None:
        said = _("The patient reported pain of %(pain)s at worst on %(day)s.") % {
            "pain": report.nprs_worst,
            "day": f"{_said_on(report):%d/%m/%Y}",
        }
        return said, _("Which phase goes with that pain is a choice of the practice.")
    open_lines = tuple(line.why for line in lines[index] if line.status is not Verdict.MET)
    return _("Too little is known today to begin later: the first phase is the careful choice."), *open_lines


def _refuse_restart(old: CarePlan, *, consent: bool, no_red_flags: bool) -> None:
    if old.status not in {CarePlan.Status.COMPLETED, CarePlan.Status.REVOKED}:
        raise PlanRefused(_("This plan still runs."))
    if old.restarts.exists():
        raise PlanRefused(_("This plan was already taken up again."))
    if CarePlan.objects.filter(episode_id=old.episode_id).running().exists():
        raise PlanRefused(_("This episode already has a running plan."))
    if Task.objects.filter(patient_id=old.patient_id, kind=Task.Kind.REFERRAL).open().exists():
        raise PlanRefused(_("A referral is still open: note its outcome first; no plan can start."))
    if not no_red_flags:
        raise PlanRefused(_("Ask the red flags again first: with one of them no plan can start."))
    if not consent:
        raise PlanRefused(_("Ask the patient's consent first."))


def _episode(old: CarePlan, now: datetime.datetime) -> EpisodeOfCare:
    """The episode of the new plan: a new one when the old one is over."""
    before = old.episode
    if before.status not in {EpisodeOfCare.Status.FINISHED, EpisodeOfCare.Status.CANCELLED}:
        return before
    return EpisodeOfCare.objects.create(
        patient_id=old.patient_id,
        reason=before.reason,
        side=before.side,
        status=EpisodeOfCare.Status.ACTIVE,
        practitioner=before.practitioner,
        referrer=before.referrer,
        started_on=timezone.localtime(now).date(),
    )


def _new_plan(old: CarePlan, episode: EpisodeOfCare, proposal: RestartProposal, now: datetime.datetime) -> CarePlan:
    care = proposal.definition.after_care
    return CarePlan.objects.create(
        patient_id=old.patient_id,
        episode=episode,
        pathway_version=proposal.version,
        classification_id=old.classification_id,
        practitioner_id=old.practitioner_id,
        restarted_from=old,
        side=old.side,
        course=(care.restart_course if care else "") or old.course,
        started_on=timezone.localtime(now).date(),
        gait_strategy=old.gait_strategy,
        weekly_km_usual=old.weekly_km_usual,
    )


def _note_restart(
    plan: CarePlan,
    old: CarePlan,
    proposal: RestartProposal,
    *,
    phase: str,
    reason: str,
    by: User,
    now: datetime.datetime,
) -> None:
    evidence = {
        "restarted_from": str(old.pk),
        "old_episode": str(old.episode_id),
        "classification_of": "old_intake",
        "red_flags_asked": [flag.key for flag in proposal.definition.classification.red_flags],
        "consent": True,
        "basis": proposal.basis,
        "proposed": proposal.phase,
        "why": list(proposal.why),
        "nprs_worst": proposal.nprs_worst,
        "criteria": [
            {"key": row.key, "status": row.status.value, "value": row.value, "why": row.why}
            for row in proposal.criteria
        ],
    }
    Decision.objects.create(
        plan=plan,
        kind=Decision.Kind.START,
        to_phase=phase,
        proposal=proposal.phase[:10],
        reason=reason,
        is_override=phase != proposal.phase,
        reason_code=Decision.ReasonCode.OTHER if phase != proposal.phase else "",
        evidence=evidence,
        made_by=by,
        made_at=now,
    )
