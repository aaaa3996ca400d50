"""Questionnaires as they are put before someone: their words, what was answered before, and whose text it is."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.exceptions import InvalidInput
from accounts.models import User
from pathways.definitions import definition_of
from pathways.engine.findings import affected_sides
from pathways.engine.instruments import ACTIVITIES, TOTAL, InstrumentDefinition, Wording, parse_instrument
from pathways.engine.outcomes import Activity, activities_of, is_total, same_name
from pathways.exceptions import OutcomeRefused
from pathways.models import CarePlan, Instrument, InstrumentText, OutcomeResponse
from patients.models import EpisodeOfCare

DUTCH = "nl"
LANGUAGES = (DUTCH, "fr", "en")
LONGEST_ITEM, LONGEST_PERMISSION, SHORTEST_PERMISSION = 400, 300, 10


@dataclass(frozen=True)
class Sheet:
    """One questionnaire for one episode.

    `wording` is None when there is no text: then only a total can be typed. `baseline` names the activities that are
    averaged, empty the first time; `activities` are those that are asked, in their order. `responses`: oldest first.
    """

    definition: InstrumentDefinition
    wording: Wording | None
    text: InstrumentText | None
    sides: tuple[str, ...]
    baseline: tuple[str, ...]
    activities: tuple[Activity, ...]
    responses: tuple[OutcomeResponse, ...]

    @property
    def can_be_filled_in(self) -> bool:
        """Whether its items can be answered one by one."""
        return self.wording is not None and self.definition.scoring != TOTAL

    @property
    def for_patient(self) -> bool:
        """Whether a patient can fill it in at home."""
        return self.definition.for_patients and self.can_be_filled_in


def instrument_definition(row: Instrument) -> InstrumentDefinition:
    """Return the rules of a stored questionnaire."""
    return parse_instrument(row.pk, row.document)


def sheets_of(
    held: CarePlan | EpisodeOfCare, *, keys: Iterable[str] | None = None, language: str = ""
) -> dict[str, Sheet]:
    """Return the questionnaires for a plan or an episode, by key. Three queries, one more to read the pathway.

    The text is the one that the first answers of this episode were given to: the same words and the same language each
    time. Without answers it is the newest in the asked language (else the patient's), in Dutch, or in any.
    """
    episode_id = held.episode_id if isinstance(held, CarePlan) else held.pk
    wanted = language or held.patient.language or DUTCH
    rows = Instrument.objects.all() if keys is None else Instrument.objects.filter(pk__in=list(keys))
    definitions = {row.pk: instrument_definition(row) for row in rows}
    texts = InstrumentText.objects.filter(instrument_id__in=definitions).order_by("-version")
    given = OutcomeResponse.objects.filter(episode_id=episode_id, instrument_id__in=definitions)
    responses = given.select_related("entered_by").order_by("answered_at", "id")
    return sheets_from(held, definitions, texts, responses, language=wanted)


def sheets_from(
    held: CarePlan | EpisodeOfCare,
    definitions: Mapping[str, InstrumentDefinition],
    written: Iterable[InstrumentText],
    given: Iterable[OutcomeResponse],
    *,
    language: str,
) -> dict[str, Sheet]:
    """Return the questionnaires for a plan or an episode from rows that were read: texts newest first, answers oldest
    first."""
    texts: dict[str, list[InstrumentText]] = {}
    for text in written:
        texts.setdefault(text.instrument_id, []).append(text)
    responses: dict[str, list[OutcomeResponse]] = {}
    for response in given:
        responses.setdefault(response.instrument_id, []).append(response)
    asked = remeasured(held) if isinstance(held, CarePlan) else frozenset()
    return {
        key: _sheet(definition, _of(key, texts), _of(key, responses), side=held.side, asked=asked, language=language)
        for key, definition in definitions.items()
    }


def sheet_of(held: CarePlan | EpisodeOfCare, key: str, *, language: str = "") -> Sheet:
    """Return one questionnaire for a plan or an episode. Raises OutcomeRefused when there is no such questionnaire."""
    sheet = sheets_of(held, keys=[key], language=language).get(key)
    if sheet is None:
        raise OutcomeRefused(_("There is no such questionnaire."))
    return sheet


def remeasured(plan: CarePlan) -> frozenset[str]:
    """Return the keys of the measures that the plan's pathway measures again."""
    return frozenset(key for row in definition_of(plan.pathway_version).remeasure for key in row.measures)


def wording_of(definition: InstrumentDefinition, text: InstrumentText | None, language: str = DUTCH) -> Wording | None:
    """Return the words: the practice's text, or the program's own; None when there are none."""
    if text is not None:
        return Wording(definition.instruction, tuple(text.items), definition.ends)
    own = definition.texts
    return own.get(language) or own.get(DUTCH) or next(iter(own.values()), None)


@transaction.atomic
def enter_text(
    instrument: Instrument | str,
    items: Sequence[str],
    permission: str,
    language: str = DUTCH,
    *,
    by: User,
    now: datetime.datetime,
) -> InstrumentText:
    """Keep the items of a questionnaire as the practice typed them, and on what its permission rests.

    A correction is a new version; the same text again changes nothing. Raises InvalidInput naming what is wrong.
    """
    key = instrument.pk if isinstance(instrument, Instrument) else instrument
    locked: Instrument = Instrument.objects.select_for_update().get(pk=key)
    typed = [" ".join(item.split()) for item in items if item.strip()]
    refuse_text(instrument_definition(locked), typed, permission.strip(), language)
    newest: InstrumentText | None = locked.texts.filter(language=language).order_by("-version").first()
    if newest is not None and (newest.items, newest.permission) == (typed, permission.strip()):
        return newest
    made: InstrumentText = InstrumentText.objects.create(
        instrument=locked,
        language=language,
        version=newest.version + 1 if newest else 1,
        items=typed,
        permission=permission.strip(),
        entered_by=by,
        entered_at=now,
    )
    return made


def refuse_text(definition: InstrumentDefinition, items: Sequence[str], permission: str, language: str) -> None:
    """Raise InvalidInput when a text cannot be kept: the number of items, a permission that says nothing."""
    errors: dict[str, str] = {}
    if not definition.takes_text:
        errors["items"] = _("No text can be typed for this questionnaire.")
    elif len(items) != definition.items:
        count = ngettext("%(count)s line was typed", "%(count)s lines were typed", len(items)) % {"count": len(items)}
        errors["items"] = _("This questionnaire has %(wanted)s items, one on each line; %(typed)s.") % {
            "wanted": definition.items,
            "typed": count,
        }
    elif len({item.casefold() for item in items}) < len(items):
        errors["items"] = _("Two lines are the same.")
    elif any(len(item) > LONGEST_ITEM for item in items):
        errors["items"] = _("An item has %(most)s characters at most.") % {"most": LONGEST_ITEM}
    if len(permission) < SHORTEST_PERMISSION:
        errors["permission"] = _("Write on what the permission rests: from whom, when, where it is kept.")
    elif len(permission) > LONGEST_PERMISSION:
        errors["permission"] = _("This has %(most)s characters at most.") % {"most": LONGEST_PERMISSION}
    if language not in LANGUAGES:
        errors["language"] = _("Choose one of the languages.")
    if errors:
        raise InvalidInput(_("This text cannot be kept."), errors=errors)


def _of[Row](key: str, rows: Mapping[str, list[Row]]) -> list[Row]:
    return rows.get(key, [])


def _sheet(
    definition: InstrumentDefinition,
    texts: Sequence[InstrumentText],
    responses: Sequence[OutcomeResponse],
    *,
    side: str,
    asked: frozenset[str],
    language: str,
) -> Sheet:
    text = _text(texts, responses, language)
    named = {name: key for key, name in definition.named.items() if key in asked}
    baseline = _baseline(responses) if definition.scoring == ACTIVITIES else ()
    sides = affected_sides(side) if definition.sided else ("",)
    return Sheet(
        definition=definition,
        wording=wording_of(definition, text, language),
        text=text,
        sides=sides,
        baseline=baseline,
        activities=_asked_activities(responses, baseline, named) if definition.scoring == ACTIVITIES else (),
        responses=tuple(responses),
    )


def _text(
    texts: Sequence[InstrumentText], responses: Sequence[OutcomeResponse], language: str
) -> InstrumentText | None:
    first = next((row.text_id for row in responses if row.text_id is not None), None)
    if first is not None:
        return next(text for text in texts if text.pk == first)
    for wanted in (language, DUTCH):
        for text in texts:
            if text.language == wanted:
                return text
    return texts[0] if texts else None


def _baseline(responses: Sequence[OutcomeResponse]) -> tuple[str, ...]:
    """The activities of the first time that was complete."""
    first = next((row for row in responses if row.score is not None and not is_total(row.answers)), None)
    if first is None:
        return ()
    return tuple(each.name for each in activities_of(first.answers) if each.score is not None)


def _asked_activities(
    responses: Sequence[OutcomeResponse], baseline: Sequence[str], named: Mapping[str, str]
) -> tuple[Activity, ...]:
    """The same activities as before; without a complete first time everything that was named; what a pathway asks."""
    before = baseline or [each.name for row in responses for each in activities_of(row.answers)]
    keys = {same_name(name): measure for name, measure in named.items()}
    found: dict[str, Activity] = {}
    if not baseline:
        found = {same_name(name): Activity(name, None, measure) for name, measure in named.items()}
    for name in before:
        found.setdefault(same_name(name), Activity(name, None, keys.get(same_name(name), "")))
    for name, measure in named.items():
        found.setdefault(same_name(name), Activity(name, None, measure))
    return tuple(found.values())
