"""What must hold between the resources of a bundle, beside what must hold of each."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from fysicure.fhir.bundle import bundle, references
from fysicure.fhir.elements import NIHDI, SSIN
from tests.fhir.mapping.official import R4, faults_of, walk
from tests.people import NOW

DIGITS = re.compile(r"[0-9]{11}")
HL7 = ("http://terminology.hl7.org/CodeSystem/", "http://hl7.org/fhir/")


@cache
def code_systems() -> dict[str, dict[str, str]]:
    """Return the codes of HL7's own code systems with their display, by the address of the system."""
    found: dict[str, dict[str, str]] = {}
    for name in ("valuesets.json", "v3-codesystems.json"):
        for entry in json.loads((R4 / name).read_text())["entry"]:
            row = entry["resource"]
            if row["resourceType"] == "CodeSystem":
                found.setdefault(row["url"], {}).update(_codes(row.get("concept", ())))
    return found


def _codes(rows: Any) -> Iterator[tuple[str, str]]:
    for row in rows:
        yield row["code"], row.get("display", "")
        yield from _codes(row.get("concept", ()))


def faults_of_all(resources: list[Mapping[str, Any]], forms: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return what is wrong with the resources of one patient; `forms` are the questionnaires by canonical address."""
    found = [fault for each in resources for fault in faults_of(each)]
    names = [f"{each['resourceType']}/{each['id']}" for each in resources]
    found += [f"twice: {name}" for name in set(names) if names.count(name) > 1]
    found += [f"dangling: {name}" for name in set(references(resources)) - set(names)]
    for each in resources:
        found += list(_identifiers(each)) + list(_unknown_codes(each))
        if each["resourceType"] == "QuestionnaireResponse":
            form = forms.get(each["questionnaire"])
            found += [f"no form {each['questionnaire']}"] if form is None else list(mismatches(form, each))
    packed = dict(bundle(resources, now=NOW))
    packed["entry"] = packed["entry"][:1]  # the rest was judged one by one
    return found + faults_of(packed)


def _identifiers(resource: Mapping[str, Any]) -> Iterator[str]:
    for each in resource.get("identifier", ()):
        if each["system"] in {SSIN, NIHDI} and not DIGITS.fullmatch(each["value"]):
            yield f"{resource['resourceType']}: number {each['value']}"


def _unknown_codes(resource: Mapping[str, Any]) -> Iterator[str]:
    """A code that HL7's own lists do not have, or have with another name."""
    for path, each in walk(resource):
        if isinstance(each, Mapping) and "code" in each and str(each.get("system", "")).startswith(HL7):
            codes = code_systems().get(each["system"])
            if codes is not None and each["code"] not in codes:
                yield f"{resource['resourceType']}{path}: {each['code']} is not in {each['system']}"
            elif codes is not None and each.get("display", codes[each["code"]]) != codes[each["code"]]:
                yield f"{resource['resourceType']}{path}: {each['display']} is not {codes[each['code']]}"


def form_faults(form: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a questionnaire beside its shape: links twice, groups without items."""
    items = [each for _path, each in walk(form) if isinstance(each, Mapping) and "linkId" in each]
    links = [each["linkId"] for each in items]
    found = [f"twice: {link}" for link in set(links) if links.count(link) > 1]
    return found + [f"{e['linkId']}: group or not" for e in items if (e["type"] == "group") != ("item" in e)]


_VALUES = {
    "boolean": {"valueBoolean"}, "integer": {"valueInteger"}, "decimal": {"valueDecimal"}, "date": {"valueDate"},
    "choice": {"valueCoding"}, "text": {"valueString"}, "string": {"valueString"},
}  # fmt: skip


def mismatches(form: Mapping[str, Any], given: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Yield where answers do not fit their questionnaire: an unknown link, another order, type, count or choice."""
    questions = {each["linkId"]: each for each in form.get("item", ())}
    order = [each["linkId"] for each in given.get("item", ())]
    if order != sorted(order, key=lambda link: list(questions).index(link) if link in questions else -1):
        yield f"{path}: other order"
    for item in given.get("item", ()):
        question = questions.get(item["linkId"])
        if question is None:
            yield f"{path}/{item['linkId']}: no such question"
            continue
        yield from _of_item(question, item, f"{path}/{item['linkId']}")


def _of_item(question: Mapping[str, Any], item: Mapping[str, Any], path: str) -> Iterator[str]:
    answers = item.get("answer", [])
    if question["type"] == "group":
        yield from mismatches(question, item, path)
        if answers:
            yield f"{path}: a group has no answer"
        return
    if len(answers) > 1 and not question.get("repeats"):
        yield f"{path}: several answers"
    choices = [each["valueCoding"] for each in question.get("answerOption", ())]
    for answer in answers:
        if set(answer) - _VALUES[question["type"]]:
            yield f"{path}: {sorted(answer)} for {question['type']}"
        elif choices and answer["valueCoding"] not in choices:
            yield f"{path}: {answer['valueCoding']} is no choice"
