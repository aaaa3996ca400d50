"""The chapters of the document, in the order in which a newcomer reads them."""

TAGS = [
    {
        "name": "Practice",
        "description": "What the practice consists of and the words it uses: who the token is, therapists, rooms, "
        "measures and pathways. Ask these first: other operations take their ids and keys.",
    },
    {
        "name": "Patients",
        "description": "Who a patient is, the complaints in care, prescriptions, contacts and observations. Reception "
        "and the owner never see what is the matter; a patient sees the own record alone.",
    },
    {
        "name": "Agenda",
        "description": "Free moments, visits, the waiting list and the visits that plans call for. Two visits never "
        "overlap for a therapist, a room or a patient: the database refuses.",
    },
    {
        "name": "Care plans",
        "description": "A patient's plan along a pathway, where it stands, and the therapist's decisions.",
    },
    {
        "name": "Diary",
        "description": "What patients log between visits, each session with its traffic light.",
    },
    {
        "name": "Clinical rules",
        "description": "The rules of a pathway without a record: they read what is sent, answer, and write nothing.",
    },
    {
        "name": "Webhooks",
        "description": "Addresses of other programs that are told when something changes, for the owner. Messages are "
        "signed, hold ids and no content, and are sent again while they are not taken; their shapes stand under "
        "`webhooks`.",
    },
]
