"""NetRaven's own schema, generation 2025-04.

The revision's id is NetRaven's: a database that NetRaven made is stamped with it already.
"""

import sqlalchemy as sa
from alembic import op

from netraven_db.schema.rows import REFUSE_TO_DROP_ROWS

revision = "8a76c492719c"
down_revision = None
branch_labels = None
depends_on = None

# Referenced tables stand before those that refer to them.
TABLES = (
    "credentials",
    "devices",
    "system_settings",
    "tags",
    "credential_tag_association",
    "device_configurations",
    "device_tag_association",
    "jobs",
    "connection_logs",
    "job_logs",
)


def upgrade() -> None:
    _things()
    _links()
    _history()
    # NetRaven's own alembic looks here.
    op.execute(
        "CREATE TABLE IF NOT EXISTS public.alembic_version "
        "(version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    )
    op.execute(f"INSERT INTO public.alembic_version (version_num) VALUES ('{revision}')")


def downgrade() -> None:
    op.execute(REFUSE_TO_DROP_ROWS)
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DROP TABLE public.alembic_version")


def _things() -> None:
    op.create_table(
        "credentials",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("last_used", sa.DateTime()),
        sa.Column("success_rate", sa.Float()),
    )
    op.create_table(
        "devices",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("hostname", sa.String(), nullable=False),
        sa.Column("ip_address", sa.String(), nullable=False),
        sa.Column("device_type", sa.String()),
        sa.Column("last_seen", sa.DateTime()),
    )
    op.create_table(
        "system_settings",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("description", sa.Text()),
    )
    op.create_table(
        "tags",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String()),
    )
    _index("credentials", "id")
    _index("devices", "id", "device_type", unique=("hostname", "ip_address"))
    _index("system_settings", "id", unique=("key",))
    _index("tags", "id", "type", unique=("name",))


def _links() -> None:
    for table, owner, owners in (
        ("credential_tag_association", "credential_id", "credentials"),
        ("device_tag_association", "device_id", "devices"),
    ):
        op.create_table(
            table,
            sa.Column(
                owner, sa.Integer(), sa.ForeignKey(f"{owners}.id", ondelete="CASCADE"), primary_key=True
            ),
            sa.Column("tag_id", sa.Integer(), sa.ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True),
        )


def _history() -> None:
    op.create_table(
        "device_configurations",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("device_id", sa.Integer(), sa.ForeignKey("devices.id", ondelete="CASCADE"), nullable=False),
        sa.Column("config_data", sa.Text(), nullable=False),
        sa.Column("retrieved_at", sa.DateTime(), nullable=False),
        sa.Column("metadata", sa.JSON()),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("device_id", sa.Integer(), sa.ForeignKey("devices.id", ondelete="SET NULL")),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("scheduled_for", sa.DateTime()),
        sa.Column("started_at", sa.DateTime()),
        sa.Column("completed_at", sa.DateTime()),
    )
    op.create_table(
        "connection_logs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("job_id", sa.Integer(), sa.ForeignKey("jobs.id", ondelete="CASCADE")),
        sa.Column("device_id", sa.Integer(), sa.ForeignKey("devices.id", ondelete="CASCADE")),
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("timestamp", sa.DateTime(timezone=True), server_default=sa.func.now()),
    )
    op.create_table(
        "job_logs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("job_id", sa.Integer(), sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("timestamp", sa.DateTime(), nullable=False),
    )
    _index("device_configurations", "id")
    _index("jobs", "id", "status")
    _index("job_logs", "id", "level", "timestamp")


def _index(table: str, *columns: str, unique: tuple[str, ...] = ()) -> None:
    for column in (*columns, *unique):
        op.create_index(f"ix_{table}_{column}", table, [column], unique=column in unique)
