"""What every test gets: the cast and a migrated database (its server comes from tests/database_server.py)."""

from tests.migrated_database import django_db_setup

__all__ = ["django_db_setup"]
pytest_plugins = ["tests.people"]
