"""The version of a row over HTTP: ETag when it is read, If-Match when it is changed, If-None-Match when read again.

RFC 9110, 8.8.3, 13.1.1 and 13.1.2.
"""

import hashlib
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.versions import EditConflict


def version_asked(request: Request) -> int | None:
    """Return the version that the caller says to have read; None when it does not say, 0 for what is no version."""
    given = request.headers.get("If-Match", "").strip()
    if given in {"", "*"}:
        return None
    text = given.removeprefix("W/").strip('"').partition("-")[0]
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def is_known(request: Request, tag: str) -> bool:
    """Return whether If-None-Match says that the caller holds this version already. Weak comparison."""
    given = request.headers.get("If-None-Match", "")
    return given.strip() == "*" or tag in {each.strip().removeprefix("W/") for each in given.split(",")}


class ETagMixin:
    """A viewset whose single rows have an ETag: the number of the row's version, or a digest of what is shown.

    Where `has_derived` says that a row shows more than its own columns, both. A change that If-Match forbids answers
    412; a row that the caller holds already answers 304 without it.
    """

    has_derived = False
    _row: Any = None
    _is_current = False  # whether `_row` was made or read just now, with the version that it has in the database

    def get_object(self) -> Any:
        """Remember the row that the answer is about."""
        self._row = super().get_object()  # type: ignore[misc]
        return self._row

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Add the version that the row has now, or say that nothing changed."""
        answer: Response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        if self._row is not None and answer.status_code in {200, 201}:
            tag = self._tag(request, answer)
            answer["ETag"] = tag
            if request.method in {"GET", "HEAD"} and is_known(request, tag):
                answer.data, answer.status_code = None, 304
        return answer

    def _tag(self, request: Request, answer: Response) -> str:
        if not hasattr(self._row, "version"):
            return f'"{_digest(answer)}"'
        version = self._row.version
        if request.method not in {"GET", "HEAD"} and not self._is_current:  # a trigger counted
            version = type(self._row)._base_manager.filter(pk=self._row.pk).values_list("version", flat=True).get()
        return f'"{version}-{_digest(answer)}"' if self.has_derived else f'"{version}"'

    def handle_exception(self, error: Exception) -> Response:
        """Answer 412 when the caller asked for it, 409 otherwise."""
        if isinstance(error, EditConflict) and "If-Match" in self.request.headers:  # type: ignore[attr-defined]
            error.status = 412
        answer: Response = super().handle_exception(error)  # type: ignore[misc]
        return answer

    def described_parameters(self, method: str) -> list[OpenApiParameter]:
        """Add the headers to the document."""
        found: list[OpenApiParameter] = super().described_parameters(method)  # type: ignore[misc]
        if getattr(self, "action", "") == "retrieve":
            text = "The ETag of the row as you hold it: 304 when it is still that."
            found.append(OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description=text))
        if method == "PATCH":
            text = "The ETag of the row as you read it: 412 when somebody changed since what you change now."
            found.append(OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description=text))
        return found


def _digest(answer: Response) -> str:
    return hashlib.sha256(JSONRenderer().render(answer.data)).hexdigest()[:20]
