"""Files of the pages under names that change with their content, so that browsers may keep them for a year.

`collectstatic` lays a compressed copy beside each text (gzip, and Brotli where its module is installed), so that no
request compresses anything. Files hold no secrets: the reason not to compress pages does not concern them.
"""

from collections.abc import Iterable, Iterator

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

# What the pages of people load. The admin site and the viewer of the API's document are seldom opened, and are large.
COMPRESSED = ("fysicure/", "vendor/inter/index.", "vendor/tabler/css/tabler.min.", "django_htmx/htmx-2.min.")


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
