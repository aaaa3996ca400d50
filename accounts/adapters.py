"""What allauth asks of us."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.browsers import browser_name
from accounts.ciphers import cipher
from accounts.limits import TooManyAttempts
from accounts.mails import absolute
from accounts.models import User
from accounts.second_factor import has_authenticator
from accounts.security_log import address_of
from accounts.sign_in_limits import begin_password_attempt, password_was_right
from accounts.step_up import came_in_recently


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the practice: nobody signs up alone. Attempts are counted by accounts.sign_in_limits."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy("This e-mail address and this password do not belong together."),
        "incorrect_code": gettext_lazy("This code is not right. Look again, or wait for the next one."),
        "incorrect_password": gettext_lazy("This password is not right."),
        "too_many_login_attempts": gettext_lazy("Too many attempts. Try again in five minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Users have no username: they sign in by e-mail address."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Check a password, counted before it is checked; one hash for every answer (known, unknown, switched off)."""
        email = str(credentials.get("email", ""))
        try:
            begin_password_attempt(request, email, now=timezone.now())
        except TooManyAttempts as error:
            raise ValidationError(error.detail, code="too_many_login_attempts") from error
        user = authenticate(request, **credentials)
        if user is not None:
            password_was_right(request, email)
        return user

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request) or "0.0.0.0"  # noqa: S104

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail in the language of the account, or of the page when the address is not known."""
        user = context.get("user") or User.objects.filter(email__iexact=email).first()
        language = context.get("language") or (user.language if user else settings.LANGUAGE_CODE)
        with translation.override(language):
            super().send_mail(template_prefix, email, {**context, "practice": settings.PRACTICE_NAME})

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Lead to the practice's own address when it is set, whatever host the request named."""
        return absolute(self.request, urlsplit(super().get_reset_password_from_key_url(key)).path)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Setting up the first factor right after signing in asks for the password once, not twice."""
        request = context.request
        user = getattr(request, "user", None)
        if app == "allauth.mfa" and isinstance(user, User) and not has_authenticator(user):
            return not came_in_recently(request)
        return super().is_reauthentication_required(app=app, **kwargs)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Who has no password and no authenticator proves who they are by a code in their mail."""
        methods = super().get_reauthentication_methods(user)
        if not methods and user.is_authenticated:
            description = _("Send me a code by e-mail")
            methods = [{"id": "code", "description": description, "url": reverse("accounts:prove")}]
        return methods


AUTHENTICATORS = "accounts.authenticators"


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of authenticators (app seeds, seeds of recovery codes) are encrypted with a key from SECRET_KEY."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is not right. Look again, or wait for the next one."),
    }

    def _get_site_name(self) -> str:
        return settings.PRACTICE_NAME

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """Name a new passkey after the browser that it is made in."""
        return browser_name(context.request.META.get("HTTP_USER_AGENT", "")) or _("Passkey")

    def encrypt(self, text: str) -> str:
        return cipher(AUTHENTICATORS).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return cipher(AUTHENTICATORS).decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return encrypted_text  # made before secrets were encrypted
