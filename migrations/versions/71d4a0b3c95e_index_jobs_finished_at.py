"""The newest end of a run."""

from netraven_db.schema.building import build_index, drop_index

revision = "71d4a0b3c95e"
down_revision = "5b9e2c84d6f0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_index("ix_jobs_finished_at", "jobs", "(completed_at) WHERE (completed_at IS NOT NULL)")


def downgrade() -> None:
    drop_index("ix_jobs_finished_at")
