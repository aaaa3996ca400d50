"""Views of the imports."""
