"""What runs said: the rows of ``job_logs``, made as arrays and put into words only when read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from netraven_analytics.demo.instants import HOUR, NONE, SECOND, Ints, naive_list
from netraven_analytics.demo.inventory import Device
from netraven_analytics.demo.outcomes import COMPLETED, FAILED, REASONS
from netraven_analytics.demo.runs import Runs
from netraven_analytics.demo.sites import SITES
from netraven_analytics.demo.spec import FleetSpec
from netraven_analytics.demo.tables import Row, credential_names
from netraven_analytics.demo.texts.vault import Vault

# A fifth of the runs say when they start and finish; of very many runs, so many.
_CHATTY, _MOST_CHATTY = 0.2, 50_000
_SLOW = HOUR // 6
_BLOCK = 20_000

# Errors in the order of REASONS, then the rest. What varies is what a clustering must see through.
_TEMPLATES = (
    "Authentication failed for {host} ({ip}) with credential {credential} after {few} attempts",
    "Connection to {ip}:22 timed out after {many} s",
    "No route to host {ip} from worker-{few}",
    "Connection refused by {ip}:22 (session {token:08x})",
    "Prompt not found on {host}: expected '{host}#' within {many} s",
    "SSH negotiation with {ip} failed: no key exchange method in common, session {token:08x}",
    "Reading the configuration of {host} stopped after {size} bytes",
    "Enable refused on {host}: privilege 15 denied for {credential}",
    "worker-{few} went away; job {job} given up, lease {token:08x}",
    "Attempt 1 of 3 on {ip} failed, next in {many} s",
    "Backup of {host} is slow: still reading after {many} min",
    "Starting backup of {host} ({ip})",
    "Backup of {host} finished, {size} bytes",
)
_RETRY, _WARN_SLOW, _START, _FINISH = range(len(REASONS), len(REASONS) + 4)
_LEVELS = ("ERROR",) * len(REASONS) + ("WARNING", "WARNING", "INFO", "INFO")
_SPOKEN = len(_TEMPLATES)

HOSTILE_MESSAGES = (
    "=cmd|' /C calc'!A0",
    "<script>alert('netraven')</script> in banner",
    "\x1b[31mRED ALERT\x1b[0m\x1b]0;owned\x07 from console",
    "Backup done \U0001f389 by \u062d\u0627\u0631\u0633",
)


@dataclass(frozen=True)
class Logs:
    """One entry a line, in order of id. A kind beyond the templates points into ``spoken``."""

    job: Ints
    kind: Ints
    at: Ints
    few: Ints
    many: Ints
    token: Ints
    spoken: tuple[tuple[str, str], ...]
    secrets: tuple[str, ...]

    @property
    def count(self) -> int:
        return len(self.job)

    def ids_spoken(self) -> dict[str, int]:
        """The ids of the lines that were planted word for word."""
        places = np.flatnonzero(self.kind >= _SPOKEN).tolist()
        return {self.spoken[int(self.kind[place]) - _SPOKEN][1]: place + 1 for place in places}

    def rows(self, devices: Sequence[Device], runs: Runs) -> Iterator[Row]:
        """``(id, job_id, message, level, timestamp)``."""
        names = credential_names()
        for start in range(0, self.count, _BLOCK):
            part = slice(start, start + _BLOCK)
            owners = runs.device[self.job[part]].tolist()
            columns = (self.job, self.kind, self.few, self.many, self.token)
            values = zip(owners, naive_list(self.at[part]), *(c[part].tolist() for c in columns), strict=True)
            for number, (owner, at, job, kind, few, many, token) in enumerate(values, start=start + 1):
                if kind >= _SPOKEN:
                    level, message = self.spoken[kind - _SPOKEN]
                else:
                    device = devices[owner]
                    level = _LEVELS[kind]
                    message = _TEMPLATES[kind].format(
                        host=device.hostname,
                        ip=device.ip_address,
                        credential=names[device.site],
                        job=job + 1,
                        few=few,
                        many=many,
                        token=token,
                        size=3_000 + token % 5_000,
                    )
                yield number, job + 1, message, level, at


def make_logs(spec: FleetSpec, devices: Sequence[Device], runs: Runs) -> Logs:
    """An error for every failed run, a warning for many of them, and what part of the rest says."""
    chance = spec.generator("logs")
    parts = list(_told(runs, chance))
    vault = Vault(spec.random("log secrets"))
    spoken = _spoken(vault)
    parts += _planted(devices, runs, chance, len(spoken))
    job, kind, at = (np.concatenate([part[number] for part in parts]) for number in range(3))
    order = np.lexsort((kind, job, at))
    count = len(order)
    few, many = chance.integers(1, 6, count), chance.integers(20, 90, count)
    token = chance.integers(4_000, 2**31, count)
    secrets = tuple(vault.given)
    return Logs(job[order], kind[order], at[order], few, many, token, spoken, secrets)


_Part = tuple[Ints, Ints, Ints]


def _told(runs: Runs, chance: np.random.Generator) -> Iterator[_Part]:
    begun = np.where(runs.started != NONE, runs.started, runs.created)
    ended = np.where(runs.completed != NONE, runs.completed, begun)
    failed = np.flatnonzero(runs.status == FAILED)
    yield failed, runs.reason[failed], ended[failed]
    retried = failed[chance.random(len(failed)) < 0.6]
    yield retried, np.full(len(retried), _RETRY), (begun[retried] + ended[retried]) // 2
    slow = np.flatnonzero((runs.status == COMPLETED) & (runs.completed - runs.started > _SLOW))
    slow = slow[(runs.started[slow] != NONE) & (runs.completed[slow] != NONE)]
    yield slow, np.full(len(slow), _WARN_SLOW), runs.started[slow] + _SLOW
    share = min(_CHATTY, _MOST_CHATTY / runs.count)
    chatty = np.flatnonzero((runs.started != NONE) & (chance.random(runs.count) < share))
    yield chatty, np.full(len(chatty), _START), runs.started[chatty]
    finished = chatty[runs.status[chatty] == COMPLETED]
    yield finished, np.full(len(finished), _FINISH), runs.completed[finished]


def _spoken(vault: Vault) -> tuple[tuple[str, str], ...]:
    hostile = [("WARNING", text) for text in HOSTILE_MESSAGES]
    leaks = [
        ("INFO", f"Sent: snmp-server community {vault.plain()} RO"),
        ("WARNING", f"Device rejected: username backup privilege 7 password 7 {vault.type7()}"),
        ("WARNING", f"Device rejected: tacacs-server key 7 {vault.type7()}"),
    ]
    return (*hostile, *leaks)


def _planted(devices: Sequence[Device], runs: Runs, chance: np.random.Generator, count: int) -> list[_Part]:
    """Lines that some of the newest succeeded runs say word for word."""
    here = np.array([not d.deleted for d in devices])[runs.device]
    settled = here & (runs.status == COMPLETED) & (runs.started != NONE) & ~runs.negative
    newest = np.flatnonzero(settled)[-20 * count :]
    job = chance.permutation(newest)[:count]
    kind = np.arange(_SPOKEN, _SPOKEN + len(job))
    return [(job, kind, np.minimum(runs.started[job] + SECOND // 4, runs.completed[job]))]


def site_last_used(devices: Sequence[Device], runs: Runs) -> Ints:
    """When each site's credential was last used: the start of the site's newest run."""
    site = np.array([d.site for d in devices], dtype=np.int64)[runs.device]
    used = np.zeros(len(SITES), dtype=np.int64)
    np.maximum.at(used, site, np.maximum(runs.started, 0))
    return used
