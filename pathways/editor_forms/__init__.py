"""The forms with which the owner writes a draft: rows that can be added, moved and removed without JavaScript."""
