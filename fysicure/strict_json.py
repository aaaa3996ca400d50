"""JSON that is what it says: text that can be stored, of a depth that a person could read."""

import json
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

DEEPEST = 40


class StrictJSONParser(JSONParser):
    """Refuses with 400 what Python reads and PostgreSQL cannot keep: half a surrogate pair, nesting without end."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Return the data of a body. Raises ParseError."""
        try:
            data = super().parse(stream, media_type=media_type, parser_context=parser_context)
            json.dumps(data, ensure_ascii=False).encode()
        except RecursionError as error:
            raise ParseError("JSON parse error - nested too deep.") from error
        except UnicodeEncodeError as error:
            raise ParseError("JSON parse error - half a surrogate pair is no text.") from error
        if _is_deeper_than(data, DEEPEST):
            raise ParseError("JSON parse error - nested too deep.")
        return data


def _is_deeper_than(data: Any, levels: int) -> bool:
    row = [data]
    for _level in range(levels + 1):
        inner = [each.values() if isinstance(each, dict) else each for each in row if isinstance(each, dict | list)]
        row = [value for values in inner for value in values]
        if not row:
            return False
    return True
