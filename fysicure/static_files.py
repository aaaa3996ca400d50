"""Files of the pages under names that change with their content, so that browsers may keep them for a year.

`collectstatic` lays a compressed copy beside each text (gzip, and Brotli where its module is installed), so that no
request compresses anything. Files hold no secrets: the reason not to compress pages does not concern them.
"""

import atexit
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile, mkdtemp
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

# What the pages of people load. The admin site and the viewer of the API's document are seldom opened, and are large.
COMPRESSED = ("fysicure/", "vendor/inter/index.", "vendor/tabler/css/tabler.min.", "django_htmx/htmx-2.min.")

_SOURCES = Path(__file__).resolve().parent.parent / "static"
_SPARE = re.compile(r"/\*.*?\*/|^\s+", re.DOTALL | re.MULTILINE)  # comments, indents and empty lines
_PART = re.compile(r'^@import url\("(?P<name>[\w/]+\.css)"\);$', re.MULTILINE)


def with_parts(path: Path) -> str:
    """Return a style sheet with the parts that it lists laid in their places, without comments.

    A part is named by its path from the sheet. It may list no parts, and no addresses of its own: those would be read
    from where the sheet is. Raises ValueError when it does.
    """

    def laid_in(found: re.Match[str]) -> str:
        part = path.parent / found["name"]
        text = part.read_text(encoding="utf-8")
        if "@import" in text or ("url(" in text and part.parent != path.parent):
            raise ValueError(f"{part}: a part of {path.name} names no other file.")
        return text

    return _SPARE.sub("", _PART.sub(laid_in, path.read_text(encoding="utf-8")))


class SheetsWithParts(BaseFinder):
    """Finds a style sheet that lists parts as one file, for `collectstatic` and for development alike: one request."""

    def __init__(self, *_args: Any, **_options: Any) -> None:
        folder = mkdtemp(prefix="fysicure-sheets-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        self.storage = FileSystemStorage(folder)

    def find(self, path: str, find_all: bool = False) -> Any:
        """Return the file that holds a sheet with its parts, written anew; nothing when it lists none."""
        source = _SOURCES / path
        is_ours = path.startswith("fysicure/css/") and path.endswith(".css") and source.is_file()
        if not is_ours or not _PART.search(source.read_text(encoding="utf-8")):
            return []
        target = Path(self.storage.path(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        # Threads and forked processes may write it at once: each its own file, and the last one stays.
        with NamedTemporaryFile(
            "w", dir=target.parent, prefix=f"{target.name}.", encoding="utf-8", delete=False
        ) as fresh:
            fresh.write(with_parts(source))
        Path(fresh.name).replace(target)
        return [str(target)] if find_all else str(target)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Yield every sheet that lists parts."""
        for source in sorted((_SOURCES / "fysicure" / "css").glob("*.css")):
            path = str(source.relative_to(_SOURCES))
            if self.find(path):
                yield path, self.storage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Follows url() and @import in style sheets. Comments that point to source maps are left alone: we ship none."""

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
