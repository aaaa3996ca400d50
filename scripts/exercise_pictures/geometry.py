"""Points, directions and rounded shapes in the plane of a picture: x to the right, y up from the floor, in pixels."""

import math
from collections.abc import Sequence

Point = tuple[float, float]
FLOOR, WIDTH, HEIGHT = 218, 320, 240


def away(start: Point, angle: float, length: float) -> Point:
    """The point at a distance from another; angles in degrees, 0 to the right, 90 up."""
    radians = math.radians(angle)
    return start[0] + length * math.cos(radians), start[1] + length * math.sin(radians)


def angle_between(start: Point, end: Point) -> float:
    """The direction from one point to another, in degrees."""
    return math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))


def bent(start: Point, target: Point, lengths: tuple[float, float], bend: int) -> tuple[Point, Point]:
    """The middle joint and the end of two bones that reach for a target; `bend` 1 or -1 says to which side it bends."""
    first, second = lengths
    distance = min(max(math.dist(start, target), abs(first - second) + 0.1), first + second - 0.1)
    towards = angle_between(start, target)
    turn = math.degrees(math.acos((first**2 + distance**2 - second**2) / (2 * first * distance)))
    return away(start, towards + bend * turn, first), away(start, towards, distance)


def written(point: Point) -> str:
    """A point as the file says it: y down, no decimals that nobody sees."""
    return f"{round(point[0], 1):g} {round(FLOOR - point[1], 1):g}"


def capsule(start: Point, end: Point, first: float, second: float) -> str:
    """The outline of two circles and all between them: a limb that grows thinner."""
    distance = math.dist(start, end)
    if distance <= abs(first - second):
        return circle(start, max(first, second))
    towards = angle_between(start, end)
    open_ = math.degrees(math.acos((first - second) / distance))
    corners = (
        away(start, towards + open_, first),
        away(end, towards + open_, second),
        away(end, towards - open_, second),
        away(start, towards - open_, first),
    )
    a, b, c, d = (written(each) for each in corners)
    large = int(first > second)
    return f"M{a}L{b}A{second:g} {second:g} 0 {1 - large} 1 {c}L{d}A{first:g} {first:g} 0 {large} 1 {a}Z"


def circle(centre: Point, radius: float) -> str:
    """A circle as a path, so that it can be one outline with limbs."""
    left, right = written((centre[0] - radius, centre[1])), written((centre[0] + radius, centre[1]))
    return f"M{left}A{radius:g} {radius:g} 0 1 1 {right}A{radius:g} {radius:g} 0 1 1 {left}Z"


def line(points: Sequence[Point]) -> str:
    """Straight lines from point to point."""
    return "M" + "L".join(written(each) for each in points)


def curve(start: Point, over: Point, end: Point) -> str:
    """A bow from one point to another that leans towards a third."""
    return f"M{written(start)}Q{written(over)} {written(end)}"
