"""What an exercise uses: wall, step, chair, mat, band, weight, bicycle; and a foot seen from nearby."""

from exercise_pictures.figure import Pose, body_of
from exercise_pictures.geometry import Point, away, capsule, circle, line, written
from exercise_pictures.scene import Shape


def block(left: float, right: float, top: float) -> Shape:
    """A box on the floor: a step, a wall."""
    return Shape(line([(left, -2), (left, top), (right, top), (right, -2)]) + "Z")


def mat(left: float, right: float) -> Shape:
    """A mat on the floor, seen from its side."""
    return Shape(capsule((left, -4), (right, -4), 4, 4))


def chair(seat: float, height: float, *, size: float = 1.0) -> tuple[Shape, ...]:
    """A chair that looks to the right. `seat` is where its back stands, `height` that of the seat."""
    front, top = seat + 50 * size, height + 62 * size
    legs = line([(seat, top), (seat, 0)]) + line([(front - 3, height), (front - 3, 0)])
    plank = capsule((seat, height - 4), (front, height - 4), 4, 4)
    return Shape(legs, width=6 * size), Shape(plank)


def band(pose: Pose, first: tuple[str, str, float], second: tuple[str, str, float]) -> Shape:
    """An elastic band around two limbs; a limb is two joints, and how far between them."""
    joints = body_of(pose).joints
    points = []
    for start, end, share in (first, second):
        (ax, ay), (bx, by) = joints[start], joints[end]
        points.append((ax + share * (bx - ax), ay + share * (by - ay)))
    return Shape(line(points), "e", 5, front=True)


def strap(*points: Point) -> Shape:
    """An elastic band from point to point."""
    return Shape(line(points), "e", 4, front=True)


def cloth(x: float) -> Shape:
    """A cloth on the floor that a foot glides on."""
    return Shape(capsule((x - 13, 0), (x + 13, 0), 2.5, 2.5), "e")


def weight(pose: Pose, hand: str) -> tuple[Shape, ...]:
    """A kettlebell that hangs in a hand."""
    x, y = body_of(pose).joints[hand]
    handle = Shape(line([(x - 6, y - 9), (x - 4, y - 1), (x + 4, y - 1), (x + 6, y - 9)]), "t", 4, True)
    return handle, Shape(circle((x, y - 16), 9), "t", front=True)


def bicycle(x: float, size: float = 1.0) -> tuple[Shape, ...]:
    """A bicycle that rides to the right; `x` is where its pedals turn. Who rides it: moving._rider."""

    def at(across: float, up: float) -> Point:
        return x + across * size, up * size

    wheels = "".join(circle(at(across, 31), 29 * size) for across in (-52, 58))
    frame = line([at(-52, 31), at(0, 31), at(-18, 78), at(42, 80), at(0, 31)])
    rear, fork = line([at(-52, 31), at(-18, 78), at(-21, 88)]), line([at(58, 31), at(39, 92), at(54, 98)])
    saddle = Shape(capsule(at(-33, 89), at(-10, 89), 4 * size, 3 * size))
    return Shape(wheels + frame + rear + fork, "t", 4 * size), saddle


def cone(x: float) -> Shape:
    """A cone on the floor."""
    return Shape(line([(x - 13, -2), (x - 13, 2), (x - 4, 30), (x + 4, 30), (x + 13, 2), (x + 13, -2)]) + "Z", "a")


def water(left: float, right: float, level: float) -> tuple[Shape, ...]:
    """The surface of water, in waves of 24, and a second line of waves below it."""
    waves = "".join("q6 -7 12 0t12 0" for _wave in range(int((right - left) / 24)))
    lower = "".join("q6 -7 12 0t12 0" for _wave in range(int((right - left) / 24) - 1))
    upper = Shape(f"M{written((left, level))}{waves}", "e", 4, front=True)
    return upper, Shape(f"M{written((left + 12, level - 16))}{lower}", "e", 4, front=True)


def nearby(x: float, y: float, radius: float) -> Shape:
    """The round window in which a part is seen from nearby."""
    return Shape(circle((x, y), radius), "i")


def big_foot(
    x: float, y: float, colour: str = "b", *, tilt: float = 0, arch: float = 6, toes: float = 0, long: float = 62
) -> tuple[Shape, ...]:
    """A foot from the inner side, toes to the right; x and y: the underside of its heel, or with a tilt of its ball.

    `tilt`: degrees that the sole is turned; `arch`: how high it is hollow; `toes`: degrees that they are bent up.
    """

    def at(across: float, up: float) -> Point:
        if tilt:
            across -= long - 4
        return away(away((x, y), tilt, across), tilt + 90, up)

    heel, ankle, ball = at(3, 13), at(12, 34), at(long - 4, 9)
    lower = away(ankle, 92, 44)
    points = [at(4, 1), at(long * 0.45, arch), at(long - 6, 1), at(long, 15), at(24, 42), at(-3, 36)]
    a, over, b, *rest = (written(each) for each in points)
    sole = f"M{a}Q{over} {b}L{'L'.join(rest)}Z"
    parts = [capsule(ankle, lower, 14, 13), circle(heel, 12), circle(ball, 9), sole]
    tip = away(ball, tilt + toes, 24)
    return tuple(Shape(each, colour) for each in parts) + (Shape(capsule(ball, tip, 8, 5.5), colour),)
