"""What moves from its place: hops, landings, running, cycling, swimming."""

from exercise_pictures.figure import Pose, Reach
from exercise_pictures.geometry import line
from exercise_pictures.scene import Arrow, Picture, Shape
from exercise_pictures.things import bicycle, block, cone, water


def _rider(x: float, size: float) -> Pose:
    """Who sits on things.bicycle: the near foot below, the far one above."""
    low, high = Reach(x + 6 * size, 17 * size, 1, -10), Reach(x - 4 * size, 50 * size, 1, -20)
    hands = Reach(x + 52 * size, 99 * size, -1)
    return Pose(
        at=("hip", x - 24 * size, 99 * size), torso=58, head=64, size=size * 0.86, near_arm=hands, far_arm=hands,
        near_leg=low, far_leg=high,
    )  # fmt: skip


_BOUNCE = Pose(
    at=("near_ankle", 160, 6), size=0.86, torso=86, near_leg=(-72, -104, 0), far_leg=(-72, -104, 0),
    near_arm=(-105, -30), far_arm=(-110, -35),
)  # fmt: skip
_ON_BOX = Pose(
    at=("near_ankle", 76, 55), size=0.8, near_arm=(-85, -70), far_arm=(-80, -65), far_leg=(-62, -80, 0),
)  # fmt: skip
_LANDED = Pose(
    at=("near_ankle", 214, 6), size=0.8, torso=62, near_leg=(-24, -112, 0), far_leg=(-24, -112, 0),
    near_arm=(-10, 8), far_arm=(-6, 12),
)  # fmt: skip
_TAKE_OFF = Pose(
    at=("near_ankle", 74, 6), size=0.86, torso=62, near_leg=(-36, -118, 0), far_leg=(-70, -150, -60),
    near_arm=(-150, -170), far_arm=(-140, -165),
)  # fmt: skip
_STUCK = _TAKE_OFF.moved(
    at=("near_ankle", 226, 6), torso=74, near_leg=(-40, -114, 0), near_arm=(0, 10), far_arm=(-20, 0)
)
_ON_LEFT = Pose(
    at=("near_ankle", 92, 8), front=True, foot=8, size=0.86, torso=92, near_arm=(-30, -10), far_arm=(-150, -170),
    near_leg=((-86, 0.85), (-94, 0.9), -70), far_leg=((-98, 0.9), (-94, 0.4), -100),
)  # fmt: skip
_SPRINT = Pose(
    at=("near_toes", 34, 4), size=0.84, torso=66, near_leg=(-112, -122, -40), far_leg=(-12, -96, -8),
    near_arm=(-48, 40), far_arm=(-140, -80),
)  # fmt: skip

MOVING = {
    "E9": Picture(
        ends=(
            _BOUNCE.moved(
                at=("near_ankle", 160, 34),
                torso=90,
                near_leg=(-90, -91, -62),
                far_leg=(-87, -90, -62),
                near_arm=(-70, 0),
                far_arm=(-65, 5),
            ),
        ),
        begins=(_BOUNCE.moved(at=("near_ankle", 138, 6)),),
        works=("near_shank", "far_shank"),
        things=(Shape(line([(150, 10), (142, 4)]) + line([(186, 10), (194, 4)]), "a", 3),),
        arrows=(Arrow((222, 40), (222, 70), (222, 112), both=True),),
    ),
    "E11": Picture(
        ends=(
            _rider(84, 0.92),
            Pose(
                at=("hip", 234, 120),
                torso=8,
                head=14,
                size=0.66,
                near_arm=(28, -20),
                far_arm=(160, 200),
                near_leg=(176, 186, 190),
                far_leg=(190, 178, 190),
            ),
        ),
        works=("near_thigh", "far_thigh", "near_shank", "far_shank"),
        things=(*bicycle(84, 0.92), *water(196, 312, 112)),
    ),
    "E23": Picture(
        ends=(
            Pose(
                at=("far_ankle", 92, 6),
                size=0.86,
                torso=87,
                near_leg=(-112, -126, -40),
                far_leg=(-64, -72, 16),
                near_arm=(-64, -40),
                far_arm=(-118, -92),
            ),
            _rider(236, 0.66),
        ),
        works=("near_thigh", "far_thigh", "near_shank", "far_shank"),
        things=bicycle(236, 0.66),
        arrows=(Arrow((108, 120), (124, 120), (146, 120)),),
    ),
    "E24": Picture(
        ends=(_LANDED,),
        begins=(_ON_BOX,),
        works=("near_thigh", "far_thigh", "near_shank", "far_shank"),
        things=(block(34, 104, 48),),
        arrows=(Arrow((120, 150), (176, 190), (206, 140)),),
    ),
    "E25": Picture(
        ends=(_STUCK,),
        begins=(_TAKE_OFF,),
        works=("near_thigh", "near_shank"),
        arrows=(Arrow((92, 172), (150, 224), (202, 172)),),
    ),
    "E26": Picture(
        ends=(_ON_LEFT.moved(at=("near_ankle", 228, 8), torso=88),),
        begins=(_ON_LEFT,),
        works=("near_thigh", "near_shank"),
        things=(Shape(line([(140, -17), (180, 12)]), "a", 5),),
        arrows=(Arrow((122, 60), (158, 116), (194, 60)),),
    ),
    "E27": Picture(
        ends=(
            Pose(
                at=("near_ankle", 204, 6),
                size=0.84,
                torso=104,
                near_leg=(-52, -84, 0),
                far_leg=(-100, -146, -30),
                near_arm=(-30, 40),
                far_arm=(-150, -110),
            ),
        ),
        begins=(_SPRINT,),
        works=("near_thigh", "near_shank"),
        things=(cone(262),),
        arrows=(Arrow((100, 176), (124, 176), (152, 176)), Arrow((250, 70), (308, 100), (246, 128))),
    ),
}
