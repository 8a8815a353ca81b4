"""What was said on the wire: the rows of ``connection_logs``, secrets and all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from netraven_analytics.demo.instants import NONE, Ints, aware
from netraven_analytics.demo.inventory import Device
from netraven_analytics.demo.outcomes import COMPLETED, FAILED, NO_REASON, REASONS
from netraven_analytics.demo.runs import Runs
from netraven_analytics.demo.spec import FleetSpec
from netraven_analytics.demo.tables import Row, credential_names
from netraven_analytics.demo.texts.vault import Vault

_OF_FAILED, _OF_SUCCEEDED = 0.5, 0.01
_LEAKS = 3

_ENDINGS = dict(
    zip(
        REASONS,
        (
            "{user}@{ip}'s password:\nPermission denied, please try again.",
            "ssh: connect to host {ip} port 22: Connection timed out",
            "ssh: connect to host {ip} port 22: No route to host",
            "ssh: connect to host {ip} port 22: Connection refused",
            "{user}@{ip}'s password:\nPress any key to continue",
            "Unable to negotiate with {ip} port 22: no matching key exchange method found",
            "{host}#show running-config\nBuilding configuration...\nConnection to {ip} closed.",
            "{host}>enable\nPassword:\n% Access denied",
            "{user}@{ip}'s password:",
        ),
        strict=True,
    )
)
_WENT_WELL = "{host}>enable\nPassword:\n{host}#terminal length 0\n{host}#show running-config\n{host}#exit"
_JUNOS_WENT_WELL = (
    "{user}@{host}> set cli screen-length 0\n{user}@{host}> show configuration\n{user}@{host}> exit"
)
_LEAK = "{host}(config)#snmp-server community {leak} RO"
_JUNOS_LEAK = "{user}@{host}# set snmp community {leak} authorization read-only"


@dataclass(frozen=True)
class Transcripts:
    """The jobs whose transcript was kept, in order of time; the newest few of them leak a secret."""

    job: Ints
    leaks: tuple[str, ...]

    @property
    def count(self) -> int:
        return len(self.job)

    def rows(self, devices: Sequence[Device], runs: Runs) -> Iterator[Row]:
        """``(id, job_id, device_id, log, timestamp)``; this table's time is an aware one."""
        users = credential_names()
        leaky_from = self.count - len(self.leaks)
        for place, job in enumerate(self.job.tolist()):
            device = devices[int(runs.device[job])]
            leak = self.leaks[place - leaky_from] if place >= leaky_from else None
            log = "\n".join(_lines(device, int(runs.reason[job]), leak)).format(
                host=device.hostname, ip=device.ip_address, user=users[device.site], leak=leak
            )
            yield place + 1, job + 1, device.id, log, aware(int(runs.completed[job]))


def _lines(device: Device, reason: int, leak: str | None) -> Iterator[str]:
    junos = device.platform == "juniper_junos"
    yield "ssh {user}@{ip}"
    if leak is not None:
        yield _JUNOS_LEAK if junos else _LEAK
    if reason != NO_REASON:
        yield _ENDINGS[REASONS[reason]]
    else:
        yield _JUNOS_WENT_WELL if junos else _WENT_WELL


def make_transcripts(spec: FleetSpec, devices: Sequence[Device], runs: Runs) -> Transcripts:
    """Those of half the failed runs and a few others; a deleted device took its own with it."""
    chance = spec.generator("transcripts")
    here = np.array([not d.deleted for d in devices])[runs.device]
    share = _OF_FAILED * (runs.status == FAILED) + _OF_SUCCEEDED * (runs.status == COMPLETED)
    kept = np.flatnonzero(here & (runs.completed != NONE) & (chance.random(runs.count) < share))
    kept = kept[np.argsort(runs.completed[kept], kind="stable")]
    vault = Vault(spec.random("transcript secrets"))
    leaks = tuple(vault.plain() for _ in range(min(_LEAKS, len(kept))))
    return Transcripts(kept, leaks)
