"""The text of a version in an order that people read: sections, items, and each field in words. Tolerates drafts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from pathways.engine.comparison import OPERATORS
from pathways.engine.words import Vocabulary, rule_words
from pathways.models import PathwayVersion
from pathways.page_language import spoken_vocabulary
from pathways.version_labels import RUNNING_PARTS, SECTIONS, code_label, label_of, rank_of

Row = Mapping[str, Any]
SOURCE = ("reference", "practice_choice")
RULES = ("when", "also_when")
PAIRS = ("total_weeks", "window_days")
CLASSIFICATION = ("criteria", "contra", "red_flags", "classes", "differentials")
KNOWN = ("key", "title", "version", "status", "summary", "condition", "courses", "questionnaire", "derived",
         "classification", "lights", "running", "phases", "review", "visits", "goals", "cases")  # fmt: skip
# The title of an item: the first of these that a row has.
TITLES = ("label", "title", "text", "name", "key", "class", "course", "measure")


@dataclass(frozen=True)
class Field:
    """One thing that a text says, in words."""

    name: str
    label: str
    text: str


@dataclass(frozen=True)
class Item:
    """A rule, a threshold, an exercise: with its fields and the publications that it rests on."""

    key: str
    title: str
    fields: tuple[Field, ...]
    publications: tuple[Row, ...] = ()
    is_practice_choice: bool = False
    title_label: str = ""
    is_case: bool = False

    @property
    def texts(self) -> tuple[Field, ...]:
        """The fields but for what the item rests on, which a page shows with its strength."""
        return tuple(field for field in self.fields if field.name != "source")


@dataclass(frozen=True)
class Section:
    """A part of a text that is read together. `group` is "phase" for the sections of a phase."""

    key: str
    title: str
    items: tuple[Item, ...]
    group: str = ""


def outline(version: PathwayVersion) -> tuple[Section, ...]:
    """Return the document of a version as sections in reading order. No query."""
    reader = _Reader(version)
    sections = [section for section in reader.sections() if section.items]
    return tuple(sections)


def tables_outline(version: PathwayVersion) -> tuple[Section, ...]:
    """Return what the text names, as it stood when the text was written: measures, exercises and publications."""
    reader = _Reader(version)
    found: list[Section] = []
    for name in ("measures", "exercises", "references"):
        rows = [
            reader.item(row, key, _title_of(row, key), skip=("key", "code", "fhir", "section"))
            for key, row in sorted(getattr(version, name).items())
            if name != "exercises" or key in reader.named_exercises
        ]
        found.append(Section(name, str(SECTIONS[name]), tuple(rows)))
    return tuple(found)


def vocabulary_of(version: PathwayVersion) -> Vocabulary:
    """Return the words for the measures, the computed values and the answers that a version names."""
    document = version.document
    derived = document.get("derived") if isinstance(document, Mapping) else None
    computed = {key: str(row.get("label", key)) for key, row in _mapping(derived).items() if isinstance(row, Mapping)}
    labels = {key: str(row.get("label", key)) for key, row in version.measures.items()} | computed
    answers = {
        key: {str(option["value"]): str(option["label"]) for option in row.get("options", ())}
        for key, row in version.measures.items()
    }
    return spoken_vocabulary(Vocabulary(labels, answers))


def _mapping(value: Any) -> Row:
    return value if isinstance(value, Mapping) else {}


def _rows(value: Any) -> list[Row]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []


def _title_of(row: Row, otherwise: str) -> str:
    return next((str(row[name]) for name in TITLES if row.get(name) not in (None, "")), otherwise)


class _Reader:
    """Reads one version; knows the words for what its text names."""

    def __init__(self, version: PathwayVersion) -> None:
        self.document: Row = _mapping(version.document)
        self.exercises: Row = version.exercises
        self.publications: Row = version.references
        self.vocabulary = vocabulary_of(version)
        self.courses = {row.get("key"): str(row.get("label")) for row in _rows(self.document.get("courses"))}
        phases = _rows(self.document.get("phases"))
        self.named_exercises = {row.get("exercise") for phase in phases for row in _rows(phase.get("exercises"))}

    def sections(self) -> Iterator[Section]:
        """Every section, in reading order."""
        document = self.document
        rules = _mapping(document.get("classification"))
        yield self._section("general", self._general())
        yield self._section("red_flags", self._list(rules.get("red_flags")))
        for phase in _rows(document.get("phases")):
            title = f"{phase.get('key', '')} {phase.get('title', '')}".strip()
            yield Section(f"phase:{phase.get('key', '')}", title, tuple(self._phase(phase)), group="phase")
        yield self._section("lights", self._block("lights", document.get("lights"), SECTIONS["lights"]))
        yield self._section("running", self._running(document.get("running")))
        yield self._section("review", self._review(document.get("review")))
        yield self._section("visits", self._visits(_mapping(document.get("visits"))))
        yield self._section("goals", self._list(document.get("goals")))
        for name in ("criteria", "contra"):
            yield self._section(name, self._list(rules.get(name)))
        yield self._section("classes", self._classes(rules))
        yield self._section("differentials", self._list(rules.get("differentials")))
        yield self._section("questionnaire", self._questionnaire(_mapping(document.get("questionnaire"))))
        derived = _mapping(document.get("derived")).items()
        yield self._section("derived", [self.item(row, key, _title_of(row, key)) for key, row in derived])
        yield self._section("cases", self._cases(document.get("cases")))
        for name, value in document.items():
            if name not in KNOWN:
                yield Section(name, label_of(name), tuple(self._more(name, value)))

    def item(self, row: Any, key: str, title: str, *, skip: Sequence[str] = (), whole: str = "") -> Item:
        """One row as an item; `whole` names the field that the rest of the row becomes, read as a rule."""
        if not isinstance(row, Mapping):
            return Item(key, title, (self._field("text", row),))
        left = {name: value for name, value in row.items() if name not in (*SOURCE, *skip)}
        named = next((name for name in TITLES if str(left.get(name)) == title), "")
        left.pop(named, None)
        if whole:
            fields = [Field(whole, label_of(whole), rule_words(left, self.vocabulary))] if left else []
        else:
            fields = [self._field(name, left[name]) for name in sorted(left, key=lambda name: (rank_of(name), name))]
        source = self._source(row)
        fields += [Field("source", label_of("source"), source)] if source else []
        publications = tuple(_mapping(self.publications.get(name)) for name in self._keys(row))
        is_choice = row.get("practice_choice") is True
        return Item(key, title, tuple(fields), publications, is_choice, label_of(named or "label"), "vignette" in row)

    def _section(self, name: str, items: Sequence[Item]) -> Section:
        return Section(name, str(SECTIONS[name]), tuple(items))

    def _list(self, rows: Any, *, prefix: str = "", whole: str = "") -> list[Item]:
        """Rows as items, each by its code; rows without one by their place."""
        found: list[Item] = []
        seen: set[str] = set()
        for number, row in enumerate(_rows(rows), start=1):
            key = str(row.get("key", number))
            key = f"{key}#{number}" if key in seen else key
            seen.add(key)
            found.append(self.item(row, f"{prefix}{key}", _title_of(row, key), skip=("key",), whole=whole))
        return found

    def _block(self, key: str, row: Any, title: Any, *, skip: Sequence[str] = ()) -> list[Item]:
        return [self.item(row, key, str(title), skip=skip)] if isinstance(row, Mapping) else []

    def _general(self) -> list[Item]:
        document = self.document
        head = {name: document[name] for name in ("title", "summary") if name in document}
        found = [self.item(head, "head", _("Care pathway"))]
        found += self._block("condition", document.get("condition"), _("Condition"))
        return found + self._list(document.get("courses"), prefix="course:")

    def _phase(self, phase: Row) -> Iterator[Item]:
        head = ("goal", "weeks", "maximum_age_days")
        known = ("key", "title", "order", "load", "exit", "exercises", "education")
        more = [name for name in phase if name not in (*head, *known, *SOURCE)]
        yield self.item({name: phase[name] for name in (*head, *more) if name in phase}, "head", _("Goal and weeks"))
        yield from self._block("load", phase.get("load"), _("Load"))
        yield from self._list(phase.get("exit"), prefix="exit:", whole="rule")
        for number, row in enumerate(_rows(phase.get("exercises"))):
            code = str(row.get("exercise", number))
            name = _mapping(self.exercises.get(code)).get("name", code)
            yield self.item(row, f"exercise:{code}", f"{code} {name}".strip(), skip=("exercise",))
        yield from self._list(phase.get("education"), prefix="education:")

    def _running(self, running: Any) -> list[Item]:
        rules = _mapping(running)
        blocks = [name for name, value in rules.items() if isinstance(value, Mapping) and name != "greens_needed"]
        plain = {name: value for name, value in rules.items() if name not in (*blocks, "steps", *SOURCE)}
        found = [self.item(plain, "head", _("Steps and rest"))] if plain else []
        for name in blocks:
            found += self._block(f"block:{name}", rules[name], RUNNING_PARTS.get(name, label_of(name)))
        return found + self._list(rules.get("steps"), prefix="step:")

    def _review(self, review: Any) -> list[Item]:
        found = self._block("head", review, _("Lights and phases"), skip=("no_response",))
        return found + self._block("no_response", _mapping(review).get("no_response"), _("Too little progress"))

    def _visits(self, visits: Row) -> list[Item]:
        found: list[Item] = []
        for course, rows in _mapping(visits.get("schedule")).items():
            for row in _rows(rows):
                title = _("%(course)s, week %(week)s") % {
                    "course": self.courses.get(course, course),
                    "week": row.get("week", "?"),
                }
                found.append(self.item(row, f"{course}:{row.get('week')}", title, skip=("week",)))
        for number, row in enumerate(_rows(visits.get("remeasure")), start=1):
            found.append(self.item(row, f"again:{number}", _("Measured again, row %(number)s") % {"number": number}))
        rest = {name: value for name, value in visits.items() if name not in ("schedule", "remeasure")}
        return found + ([self.item(rest, "rest", _("The schedule as a whole"))] if rest else [])

    def _classes(self, rules: Row) -> list[Item]:
        found = [
            self.item(row, f"class:{number}", f"{number}. {self._text('class', row.get('class', ''))}", skip=("class",))
            for number, row in enumerate(_rows(rules.get("classes")), start=1)
        ]
        course = _mapping(rules.get("course"))
        found += self._block("course", course, _("Course"), skip=("rows",)) if course else []
        for number, row in enumerate(_rows(course.get("rows")), start=1):
            name = self.courses.get(row.get("course"), str(row.get("course")))
            found.append(self.item(row, f"course:{number}", f"{number}. {name}", skip=("course",)))
        rest = {name: value for name, value in rules.items() if name not in (*CLASSIFICATION, "course")}
        return found + ([self.item(rest, "rest", _("For whom"))] if rest else [])

    def _questionnaire(self, questionnaire: Row) -> list[Item]:
        found = self._list(questionnaire.get("sections"), prefix="section:")
        for number, row in enumerate(_rows(questionnaire.get("consistency")), start=1):
            title = f"{self.vocabulary.label(row.get('key'))} ≥ {self.vocabulary.label(row.get('at_least'))}"
            key = f"consistency:{row.get('key')}:{row.get('at_least')}:{number}"
            found.append(self.item(row, key, title, skip=("key", "at_least")))
        rest = {name: value for name, value in questionnaire.items() if name not in ("sections", "consistency")}
        return found + ([self.item(rest, "rest", label_of("questionnaire"))] if rest else [])

    def _cases(self, rows: Any) -> list[Item]:
        found = [(str(row.get("id", number)), row) for number, row in enumerate(_rows(rows), start=1)]
        return [self.item(row, key, f"{key} {row.get('vignette', '')}", skip=("id", "vignette")) for key, row in found]

    def _more(self, name: str, value: Any) -> Iterator[Item]:
        """A part that has no order of reading of its own: its rows apart, the rest together."""
        if not isinstance(value, Mapping):
            yield from self._list(value) if _rows(value) else [self.item({name: value}, name, label_of(name))]
            return
        lists = {key: rows for key, rows in value.items() if _rows(rows)}
        yield self.item({key: each for key, each in value.items() if key not in lists}, name, label_of(name))
        for key, rows in lists.items():
            for number, row in enumerate(_rows(rows), start=1):
                yield self.item(row, f"{key}:{row.get('key', number)}", f"{label_of(key)} {number}")

    def _field(self, name: str, value: Any) -> Field:
        return Field(name, label_of(name), self._text(name, value))

    def _text(self, name: str, value: Any) -> str:
        """A value in words."""
        if name in RULES or (isinstance(value, Mapping) and {"measure", *OPERATORS} & {*value}):
            return rule_words(value, self.vocabulary)
        if isinstance(value, Mapping):
            names = sorted(value, key=lambda key: (rank_of(str(key)), str(key)))
            inner = {key: "total_weeks" if name == "weeks" else str(key) for key in names}
            return "; ".join(f"{self._name(key)}: {self._text(inner[key], value[key])}" for key in names)
        if isinstance(value, list | tuple):
            return self._list_text(name, value)
        if isinstance(value, str):
            return code_label(name, value) or self.vocabulary.label(value)
        return "—" if value is None else self.vocabulary.value(value)

    def _list_text(self, name: str, rows: Sequence[Any]) -> str:
        if name == "options":
            return "; ".join(f"{row.get('label')} ({row.get('value')})" for row in _rows(rows))
        if name in PAIRS and _is_pair(rows):
            return _pair(rows)
        if rows and all(_is_pair(each) for each in rows):
            return "; ".join(_pair(each) for each in rows)
        texts = [self._text(name, each) for each in rows]
        if any(text.endswith(".") for text in texts):
            return "\n".join(texts)
        is_long = any(isinstance(each, Mapping) for each in rows) or any("," in text for text in texts)
        return ("; " if is_long else ", ").join(texts)

    def _name(self, key: Any) -> str:
        return self.courses.get(key) or label_of(str(key))

    def _keys(self, row: Row) -> tuple[str, ...]:
        given = row.get("reference", ())
        return (given,) if isinstance(given, str) else tuple(str(key) for key in given or ())

    def _source(self, row: Row) -> str:
        """What a rule rests on, in one line."""
        known = [self._publication(key) for key in self._keys(row)]
        known += [_("choice of the practice")] if row.get("practice_choice") is True else []
        return "; ".join(known)

    def _publication(self, key: str) -> str:
        row = _mapping(self.publications.get(key))
        return f"{row.get('authors', key)} {row.get('year') or ''}".strip()


def _is_pair(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2 and all(isinstance(each, int) for each in value)


def _pair(value: Sequence[int]) -> str:
    return str(value[0]) if value[0] == value[1] else _("%(low)s to %(high)s") % {"low": value[0], "high": value[1]}
