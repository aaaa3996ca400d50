"""What each criterion of a document asks, in a sentence: for pages that show a draft, finished or not."""

import re

from pathways.editor.document import Document, Row, without
from pathways.engine.words import Vocabulary, rule_words

NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def sentence_of(criterion: Row, vocabulary: Vocabulary) -> str:
    """Return a criterion as one sentence, generated from its rule and never from its label."""
    words = rule_words(without(criterion, "key", "label", "reference", "practice_choice"), vocabulary)
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def sentences_of(document: Document, vocabulary: Vocabulary) -> dict[str, str]:
    """Return the sentence of each criterion by phase and key, like "P1/d7.max<=3"."""
    return {
        f"{phase['key']}/{row['key']}": sentence_of(row, vocabulary)
        for phase in document["phases"]
        for row in phase["exit"]
    }


def numbers_apart(label: str, sentence: str) -> tuple[str, ...]:
    """Return the numbers that the words of a criterion name and its rule does not: the two may have grown apart.

    A share counts as its percentage: "80 %" is the 0,8 of a rule.
    """
    said = {float(each.replace(",", ".")) for each in NUMBER.findall(sentence)}
    named = [(each, float(each.replace(",", "."))) for each in NUMBER.findall(label)]
    return tuple(each for each, value in named if value not in said and round(value / 100, 4) not in said)
