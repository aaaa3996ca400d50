"""What the tests of signing in share: passwords, codes of an app, and the mails that were sent."""

import re
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.test import Client

from accounts.models import User

PASSWORD = "zeven groene fietsen bij het kanaal"  # noqa: S105
NEW_PASSWORD = "acht natte paraplu's in de gang"  # noqa: S105
LOGIN, HOME = "/account/login/", "/"


def with_password(user: User) -> User:
    """Give a member of the cast a password."""
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def with_app(user: User) -> str:
    """Give a user an app and recovery codes, and return the app's secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def app_code(secret: str) -> str:
    """Return the code that the app shows now; another one every 30 seconds."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def recovery_codes(user: User) -> list[str]:
    authenticator = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
    return RecoveryCodes(authenticator).get_unused_codes()


def give_password(client: Client, email: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post(LOGIN, {"login": email, "password": password}, **more)


def sign_in_with_app(client: Client, user: User, secret: str) -> Any:
    give_password(client, user.email)
    return client.post("/account/2fa/authenticate/", {"code": app_code(secret)})


def is_signed_in(client: Client) -> bool:
    """Return whether the browser reaches a page behind the gate."""
    return bool(client.get("/account/devices/").status_code == 200)


def mailed_code() -> str:
    found = re.search(r"\b\d{6}\b", str(mail.outbox[-1].body))
    assert found
    return found[0]


def mailed_path() -> str:
    found = re.search(r"https?://[^/\s]+(/account/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def choose_password(client: Client, path: str, password: str) -> Any:
    """Open the mailed link to a new password, fill its form in, and return the page that follows."""
    form = client.get(path, follow=True).redirect_chain[-1][0]
    return client.post(form, {"password1": password, "password2": password}, follow=True)
