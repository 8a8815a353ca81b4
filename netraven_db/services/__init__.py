"""The write side: what NetRaven's services do to the database. The caller's session commits."""

from netraven_db.services.configurations import get_device_with_config, save_new_config
from netraven_db.services.credentials import find_credentials_by_tag_name
from netraven_db.services.jobs import create_backup_job, update_job_status

__all__ = [
    "create_backup_job",
    "find_credentials_by_tag_name",
    "get_device_with_config",
    "save_new_config",
    "update_job_status",
]
