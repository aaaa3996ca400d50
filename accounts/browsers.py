"""What to call a browser: enough to recognise one's own telephone in a list."""

import re

# The first that fits, because every browser also names others.
_BROWSERS = [("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome")]
_BROWSERS += [("Chrome", "Chrome"), ("Safari", "Safari")]
_SYSTEMS = [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac")]
_SYSTEMS += [("CrOS", "ChromeOS"), ("Linux", "Linux")]


def browser_name(user_agent: str) -> str:
    """Return something like "Firefox, Windows"; an empty text when nothing is recognised."""
    found = [next((name for mark, name in marks if re.search(mark, user_agent)), "") for marks in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, found))


def is_handheld(user_agent: str) -> bool:
    """Return whether it is a telephone or a tablet."""
    return bool(re.search(r"iPhone|iPad|Android|Mobile", user_agent))
