"""The product's settings with a connection that each thread keeps (CONN_MAX_AGE) in place of the pool: servers.py."""

from fysicure.settings import *  # noqa: F403
from fysicure.settings import DATABASES

DATABASES["default"]["OPTIONS"].pop("pool")
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
