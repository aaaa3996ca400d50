"""The version of a row over HTTP: ETag when it is read, If-Match when it is changed (RFC 9110, 8.8.3 and 13.1.1)."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.versions import EditConflict


def version_asked(request: Request) -> int | None:
    """Return the version that the caller says to have read; None when it does not say, 0 for what is no version."""
    given = request.headers.get("If-Match", "").strip()
    if given in {"", "*"}:
        return None
    text = given.removeprefix("W/").strip('"')
    return int(text) if text.isdecimal() and len(text) < 10 else 0


class ETagMixin:
    """A viewset of rows that count their versions. A change that If-Match forbids answers 412."""

    _row: Any = None

    def get_object(self) -> Any:
        """Remember the row that the answer is about."""
        self._row = super().get_object()  # type: ignore[misc]
        return self._row

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Add the version that the row has now."""
        answer: Response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        if self._row is not None and answer.status_code == 200:
            rows = type(self._row)._base_manager.filter(pk=self._row.pk)
            version = self._row.version if request.method == "GET" else rows.values_list("version", flat=True).get()
            answer["ETag"] = f'"{version}"'
        return answer

    def handle_exception(self, error: Exception) -> Response:
        """Answer 412 when the caller asked for it, 409 otherwise."""
        if isinstance(error, EditConflict) and "If-Match" in self.request.headers:  # type: ignore[attr-defined]
            error.status = 412
        answer: Response = super().handle_exception(error)  # type: ignore[misc]
        return answer
