"""What a light means for the patient, in plain words: what it says, and what to do now."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from pathways.engine.lights import JudgedEntry, Light
from pathways.engine.model import Definition


@dataclass(frozen=True, slots=True)
class Meaning:
    """A light with its sentence, its advice, and a remark where one is due."""

    light: Light
    title: str
    advice: str
    remark: str = ""

    @property
    def key(self) -> str:
        """The light in lower case, as style sheets and components call it."""
        return self.light.lower()


def meaning_of(judged: JudgedEntry, definition: Definition) -> Meaning:
    """Explain the light of an entry by the rules of its pathway."""
    title, advice = _words(judged, definition)
    remark = ""
    if judged.masked:
        remark = _("You took a painkiller. It can hide pain, so this session does not count for a next step.")
    elif judged.next_derived:
        remark = _("For the morning after we used the pain that you logged before your next session.")
    return Meaning(judged.light, title, advice, remark)


def _words(judged: JudgedEntry, definition: Definition) -> tuple[str, str]:
    entry, light = judged.entry, judged.light
    if light is Light.RED:
        return _red(judged, definition)
    if light is Light.AMBER:
        return _amber(judged, definition.lights.green_peak_max)
    if light is Light.GREEN:
        if entry.kind == "rest":
            return _("Green: it is calm."), _("Keep doing what you do.")
        return _("Green: this went well."), _("You may go on with your plan.")
    if light is Light.PENDING:
        return (
            _("The colour follows after the question of the morning after."),
            _("Tomorrow morning we ask one more thing: how the pain is then. Only then do we know if it was green."),
        )
    return (
        _("No colour: the morning after was not filled in."),
        _("We do not know how the pain was afterwards. This session does not count for a next step."),
    )


def _red(judged: JudgedEntry, definition: Definition) -> tuple[str, str]:
    if judged.entry.rf_any:
        return _("Contact us today."), contact_text()
    if judged.entry.kind == "run":
        return (
            _("Red: this was too much."),
            _(
                "Do not run for 48 hours. After that you start one step lower. "
                "Your physiotherapist sees this within one working day."
            ),
        )
    if definition.running is None:
        return (
            _("Red: this was too much."),
            _("Leave out what hurt and take it easy. Your physiotherapist sees this within one working day."),
        )
    return (
        _("Red: this was too much."),
        _("Do not run for 48 hours and leave out what hurt. Your physiotherapist sees this within one working day."),
    )


def _amber(judged: JudgedEntry, limit: int) -> tuple[str, str]:
    entry = judged.entry
    if entry.kind == "rest":
        easy = _("Take it easy today. Walking or cycling is fine up to pain %(limit)s.") % {"limit": limit}
        return _("Orange: more pain than usual."), easy
    if judged.peak is None:
        instead = _("Walk or cycle instead, as long as the pain stays at %(limit)s or less. Look again tomorrow.")
        return _("Not today."), instead % {"limit": limit}
    if entry.kind == "run":
        return _("Orange: just too much."), _("Repeat this step next time, and do 10 to 20 percent less.")
    return _("Orange: just too much."), _("Do the same or 10 to 20 percent less next time.")


def contact_text() -> str:
    """What a blocked patient reads: neutral, no diagnosis."""
    return _(
        "No sport and no exercises for now. Contact your physiotherapist or your doctor today. "
        "Call 112 when it cannot wait."
    )
