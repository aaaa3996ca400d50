"""What a request wrote, as it can be compared with what another request wrote."""

import re
from collections import Counter

from django.db import connection

# Copies made by triggers, and what the server keeps for itself: keys, counts, the chain, logs of each request.
_LEFT_OUT = re.compile(
    r"event$|session|securityevent|auditlink|audithead|auditqueue|limitcount|cache|device|procrastinate|django_"
)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_OWN = re.compile(r"\b[0-9a-f]{32,128}\b|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+\d\d:\d\d")
_NO_PASSWORD = re.compile(r'"password": "![^"]*"')  # none that could be used, and another each time
_NEW_SECRET = re.compile(r'"(secret|previous_secret)": "[^"]+"')  # encrypted, and otherwise each time
_NUMBER = re.compile(r'"(id|pgh_id|replaces_id|event_id|sequence)": \d+')


class Rows:
    """Remembers where the database stands; `since` tells which rows were written after that, and not undone."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            names = connection.introspection.table_names(cursor)
        self.tables = [name for name in names if not _LEFT_OUT.search(name)]
        self.mark = max((xid for _table, xid, _row in self._read(0)), default=0)
        self.known = {each for _table, _xid, row in self._read(0) for each in _UUID.findall(row)}

    def since(self) -> Counter[tuple[str, str]]:
        """The rows written since; new keys and the moments of the clock are taken out of them."""
        return Counter((table, self._plain(row)) for table, xid, row in self._read(self.mark) if xid > self.mark)

    def _plain(self, row: str) -> str:
        row = _UUID.sub(lambda found: found[0] if found[0] in self.known else "new", row)
        row = _NEW_SECRET.sub(r'"\1": "!"', _NO_PASSWORD.sub('"password": "!"', row))
        return _NUMBER.sub('"\\1": "new"', _OWN.sub("own", row))

    def _read(self, mark: int) -> list[tuple[str, int, str]]:
        read = "SELECT '{0}', xmin::text::bigint, to_jsonb(t)::text FROM \"{0}\" t WHERE xmin::text::bigint > {1}"
        parts = [read.format(name, mark) for name in self.tables]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts))
            return list(cursor.fetchall())
