"""What a light means for the patient, in plain words: what it says, and what to do now."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from pathways.engine.lights import JudgedEntry, Light


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


def meaning_of(judged: JudgedEntry) -> Meaning:
    """Explain the light of an entry."""
    title, advice = _words(judged)
    remark = ""
    if judged.masked:
        remark = _("You took a painkiller. It can hide pain, so this session does not count for a next step.")
    elif judged.next_derived:
        remark = _("For the morning after we used the pain that you logged before your next session.")
    return Meaning(judged.light, title, advice, remark)


def _words(judged: JudgedEntry) -> tuple[str, str]:
    entry, light = judged.entry, judged.light
    if light is Light.RED:
        return _red(judged)
    if light is Light.AMBER:
        return _amber(judged)
    if light is Light.GREEN:
        if entry.kind == "rest":
            return _("Green: your knee is calm."), _("Keep doing what you do.")
        return _("Green: your knee coped well."), _("You may go on with your plan.")
    if light is Light.PENDING:
        return (
            _("The colour follows after the question of the morning after."),
            _("Tomorrow morning we ask one more thing: how your knee is then. Only then do we know if it was green."),
        )
    return (
        _("No colour: the morning after was not filled in."),
        _("We do not know how your knee was afterwards. This session does not count for a next step."),
    )


def _red(judged: JudgedEntry) -> tuple[str, str]:
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
    return (
        _("Red: this was too much."),
        _("Do not run for 48 hours and leave out what hurt. Your physiotherapist sees this within one working day."),
    )


def _amber(judged: JudgedEntry) -> tuple[str, str]:
    entry = judged.entry
    if entry.kind == "rest":
        return _("Orange: your knee is more sore than usual."), _(
            "Take it easy today. Walking or cycling is fine up to pain 3."
        )
    if judged.peak is None:
        return _("Not today."), _("Walk or cycle instead, as long as the pain stays at 3 or less. Look again tomorrow.")
    if entry.kind == "run":
        return _("Orange: just too much."), _("Repeat this step next time, and do 10 to 20 percent less.")
    return _("Orange: just too much."), _("Do the same or 10 to 20 percent less next time.")


def contact_text() -> str:
    """What a blocked patient reads: neutral, no diagnosis."""
    return _(
        "Do not run and do not do exercises for now. Contact your physiotherapist or your doctor today. "
        "Call 112 when it cannot wait."
    )


def alarming_signs() -> list[str]:
    """The alarming signs in plain words, as the patient is asked about them (section 3c of the clinical content)."""
    return [
        _("Fever, or a hot, red knee."),
        _("A swollen, warm or painful calf."),
        _("Short of breath or chest pain: call 112."),
        _("A foot that drops, goes cold or numb, or trouble holding your urine."),
        _("After a fall or a twist: you cannot put weight on your leg, or the knee cracked and gave way."),
        _("The knee is locked or clearly swollen."),
        _("Pain on one spot of the bone, or pain at night that does not ease in any position."),
        _("Losing weight without wanting to, or feeling ill."),
        _("New tingling or loss of strength in your leg."),
    ]
