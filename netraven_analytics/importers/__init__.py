"""Other people's archives as databases: the git repositories that Oxidized and RANCID keep."""

from netraven_analytics.importers.archive import Archive, open_archive
from netraven_analytics.importers.imported import Imported
from netraven_analytics.importers.loading import load
from netraven_analytics.importers.marker import OWNER
from netraven_analytics.importers.router_db import Entry, read_router_db

__all__ = ["OWNER", "Archive", "Entry", "Imported", "load", "open_archive", "read_router_db"]
