"""What every answer says to the browser, errors and files included (OWASP ASVS 3.4, 14.3.2)."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Every feature that a page of a clinic has no use for. Passkeys, copying an address and keeping the screen on while an
# exercise is counted are for our own pages.
_OFF = (
    "accelerometer ambient-light-sensor autoplay battery bluetooth browsing-topics camera display-capture "
    "encrypted-media fullscreen gamepad geolocation gyroscope hid idle-detection local-fonts magnetometer microphone "
    "midi payment picture-in-picture serial storage-access usb web-share window-management xr-spatial-tracking"
)
_OWN = ("clipboard-write", "publickey-credentials-create", "publickey-credentials-get", "screen-wake-lock")
PERMISSIONS = ", ".join([*(f"{name}=()" for name in _OFF.split()), *(f"{name}=(self)" for name in _OWN)])
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
NEVER = ("X-Powered-By", "Access-Control-Allow-Origin")


class SecurityHeadersMiddleware:
    """Stands outside all that can answer by itself, so that no answer leaves without these headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in ALWAYS.items():
            response[name] = value
        for name in NEVER:
            del response[name]
        if not _is_public_file(request, response):
            response["Cache-Control"] = "private, no-store"
        return response


def _is_public_file(request: HttpRequest, response: HttpResponseBase) -> bool:
    return request.path.startswith("/static/") and response.status_code in {200, 206, 304}
