"""What the tables mean: runs, snapshots, their dimensions, filters and windows."""

from netraven_analytics.facts.runs import runs
from netraven_analytics.facts.snapshots import digests, snapshots

__all__ = ["digests", "runs", "snapshots"]
