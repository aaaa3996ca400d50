"""Bringing people into the practice: its owner once, by who runs the server, and colleagues, by the owner.

Nobody knows another's password: an account begins without one, and its owner chooses it by a link that works once.
"""

import pghistory
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.exceptions import DomainError, InvalidInput
from accounts.models import Practitioner, Role, User

INVITED_ROLES = (Role.THERAPIST, Role.RECEPTIONIST)
# Dark enough for white letters, and told apart also by people who see few colours; the first is the house's own.
COLOURS = ("#0f5c63", "#8a4b08", "#3d5a98", "#7a3b69", "#4d6b1f", "#a3363b", "#5b4a9c", "#46606b")


class OwnerThere(DomainError):
    """The practice has another owner already: a second one is made by the first."""

    title = "Owner there"


class NotInvited(DomainError):
    """An invitation cannot be sent to this account."""

    title = "Not invited"


@transaction.atomic
def make_owner(email: str, *, name: str) -> tuple[User, bool]:
    """Return the owner's account, and whether it was made now. It has no password yet.

    Raises OwnerThere when somebody else owns the practice, InvalidInput when the address is of another account.
    """
    address = email.strip().lower()
    owners = User.objects.filter(role=Role.ADMIN, is_active=True)
    same = owners.filter(email__iexact=address).first()
    if same is not None:
        return same, False
    if owners.exists():
        raise OwnerThere(_("This practice has an owner already, who can make other accounts."))
    if User.objects.filter(email__iexact=address).exists():
        raise _address_taken()
    with pghistory.context(job="setup_practice"):
        return User.objects.create_superuser(address, None, name=name.strip()), True


def invite_colleague(
    *, email: str, name: str, role: str, language: str, colour: str = COLOURS[0], nihdi_number: str = "", by: User
) -> User:
    """Make a colleague's account without a password and, for a physiotherapist, the person of the agenda.

    Raises InvalidInput that names the field: an address that signs in already, a role that nobody is invited to.
    """
    if role not in INVITED_ROLES:
        sentence = _("Only physiotherapists and receptionists are invited here.")
        raise InvalidInput(sentence, errors={"role": [sentence]})
    try:
        with transaction.atomic(), pghistory.context(user=str(by.pk)):
            user = User.objects.create_user(email, None, role=role, name=name.strip(), language=language)
            if role == Role.THERAPIST:
                own = {"name": user.name, "colour": colour, "nihdi_number": nihdi_number}
                Practitioner.objects.create(user=user, **own)
    except IntegrityError as error:
        if not User.objects.filter(email__iexact=email.strip()).exists():
            raise
        raise _address_taken() from error
    return user


def check_open(colleague: User) -> None:
    """Refuse to invite again who is switched off, is no colleague, or chose a password. Raises NotInvited."""
    if not colleague.is_active or colleague.role == Role.PATIENT:
        raise NotInvited(_("This account cannot be invited."))
    if colleague.has_usable_password():
        raise NotInvited(_("%(name)s chose a password already.") % {"name": colleague.name})


def next_colour() -> str:
    """Return the first colour that no physiotherapist has yet, else the first one. One query."""
    taken = set(Practitioner.objects.filter(is_active=True).values_list("colour", flat=True))
    return next((colour for colour in COLOURS if colour not in taken), COLOURS[0])


def _address_taken() -> InvalidInput:
    sentence = _("There is already an account with this e-mail address.")
    return InvalidInput(sentence, errors={"email": [sentence]})
