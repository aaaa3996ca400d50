from patients.models.encounter import Encounter, IntakeResponse, Questionnaire
from patients.models.episode import EpisodeOfCare, ExternalPractitioner, Prescription
from patients.models.invitation import Invitation
from patients.models.note import NoteAddendum, NoteTemplate, SessionNote
from patients.models.observation import Measure, Observation
from patients.models.patient import Patient

__all__ = [
    "Encounter",
    "EpisodeOfCare",
    "ExternalPractitioner",
    "IntakeResponse",
    "Invitation",
    "Measure",
    "NoteAddendum",
    "NoteTemplate",
    "Observation",
    "Patient",
    "Prescription",
    "Questionnaire",
    "SessionNote",
]
