"""Keeps addresses that are keys out of every log line: calendar feeds, and links with which people sign in."""

import logging
import re

_FEED = re.compile(r"(?<!/portal)(/calendar/|/account/(?:link|invitation|password/reset/key)/)[^\s/?\"']+")


class HideFeedSecrets(logging.Filter):
    """Writes /calendar/*** in the place of a feed's address, in the words of a record and in its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, without the secret."""
        text = record.getMessage()
        if "/calendar/" in text or "/account/" in text:
            record.msg, record.args = _FEED.sub(r"\1***", text), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = _FEED.sub(r"\1***", record.exc_text)
        return True
