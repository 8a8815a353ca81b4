"""A device's configuration through time: what it was, what changed, since when each line stands."""

from netraven_analytics.history.at import config_at
from netraven_analytics.history.difference import config_diff
from netraven_analytics.history.origins import config_blame
from netraven_analytics.history.search import config_search

__all__ = ["config_at", "config_blame", "config_diff", "config_search"]
