"""Windows of snapshots."""

from netraven_db.schema.building import build_index, drop_index

revision = "a4c81f2d09e7"
down_revision = "92e6f7185b4c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_index("ix_device_configurations_found_at", "device_configurations", "(retrieved_at)")


def downgrade() -> None:
    drop_index("ix_device_configurations_found_at")
