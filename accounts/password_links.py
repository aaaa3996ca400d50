"""The link with which somebody chooses a first password: the same as of a forgotten one (docs/sign-in.md)."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from accounts.models import User


def password_path(user: User) -> str:
    """Return the path of the page on which a user chooses a password. It works once, for three days.

    Nothing of it is kept: it ends with the password that it was made for. It is a key, so it goes to its reader only.
    """
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    return reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"}).replace("UID-KEY", key)
