"""A picture: the beginning lightly behind, the end in full colour, what is used, and an arrow for the movement."""

from collections.abc import Iterable
from dataclasses import dataclass

from exercise_pictures.figure import Body, Pose, body_of
from exercise_pictures.geometry import HEIGHT, WIDTH, Point, angle_between, away, curve, line, written

# Colours in light and in dark. An <img> sees no style sheet of the page, so that the file asks the device itself; the
# light ones stand as attributes as well, for who shows the file without its style.
COLOURS = {
    "p": ("#f3ede0", "#1b2829"),  # the paper behind, and the thin line between two limbs
    "g": ("#cbd9d6", "#3f5a5c"),  # the body as it begins
    "b": ("#0f5b62", "#76c9cb"),  # the body as it ends
    "f": ("#5e9194", "#47888b"),  # its limbs at the far side
    "w": ("#d5691e", "#f0a868"),  # the part that works
    "t": ("#c3b69c", "#5d6a68"),  # things: wall, step, chair
    "e": ("#25834f", "#8fd8ab"),  # elastic band
    "a": ("#8f3d0e", "#ffd2a6"),  # the movement
    "i": ("#fffefb", "#101a1b"),  # a part seen from nearby
}

# An arm and a leg are one shape each, so that no line shows at the knee. From the front no side is farther away.
_ARM, _LEG, _TRUNK = ("{}_upper_arm", "{}_forearm"), ("{}_thigh", "{}_shank", "{}_foot"), ("torso", "head")


def _of(side: str, parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each.format(side) for each in parts)


FROM_SIDE = (
    (_of("far", _ARM), "f"),
    (_of("far", _LEG), "f"),
    (_TRUNK, "b"),
    (_of("near", _LEG), "b"),
    (_of("near", _ARM), "b"),
)
FROM_FRONT = (
    (_of("far", _LEG), "b"),
    (_of("near", _LEG), "b"),
    (_TRUNK, "b"),
    (_of("far", _ARM), "b"),
    (_of("near", _ARM), "b"),
)


@dataclass(frozen=True, slots=True)
class Arrow:
    """A movement from a point to another, over a third; `both`: there and back."""

    start: Point
    over: Point
    end: Point
    both: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """Anything that is no body: a path, its colour of COLOURS; with a width it is a line, without it is filled."""

    path: str
    colour: str = "t"
    width: float = 0.0
    front: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """One exercise. `works`: the parts of the body that work. `begins` is empty where a position is only held."""

    ends: tuple[Pose, ...]
    begins: tuple[Pose, ...] = ()
    works: tuple[str, ...] = ()
    things: tuple[Shape, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    held: bool = False
    floor: bool = True
    lift: int = 0  # what lies on the floor is shown higher in the picture


def drawn(picture: Picture) -> str:
    """The text of the SVG file."""
    rows = [_floor()] if picture.floor else []
    rows += [_shape(each) for each in picture.things if not each.front]
    figures = [_beginning(picture)] if picture.begins else []
    for pose in picture.ends:
        figures += _figure(body_of(pose), picture.works, pose)
    rows += [f'<g class="o" stroke="{COLOURS["p"][0]}" stroke-width="4" paint-order="stroke">', *figures, "</g>"]
    rows += [_shape(each) for each in picture.things if each.front]
    rows += [_arrow(each) for each in picture.arrows]
    rows += [_clock(picture.lift)] if picture.held else []
    text = "".join(rows)
    used = {key: pair[1] for key, pair in COLOURS.items() if f'"{key}"' in text or f'"{key}l"' in text}
    dark = "".join(f".{key}{{fill:{colour}}}.{key}l{{stroke:{colour}}}" for key, colour in used.items())
    paper = COLOURS["p"]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {picture.lift} {WIDTH} {HEIGHT}">'
        f"<style>@media(prefers-color-scheme:dark){{.p{{fill:{paper[1]}}}.o{{stroke:{paper[1]}}}{dark}}}</style>"
        f'<rect class="p" y="{picture.lift}" width="{WIDTH}" height="{HEIGHT}" rx="14" fill="{paper[0]}"/>'
        f"{text}</svg>\n"
    )


def _beginning(picture: Picture) -> str:
    """How the bodies begin, but for what does not move: the end covers that."""
    stays = {part for pose in picture.ends for part in body_of(pose).parts.values()}
    parts = dict.fromkeys(part for pose in picture.begins for part in body_of(pose).parts.values())
    return _outline("".join(part for part in parts if part not in stays), "g")


def _figure(body: Body, works: Iterable[str], pose: Pose) -> list[str]:
    """The groups of limbs from far to near; what works in its own colour. A near limb may hide the far one wholly."""
    rows = []
    near = {part for name, part in body.parts.items() if not name.startswith("far")}
    for group, colour in FROM_FRONT if pose.front else FROM_SIDE:
        seen = [each for each in group if not (each.startswith("far") and body.parts[each] in near)]
        for is_working in (False, True):
            parts = "".join(body.parts[each] for each in seen if (each in works) == is_working)
            rows += [_outline(parts, "w" if is_working else colour)] if parts else []
    return rows


def _outline(path: str, colour: str) -> str:
    return f'<path class="{colour}" fill="{COLOURS[colour][0]}" d="{path}"/>'


def _shape(shape: Shape) -> str:
    colour = COLOURS[shape.colour][0]
    if not shape.width:
        return f'<path class="{shape.colour}" fill="{colour}" d="{shape.path}"/>'
    how = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'
    return f'<path class="{shape.colour}l" stroke="{colour}" stroke-width="{shape.width:g}" {how} d="{shape.path}"/>'


def _floor() -> str:
    return _shape(Shape(line([(16, -2), (WIDTH - 16, -2)]), width=3))


def _arrow(arrow: Arrow) -> str:
    heads = [(arrow.over, arrow.end)] + ([(arrow.over, arrow.start)] if arrow.both else [])
    tips = "".join(_tip(angle_between(*each), each[1]) for each in heads)
    last = away(arrow.end, angle_between(arrow.over, arrow.end), -5)
    first = away(arrow.start, angle_between(arrow.over, arrow.start), -5) if arrow.both else arrow.start
    return _shape(Shape(curve(first, arrow.over, last), "a", 4)) + _shape(Shape(tips, "a"))


def _tip(angle: float, end: Point) -> str:
    points = (away(end, angle, 5), away(end, angle + 135, 10), away(end, angle - 135, 10))
    return "M" + "L".join(written(each) for each in points) + "Z"


def _clock(lift: int) -> str:
    """A small clock in the corner: hold it."""
    centre = (WIDTH - 32.0, 186.0 - lift)
    ring = f"M{written((centre[0], centre[1] - 13))}a13 13 0 1 1 .1 0Z"
    hands = line([(centre[0], centre[1] + 7), centre, (centre[0] + 5, centre[1] - 3)])
    return _shape(Shape(ring, "a", 3.5)) + _shape(Shape(hands, "a", 3.5))
