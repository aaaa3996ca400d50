"""Why a backup or a restore stopped; the message is for the person at the keyboard."""


class BackupError(Exception):
    """A backup, a restore or a drill stopped, and the practice is as it was. The message says why and what to do."""


class HalfRestored(BackupError):
    """A restore into a database that was given for it stopped halfway; what that database holds is of no use."""
