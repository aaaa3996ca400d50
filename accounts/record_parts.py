"""The parts of a record, and what people call them: what `record_access` notes, in one place."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PARTS: dict[str, str | Promise] = {
    # who the person is
    "contact": _("contact details"),
    "details": _("form with the contact details"),
    "record": _("basic data"),
    "admin": _("administration site"),
    "episode of the desk": _("episode of care, without what is the matter"),
    "prescription": _("prescription"),
    "privacy": _("privacy and consents"),
    "erasure": _("erasure of the record"),
    # what is the matter
    "chart": _("record"),
    "episode": _("episode of care"),
    "intake": _("intake"),
    "classification": _("classification"),
    "note": _("session note"),
    "encounter": _("contact with the practice"),
    "observation": _("measurement"),
    "clinical admin": _("administration site"),
    # the plan
    "portal": _("start page of the portal"),
    "plan": _("treatment plan"),
    "retest": _("retest"),
    "charts": _("charts"),
    "analysis": _("strength and gait analysis"),
    "outcomes": _("outcomes of questionnaires"),
    "outcome": _("questionnaire"),
    "questionnaire": _("questionnaire"),
    "exercise_change": _("exercises of the plan"),
    "exercise_add": _("exercises of the plan"),
    "pause": _("pause of the plan"),
    "resume": _("pause of the plan"),
    "restart": _("new start of the plan"),
    "discharge": _("end of the plan"),
    "diary": _("diary"),
    "check_in": _("question after the treatment"),
    "task": _("task"),
    "letters": _("letters to doctors"),
    "letter": _("letter to a doctor"),
    "letter pdf": _("letter to a doctor, as a file"),
    # time
    "appointment": _("appointment"),
    "visits": _("appointments"),
    "series": _("series of appointments"),
    "follow-ups": _("follow-up appointments"),
    "waiting list": _("waiting list"),
    "messages": _("messages"),
    "calendar": _("calendar feed"),
    "day sheet": _("printed agenda of a day"),
    # the whole
    "export": _("copy of the whole record"),
    # asked by other programs over FHIR
    "other program": _("data without what is the matter, for another program"),
    "other program clinical": _("data about the care, for another program"),
    "other program list": _("list for another program"),
    "other program clinical list": _("list about the care, for another program"),
    "other program everything": _("whole record, for another program"),
    # several records at once
    "patient list": _("list of patients"),
    "episode list": _("list of episodes of care"),
    "prescription list": _("list of prescriptions"),
    "encounters": _("list of contacts with the practice"),
    "observations": _("list of measurements"),
    "plan list": _("list of treatment plans"),
    "diary list": _("list of diary entries"),
    "appointment list": _("list of appointments"),
    "message list": _("list of messages"),
    "trial": _("trial of a new pathway, without the name"),
    "research": _("file for research, without the name"),
    # what the patient asks about who looked
    "who looked": _("list of who looked"),
}
# A list that shows many patients is no opening of each of their records.
LISTS = frozenset(
    {
        *(part for part in PARTS if part.endswith(" list")),
        "encounters",
        "observations",
        "day sheet",
        "trial",
        "research",
    }
)


def label_of(part: str) -> str:
    """Return what people call a part; a part that nobody named stands as it was noted."""
    return str(PARTS.get(part, part))
