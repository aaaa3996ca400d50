"""drf-spectacular's settings. Plain data: Django's settings import it before anything of Django is ready."""

from pathlib import Path
from typing import Any

from fysicure.api_document.components import HEADERS, RESPONSES, SCHEMAS
from fysicure.api_document.tags import TAGS

_INFO = Path(__file__).parent / "words" / "info.md"

SETTINGS: dict[str, Any] = {
    "TITLE": "Fysicure",
    "DESCRIPTION": _INFO.read_text(encoding="utf-8"),
    "VERSION": "1.0.0",
    "CONTACT": {"name": "The practice that runs this server", "email": "praktijk@fysicure.example"},
    "TAGS": TAGS,
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    # Who writes a row and who reads it see other fields: two shapes, so that neither has to be guessed.
    "COMPONENT_SPLIT_REQUEST": True,
    "APPEND_COMPONENTS": {"schemas": SCHEMAS, "responses": RESPONSES, "headers": HEADERS},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "fysicure.api_document.finish.finish",
    ],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "OneSideEnum": ["L", "R"],
        "AppointmentStatusEnum": "scheduling.models.Appointment.Status",
        "BookableKindEnum": "scheduling.api_shapes.BOOKABLE",
        "DiaryKindEnum": "pathways.models.DiaryEntry.Kind",
        "EncounterKindEnum": "patients.models.Encounter.Kind",
        "MeasureTypeEnum": "patients.models.Measure.Type",
        "WebhookDeliveryStatusEnum": "accounts.models.WebhookDelivery.Status",
        "WebhookErrorEnum": "accounts.webhooks.shapes.ERRORS",
        "WebhookEventEnum": "accounts.webhooks.shapes.CHOOSABLE",
        "WebhookKindEnum": "accounts.models.WebhookKind",
        "WebhookStatusEnum": "accounts.models.WebhookEndpoint.Status",
        "WebhookSwitchEnum": "accounts.webhooks.shapes.SWITCH",
    },
}
