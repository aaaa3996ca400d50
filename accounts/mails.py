"""The mails with which people sign in. No name, no number, nothing about care: only what is needed to go on."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from accounts.password_links import password_path
from accounts.sign_in_codes import Issued


def absolute(request: HttpRequest, path: str) -> str:
    """Return a full address: the practice's own when it is set, never what a Host header says then."""
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)


def mail_sign_in_code(request: HttpRequest, email: str, user: User | None, issued: Issued) -> None:
    """Send the code and the link; to an address that signs in otherwise, or not at all, one mail that says so."""
    if user is None:
        context = {"request": request, "sign_in_url": absolute(request, reverse("account_login"))}
        get_adapter(request).send_mail("account/email/unknown_account", email, context)
        return
    link = absolute(request, reverse("accounts:link", args=[issued.secret]))
    context = {"request": request, "user": user, "code": issued.code, "link": link}
    get_adapter(request).send_mail("account/email/sign_in_code", user.email, context)


def mail_proof_code(request: HttpRequest, user: User, issued: Issued) -> None:
    """Send a code that proves who somebody is, for one deed."""
    context = {"request": request, "user": user, "code": issued.code}
    get_adapter(request).send_mail("account/email/proof_code", user.email, context)


def mail_staff_invitation(request: HttpRequest, user: User) -> None:
    """Send a colleague the link with which the account begins: choose a password, then set up a second factor.

    Raises OSError when the mail cannot be handed over.
    """
    context = {"request": request, "user": user, "link": absolute(request, password_path(user))}
    get_adapter(request).send_mail("account/email/staff_invitation", user.email, context)
