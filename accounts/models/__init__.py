from accounts.models.access_log import AccessLog
from accounts.models.access_reason import AccessReason, AccessReview
from accounts.models.api_token import ApiToken
from accounts.models.audit_link import AuditHead, AuditLink
from accounts.models.practitioner import Practitioner
from accounts.models.security_event import SecurityEvent
from accounts.models.user import Role, User

__all__ = [
    "AccessLog",
    "AccessReason",
    "AccessReview",
    "ApiToken",
    "AuditHead",
    "AuditLink",
    "Practitioner",
    "Role",
    "SecurityEvent",
    "User",
]
