from accounts.models.access_log import AccessLog
from accounts.models.access_reason import AccessReason, AccessReview
from accounts.models.api_token import ApiToken
from accounts.models.audit_link import AuditHead, AuditLink
from accounts.models.device import Device
from accounts.models.idempotency_key import IdempotencyKey
from accounts.models.limit_count import LimitCount
from accounts.models.practitioner import Practitioner
from accounts.models.security_event import SecurityEvent
from accounts.models.sign_in_code import SignInCode
from accounts.models.user import Language, Role, User
from accounts.models.webhook import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent, WebhookKind

__all__ = [
    "AccessLog",
    "AccessReason",
    "AccessReview",
    "ApiToken",
    "AuditHead",
    "AuditLink",
    "Device",
    "IdempotencyKey",
    "Language",
    "LimitCount",
    "Practitioner",
    "Role",
    "SecurityEvent",
    "SignInCode",
    "User",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookEvent",
    "WebhookKind",
]
