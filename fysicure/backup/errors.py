"""Why a backup or a restore stopped; the message is for the person at the keyboard."""


class BackupError(Exception):
    """A backup, a restore or a drill stopped, and nothing was changed. The message says why and what to do."""
