"""The types of the record: who somebody is, what is the matter, who ordered care, what was agreed about data."""

from typing import Any

from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery

from accounts.models import Practitioner, User
from fysicure.fhir.consent import consent
from fysicure.fhir.elements import LOCAL, NIHDI, SSIN, Resource
from fysicure.fhir.encounter import encounter
from fysicure.fhir.episode_of_care import CLINICAL, condition, episode_of_care
from fysicure.fhir.lookup import Lookup
from fysicure.fhir.patient import patient
from fysicure.fhir.practitioner import practitioner
from fysicure.fhir.server.clauses import Choice, Code, Ref, Text, When, Written
from fysicure.fhir.server.kinds import CHANGED, Kind, Source, by_history, by_key, last_event, with_change
from fysicure.fhir.service_request import service_request
from pathways.models import Classification
from patients.models import Consent, Encounter, EpisodeOfCare, ExternalPractitioner, Patient, Prescription

CHANGE = When(CHANGED)
_TEXTS = tuple(f"pathway_version__{name}" for name in ("document", "measures", "exercises", "references"))
OF_PATIENT = Ref("patient_id", "Patient")
OF_EPISODE = Ref("episode__patient_id", "Patient")
_ENDED = Q(status__in=[EpisodeOfCare.Status.FINISHED, EpisodeOfCare.Status.CANCELLED])
_PLACE = {"address-city": "individual-address-city", "address-postalcode": "individual-address-postalcode"}
_PERSON = {name: f"individual-{name}" for name in ("family", "given", "birthdate", "gender", "phone", "email")}


def _patients(user: User) -> QuerySet[Any]:
    return with_change(Patient.objects.visible_to(user))


def _episodes(user: User) -> QuerySet[Any]:
    """Episodes with the orders that they rest on."""
    rows = EpisodeOfCare.objects.visible_to(user).prefetch_related("prescriptions")
    return with_change(rows, last_event(Prescription, "episode_id"))


def _complaints(user: User) -> QuerySet[Any]:
    """Episodes with what was concluded of them, the newest first."""
    newest = (
        Classification.objects.select_related("pathway_version").defer("result", *_TEXTS).order_by("-made_at", "-id")
    )
    rows = EpisodeOfCare.objects.visible_to(user).prefetch_related(Prefetch("classifications", newest))
    concluded = Classification.objects.filter(episode=OuterRef("pk")).order_by("-made_at", "-id")
    return with_change(rows, Subquery(concluded.values("made_at")[:1]))


def _condition(row: EpisodeOfCare, lookup: Lookup) -> Resource:
    return condition(row, classification=next(iter(row.classifications.all()), None), lookup=lookup)


def _encounters(user: User) -> QuerySet[Any]:
    return with_change(Encounter.objects.visible_to(user).annotate(visit_id=F("appointment__pk")))


def _orders(user: User) -> QuerySet[Any]:
    """Orders with their episode, which tells whether they are done."""
    rows = Prescription.objects.visible_to(user).select_related("episode")
    return with_change(rows, last_event(EpisodeOfCare, "pgh_obj_id", of="episode_id"))


def _consents(user: User) -> QuerySet[Any]:
    """Choices about data; that a notice was read is none."""
    return Consent.objects.visible_to(user).exclude(choice=Consent.Choice.SHOWN).select_related("text")


def _consent(row: Consent) -> Resource:
    made = consent(row)
    if made is None:
        raise LookupError(row.pk)
    return made


PATIENT = Kind(
    name="Patient",
    action="api.patients",
    is_clinical=False,
    sources=(
        Source(
            rows=_patients,
            resource=lambda row, lookup: patient(row),
            patient="pk",
            changed=by_history,
            sorts={"family": "name_folded", "given": "given_folded", "birthdate": "birth_date"},
            clauses={
                "name": Text(("family_name", "given_name"), prefix=("name_folded", "given_folded")),
                "family": Text(("family_name",), prefix=("name_folded",)),
                "given": Text(("given_name",), prefix=("given_folded",)),
                "birthdate": When("birth_date", in_days=True),
                "gender": Code("gender", "http://hl7.org/fhir/administrative-gender"),
                "identifier": Code("national_number", SSIN),
                "phone": Code("phone", "phone"),
                "email": Code("email__iexact", "email"),
                "address-city": Text(("city",)),
                "address-postalcode": Text(("postal_code",)),
                "language": Code("language", "urn:ietf:bcp:47"),
                "active": Choice({"true": Q(archived_at__isnull=True), "false": Q(archived_at__isnull=False)}),
                "general-practitioner": Ref("general_practitioner_id", "Practitioner"),
                "_lastUpdated": CHANGE,
            },
        ),
    ),
    definitions={**_PERSON, **_PLACE},
    private=frozenset(
        {"name", "family", "given", "birthdate", "identifier", "phone", "email", "address-city", "address-postalcode"}
    ),
    includes={"general-practitioner": "generalPractitioner"},
)

PRACTITIONER = Kind(
    name="Practitioner",
    action="api.patients",
    is_clinical=False,
    sources=tuple(
        Source(
            rows=lambda user, model=model: model._default_manager.all(),  # type: ignore[misc]
            resource=lambda row, lookup: practitioner(row),
            clauses={"name": Text(("name",)), "identifier": Code("nihdi_number", NIHDI)},
        )
        for model in (Practitioner, ExternalPractitioner)
    ),
)

EPISODE = Kind(
    name="EpisodeOfCare",
    action="api.patients",
    is_clinical=False,
    sources=(
        Source(
            rows=_episodes,
            resource=lambda row, lookup: episode_of_care(row, orders=row.prescriptions.all()),
            patient="patient_id",
            changed=by_history,
            sorts={"date": "started_on"},
            clauses={
                "patient": OF_PATIENT,
                "care-manager": Ref("practitioner_id", "Practitioner"),
                "status": Code("status", "http://hl7.org/fhir/episode-of-care-status"),
                "date": When("started_on", "ended_on", in_days=True),
                "_lastUpdated": CHANGE,
            },
        ),
    ),
    definitions={"patient": "clinical-patient", "date": "clinical-date"},
    desk=("patient", "status", "statusHistory", "careManager", "managingOrganization", "period"),
    mandatory=("status", "patient"),
    includes={"patient": "patient", "care-manager": "careManager"},
)

CONDITION = Kind(
    name="Condition",
    action="api.clinical",
    is_clinical=True,
    sources=(
        Source(
            rows=_complaints,
            resource=_condition,
            patient="patient_id",
            changed=by_history,
            sorts={"recorded-date": "started_on"},
            clauses={
                "patient": OF_PATIENT,
                "subject": OF_PATIENT,
                "clinical-status": Choice({"active": ~_ENDED, "inactive": _ENDED}, CLINICAL),
                "recorded-date": When("started_on", in_days=True),
                "_lastUpdated": CHANGE,
            },
        ),
    ),
    definitions={"patient": "clinical-patient"},
    mandatory=("subject",),
    includes={"patient": "subject", "subject": "subject"},
)

ENCOUNTER = Kind(
    name="Encounter",
    action="api.clinical",
    is_clinical=True,
    sources=(
        Source(
            rows=_encounters,
            resource=lambda row, lookup: encounter(row, visit=row.visit_id),
            patient="patient_id",
            changed=by_history,
            sorts={"date": "started_at"},
            clauses={
                "patient": OF_PATIENT,
                "subject": OF_PATIENT,
                "practitioner": Ref("practitioner_id", "Practitioner"),
                "episode-of-care": Ref("episode_id", "EpisodeOfCare"),
                "based-on": Ref("prescription_id", "ServiceRequest"),
                "status": Code("status", "http://hl7.org/fhir/encounter-status"),
                "type": Code("kind", f"{LOCAL}/encounter-kind"),
                "date": When("started_at", "ended_at"),
                "_lastUpdated": CHANGE,
            },
        ),
    ),
    definitions={"patient": "clinical-patient", "type": "clinical-type", "date": "clinical-date"},
    mandatory=("status", "class"),
    includes={
        "patient": "subject", "subject": "subject", "practitioner": "participant", "episode-of-care": "episodeOfCare",
        "based-on": "basedOn",
    },
)  # fmt: skip

SERVICE_REQUEST = Kind(
    name="ServiceRequest",
    action="api.clinical",
    is_clinical=True,
    sources=(
        Source(
            rows=_orders,
            resource=lambda row, lookup: service_request(row, lookup=lookup),
            patient="episode__patient_id",
            changed=by_history,
            sorts={"authored": "prescribed_on"},
            clauses={
                "patient": OF_EPISODE,
                "subject": OF_EPISODE,
                "requester": Ref("prescriber_id", "Practitioner"),
                "authored": When("prescribed_on", in_days=True),
                "_lastUpdated": CHANGE,
            },
        ),
    ),
    definitions={"patient": "clinical-patient"},
    mandatory=("status", "intent", "subject"),
    includes={"patient": "subject", "subject": "subject", "requester": "requester"},
)

CONSENT = Kind(
    name="Consent",
    action="api.clinical",
    is_clinical=True,
    sources=(
        Source(
            rows=_consents,
            resource=lambda row, lookup: _consent(row),
            patient="patient_id",
            changed=by_key,
            sorts={"date": "made_at"},
            clauses={
                "patient": OF_PATIENT,
                "category": Code("kind", f"{LOCAL}/consent"),
                "status": Code(
                    "choice",
                    "http://hl7.org/fhir/consent-state-codes",
                    {"active": "given", "rejected": "refused", "inactive": "withdrawn"},
                ),
                "date": When("made_at"),
                "_lastUpdated": Written(),
            },
        ),
    ),
    definitions={"patient": "clinical-patient", "date": "clinical-date"},
    mandatory=("status", "scope", "category"),
    includes={"patient": "patient"},
)
