from patients.models.coding import Coding
from patients.models.data_import import DataImport, DataImportRow
from patients.models.encounter import Encounter, IntakeResponse, Questionnaire
from patients.models.episode import EpisodeOfCare, ExternalPractitioner, Prescription
from patients.models.invitation import Invitation
from patients.models.name_word import NameWord, NameWords
from patients.models.note import NoteAddendum, NoteTemplate, SessionNote
from patients.models.observation import Measure, Observation
from patients.models.patient import Patient
from patients.models.privacy import Consent, PrivacyText
from patients.models.privacy_erasure import Erasure, ErasureProof, RetentionDecision
from patients.models.privacy_request import PrivacyRequest, Restriction

__all__ = [
    "Coding",
    "Consent",
    "DataImport",
    "DataImportRow",
    "Encounter",
    "EpisodeOfCare",
    "Erasure",
    "ErasureProof",
    "ExternalPractitioner",
    "IntakeResponse",
    "Invitation",
    "Measure",
    "NameWord",
    "NameWords",
    "NoteAddendum",
    "NoteTemplate",
    "Observation",
    "Patient",
    "Prescription",
    "PrivacyRequest",
    "PrivacyText",
    "Questionnaire",
    "Restriction",
    "RetentionDecision",
    "SessionNote",
]
