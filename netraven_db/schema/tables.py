"""Names that every part of the schema's bookkeeping agrees on."""

NETRAVEN_REVISION = "8a76c492719c"  # NetRaven's own, recorded in public.alembic_version
SCHEMA = "analytics"  # ours; its alembic_version records our revisions
VERSION_TABLE = "alembic_version"

TABLES = (
    "connection_logs",
    "credential_tag_association",
    "credentials",
    "device_configurations",
    "device_tag_association",
    "devices",
    "job_logs",
    "jobs",
    "system_settings",
    "tags",
)
