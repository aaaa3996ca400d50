"""What is done lying, kneeling or sitting."""

from exercise_pictures.figure import Pose, Reach
from exercise_pictures.geometry import capsule, line
from exercise_pictures.scene import Arrow, Picture, Shape
from exercise_pictures.things import big_foot, block, chair, cloth, mat, nearby, strap

_ON_SIDE = Pose(
    at=("hip", 150, 20), torso=180, head=172, front=True, foot=10, half=0.8,
    near_arm=((-42, 0.8), (-78, 0.6)), far_arm=(174, 170),
    near_leg=(0, 0, -60), far_leg=((-8, 0.75), (8, 0.8), -40),
)  # fmt: skip
_CLAM = Pose(
    at=("hip", 160, 136), torso=180, head=170, front=True, foot=10, half=0.8,
    near_arm=((-42, 0.8), (-78, 0.5)), far_arm=(174, 170),
    near_leg=Reach(226, 126, 1, -50, (0.95, 0.95)), far_leg=Reach(222, 122, -1, -50, (0.75, 0.75)),
)  # fmt: skip
_FLAT = Pose(
    at=("neck", 118, 14), torso=180, head=180, near_arm=(-4, -2), far_arm=(-4, -2),
    near_leg=Reach(218, 7, 1), far_leg=Reach(218, 7, 1),
)  # fmt: skip
_PLANK = Pose(
    at=("far_knee", 222, 8), torso=163, head=158, front=True, foot=10, half=0.7,
    near_arm=Reach(138, 34, 1), far_arm=(-88, (-52, 0.45)),
    near_leg=(-17, (-4, 0.75), -30), far_leg=(-17, (-4, 0.75), -30),
)  # fmt: skip
_HALF_KNEEL = Pose(
    at=("near_knee", 112, 9), torso=90, near_leg=(-92, 180, 180), far_leg=Reach(178, 7, 1),
    near_arm=Reach(140, 62, -1), far_arm=Reach(168, 62, -1),
)  # fmt: skip
_SITS = Pose(
    at=("hip", 118, 60), torso=88, near_arm=(-75, -25), far_arm=(-70, -20),
    near_leg=(-5, -92, 0), far_leg=(-5, -92, 0),
)  # fmt: skip
_SITS_SMALL = Pose(
    at=("hip", 62, 47), torso=86, size=0.78, near_arm=(-75, -25), far_arm=(-70, -20),
    near_leg=(-5, -92, 0), far_leg=(-5, -92, 0),
)  # fmt: skip
_PRESS = Pose(
    at=("hip", 108, 52), torso=128, head=115, near_arm=(-70, -30), far_arm=(-70, -30),
    near_leg=Reach(170, 70, 1, 104), far_leg=Reach(170, 70, 1, 104),
)  # fmt: skip
_SLIDE = Pose(
    at=("neck", 88, 13), torso=208, head=180, near_arm=(-6, -2), far_arm=(-6, -2),
    near_leg=Reach(186, 9, 1, 70), far_leg=Reach(186, 9, 1, 70),
)  # fmt: skip
_BOTH_THIGHS = ("near_thigh", "far_thigh")

LYING = {
    "E1": Picture(
        ends=(
            Pose(
                at=("hip", 178, 104),
                front=True,
                foot=8,
                near_arm=Reach(216, 118, -1),
                far_arm=(-110, -70),
                near_leg=(-73, -73, -60),
                far_leg=(-93, -92, -110),
            ),
        ),
        works=("near_thigh", "near_shank"),
        things=(block(225, 243, 196),),
        arrows=(Arrow((222, 70), (240, 70), (272, 70)),),
        held=True,
    ),
    "E2": Picture(
        ends=(_ON_SIDE.moved(near_leg=(33, 33, -40)),),
        begins=(_ON_SIDE,),
        works=("near_thigh", "near_shank"),
        things=(mat(22, 298),),
        arrows=(Arrow((274, 38), (280, 72), (256, 100)),),
        lift=36,
    ),
    "E3": Picture(
        ends=(_CLAM.moved(near_leg=Reach(226, 127, 1, -50, (1.0, 1.0))), _FLAT.moved(torso=208)),
        begins=(_CLAM, _FLAT),
        works=("near_thigh", "far_thigh"),
        things=(mat(40, 270), Shape(capsule((40, 112), (270, 112), 4, 4))),
        arrows=(Arrow((254, 150), (256, 172), (236, 190)), Arrow((172, 58), (172, 70), (172, 90))),
        floor=False,
    ),
    "E8": Picture(
        ends=(_PLANK,),
        begins=(_PLANK.moved(torso=145, near_leg=(-2, (-4, 0.75), -30), far_leg=(-2, (-4, 0.75), -30)),),
        works=("torso", "near_thigh"),
        things=(mat(22, 298),),
        arrows=(Arrow((182, 52), (182, 64), (182, 88)),),
        held=True,
        lift=30,
    ),
    "E10": Picture(
        ends=(_HALF_KNEEL.moved(near_leg=(-118, 180, 180), near_arm=Reach(158, 62, -1), far_arm=Reach(185, 62, -1)),),
        begins=(_HALF_KNEEL,),
        works=("near_thigh",),
        things=(mat(40, 220),),
        arrows=(Arrow((54, 62), (70, 62), (96, 62)),),
        held=True,
    ),
    "E13": Picture(
        ends=(
            _SITS_SMALL.moved(
                torso=74,
                near_leg=Reach(104, 56, -1, 70, (0.8, 0.8)),
                near_arm=Reach(108, 70, -1),
                far_arm=Reach(100, 58, -1),
            ),
        ),
        works=("near_foot",),
        things=(
            *chair(38, 40, size=0.78),
            nearby(232, 116, 78),
            *big_foot(184, 76, toes=66, long=68),
            Shape(line([(188, 76), (206, 79), (236, 76), (250, 82), (258, 100)]), "w", 6),
            Shape(capsule((292, 84), (262, 106), 7, 6), "f"),
            Shape(capsule((262, 106), (251, 104), 6, 5), "f"),
        ),
        arrows=(Arrow((272, 126), (262, 146), (232, 148)),),
        held=True,
    ),
    "E15": Picture(
        ends=(_SITS_SMALL,),
        works=("near_foot",),
        things=(
            *chair(38, 40, size=0.78),
            nearby(232, 116, 78),
            *big_foot(178, 82, "g", arch=4, long=72),
            *big_foot(178, 82, "w", arch=28, long=60),
        ),
        arrows=(Arrow((266, 66), (240, 66), (204, 66)),),
    ),
    "E16": Picture(
        ends=(Pose(at=("near_ankle", 162, 7), near_arm=(-52, 128), far_arm=(-48, 132)),),
        begins=(_SITS.moved(at=("near_ankle", 162, 7), torso=72, near_arm=(-68, 112), far_arm=(-68, 112)),),
        works=("near_thigh", "far_thigh"),
        things=chair(96, 48),
        arrows=(Arrow((206, 80), (212, 110), (206, 150)),),
    ),
    "E18": Picture(
        ends=(_PRESS.moved(near_leg=Reach(198, 77, 1, 104), far_leg=Reach(198, 77, 1, 104)),),
        begins=(_PRESS,),
        works=_BOTH_THIGHS,
        things=(
            Shape(line([(62, 96), (104, 38), (126, 38)]), width=9),
            Shape(line([(112, 36), (112, 0)]) + line([(90, 0), (286, 0)]) + line([(214, 34), (214, 0)]), width=6),
            Shape(line([(218, 40), (200, 112)]), width=8),
            Shape(line([(210, 76), (250, 86)]), width=8),
            Shape(line([(244, 62), (258, 110)]) + line([(256, 62), (268, 104)]), width=7),
        ),
        arrows=(Arrow((150, 118), (170, 124), (194, 130)),),
    ),
    "E19": Picture(
        ends=(_SITS.moved(near_leg=(-5, -6, 82)),),
        begins=(_SITS,),
        works=("near_thigh",),
        things=(*chair(92, 49), strap((143, 14), (206, 52))),
        arrows=(Arrow((196, 14), (224, 22), (228, 44)),),
    ),
    "E22": Picture(
        ends=(_SLIDE.moved(near_leg=Reach(226, 9, 1, 78), far_leg=Reach(226, 9, 1, 78)),),
        begins=(_SLIDE.moved(torso=212),),
        works=_BOTH_THIGHS,
        things=(mat(22, 176), cloth(228)),
        arrows=(Arrow((196, 66), (220, 60), (246, 50), both=True),),
        lift=36,
    ),
}
