"""Contains all the data models used in inputs/outputs"""

from .appointment import Appointment
from .appointment_request import AppointmentRequest
from .appointment_status_enum import AppointmentStatusEnum
from .appointments_list_status import AppointmentsListStatus
from .attempt_shape import AttemptShape
from .band_enum import BandEnum
from .blank_enum import BlankEnum
from .bookable_kind_enum import BookableKindEnum
from .clash_enum import ClashEnum
from .class_enum import ClassEnum
from .classification_answer import ClassificationAnswer
from .classification_answer_criteria import ClassificationAnswerCriteria
from .classification_answer_derived import ClassificationAnswerDerived
from .classify_question_request import ClassifyQuestionRequest
from .classify_question_request_findings import ClassifyQuestionRequestFindings
from .course_enum import CourseEnum
from .criterion_verdict import CriterionVerdict
from .criterion_verdict_status_enum import CriterionVerdictStatusEnum
from .decision_enum import DecisionEnum
from .decision_question_request import DecisionQuestionRequest
from .decision_shape import DecisionShape
from .delivery_shape import DeliveryShape
from .diary_entry import DiaryEntry
from .diary_entry_request import DiaryEntryRequest
from .diary_kind_enum import DiaryKindEnum
from .diary_list_kind import DiaryListKind
from .encounter_kind_enum import EncounterKindEnum
from .encounter_shape import EncounterShape
from .encounter_shape_status_enum import EncounterShapeStatusEnum
from .encounters_list_kind import EncountersListKind
from .endpoint_shape import EndpointShape
from .entry_shape_kind_enum import EntryShapeKindEnum
from .entry_shape_request import EntryShapeRequest
from .episode_shape import EpisodeShape
from .episode_shape_request import EpisodeShapeRequest
from .episode_shape_side_enum import EpisodeShapeSideEnum
from .episode_shape_status_enum import EpisodeShapeStatusEnum
from .episodes_list_status import EpisodesListStatus
from .follow_up_shape import FollowUpShape
from .found_shape import FoundShape
from .gender_enum import GenderEnum
from .join_shape_request import JoinShapeRequest
from .judged_entry import JudgedEntry
from .judged_entry_light_enum import JudgedEntryLightEnum
from .language_enum import LanguageEnum
from .light_answer import LightAnswer
from .light_answer_days import LightAnswerDays
from .light_answer_days_additional_property import LightAnswerDaysAdditionalProperty
from .light_question_request import LightQuestionRequest
from .me_shape import MeShape
from .measure_shape import MeasureShape
from .measure_type_enum import MeasureTypeEnum
from .measurement_shape_request import MeasurementShapeRequest
from .measures_list_type import MeasuresListType
from .new_endpoint_request import NewEndpointRequest
from .observation_shape import ObservationShape
from .on_duplicate_enum import OnDuplicateEnum
from .one_side_enum import OneSideEnum
from .paginated_appointment_list import PaginatedAppointmentList
from .paginated_delivery_shape_list import PaginatedDeliveryShapeList
from .paginated_diary_entry_list import PaginatedDiaryEntryList
from .paginated_encounter_shape_list import PaginatedEncounterShapeList
from .paginated_endpoint_shape_list import PaginatedEndpointShapeList
from .paginated_episode_shape_list import PaginatedEpisodeShapeList
from .paginated_follow_up_shape_list import PaginatedFollowUpShapeList
from .paginated_measure_shape_list import PaginatedMeasureShapeList
from .paginated_observation_shape_list import PaginatedObservationShapeList
from .paginated_pathway_shape_list import PaginatedPathwayShapeList
from .paginated_patient_row_shape_list import PaginatedPatientRowShapeList
from .paginated_plan_shape_list import PaginatedPlanShapeList
from .paginated_practitioner_shape_list import PaginatedPractitionerShapeList
from .paginated_prescription_shape_list import PaginatedPrescriptionShapeList
from .paginated_room_shape_list import PaginatedRoomShapeList
from .paginated_waiting_shape_list import PaginatedWaitingShapeList
from .patched_change_request import PatchedChangeRequest
from .patched_diary_entry_request import PatchedDiaryEntryRequest
from .patched_endpoint_change_request import PatchedEndpointChangeRequest
from .patched_episode_shape_request import PatchedEpisodeShapeRequest
from .patched_patient_shape_request import PatchedPatientShapeRequest
from .pathway_shape import PathwayShape
from .patient_row_shape import PatientRowShape
from .patient_shape import PatientShape
from .patient_shape_request import PatientShapeRequest
from .phase_shape import PhaseShape
from .phase_shape_status_enum import PhaseShapeStatusEnum
from .plan_progress import PlanProgress
from .plan_progress_days import PlanProgressDays
from .plan_progress_days_additional_property import PlanProgressDaysAdditionalProperty
from .plan_progress_light_enum import PlanProgressLightEnum
from .plan_shape import PlanShape
from .plan_shape_status_enum import PlanShapeStatusEnum
from .plans_list_status import PlansListStatus
from .practitioner_shape import PractitionerShape
from .prescription_shape import PrescriptionShape
from .priority_enum import PriorityEnum
from .problem import Problem
from .problem_errors import ProblemErrors
from .progress_answer import ProgressAnswer
from .progress_question_request import ProgressQuestionRequest
from .progress_question_side_enum import ProgressQuestionSideEnum
from .proposal_enum import ProposalEnum
from .raised_red_flag import RaisedRedFlag
from .reason_code_enum import ReasonCodeEnum
from .replay_asked_request import ReplayAskedRequest
from .replay_shape import ReplayShape
from .role_enum import RoleEnum
from .room_shape import RoomShape
from .room_shape_kind_enum import RoomShapeKindEnum
from .rooms_list_kind import RoomsListKind
from .rule_reference import RuleReference
from .run_today import RunToday
from .search_shape_request import SearchShapeRequest
from .secret_shape import SecretShape
from .slot import Slot
from .slots_list_type import SlotsListType
from .start_shape_request import StartShapeRequest
from .test_shape import TestShape
from .token_shape import TokenShape
from .urgency_enum import UrgencyEnum
from .waiting_list_list_kind import WaitingListListKind
from .waiting_list_list_status import WaitingListListStatus
from .waiting_list_list_urgency import WaitingListListUrgency
from .waiting_shape import WaitingShape
from .waiting_shape_status_enum import WaitingShapeStatusEnum
from .webhook_delivery_status_enum import WebhookDeliveryStatusEnum
from .webhook_error_enum import WebhookErrorEnum
from .webhook_event_enum import WebhookEventEnum
from .webhook_kind_enum import WebhookKindEnum
from .webhook_status_enum import WebhookStatusEnum
from .webhook_switch_enum import WebhookSwitchEnum
from .webhooks_deliveries_status import WebhooksDeliveriesStatus

__all__ = (
    "Appointment",
    "AppointmentRequest",
    "AppointmentsListStatus",
    "AppointmentStatusEnum",
    "AttemptShape",
    "BandEnum",
    "BlankEnum",
    "BookableKindEnum",
    "ClashEnum",
    "ClassEnum",
    "ClassificationAnswer",
    "ClassificationAnswerCriteria",
    "ClassificationAnswerDerived",
    "ClassifyQuestionRequest",
    "ClassifyQuestionRequestFindings",
    "CourseEnum",
    "CriterionVerdict",
    "CriterionVerdictStatusEnum",
    "DecisionEnum",
    "DecisionQuestionRequest",
    "DecisionShape",
    "DeliveryShape",
    "DiaryEntry",
    "DiaryEntryRequest",
    "DiaryKindEnum",
    "DiaryListKind",
    "EncounterKindEnum",
    "EncounterShape",
    "EncounterShapeStatusEnum",
    "EncountersListKind",
    "EndpointShape",
    "EntryShapeKindEnum",
    "EntryShapeRequest",
    "EpisodeShape",
    "EpisodeShapeRequest",
    "EpisodeShapeSideEnum",
    "EpisodeShapeStatusEnum",
    "EpisodesListStatus",
    "FollowUpShape",
    "FoundShape",
    "GenderEnum",
    "JoinShapeRequest",
    "JudgedEntry",
    "JudgedEntryLightEnum",
    "LanguageEnum",
    "LightAnswer",
    "LightAnswerDays",
    "LightAnswerDaysAdditionalProperty",
    "LightQuestionRequest",
    "MeasurementShapeRequest",
    "MeasureShape",
    "MeasuresListType",
    "MeasureTypeEnum",
    "MeShape",
    "NewEndpointRequest",
    "ObservationShape",
    "OnDuplicateEnum",
    "OneSideEnum",
    "PaginatedAppointmentList",
    "PaginatedDeliveryShapeList",
    "PaginatedDiaryEntryList",
    "PaginatedEncounterShapeList",
    "PaginatedEndpointShapeList",
    "PaginatedEpisodeShapeList",
    "PaginatedFollowUpShapeList",
    "PaginatedMeasureShapeList",
    "PaginatedObservationShapeList",
    "PaginatedPathwayShapeList",
    "PaginatedPatientRowShapeList",
    "PaginatedPlanShapeList",
    "PaginatedPractitionerShapeList",
    "PaginatedPrescriptionShapeList",
    "PaginatedRoomShapeList",
    "PaginatedWaitingShapeList",
    "PatchedChangeRequest",
    "PatchedDiaryEntryRequest",
    "PatchedEndpointChangeRequest",
    "PatchedEpisodeShapeRequest",
    "PatchedPatientShapeRequest",
    "PathwayShape",
    "PatientRowShape",
    "PatientShape",
    "PatientShapeRequest",
    "PhaseShape",
    "PhaseShapeStatusEnum",
    "PlanProgress",
    "PlanProgressDays",
    "PlanProgressDaysAdditionalProperty",
    "PlanProgressLightEnum",
    "PlanShape",
    "PlanShapeStatusEnum",
    "PlansListStatus",
    "PractitionerShape",
    "PrescriptionShape",
    "PriorityEnum",
    "Problem",
    "ProblemErrors",
    "ProgressAnswer",
    "ProgressQuestionRequest",
    "ProgressQuestionSideEnum",
    "ProposalEnum",
    "RaisedRedFlag",
    "ReasonCodeEnum",
    "ReplayAskedRequest",
    "ReplayShape",
    "RoleEnum",
    "RoomShape",
    "RoomShapeKindEnum",
    "RoomsListKind",
    "RuleReference",
    "RunToday",
    "SearchShapeRequest",
    "SecretShape",
    "Slot",
    "SlotsListType",
    "StartShapeRequest",
    "TestShape",
    "TokenShape",
    "UrgencyEnum",
    "WaitingListListKind",
    "WaitingListListStatus",
    "WaitingListListUrgency",
    "WaitingShape",
    "WaitingShapeStatusEnum",
    "WebhookDeliveryStatusEnum",
    "WebhookErrorEnum",
    "WebhookEventEnum",
    "WebhookKindEnum",
    "WebhooksDeliveriesStatus",
    "WebhookStatusEnum",
    "WebhookSwitchEnum",
)
