"""Evidence has an expiry date: who looked last, what is overdue, and which running plans lean on it."""

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import InvalidInput
from accounts.models import User
from pathways.definitions import TEXTS, definition_of
from pathways.evidence import sources
from pathways.models import CarePlan, PathwayVersion, Reference, ReferenceReview
from pathways.page_language import spoken_definition

# How far ahead the next review may be set: a choice of the practice.
LONGEST = datetime.timedelta(days=5 * 366)


@dataclass(frozen=True)
class ReviewState:
    """When a publication was last looked at, what came of it, and when it must be looked at again.

    `reviewed_on` is None for a publication that nobody of the practice has checked: that is due at once.
    """

    reference: Reference
    reviewed_on: datetime.date | None
    review_due: datetime.date | None
    outcome: str
    outcome_label: str
    is_due: bool
    days_overdue: int | None


@dataclass(frozen=True)
class OverdueReview:
    """A publication to look at again, with how many rules and running plans lean on it."""

    state: ReviewState
    rules: int
    plans: int


@dataclass(frozen=True)
class LeaningPlan:
    """A running plan with a rule that rests on a publication."""

    plan: CarePlan
    rules: tuple[str, ...]


def review_states(*, today: datetime.date) -> dict[str, ReviewState]:
    """Return the state of every publication, by key. Two queries."""
    newest = ReferenceReview.objects.order_by("reference_id", "-reviewed_at", "-id").distinct("reference_id")
    reviews = {row.reference_id: row for row in newest}
    return {row.key: _state(row, reviews.get(row.key), today) for row in Reference.objects.order_by("authors", "key")}


def _state(row: Reference, review: ReferenceReview | None, today: datetime.date) -> ReviewState:
    """The practice's own review counts, unless the content that it loaded was looked at later."""
    own = review is not None and (row.reviewed_on is None or review.reviewed_on >= row.reviewed_on)
    latest = review if own and review is not None else row
    due = latest.review_due
    is_due = due is None or due <= today
    return ReviewState(
        reference=row,
        reviewed_on=latest.reviewed_on,
        review_due=due,
        outcome=review.outcome if own and review else "",
        outcome_label=review.get_outcome_display() if own and review else "",
        is_due=is_due,
        days_overdue=(today - due).days if due is not None and is_due else None,
    )


def overdue_reviews(*, today: datetime.date) -> tuple[OverdueReview, ...]:
    """Return the publications to look at again: first those that most running plans lean on. Five queries at most."""
    leaning, rules = _leaning(_running_by_version())
    found = [
        OverdueReview(state, rules.get(key, 0), leaning.get(key, 0))
        for key, state in review_states(today=today).items()
        if state.is_due and rules.get(key, 0)
    ]
    return tuple(sorted(found, key=lambda each: (-each.plans, -each.rules, each.state.reference.key)))


def _running_by_version() -> dict[int, int]:
    """Count the running plans of each version, and name every published one."""
    counts: dict[int, int] = defaultdict(int)
    for version in CarePlan.objects.running().order_by().values_list("pathway_version_id", flat=True):
        counts[version] += 1
    for version in PathwayVersion.objects.published().values_list("pk", flat=True):
        counts[version] += 0
    return dict(counts)


def _leaning(plans: Mapping[int, int]) -> tuple[dict[str, int], dict[str, int]]:
    """How many running plans and how many rules lean on each publication."""
    leaning: dict[str, int] = defaultdict(int)
    rules: dict[str, int] = defaultdict(int)
    for version in PathwayVersion.objects.filter(pk__in=list(plans)):
        cited: dict[str, int] = defaultdict(int)
        for _kind, _label, source in sources(definition_of(version)):
            for key in source.references:
                cited[key] += 1
        for key, count in cited.items():
            leaning[key] += plans[version.pk]
            rules[key] = max(rules[key], count)
    return dict(leaning), dict(rules)


def leaning_plans(reference: Reference, *, most: int = 100) -> tuple[LeaningPlan, ...]:
    """Return the running plans that lean on a publication, newest first, with the rules. Two queries."""
    running = CarePlan.objects.running()
    versions = PathwayVersion.objects.filter(pk__in=running.order_by().values("pathway_version_id"))
    rules = {version.pk: labels for version in versions if (labels := _citing(version, reference))}
    plans = running.filter(pathway_version_id__in=list(rules)).order_by("-started_on", "-id")
    plans = plans.select_related("patient", "practitioner", "pathway_version__pathway")
    plans = plans.defer(*(f"pathway_version__{name}" for name in TEXTS))
    return tuple(LeaningPlan(plan, rules[plan.pathway_version_id]) for plan in plans[:most])


def _citing(version: PathwayVersion, reference: Reference) -> tuple[str, ...]:
    """The rules of a version, in words, that rest on a publication."""
    rules = sources(spoken_definition(version))
    return tuple(dict.fromkeys(label for _kind, label, source in rules if reference.key in source.references))


@transaction.atomic
def review_reference(
    reference: Reference,
    *,
    outcome: str,
    note: str,
    review_due: datetime.date,
    by: User,
    on: datetime.date,
    now: datetime.datetime,
) -> ReferenceReview:
    """Keep that somebody looked whether a publication still stands.

    Anything but "still stands" needs a note. Raises InvalidInput naming the field: the next review lies after today
    and within five years.
    """
    errors: dict[str, str] = {}
    if outcome not in ReferenceReview.Outcome.values:
        errors["outcome"] = _("Choose what you found.")
    if outcome != ReferenceReview.Outcome.CONFIRMED and not note.strip():
        errors["note"] = _("Write down what changed.")
    if review_due <= on:
        errors["review_due"] = _("The next review comes after today.")
    elif review_due > on + LONGEST:
        errors["review_due"] = _("Look again within five years.")
    if errors:
        raise InvalidInput(_("Some values cannot be taken."), errors=errors)
    made: ReferenceReview = ReferenceReview.objects.create(
        reference=reference, outcome=outcome, note=note.strip(), reviewed_on=on, review_due=review_due,
        reviewed_by=by, reviewed_at=now,
    )  # fmt: skip
    return made
