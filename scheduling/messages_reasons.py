"""Why a message was not sent, or nobody knows: kept as a code with what the other side said, shown as a sentence."""

from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


class Reason(StrEnum):
    """Codes in the column `error` of Communication; a colon and the technical detail may follow."""

    NOTHING_CHANGED = "nothing-changed"
    NO_CONSENT = "no-consent"
    ARCHIVED = "archived"
    VISIT_GONE = "visit-gone"
    VISIT_MOVED = "visit-moved"
    TOLD_ALREADY = "told-already"
    QUIET = "quiet"
    REPLACED = "replaced"
    OFFER_CLOSED = "offer-closed"
    SETTLED = "settled"
    NO_ADDRESS = "no-address"
    NO_MOBILE = "no-mobile"
    NO_CONNECTION = "no-connection"
    REFUSED = "refused"
    ADDRESS_REFUSED = "address-refused"
    UNSENDABLE = "unsendable"
    NO_ANSWER = "no-answer"
    INTERRUPTED = "interrupted"


SENTENCES = {
    Reason.NOTHING_CHANGED: gettext_noop("In the end nothing had changed."),
    Reason.NO_CONSENT: gettext_noop("The patient no longer wants messages over this channel."),
    Reason.ARCHIVED: gettext_noop("The patient is archived."),
    Reason.VISIT_GONE: gettext_noop("The appointment was cancelled or is over."),
    Reason.VISIT_MOVED: gettext_noop("The appointment was moved."),
    Reason.TOLD_ALREADY: gettext_noop("The patient had just been told of this appointment."),
    Reason.QUIET: gettext_noop("The appointment begins before messages may be sent again."),
    Reason.REPLACED: gettext_noop("A later message tells this as well."),
    Reason.OFFER_CLOSED: gettext_noop("The offer was answered or is too late."),
    Reason.SETTLED: gettext_noop("The practice told the patient in another way."),
    Reason.NO_ADDRESS: gettext_noop("The patient has no e-mail address."),
    Reason.NO_MOBILE: gettext_noop("The patient has no mobile number."),
    Reason.NO_CONNECTION: gettext_noop("The mail or text message service could not be reached."),
    Reason.REFUSED: gettext_noop("The mail or text message service refused the message."),
    Reason.ADDRESS_REFUSED: gettext_noop("This address or number does not exist or takes no messages."),
    Reason.UNSENDABLE: gettext_noop("This message cannot be sent as it is."),
    Reason.NO_ANSWER: gettext_noop("The service did not confirm that it took the message."),
    Reason.INTERRUPTED: gettext_noop("Sending was interrupted; the message may have left."),
}


def sentence(error: str) -> str:
    """Return why, for a person to read; "" when nothing went wrong."""
    code = error.partition(":")[0]
    return _(SENTENCES[Reason(code)]) if code in Reason else error


def written(reason: Reason, detail: object = "") -> str:
    """Return what the column keeps: the code, and the detail on one line, 200 characters in all."""
    said = " ".join(str(detail).split())
    return (f"{reason.value}: {said}" if said else reason.value)[:200]
