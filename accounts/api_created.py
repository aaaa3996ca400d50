"""How a resource answers a create: 201 with its address and version; with a key, the same again for the same."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError

from accounts.idempotency import LONGEST_KEY, digest_of, make_once
from accounts.policy import signed_in

HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"


def key_of(request: Request, *, longest: int = LONGEST_KEY) -> str:
    """Return the key that a create was sent with, "" without one. Raises ValidationError for what is no key."""
    key = request.headers.get(HEADER, "").strip()
    if len(key) > longest or not (key.isascii() and key.isprintable()):
        sentence = _("A key holds at most %(most)d visible characters.") % {"most": longest}
        raise ValidationError({HEADER: [sentence]})
    return key


class CreatesOnceMixin:
    """A viewset whose creates take an `Idempotency-Key`. Works with ETagMixin before it and ResourceMixin after it."""

    longest_key = LONGEST_KEY
    creates: tuple[str, ...] = ("create",)

    def answer_create(
        self,
        make: Callable[[], tuple[Any, int]],
        *,
        shown: Callable[[Any], Any],
        again: Any = None,
        expected: UUID | None = None,
    ) -> Response:
        """Answer with what `make` made (a row and a status), or made before with this key.

        `shown` returns a new row as it goes over the wire, `again` answers once more for the id of an older one; left
        out, that is the view's own `retrieve`, which notes that the row was read. `expected`: see `make_once`.
        """
        request: Request = self.request  # type: ignore[attr-defined]
        key = key_of(request, longest=self.longest_key)
        if not key:
            row, status = make()
            return self._made(row, status, shown, is_resource=again is None)
        digest = digest_of(request.method or "", request.path, request.data)
        by, now = signed_in(request._request), timezone.now()
        once = make_once(make, key=key, digest=digest, by=by, now=now, expected=expected)
        if once.made is not None:
            return self._made(once.made, once.status, shown, is_resource=again is None)
        answer: Response = (again or self._retrieved)(once.result)
        answer.status_code, answer[REPLAYED] = once.status, "true"
        return answer

    def _made(self, row: Any, status: int, shown: Callable[[Any], Any], *, is_resource: bool) -> Response:
        answer = Response(shown(row), status=status)
        if is_resource:
            self._row = row  # its version goes into the ETag
            answer["Location"] = f"{self.request.path}{row.pk}/"  # type: ignore[attr-defined]
        return answer

    def _retrieved(self, result: str) -> Response:
        self.kwargs["pk"] = result  # type: ignore[attr-defined]
        answer: Response = self.retrieve(self.request, pk=result)  # type: ignore[attr-defined]
        return answer

    def described_parameters(self, method: str) -> list[OpenApiParameter]:
        """Add the key to the document."""
        found: list[OpenApiParameter] = super().described_parameters(method)  # type: ignore[misc]
        if getattr(self, "action", "") in self.creates:
            text = (
                "Any text of your own for this create: sent again with it and the same content, nothing is made twice."
            )
            schema: Any = {"type": "string", "minLength": 1, "maxLength": self.longest_key, "pattern": "^[ -~]+$"}
            found.append(OpenApiParameter(HEADER, schema, OpenApiParameter.HEADER, description=text))
        return found
