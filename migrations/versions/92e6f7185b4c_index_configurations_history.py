"""One device's snapshots in order of time."""

from netraven_db.schema.building import build_index, drop_index

revision = "92e6f7185b4c"
down_revision = "71d4a0b3c95e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_index("ix_device_configurations_history", "device_configurations", "(device_id, retrieved_at, id)")


def downgrade() -> None:
    drop_index("ix_device_configurations_history")
