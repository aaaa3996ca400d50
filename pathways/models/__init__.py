from pathways.models.care_plan import CarePlan, EducationItem, ExercisePrescription, Goal, Phase
from pathways.models.check_in import CheckIn
from pathways.models.decision import Classification, Decision, Task
from pathways.models.definition import Exercise, Pathway, PathwayVersion, Reference, ReferenceReview
from pathways.models.diary import DiaryEntry
from pathways.models.follow_up import FollowUp
from pathways.models.letter import Letter
from pathways.models.outcome import Instrument, InstrumentText, OutcomeResponse
from pathways.models.plan_pause import PlanPause
from pathways.models.push_subscription import PushSubscription
from pathways.models.standing import PlanStanding

__all__ = [
    "CarePlan",
    "CheckIn",
    "Classification",
    "Decision",
    "DiaryEntry",
    "EducationItem",
    "Exercise",
    "ExercisePrescription",
    "FollowUp",
    "Goal",
    "Instrument",
    "InstrumentText",
    "Letter",
    "OutcomeResponse",
    "Pathway",
    "PathwayVersion",
    "Phase",
    "PlanPause",
    "PlanStanding",
    "PushSubscription",
    "Reference",
    "ReferenceReview",
    "Task",
]
