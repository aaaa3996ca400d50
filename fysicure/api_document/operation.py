"""One operation of the document: what its view says, with the refusals, headers and examples that belong to it."""

import copy
from typing import Any

from rest_framework.pagination import BasePagination

from accounts.access_reasons import HEADER as REASON_HEADER
from accounts.api_created import CreatesOnceMixin
from accounts.api_resource import FIELDS, Described, ResourceMixin
from accounts.etags import ETagMixin
from accounts.models import Role
from accounts.policy import ACTIONS
from fysicure.api_document.components import ALWAYS, JSON, REFUSALS, header, refusal
from fysicure.api_document.exchanges import OPERATIONS, RECORDED, Exchange

_REASON_WORDS = (
    "Why this record is opened, when the therapist of the token does not treat this patient. 150 characters are kept."
)
_HEADER_SAMPLES = {
    "If-Match": '"1"',
    "If-None-Match": '"1"',
    "Idempotency-Key": "7a0c5a5e-3d0f-4c55-9f2a-1f6d3f0e8b11",
    REASON_HEADER: "Vervangt collega Maes vandaag",
}
NOT_MODIFIED = "304"


class DescribedSchema(Described):
    """Adds to what drf-spectacular finds what the same for every operation is, and what was written of this one."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """Return the operation, or None when the view keeps it out of the document."""
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            self._describe(operation)
        return operation

    def _describe(self, operation: dict[str, Any]) -> None:
        written = OPERATIONS.get(operation["operationId"])
        exchanges = written.exchanges if written else ()
        if written:
            operation["description"] = written.description
        self._add_headers(operation)
        made = next((each for status, each in operation["responses"].items() if status in {"200", "201"}), None)
        for status in {str(each.status) for each in exchanges if not each.is_refused} - set(operation["responses"]):
            operation["responses"][status] = copy.deepcopy(made)
        for status, response in operation["responses"].items():
            self._complete(response, int(status), operation, exchanges)
        self._add_refusals(operation, exchanges)
        self._show_requests(operation, exchanges)

    # What goes in

    def _add_headers(self, operation: dict[str, Any]) -> None:
        parameters = operation.setdefault("parameters", [])
        if self._action() in {"api.clinical", "api.diary", "plans.start", "plans.decide"}:
            schema = {"type": "string"}
            parameters.append({"in": "header", "name": REASON_HEADER, "schema": schema, "description": _REASON_WORDS})
        for each in parameters:
            if each["name"] == FIELDS:
                each["schema"] = {"type": "string", "pattern": _list_of(self._members())}
            if each["name"] in _HEADER_SAMPLES:
                each["example"] = _HEADER_SAMPLES[each["name"]]

    def _show_requests(self, operation: dict[str, Any], exchanges: tuple[Exchange, ...]) -> None:
        content = operation.get("requestBody", {}).get("content", {}).get(JSON)
        shown = {each.name: each for each in exchanges if each.body is not None and not each.is_refused}
        if content is not None and shown:
            content["examples"] = {name: {"summary": each.summary, "value": each.body} for name, each in shown.items()}
        samples = {name: value for each in reversed(exchanges) for name, value in each.path.items()}
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path" and parameter["name"] in samples:
                parameter["example"] = samples[parameter["name"]]

    # What comes out

    def _complete(
        self, response: dict[str, Any], status: int, operation: dict[str, Any], exchanges: tuple[Exchange, ...]
    ) -> None:
        response["description"] = response.get("description") or _WORDS_OF[status]
        names = [*ALWAYS]
        names += ["ETag"] if self._has_etag() else []
        names += ["Location"] if self._has_location() else []
        names += ["Idempotency-Replayed"] if _has_parameter(operation, "Idempotency-Key") else []
        response["headers"] = {name: header(name) for name in names} | response.get("headers", {})
        content = response.get("content", {}).get(JSON)
        shown = [each for each in exchanges if each.status == status and each.recorded and not each.is_sparse]
        if content is not None and shown:
            content["examples"] = {each.name: {"summary": each.summary, "value": each.recorded} for each in shown}

    def _add_refusals(self, operation: dict[str, Any], exchanges: tuple[Exchange, ...]) -> None:
        own = {each.status for each in exchanges if each.is_refused}
        written = OPERATIONS.get(operation["operationId"])
        never = written.never if written else frozenset()
        for status in sorted(self._refusals(operation) - never | own):
            shown = [each for each in exchanges if each.status == status and each.recorded is not None]
            name = REFUSALS[status][0]
            operation["responses"][str(status)] = (
                refusal(status, {each.name: {"summary": each.summary, "value": each.recorded} for each in shown})
                if shown or str(status) not in RECORDED["refusals"]
                else {"$ref": f"#/components/responses/{name}"}
            )
        if _has_parameter(operation, "If-None-Match"):
            headers = {name: header(name) for name in (*ALWAYS, "ETag")}
            operation["responses"][NOT_MODIFIED] = {"description": _WORDS_OF[304], "headers": headers}

    def _refusals(self, operation: dict[str, Any]) -> set[int]:
        """Which statuses follow from what the operation is; tests/api provokes each of them."""
        found = {401, 406, 429}
        if ACTIONS[self._action()] != {*Role}:
            found.add(403)
        if "{" in self.path or self._is_paged():
            found.add(404)
        if "requestBody" in operation:
            found |= {400, 413, 415}
        if isinstance(self.view, ResourceMixin) or any(each["in"] == "query" for each in operation["parameters"]):
            found.add(400)  # a parameter that the address does not know is refused
        if _has_parameter(operation, "If-Match"):
            found.add(412)
        if _has_parameter(operation, "Idempotency-Key"):
            found.add(422)
        return found

    # What the view is

    def _action(self) -> str:
        by_method: dict[str, str] = getattr(self.view, "required_actions", {})
        return str(by_method.get(self.method, getattr(self.view, "required_action", "")))

    def _view_action(self) -> str:
        return str(getattr(self.view, "action", ""))

    def _has_etag(self) -> bool:
        shown = {"retrieve", "partial_update", "create", "secret"}  # what answers the row itself
        return isinstance(self.view, ETagMixin) and self._view_action() in shown

    def _members(self) -> list[str]:
        """The names that `fields` may hold here."""
        view: Any = self.view
        return [name for name, field in view.answer_shape()().fields.items() if not field.write_only]

    def _has_location(self) -> bool:
        return isinstance(self.view, ETagMixin | CreatesOnceMixin) and self._view_action() == "create"

    def _is_paged(self) -> bool:
        paginator = getattr(self.view, "paginator", None)
        return isinstance(paginator, BasePagination) and self._view_action() == "list"


_WORDS_OF = {
    200: "As asked.",
    201: "Made.",
    202: "Taken on; it happens after this answer.",
    204: "Done; there is nothing to say.",
    304: "What you have is still the newest; no body.",
}


def _list_of(names: list[str]) -> str:
    """The pattern of some of these names with commas between them."""
    one = f"({'|'.join(sorted(names))})"
    return f"^{one}(,{one})*$"


def _has_parameter(operation: dict[str, Any], name: str) -> bool:
    return any(each["name"] == name for each in operation.get("parameters", []))
