"""What every test gets: the cast and a migrated database (its server comes from tests/database_server.py)."""

from hypothesis import HealthCheck, settings

from tests.migrated_database import django_db_setup

__all__ = ["django_db_setup"]
pytest_plugins = ["tests.people", "tests.flush"]

# A busy machine is no fault of the code: time per example is not judged, only what comes out.
settings.register_profile("fysicure", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fysicure")
