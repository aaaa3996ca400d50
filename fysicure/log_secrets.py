"""Keeps secrets and people out of every log line: the one filter that all handlers share.

Feeds and stop links are keys by themselves. Names cannot be recognised in a text, so that the words of an exception,
which quote values ("Key (email)=(...) already exists"), are left out altogether outside DEBUG: its class, its
SQLSTATE, the name of the constraint and the lines of code say enough (OWASP ASVS 16.2.5).
"""

import logging
import re
import traceback
from collections.abc import Iterator
from types import TracebackType

REPLACEMENTS = (
    # A feed, a stop link or a link to sign in with is a key: whoever has the address may read or decide.
    (re.compile(r"(?<!/portal)(/calendar/)[^\s/?\"']+"), r"\1***"),
    (re.compile(r"(/messages/stop/)[^\s/?\"']+"), r"\1***"),
    (re.compile(r"(/account/(?:link|invitation|password/reset/key)/)[^\s/?\"']+"), r"\1***"),
    (re.compile(r"(\bBearer\s+)[\w.~+/=-]+", re.I), r"\1***"),
    (
        re.compile(r"((?:password|passwd|secret|token|sessionid|csrftoken|authorization)\W{1,4})[^\s,;&\"'}]+", re.I),
        r"\1***",
    ),
    (re.compile(r"(\w+://[^\s:/@]+:)[^\s@]+@"), r"\1***@"),  # the password of an address
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "***@***"),
    # A national number (11 digits, with or without 85.07.30-033.28) and a telephone number.
    (re.compile(r"(?<![\w-])\d{2}[. ]?\d{2}[. ]?\d{2}[- .]?\d{3}[. ]?\d{2}(?![\w-])"), "***"),
    (re.compile(r"(?<![\w-])(?:\+|00)\d{2}[\d /.()-]{7,14}\d(?![\w-])"), "***"),
    (re.compile(r"(?<![\w-])0\d{1,3}[ /.]\d{2,3}(?:[ .]\d{2,3}){1,3}(?![\w-])"), "***"),
    # PostgreSQL quotes the row or the key that it refuses.
    (re.compile(r"^\s*(DETAIL|CONTEXT|HINT|LINE \d+|QUERY|PARAMETERS):?.*$", re.M), r"\1: ***"),
    (re.compile(r"(Key \([^)]*\)=|Failing row contains )\(.*?\)(?= |\.|$)", re.S), r"\1(***)"),
    (re.compile(r"\?\S*=\S*"), "?***"),  # what was asked in an address
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def scrub(text: str) -> str:
    """Return a text without what our patterns know for secrets, addresses, numbers of people and quoted rows."""
    for pattern, instead in REPLACEMENTS:
        text = pattern.sub(instead, text)
    return _CONTROL.sub(" ", text)


def on_one_line(text: str) -> str:
    """Return a text that cannot begin a line of its own (OWASP ASVS 16.4.1)."""
    return scrub(text).replace("\n", "\\n").replace("\t", " ")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and what it came from, the oldest last; a circle ends it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def trace_without_words(error: BaseException, trace: TracebackType | None = None) -> str:
    """Return a traceback with the lines of code and the class of each exception, without its message and variables."""
    parts = []
    for each in _chain(error):
        lines = "".join(traceback.format_tb(trace if each is error and trace else each.__traceback__))
        diagnosis = getattr(each, "diag", None)
        facts = [getattr(each, "sqlstate", None), getattr(diagnosis, "constraint_name", None)]
        told = " ".join(str(fact) for fact in facts if fact)
        name = f"{type(each).__module__}.{type(each).__qualname__}"
        parts.append(f"Traceback (most recent call last):\n{lines}{name}{f' [{told}]' if told else ''}")
    return "\n\nwhich came from\n\n".join(parts)


class Scrub(logging.Filter):
    """Lets every record through, scrubbed: its message, and its traceback. `keep_words` is for DEBUG only."""

    def __init__(self, *, keep_words: bool = False) -> None:
        super().__init__()
        self.keep_words = keep_words

    def filter(self, record: logging.LogRecord) -> bool:
        """Write the message and the traceback of a record anew."""
        record.msg, record.args = on_one_line(_message(record)), ()
        if record.exc_info and record.exc_info[1] is not None:
            full = record.exc_text or logging.Formatter().formatException(record.exc_info)
            record.exc_text = full if self.keep_words else trace_without_words(record.exc_info[1], record.exc_info[2])
        record.exc_info = None
        if record.exc_text:
            record.exc_text = scrub(record.exc_text)
        if record.stack_info:
            record.stack_info = scrub(record.stack_info)
        return True


def _message(record: logging.LogRecord) -> str:
    """Return what a record says; a job by its name and number, and a request by its route instead of its address."""
    job = getattr(record, "job", None)
    if isinstance(job, dict) and "call_string" in job:
        return f"{getattr(record, 'action', 'job')} {job.get('task_name')}[{job.get('id')}]"
    text = record.getMessage()
    request = getattr(record, "request", None)
    path = getattr(request, "path", "")
    if len(path) > 1:
        match = getattr(request, "resolver_match", None)
        text = text.replace(path, f"<{match.view_name}>" if match else "<no route>")
    return text
