"""The tokens of static/fysicure/css/tokens.css as the style guide shows them, and the contrast of colours."""

import re
from dataclasses import dataclass
from pathlib import Path

SHEET = Path(__file__).resolve().parent.parent.parent / "static" / "fysicure" / "css" / "tokens.css"
# What is written on what: WCAG 2.2, 1.4.3 asks 4.5 of text, and 1.4.11 asks 3 of marks and edges.
TEXT_ON = (
    ("ink", ("sand", "surface", "sand-deep", "petrol-soft", "grey-soft")),
    ("ink-soft", ("sand", "surface", "sand-deep", "grey-soft")),
    ("petrol", ("sand", "surface", "petrol-soft")),
    ("petrol-strong", ("petrol-soft",)),
    ("on-petrol", ("petrol", "petrol-strong")),
    ("apricot", ("sand", "surface")),
    ("green", ("green-soft", "surface")),
    ("amber", ("amber-soft", "surface")),
    ("red", ("red-soft", "surface")),
    ("grey", ("grey-soft", "surface")),
    ("on-rail", ("rail", "rail-active")),
    ("on-rail-strong", ("rail", "rail-active", "entrance")),
    ("on-paper", ("paper",)),
)
MARKS_ON = (
    ("line-strong", ("surface", "sand")),
    ("focus", ("surface", "sand")),
    ("on-rail-focus", ("rail", "entrance")),
    ("green-dot", ("green-soft", "surface")),
    ("amber-dot", ("amber-soft", "surface")),
    ("red-dot", ("red-soft", "surface")),
    ("grey-dot", ("grey-soft", "surface")),
)
LEAST_FOR_TEXT, LEAST_FOR_MARKS = 4.5, 3.0


@dataclass(frozen=True)
class Token:
    """A name of tokens.css without its dashes, its value, the value by night where that differs, and what it is for."""

    name: str
    value: str
    dark: str
    says: str


@dataclass(frozen=True)
class Contrast:
    """A colour on another, as light against dark: 1 is invisible, 21 black on white; least is what WCAG asks."""

    colour: str
    ground: str
    theme: str
    ratio: float
    least: float

    @property
    def is_enough(self) -> bool:
        """Whether it is as much as WCAG asks."""
        return self.ratio >= self.least


def tokens() -> list[Token]:
    """Return every token in the order of the sheet, but not what Tabler is told."""
    text = SHEET.read_text(encoding="utf-8")
    unchanging, light, dark = re.findall(r"\{([^{}]*)\}", text)[:3]
    by_night = {name: value for name, value, _says in _lines(dark)}
    return [
        Token(name, value, by_night.get(name, ""), says) for name, value, says in [*_lines(unchanging), *_lines(light)]
    ]


def _lines(block: str) -> list[tuple[str, str, str]]:
    return re.findall(r"--([\w-]+): ([^;]+);(?: /\* (.*?) \*/)?", block)


def colours(theme: str) -> dict[str, str]:
    """Return the plain colours of a theme ("light" or "dark") as #rrggbb; those that let light through are left out."""
    return {
        token.name: _long(value)
        for token in tokens()
        if (value := token.dark if theme == "dark" and token.dark else token.value).startswith("#")
    }


def _long(colour: str) -> str:
    digits = colour.removeprefix("#")
    return "#" + ("".join(2 * digit for digit in digits) if len(digits) == len("fff") else digits)


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours (#rrggbb), as WCAG 2.2 defines it: (L1 + 0.05) / (L2 + 0.05)."""
    darker, lighter = sorted(_luminance(each) for each in (first, second))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    # The limit is 0.04045 in the standard of sRGB, which WCAG took over.
    red, green, blue = ((c / 12.92) if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrasts() -> list[Contrast]:
    """Return every pair that the pages use, in both themes."""
    found = []
    for theme in ("light", "dark"):
        values = colours(theme)
        for pairs, least in ((TEXT_ON, LEAST_FOR_TEXT), (MARKS_ON, LEAST_FOR_MARKS)):
            found += [
                Contrast(colour, ground, theme, contrast(values[colour], values[ground]), least)
                for colour, grounds in pairs
                for ground in grounds
            ]
    return found
