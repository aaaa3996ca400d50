"""A message after a change that carries what can be done next: take it back, or go on.

An action is data, never HTML: the template writes it, so that no name of a patient can become markup.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Action:
    """A button under a message. With `fields` it sends a form to `url`, without it is a link. `url` is one of ours."""

    label: str
    url: str
    icon: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


def kept_words(sentence: str, typed: str) -> str:
    """Return a refusal with what was typed, for a page that may no longer have a box for it."""
    return f"{sentence} {_('You wrote: %(words)s') % {'words': typed}}" if typed else sentence


def say(request: HttpRequest, text: str, *actions: Action) -> None:
    """Tell that something was done, with what can be done next. An action without address is left out."""
    offered = [asdict(action) for action in actions if action.url.startswith("/") and not action.url.startswith("//")]
    messages.success(request, text, extra_tags=json.dumps(offered) if offered else "")


def actions_of(extra_tags: str) -> list[Action]:
    """Return the actions that a message carries."""
    if not extra_tags.startswith("["):
        return []
    return [Action(**each) for each in json.loads(extra_tags)]
