"""The planted practice, for pages in every language."""

from tests.security.conftest import _today, planted, practice

__all__ = ["_today", "planted", "practice"]
