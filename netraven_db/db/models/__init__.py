"""The tables of a NetRaven database, schema generation 2025-04."""

from netraven_db.db.models.connection_log import ConnectionLog
from netraven_db.db.models.credential import Credential
from netraven_db.db.models.device import Device
from netraven_db.db.models.device_configuration import DeviceConfiguration
from netraven_db.db.models.job import Job
from netraven_db.db.models.job_log import JobLog
from netraven_db.db.models.system_setting import SystemSetting
from netraven_db.db.models.tag import Tag

__all__ = [
    "ConnectionLog",
    "Credential",
    "Device",
    "DeviceConfiguration",
    "Job",
    "JobLog",
    "SystemSetting",
    "Tag",
]
