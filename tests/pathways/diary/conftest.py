"""The running plan, for the tests of the diary."""

from tests.running_plan import plan, version

__all__ = ["plan", "version"]
