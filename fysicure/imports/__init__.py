"""The pages with which the owner brings patients and appointments of another program along, as CSV."""
