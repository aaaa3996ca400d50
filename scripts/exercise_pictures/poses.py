"""The pictures of all exercises, by their code."""

from exercise_pictures.lying import LYING
from exercise_pictures.moving import MOVING
from exercise_pictures.standing import STANDING

PICTURES = {**LYING, **STANDING, **MOVING}
