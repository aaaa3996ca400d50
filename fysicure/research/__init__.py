"""Outcomes for research: pseudonymised, and refused when a class of alike patients is too small."""
