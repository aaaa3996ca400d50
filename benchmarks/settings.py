"""The product's own settings, and a count of queries for who asks for it."""

from fysicure.settings import *  # noqa: F403
from fysicure.settings import MIDDLEWARE as OWN

MIDDLEWARE = ["benchmarks.counting.QueryCountMiddleware", *OWN]
