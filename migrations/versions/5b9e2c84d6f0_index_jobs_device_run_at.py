"""One device's runs in order of time."""

from netraven_db.schema.building import build_index, drop_index

revision = "5b9e2c84d6f0"
down_revision = "3f5c0d1e7a21"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_index(
        "ix_jobs_device_run_at", "jobs", "(device_id, COALESCE(started_at, scheduled_for, completed_at))"
    )


def downgrade() -> None:
    drop_index("ix_jobs_device_run_at")
