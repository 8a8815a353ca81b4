"""A made-up network fleet with its answer key: what `demo`, the notebooks and the tests look at."""

from netraven_analytics.demo.answers import AnswerKey
from netraven_analytics.demo.fleet import COLUMNS, TABLES, Fleet, generate
from netraven_analytics.demo.loading import clear, ensure, load, owned
from netraven_analytics.demo.spec import FleetSpec

__all__ = [
    "COLUMNS",
    "TABLES",
    "AnswerKey",
    "Fleet",
    "FleetSpec",
    "clear",
    "ensure",
    "generate",
    "load",
    "owned",
]
