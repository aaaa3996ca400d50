"""Handing one message to the mail server or the provider of text messages, and what can be known afterwards."""

import email.policy
import smtplib
import socket
from email.headerregistry import HeaderRegistry, UniqueUnstructuredHeader
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage, InvalidMailer, mailers

from scheduling.messages_reasons import Reason
from scheduling.models import Channel, Communication
from scheduling.sms import NotSent, Unsure, gateway


class _OneLine(UniqueUnstructuredHeader):
    """A header that is never folded: a folded address would be encoded, and no mail program could read it."""

    def fold(self, *, policy: Any) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _OneLine)  # type: ignore[arg-type]


class Letter(EmailMessage):
    """An e-mail whose List-Unsubscribe stays on one line."""

    def message(self, *, policy: Any = email.policy.default) -> Any:
        return super().message(policy=policy.clone(header_factory=_HEADERS))


def send(message: Communication, *, stop_link: str) -> None:
    """Send a message whose text and address are frozen on its row. Returning means that the other side took it.

    Raises NotSent when it surely did not leave and Unsure when nobody knows.
    """
    if message.channel == Channel.SMS:
        _send_sms(message)
    else:
        _send_mail(message, stop_link)


def _send_sms(message: Communication) -> None:
    try:
        provider = gateway()
    except (ImportError, ImproperlyConfigured) as error:
        raise NotSent(Reason.NO_CONNECTION, error) from error
    try:
        provider.send(message.address, message.body)
    except (NotSent, Unsure):
        raise
    except Exception as error:  # a provider's bug: the text may have left
        raise Unsure(repr(error)) from error


def mail_of(message: Communication, *, stop_link: str) -> Letter:
    """Return the e-mail of a message. Its Message-ID is that of the row, so that mail programs show a repeat once."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ") or "localhost"
    headers = {"Message-ID": f"<{message.pk}@{domain}>", "Auto-Submitted": "auto-generated"}
    if stop_link:
        headers |= {"List-Unsubscribe": f"<{stop_link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return Letter(message.subject, message.body, settings.DEFAULT_FROM_EMAIL, [message.address], headers=headers)


def _send_mail(message: Communication, stop_link: str) -> None:
    mail = mail_of(message, stop_link=stop_link)
    try:
        mail.message()  # a header that would hold a second line is refused here, before anything leaves
    except Exception as error:
        raise NotSent(Reason.UNSENDABLE, error, is_final=True) from error
    try:
        connection = mailers.default
        connection.open()
    except (OSError, smtplib.SMTPException, InvalidMailer) as error:
        raise NotSent(Reason.NO_CONNECTION, error) from error
    taken = 0
    try:
        taken = connection.send_messages([mail]) or 0
    except Exception as error:
        raise _judged(error) from error
    finally:
        _close(connection)
    if not taken:
        raise Unsure("the mailer says that it took nothing")


def _judged(error: Exception) -> Exception:
    """Return what an error while sending means: a reply of the server is a refusal, silence is not."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
        return NotSent(Reason.ADDRESS_REFUSED, _said(code, reply), is_final=code >= 500)
    if isinstance(error, smtplib.SMTPResponseException):
        said = _said(error.smtp_code, error.smtp_error)
        # -1 is no reply at all: only a reply from 400 up says that nothing was taken.
        return NotSent(Reason.REFUSED, said) if error.smtp_code >= 400 else Unsure(said)
    if isinstance(error, ConnectionRefusedError | socket.gaierror):
        return NotSent(Reason.NO_CONNECTION, error)
    if isinstance(error, ValueError):  # an address that cannot be one, found before the first word to the server
        return NotSent(Reason.UNSENDABLE, error, is_final=True)
    return Unsure(repr(error))


def _said(code: int, reply: bytes | str) -> str:
    return f"{code} {reply.decode(errors='replace') if isinstance(reply, bytes) else reply}"


def _close(connection: object) -> None:
    """Say goodbye to the mail server; what goes wrong after it took the message changes nothing."""
    try:
        connection.close()  # type: ignore[attr-defined]
    except (OSError, smtplib.SMTPException):
        return
