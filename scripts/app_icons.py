"""Draw the icons of the portal as an app from our logo: `.venv/bin/python scripts/app_icons.py` (needs Chromium).

A maskable icon fills its square, for each phone cuts it in its own shape; what matters lies in the inner four fifths.
The badge is one colour on nothing: Android paints it in the bar on top.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import chromium  # noqa: E402

LOGO = (ROOT / "static" / "fysicure" / "img" / "logo.svg").read_text(encoding="utf-8")
FOLDER = ROOT / "static" / "fysicure" / "img" / "app"


def lines(svg: str) -> str:
    """Return what the logo draws on its square."""
    found = re.search(r"<rect[^>]*/>(.*)</svg>", svg, re.DOTALL)
    if found is None:
        raise ValueError("the logo is no square with lines on it")
    return found[1]


def squared(inside: str, *, ground: str = "#0f5b62", scale: float = 1.0) -> str:
    """Return a picture of 32 by 32 that is filled to its edges, its lines made smaller around the middle."""
    shift = 16 - 16 * scale
    rect = f'<rect width="32" height="32" fill="{ground}"/>' if ground else ""
    group = f'<g transform="translate({shift} {shift}) scale({scale})">{inside}</g>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">{rect}{group}</svg>'


def in_white(inside: str) -> str:
    """Return the lines in one colour."""
    return re.sub(r'stroke-opacity="[^"]*"', "", re.sub(r"#[0-9a-f]{6}", "#ffffff", inside))


PICTURES = {
    "icon-192.png": (192, LOGO),
    "icon-512.png": (512, LOGO),
    "maskable-192.png": (192, squared(lines(LOGO), scale=0.8)),
    "maskable-512.png": (512, squared(lines(LOGO), scale=0.8)),
    "apple-touch-icon.png": (180, squared(lines(LOGO), scale=0.92)),
    "badge-96.png": (96, squared(in_white(lines(LOGO)), ground="", scale=1.2)),
}


def main() -> None:
    """Write every picture into static/fysicure/img/app."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for name, (size, svg) in PICTURES.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(f"<style>body{{margin:0}}svg{{display:block;width:{size}px;height:{size}px}}</style>{svg}")
            page.screenshot(path=FOLDER / name, omit_background=True)
            page.close()


if __name__ == "__main__":
    main()
