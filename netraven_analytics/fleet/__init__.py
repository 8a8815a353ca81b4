"""The fleet on one page: a self-contained HTML file for people who never see Python."""

from netraven_analytics.fleet.page import fleet_page

__all__ = ["fleet_page"]
