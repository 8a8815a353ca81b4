"""What one run said."""

from netraven_db.schema.building import build_index, drop_index

revision = "c60d3b97e815"
down_revision = "a4c81f2d09e7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_index("ix_job_logs_run", "job_logs", "(job_id)")


def downgrade() -> None:
    drop_index("ix_job_logs_run")
