"""The owner's view of the audit: who read what, what happened to accounts and rights, who changed what."""
