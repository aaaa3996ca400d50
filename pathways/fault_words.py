"""The faults of a pathway's text in the words of the practice: the engine says them for whoever writes files."""

import re
from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# What the engine says, and how the pages say it; named groups of the pattern fill the sentence.
WORDS: list[tuple[str, str]] = [
    (r"needs a reference or practice_choice: true", gettext_noop("Say what this rests on.")),
    (r"unknown measure (?P<name>.+)", gettext_noop("No measure is called “%(name)s”.")),
    (r"unknown reference (?P<name>.+)", gettext_noop("No publication is called “%(name)s”.")),
    (r"unknown exercise (?P<name>.+)", gettext_noop("No exercise is called “%(name)s”.")),
    (r"unknown phase (?P<name>.+)", gettext_noop("This names phase “%(name)s”, which is not there.")),
    (r"unknown course (?P<name>.+)", gettext_noop("This names course “%(name)s”, which is not there.")),
    (r"duplicate key (?P<name>.+)", gettext_noop("Two rows have the code “%(name)s”.")),
    (r"\[\] should be non-empty", gettext_noop("This is still empty.")),
    (r"'' should be non-empty", gettext_noop("This is still empty.")),
    (r"'(?P<name>.+)' is a required property", gettext_noop("“%(name)s” is missing.")),
    (
        r"threshold (?P<value>.+) outside the range of (?P<name>\S+) \((?P<low>.+) to (?P<high>.+)\)",
        gettext_noop("%(value)s cannot occur: “%(name)s” goes from %(low)s to %(high)s."),
    ),
    (r"threshold (?P<value>.+) is no number, (?P<name>\S+) is", gettext_noop("“%(name)s” is compared with a number.")),
    (r"(?P<value>.+) is no answer of (?P<name>\S+)", gettext_noop("%(value)s is no answer of “%(name)s”.")),
    (r"weeks are needed for each course", gettext_noop("Say for each course how many weeks this takes.")),
    (r"phase order: a later step.*", gettext_noop("A later running step belongs to an earlier phase.")),
    (r"the lower number of weeks comes first", gettext_noop("The most weeks are fewer than the fewest.")),
]
_KNOWN = [(re.compile(pattern), sentence) for pattern, sentence in WORDS]


def fault_words(reason: str, say: Callable[[str], str] = _) -> str:
    """Return a fault of the engine as a sentence for the owner; one that it does not know stays as it is."""
    for pattern, sentence in _KNOWN:
        if found := pattern.fullmatch(reason):
            return say(sentence) % found.groupdict()
    return reason
