"""A body of line and shape: joints follow from angles, and shapes from joints."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from exercise_pictures.geometry import Point, away, bent, capsule, circle

# Bones in pixels of a figure that stands 190 high.
TORSO, NECK, THIGH, SHANK, UPPER_ARM, FOREARM = 56.0, 24.0, 48.0, 48.0, 31.0, 30.0
HEAD = 13.0
ANKLE_HEIGHT = 7.0
# From the spine to a shoulder and to a hip, seen from the front.
SHOULDER_HALF, HIP_HALF = 16.0, 8.5

Angle = float | tuple[float, float]  # degrees, or degrees and the share of the bone that is seen (it comes at you)


@dataclass(frozen=True, slots=True)
class Reach:
    """A limb whose end is at a place. `bend` 1 or -1: to which side knee or elbow go; `foot`: where toes point.

    `seen`: the share of each bone that is seen, where it comes towards who looks.
    """

    x: float
    y: float
    bend: int = 1
    foot: float = 0.0
    seen: tuple[float, float] = (1.0, 1.0)


Arm = tuple[Angle, Angle] | Reach
Leg = tuple[Angle, Angle, float] | Reach


@dataclass(frozen=True, slots=True)
class Pose:
    """How a body stands, sits or lies. All angles are those of the picture, not of the joint: 0 right, 90 up.

    `at` puts one joint in its place: its name, x and y. From the front, near is the side at the right of who looks; of
    one that lies on the side, the upper one. `foot` is how long a foot is seen.
    """

    at: tuple[str, float, float]
    torso: float = 90.0
    near_arm: Arm = (-85, -80)
    far_arm: Arm = (-95, -85)
    near_leg: Leg = (-90, -90, 0)
    far_leg: Leg = (-90, -90, 0)
    front: bool = False
    head: float | None = None
    foot: float = 17.0
    half: float = 1.0  # how wide shoulders and hips are seen from the front
    size: float = 1.0  # 1: stands 190 high

    def moved(self, **changes: object) -> "Pose":
        """The same pose with some joints elsewhere."""
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Body:
    """The joints of a pose, and the outline of each part by its name."""

    joints: Mapping[str, Point]
    parts: Mapping[str, str] = field(default_factory=dict)


def body_of(pose: Pose) -> Body:
    """Work the joints of a pose out, then the shapes around them."""
    name, x, y = pose.at
    origin = _joints(pose, (0.0, 0.0))[name]
    joints = _joints(pose, (x - origin[0], y - origin[1]))
    return Body(joints, _parts(pose, joints))


def _joints(pose: Pose, hip: Point) -> dict[str, Point]:
    size = pose.size
    neck = away(hip, pose.torso, TORSO * size)
    head = away(neck, pose.torso if pose.head is None else pose.head, NECK * size)
    found = {"hip": hip, "neck": neck, "head": head}
    for side, turn in (("near", -90), ("far", 90)):
        wide = pose.half * size if pose.front else 0.0
        shoulder = away(away(hip, pose.torso, (TORSO - 3) * size), pose.torso + turn, SHOULDER_HALF * wide)
        socket = away(hip, pose.torso + turn, HIP_HALF * wide)
        arm, leg = getattr(pose, f"{side}_arm"), getattr(pose, f"{side}_leg")
        found[f"{side}_shoulder"], found[f"{side}_socket"] = shoulder, socket
        found[f"{side}_elbow"], found[f"{side}_hand"] = _limb(shoulder, arm, (UPPER_ARM * size, FOREARM * size))
        found[f"{side}_knee"], found[f"{side}_ankle"] = _limb(socket, leg, (THIGH * size, SHANK * size))
        toes = leg.foot if isinstance(leg, Reach) else leg[2]
        sole = away(found[f"{side}_ankle"], toes - 90, 0 if pose.front else (ANKLE_HEIGHT - 4) * size)
        found[f"{side}_heel"] = away(sole, toes, -pose.foot * size / 4)
        found[f"{side}_toes"] = away(sole, toes, pose.foot * size)
    return found


def _limb(start: Point, limb: Arm | Leg, lengths: tuple[float, float]) -> tuple[Point, Point]:
    if isinstance(limb, Reach):
        seen = (lengths[0] * limb.seen[0], lengths[1] * limb.seen[1])
        return bent(start, (limb.x, limb.y), seen, limb.bend)
    middle = _bone(start, limb[0], lengths[0])
    return middle, _bone(middle, limb[1], lengths[1])


def _bone(start: Point, angle: Angle, length: float) -> Point:
    degrees, share = angle if isinstance(angle, tuple) else (angle, 1.0)
    return away(start, degrees, length * share)


def _parts(pose: Pose, joints: Mapping[str, Point]) -> dict[str, str]:
    size, hip = pose.size, 9.5 if pose.front else 10.5

    def limb(start: str, end: str, first: float, second: float) -> str:
        return capsule(joints[start], joints[end], round(first * size, 1), round(second * size, 1))

    found = {"torso": _torso(pose, joints), "head": _head(pose, joints)}
    for side in ("near", "far"):
        found[f"{side}_upper_arm"] = limb(f"{side}_shoulder", f"{side}_elbow", 7.5, 6)
        found[f"{side}_forearm"] = limb(f"{side}_elbow", f"{side}_hand", 6, 5)
        found[f"{side}_thigh"] = limb(f"{side}_socket", f"{side}_knee", hip, 8)
        found[f"{side}_shank"] = limb(f"{side}_knee", f"{side}_ankle", 8, 5.5)
        found[f"{side}_foot"] = limb(f"{side}_heel", f"{side}_toes", 4.5, 3.5)
    return found


def _torso(pose: Pose, joints: Mapping[str, Point]) -> str:
    size, wide = pose.size, pose.size * max(pose.half, 0.6)
    chest = away(joints["hip"], pose.torso, (TORSO - 10) * size)
    if not pose.front:
        return capsule(joints["hip"], chest, round(11 * size, 1), round(12.5 * size, 1))
    sides = [
        capsule(joints[f"{side}_socket"], away(joints[f"{side}_shoulder"], pose.torso, -2 * size), 9.5 * size, 8 * size)
        for side in ("near", "far")
    ]
    across = capsule(away(joints["hip"], pose.torso, 2), chest, round(11 * wide, 1), round(15 * wide, 1))
    return "".join([*sides, across])


def _head(pose: Pose, joints: Mapping[str, Point]) -> str:
    """A head with a knot of hair: at the back, so that one sees where the figure looks."""
    up, size = pose.torso if pose.head is None else pose.head, pose.size
    neck = capsule(joints["neck"], joints["head"], 6 * size, 5 * size)
    knot = away(joints["head"], up if pose.front else up + 50, (HEAD + 3) * size)
    return neck + circle(joints["head"], HEAD * size) + circle(knot, 5 * size)
