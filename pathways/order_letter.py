"""The letter that asks a doctor for a new prescription: what was used, what the plan still holds, and the term."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pathways.letter_parts import Part, day, heading, items, paragraph, short_day, small
from pathways.models import CarePlan, FollowUp, Phase
from patients.content_words import spoken
from patients.models import EpisodeOfCare, Prescription
from patients.prescriptions import Order, orders
from scheduling.session_budget import session_budget


def order_parts(episode: EpisodeOfCare, plan: CarePlan | None, *, sessions: int, now: datetime.datetime) -> list[Part]:
    """Return what the letter says. Sessions are counted, and nothing is promised that the plan does not hold."""
    given = orders(Prescription.objects.filter(episode=episode), on=timezone.localdate(now))
    facts = {"name": str(episode.patient), "complaint": episode.reason, "day": day(episode.started_on)}
    parts = [
        paragraph(_("I have been treating %(name)s since %(day)s for: %(complaint)s.") % facts),
        paragraph(_request(sessions) % {"count": sessions}),
        heading(_("Prescriptions until now")),
        items(_order(order) for order in given) if given else paragraph(_("There is no prescription in the file.")),
        paragraph(_year(episode, now)),
    ]
    still = _still(plan) if plan is not None else []
    if still:
        parts += [heading(_("What the plan still holds")), items(still)]
    number = _("the diagnosis, the place of the complaint and the number of sessions: %(count)d.") % {"count": sessions}
    return [
        *parts,
        heading(_("What the prescription must name")),
        items([_("name of the patient, date, your name, RIZIV number and signature;"), number]),
        small(_("The first session must follow within two months of the prescription, or the fund pays nothing.")),
    ]


def _request(sessions: int) -> str:
    return ngettext(
        "To go on with the treatment, would you make a new prescription for %(count)d session of physiotherapy?",
        "To go on with the treatment, would you make a new prescription for %(count)d sessions of physiotherapy?",
        sessions,
    )


def _order(order: Order) -> str:
    facts = {
        "doctor": str(order.prescription.prescriber),
        "day": short_day(order.prescription.prescribed_on),
        "used": order.used,
        "ordered": order.prescription.sessions_ordered,
    }
    if facts["ordered"] is None:
        return _("%(doctor)s, %(day)s: %(used)d sessions used, no number ordered") % facts
    return _("%(doctor)s, %(day)s: %(used)d of %(ordered)d sessions used") % facts


def _year(episode: EpisodeOfCare, now: datetime.datetime) -> str:
    this_year = session_budget(episode, now=now).years[0]
    facts = {"year": this_year.year, "used": this_year.use.used, "booked": this_year.use.booked}
    return _("In %(year)d: %(used)d of 18 sessions used, %(booked)d booked ahead.") % facts


def _still(plan: CarePlan) -> list[str]:
    """The phases that are to come and the visits that are not booked yet, in plain words. Two queries."""
    running = plan.status in {CarePlan.Status.ACTIVE, CarePlan.Status.ON_HOLD}
    if not running:
        return []
    words = {Phase.Status.ACTIVE: _("now"), Phase.Status.PLANNED: _("to come")}
    phases = plan.phases.filter(status__in=list(words)).order_by("ordinal")
    found = [f"{spoken(phase.title)} ({words[Phase.Status(phase.status)]})" for phase in phases]
    open_visits = list(FollowUp.objects.filter(plan=plan).open().order_by("window_end"))
    if open_visits:
        text = ngettext(
            "%(count)d visit that is not booked yet, until %(day)s",
            "%(count)d visits that are not booked yet, until %(day)s",
            len(open_visits),
        )
        found.append(text % {"count": len(open_visits), "day": short_day(open_visits[-1].window_end)})
    return found
