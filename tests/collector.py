"""Python's collector of cycles does not walk what lives as long as the run: the tests, Django, the libraries.

A full collection walks every object there is: half a second once all tests are found, and a quarter of what a run took.
What is alive by then stays until the end, so it is set aside; what a test leaves behind is collected as before.
"""

import gc

import pytest


def pytest_configure() -> None:
    """Collect nothing while the tests are being found: all that is made then, stays."""
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Set aside what is alive, and collect again from here on."""
    gc.freeze()
    gc.enable()
