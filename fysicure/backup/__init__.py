"""Backups of the whole practice: made, proved, kept, restored and rehearsed (docs/backup.md)."""
