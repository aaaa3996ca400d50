"""The alarming signs as a patient reads them, in the diary and on paper: plain words, never a suspected diagnosis."""

from django.utils.translation import gettext as _

from pathways.engine.model import Definition
from patients.content_words import all_spoken


def alarming_signs(definition: Definition) -> list[str]:
    """The alarming signs in plain words, as the patient is asked about them: the pathway's own, else general ones."""
    if definition.alarm_signs:
        return list(all_spoken(definition.alarm_signs))
    return [
        _("Fever, or a hot, red joint."),
        _("A swollen, warm or painful calf."),
        _("Short of breath or chest pain: call 112."),
        _("A foot that drops, goes cold or numb, or trouble holding your urine."),
        _("After a fall or a twist: you cannot put weight on your leg."),
        _("A joint that is locked or clearly swollen."),
        _("Pain on one spot of the bone, or pain at night that does not ease in any position."),
        _("Losing weight without wanting to, or feeling ill."),
        _("New tingling or loss of strength in your leg."),
    ]
