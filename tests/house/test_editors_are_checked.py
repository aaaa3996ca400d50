"""Every address that changes an existing row says how it keeps one editor from overwriting another unseen."""

from typing import Any

from django.contrib import admin
from django.urls import get_resolver

from accounts.admin_edits import EditCheckedAdmin
from tests.house.test_url_roles import is_library, patterns

# The form carries the version that it was opened with (accounts.edit_forms): tests/concurrency/test_editors*.py.
VERSION = {
    "patients:edit", "patients:edit-episode", "patients:edit-prescription", "patients:edit-note-template",
    "scheduling:change-waiting-entry", "scheduling:move", "scheduling:cancel", "scheduling:mark", "portal:edit-entry",
    "connections:edit-webhook",
}  # fmt: skip
# A revision of its own: the text typed and the text that stands are shown side by side, or kept field by field.
REVISION = {
    "pathways:session-note", "pathways:sign-note", "pathways:save-intake", "pathways:finish-intake",
    "pathways:edit-note", "pathways:edit-general", "pathways:edit-phases", "pathways:edit-phase",
    "pathways:edit-exercises", "pathways:edit-criteria", "pathways:new-criterion", "pathways:edit-criterion",
    "pathways:edit-flags", "pathways:edit-classification", "pathways:edit-visits", "pathways:edit-lights",
    "pathways:edit-review", "pathways:edit-goals",
}  # fmt: skip
# What was seen goes along in another way: the last event, the moment, the picture, the row that was changed.
SEEN = {
    "privacy:edit-text", "scheduling:drop", "scheduling:undo", "pathways:decide", "pathways:adjust-exercise",
    "scheduling:edit-room", "scheduling:edit-hours",
}  # fmt: skip
# Only adds a row: nobody's words are replaced.
ADDS = {
    "patients:add-episode", "patients:add-prescription", "pathways:retest", "pathways:add-exercise",
    "pathways:outcome", "pathways:instrument", "pathways:write-letter", "pathways:amend-note", "pathways:write-note",
    "pathways:review-reference", "pathways:start", "pathways:restart", "pathways:request-prescription",
    "portal:questionnaire", "patients:give-reason", "patients:explain-access", "patients:review-access",
    "privacy:note-consent", "privacy:note-request", "privacy:keep", "privacy:export",
}  # fmt: skip
# A step from one state to the next: the domain function refuses it from any other state, or twice changes nothing.
STEP = {
    "patients:archive", "scheduling:agree-proposal", "scheduling:refuse-proposal", "scheduling:propose-other",
    "scheduling:waiting-entry", "scheduling:withdraw-waiting-entry", "scheduling:put-back-waiting-entry",
    "scheduling:fill-gap", "scheduling:offer-gap", "scheduling:withdraw-offer", "scheduling:cancel-series",
    "scheduling:undo-cancel-series", "pathways:undo-stop",
    "scheduling:resend-message", "scheduling:settle-message", "scheduling:consents", "stop-messages",
    "pathways:unblock", "pathways:tick-education", "pathways:pause", "pathways:resume", "pathways:discharge",
    "pathways:complete-task", "pathways:book-follow-up", "pathways:fill-gap", "pathways:offer-gap",
    "pathways:take-over-note", "pathways:move-plan", "pathways:review-version", "pathways:reopen-version",
    "pathways:publish-version", "pathways:retire-version", "pathways:discard-version", "pathways:book-follow-ups",
    "portal:answer-next", "portal:ask-move", "portal:cancel-visit",
    "portal:plan-visit", "portal:accept-proposal", "portal:decline-proposal", "portal:other-moment",
    "portal:withdraw-proposal", "patients:invite", "patients:withdraw-invitation", "accept-invitation",
    "scheduling:use-room", "accounts:invite-again",
    "accounts:link", "accounts:end-device", "accounts:end-sessions", "accounts:reset-factor",
    "privacy:request", "privacy:freeze", "privacy:erase-account", "privacy:erase",
    "connections:revoke-key", "connections:renew-secret", "connections:switch-webhook", "connections:test-webhook",
    "connections:replay-webhook", "connections:replay-delivery", "connections:remove-webhook",
    "imports:columns", "imports:run", "imports:undo", "imports:continue", "imports:clear",
}  # fmt: skip
# Over HTTP the caller sends If-Match, or only the fields that change.
API = {"patient-detail", "episode-detail", "appointment-detail", "diary-detail", "plan-decisions"} | {
    "webhook-detail", "webhook-replay", "webhook-test", "webhook-secret",
}  # fmt: skip
# Not here, for no row stands in their address: portal:remind and portal:remind-no-more (the browser that asks is added
# or taken away, twice changes nothing) and portal:take-kept (its key makes a second one the same entry; what it answers
# goes the way of portal:answer-next).


def methods_of(view: Any) -> set[str]:
    """Return the methods that a page takes: every one when it does not say."""
    while view is not None:
        names = getattr(getattr(view, "__code__", None), "co_freevars", ())
        if "request_method_list" in names:
            return set(view.__closure__[names.index("request_method_list")].cell_contents)
        view = getattr(view, "__wrapped__", None)
    return {"GET", "POST"}


def takes_changes(view: Any) -> bool:
    cls = getattr(view, "cls", None)
    if cls is None:
        return "POST" in methods_of(view)
    is_of_a_row = getattr(view, "initkwargs", {}).get("detail")
    return bool(is_of_a_row and {"post", "put", "patch"} & set(view.actions))


def test_every_form_on_an_existing_row_is_in_the_table() -> None:
    found = {
        name
        for name, route, view in patterns(get_resolver())
        if "<" in route and not is_library(name) and takes_changes(view)
    }
    table = [VERSION, REVISION, SEEN, ADDS, STEP, API]
    known = set().union(*table)
    assert sorted(found - known) == []
    assert sorted(known - found) == []
    assert len(known) == sum(map(len, table))


def test_every_changeable_row_of_the_admin_site_is_checked() -> None:
    def may_change(page: Any) -> bool:
        return type(page).has_change_permission is admin.ModelAdmin.has_change_permission or isinstance(
            page, EditCheckedAdmin
        )

    ours = {"accounts", "patients", "scheduling", "pathways"}
    pages = [page for model, page in admin.site._registry.items() if model._meta.app_label in ours and may_change(page)]
    assert len(pages) > 10
    assert [type(page).__name__ for page in pages if not isinstance(page, EditCheckedAdmin)] == []
