"""Windows of runs: an index on the time that a run counts by."""

from netraven_db.schema.building import build_index, drop_index

revision = "3f5c0d1e7a21"
down_revision = "8a76c492719c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_index("ix_jobs_run_at", "jobs", "(COALESCE(started_at, scheduled_for, completed_at))")


def downgrade() -> None:
    drop_index("ix_jobs_run_at")
