"""The pages about privacy, beside each other."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import may


def owner_tabs(user: User, here: str) -> list[dict[str, object]]:
    """Return the tabs that a user may open; staff other than the owner have only the requests."""
    rows = [("requests", "privacy.correct", _("Requests"))]
    rows += [
        ("texts", "privacy.manage", _("Texts and consents")),
        ("retention", "privacy.manage", _("Time to keep")),
        ("erasures", "privacy.manage", _("Erased records")),
    ]
    return [
        {"url": reverse(f"privacy:{name}"), "label": label, "active": name == here}
        for name, action, label in rows
        if may(user, action)
    ]
