from scheduling.models.appointment import Appointment
from scheduling.models.calendar import Leave, Room, WorkingHours

__all__ = ["Appointment", "Leave", "Room", "WorkingHours"]
