"""From the content of a letter to its sheets."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

SHEET = Path(settings.BASE_DIR) / "templates" / "letters" / "letter.typ"


def render_pdf(document: Mapping[str, Any]) -> bytes:
    """Return a letter as a tagged PDF (A4). The same content always gives the same bytes.

    `document` is what `pathways.letters.compose` made: texts reach the sheet as data, so nothing typed is markup.
    """
    made = typst.compile(
        str(SHEET),
        format="pdf",
        sys_inputs={"document": json.dumps(document)},
        timestamp=0,
        font_paths=[],
        ignore_system_fonts=True,
    )
    return bytes(made)
