"""What is done standing: steps, squats, stretches against the wall."""

from exercise_pictures.figure import Pose, Reach
from exercise_pictures.geometry import circle, line
from exercise_pictures.scene import Arrow, Picture, Shape
from exercise_pictures.things import band, big_foot, block, cloth, nearby, weight

_STANDS = Pose(at=("near_ankle", 150, 7))
_SIDESTEP = Pose(
    at=("hip", 122, 92), front=True, foot=8, near_arm=(-55, (-152, 0.75)), far_arm=(-125, (-28, 0.75)),
    near_leg=Reach(144, 7, 1, -60), far_leg=Reach(98, 7, -1, -120),
)  # fmt: skip
_SIDESTEPPED = _SIDESTEP.moved(at=("hip", 152, 84), near_leg=Reach(206, 7, 1, -60), far_leg=Reach(98, 7, -1, -120))
_ON_STEP = Pose(
    at=("far_ankle", 152, 28), size=0.88, near_arm=(-72, -66), far_arm=(-70, -62),
    near_leg=(-97, -97, 8), far_leg=(-90, -90, 0),
)  # fmt: skip
_HINGED = Pose(
    at=("near_ankle", 150, 7), torso=10, head=16, near_arm=(-88, -90), far_arm=(-84, -88),
    near_leg=(-76, -101, 0), far_leg=(186, 186, -88),
)  # fmt: skip
_ONE_LEG = Pose(
    at=("near_ankle", 140, 7), near_leg=(-88, -92, 0), far_leg=(-82, -150, -60), near_arm=(-80, -70),
    far_arm=(-80, -70),
)  # fmt: skip
_RAISED = Pose(
    at=("near_toes", 108, 43), size=0.76, near_leg=(-88, -92, -48), far_leg=(-78, -140, -60), near_arm=(-70, 0),
    far_arm=(-70, 0),
)  # fmt: skip
_LUNGE = Pose(
    at=("hip", 134, 92), torso=80, near_leg=Reach(102, 7, 1), far_leg=Reach(178, 7, 1),
    near_arm=Reach(226, 138, -1), far_arm=Reach(226, 146, -1),
)  # fmt: skip
_STEPS_UP = Pose(
    at=("far_ankle", 128, 6), size=0.8, torso=82, near_arm=(-100, -60), far_arm=(-75, -40),
    near_leg=Reach(190, 46, 1), far_leg=(-84, -92, 0),
)  # fmt: skip
_GLIDES = Pose(
    at=("near_ankle", 150, 7), torso=84, near_leg=(-56, -112, 0), far_leg=Reach(192, 9, 1, 4), near_arm=(-60, 10),
    far_arm=(-120, -150),
)  # fmt: skip

STANDING = {
    "E4": Picture(
        ends=(_SIDESTEPPED,),
        begins=(_SIDESTEP,),
        works=("near_thigh", "far_thigh"),
        things=(band(_SIDESTEPPED, ("near_socket", "near_knee", 0.85), ("far_socket", "far_knee", 0.85)),),
        arrows=(Arrow((226, 30), (240, 30), (280, 30)),),
    ),
    "E5": Picture(
        ends=(_ON_STEP.moved(torso=74, near_leg=Reach(132, 8, 1, 12), far_leg=(-36, -118, 0)),),
        begins=(_ON_STEP,),
        works=("far_thigh", "far_shank"),
        things=(block(104, 204, 22),),
        arrows=(Arrow((236, 100), (240, 70), (236, 38)),),
    ),
    "E6": Picture(
        ends=(_HINGED,),
        begins=(_STANDS.moved(far_leg=(-92, -100, -20)),),
        works=("near_thigh", "torso"),
        things=weight(_HINGED, "near_hand"),
        arrows=(Arrow((186, 190), (236, 184), (246, 150)),),
    ),
    "E7": Picture(
        ends=(
            _ONE_LEG.moved(
                torso=64, near_leg=(-28, -114, 0), far_leg=(-62, -158, -70), near_arm=(8, 4), far_arm=(10, 6)
            ),
        ),
        begins=(_ONE_LEG,),
        works=("near_thigh", "near_shank"),
        things=(
            Shape(line([(262, 176), (292, 196), (292, 14), (262, 6)]) + "Z", "i"),
            Shape(line([(262, 176), (292, 196), (292, 14), (262, 6)]) + "Z", width=6),
            Shape(line([(270, 120), (284, 146)]), width=3),
        ),
        arrows=(Arrow((60, 150), (54, 110), (60, 74)),),
    ),
    "E12": Picture(
        ends=(_RAISED,),
        works=("near_shank",),
        things=(
            block(100, 150, 38),
            Shape(circle((112, 42), 4.5), "e"),
            nearby(242, 116, 72),
            Shape(line([(242, 86), (308, 86), (292, 62), (242, 46)]) + "Z"),
            Shape(circle((262, 94), 8), "e"),
            *big_foot(244, 90, "g", tilt=24, toes=24),
            *big_foot(244, 92, "b", tilt=-42, toes=78),
        ),
        arrows=(Arrow((186, 92), (176, 118), (184, 142)),),
    ),
    "E14": Picture(
        ends=(_LUNGE.moved(at=("hip", 156, 86), torso=66),),
        begins=(_LUNGE,),
        works=("near_shank",),
        things=(block(231, 249, 200),),
        arrows=(Arrow((112, 104), (128, 102), (142, 98)),),
        held=True,
    ),
    "E17": Picture(
        ends=(_STEPS_UP.moved(at=("near_ankle", 190, 46), torso=90, near_leg=(-88, -92, 0), far_leg=(-96, -118, -30)),),
        begins=(_STEPS_UP,),
        works=("near_thigh", "near_shank"),
        things=(block(168, 252, 40),),
        arrows=(Arrow((236, 70), (242, 110), (236, 150)),),
    ),
    "E20": Picture(
        ends=(
            _STANDS.moved(torso=60, near_leg=(-10, -112, 0), far_leg=(-10, -112, 0), near_arm=(8, 4), far_arm=(10, 6)),
        ),
        begins=(_STANDS,),
        works=("near_thigh", "far_thigh"),
        arrows=(Arrow((84, 150), (70, 110), (80, 72)),),
    ),
    "E21": Picture(
        ends=(_GLIDES,),
        begins=(_GLIDES.moved(far_leg=Reach(96, 10, 1, -30)),),
        works=("near_thigh", "near_shank"),
        things=(cloth(200),),
        arrows=(Arrow((88, -12), (150, -12), (226, -12), both=True),),
    ),
}
