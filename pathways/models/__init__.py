from pathways.models.care_plan import CarePlan, EducationItem, ExercisePrescription, Goal, Phase
from pathways.models.decision import Classification, Decision, Task
from pathways.models.definition import Exercise, Pathway, PathwayVersion, Reference
from pathways.models.diary import DiaryEntry
from pathways.models.follow_up import FollowUp

__all__ = [
    "CarePlan",
    "Classification",
    "Decision",
    "DiaryEntry",
    "EducationItem",
    "Exercise",
    "ExercisePrescription",
    "FollowUp",
    "Goal",
    "Pathway",
    "PathwayVersion",
    "Phase",
    "Reference",
    "Task",
]
