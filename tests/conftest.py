"""What every test gets: the cast and a migrated database (its server comes from tests/database_server.py)."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.conf import settings as django_settings
from django.utils import translation
from hypothesis import HealthCheck, settings

from fysicure.as_owner import as_owner
from tests.migrated_database import django_db_setup

__all__ = ["django_db_setup"]
pytest_plugins = ["tests.collector", "tests.people", "tests.flush"]

# A busy machine is no fault of the code: time per example is not judged, only what comes out.
settings.register_profile("fysicure", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fysicure")


@pytest.fixture(scope="session", autouse=True)
def files_are_looked_up_when_asked() -> Iterator[None]:
    """Each client of a test makes the middleware anew, which would read the folders of all static files each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(django_settings, "WHITENOISE_AUTOREFRESH", True)
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Let a test begin in the site's language, whatever page the one before it asked for.

    A test marked `owner` signs in as who owns the tables, the ones before and after it as the application does.
    """
    with ExitStack() as around:
        around.enter_context(translation.override(django_settings.LANGUAGE_CODE))
        if item.get_closest_marker("owner") is not None:
            around.enter_context(as_owner())
        return (yield)
