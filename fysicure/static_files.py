"""Files of the pages under names that change with their content, so that browsers may keep them for a year.

`collectstatic` lays a compressed copy beside each text (gzip, and Brotli where its module is installed), so that no
request compresses anything. Files hold no secrets: the reason not to compress pages does not concern them.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

# What the pages of people load. The admin site and the viewer of the API's document are seldom opened, and are large.
COMPRESSED = ("fysicure/", "vendor/inter/index.", "vendor/tabler/css/tabler.min.", "django_htmx/htmx-2.min.")

_SPARE = re.compile(r"/\*.*?\*/|^\s+", re.DOTALL | re.MULTILINE)  # comments, indents and empty lines
_PART = re.compile(r'^@import url\("(?P<name>[\w/]+\.css)"\);$', re.MULTILINE)


def with_parts(sheet: str, folder: Storage, name: str) -> str:
    """Return a style sheet with the parts that it lists laid in their places, so that a page asks for one file.

    A part is named by its path from the sheet. It may list no parts, and no addresses of its own: those would be read
    from where the sheet is. Raises ValueError when it does.
    """

    def laid_in(found: re.Match[str]) -> str:
        path = Path(name).parent / found["name"]
        with folder.open(str(path)) as file:
            part = str(file.read().decode("utf-8"))
        if "@import" in part or ("url(" in part and path.parent != Path(name).parent):
            raise ValueError(f"{path}: a part of {name} names no other file.")
        return part

    return _SPARE.sub("", _PART.sub(laid_in, sheet))


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Follows url() and @import in style sheets. Comments that point to source maps are left alone: we ship none."""

    def post_process(
        self, paths: dict[str, tuple[Storage, str]], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        """Lay the parts of our style sheets in before the names and the compressed copies are made."""
        for name, (folder, path) in paths.items():
            if not dry_run and name.startswith("fysicure/css/") and name.endswith(".css"):
                with folder.open(path) as file:
                    sheet = file.read().decode("utf-8")
                if _PART.search(sheet):
                    Path(self.path(name)).write_text(with_parts(sheet, folder, path), encoding="utf-8")
                    paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Lay compressed copies beside the files that the pages of people load."""
        yield from super().compress_files([each for each in paths if each.startswith(COMPRESSED)])

    patterns = (
        (
            "*.css",
            (
                r"""(?P<matched>url\((?P<quote>['"]{0,1})\s*(?P<url>.*?)(?P=quote)\))""",
                (
                    r"""(?P<matched>@import\s*(?P<quote>["'])\s*(?P<url>.*?)(?P=quote))""",
                    """@import url("%(url)s")""",
                ),
            ),
        ),
    )
