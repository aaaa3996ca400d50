from scheduling.models.appointment import Appointment
from scheduling.models.calendar import ExtraHours, Leave, Room, WorkingHours
from scheduling.models.calendar_feed import CalendarFeed
from scheduling.models.communication import Channel, Communication, CommunicationLine, ContactConsent
from scheduling.models.practice_rules import BookingPolicy, Equipment, HealthcareService, booking_policy
from scheduling.models.proposal import Proposal
from scheduling.models.series import AppointmentSeries
from scheduling.models.waiting_list import WaitingListEntry

__all__ = [
    "Appointment",
    "AppointmentSeries",
    "BookingPolicy",
    "CalendarFeed",
    "Channel",
    "Communication",
    "CommunicationLine",
    "ContactConsent",
    "Equipment",
    "ExtraHours",
    "HealthcareService",
    "Leave",
    "Proposal",
    "Room",
    "WaitingListEntry",
    "WorkingHours",
    "booking_policy",
]
