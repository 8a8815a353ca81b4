"""What a made-up fleet is made from: its size, its time and its seed."""

import hashlib
import json
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import numpy as np

from netraven_db.errors import ParameterError

# Part of the marker in the database: raise it whenever the same spec begins to give other rows.
FORMAT_VERSION = 1
MIN_DEVICES = 10
MIN_DAYS = 7
_LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class FleetSpec:
    """The fleet's size and time; the same spec gives the same rows, to the byte.

    Attributes:
        devices: rows in ``devices`` (deleted ones come on top).
        days: length of the history, which ends at ``until``.
        runs_per_day: scheduled backups a device a day.
        seed: where the chance comes from.
        until: the end of the history, aware.
    """

    devices: int = 200
    days: int = 90
    runs_per_day: int = 1
    seed: int = 2025
    until: datetime = field(kw_only=True)

    def __post_init__(self) -> None:
        self._check_sizes()
        if self.until.tzinfo is None:
            raise ParameterError("The demo fleet's until needs a time zone: pass an aware datetime.")
        object.__setattr__(self, "until", self.until.astimezone(UTC))

    def _check_sizes(self) -> None:
        if self.devices < MIN_DEVICES or self.days < MIN_DAYS or not 1 <= self.runs_per_day <= 24:
            raise ParameterError(
                f"A demo fleet of {self.devices} devices, {self.days} days and {self.runs_per_day} runs "
                f"a day cannot be made: it takes at least {MIN_DEVICES} devices, {MIN_DAYS} days, "
                "and 1 to 24 runs a day."
            )
        if 2 * self.devices * self.days * self.runs_per_day > _LARGEST_ID:
            raise ParameterError("A demo fleet of that size has more runs than a jobs table has ids.")

    @property
    def since(self) -> datetime:
        """The start of the history."""
        return self.until - timedelta(days=self.days)

    def ago(self, days: float, share: float) -> datetime:
        """So many days before the end, but within that share of the history, at a whole hour."""
        instant = self.until - timedelta(days=min(days, share * self.days))
        return instant.replace(minute=0, second=0, microsecond=0)

    def random(self, *concern: object) -> Random:
        """Chance of one concern's own, so that a change in one does not shuffle the others."""
        return Random("/".join(str(part) for part in (self.seed, *concern)))

    def generator(self, *concern: object) -> np.random.Generator:
        """The same for arrays."""
        name = "/".join(str(part) for part in (self.seed, *concern))
        words = np.frombuffer(hashlib.sha256(name.encode()).digest(), dtype="<u4")
        return np.random.Generator(np.random.PCG64(words.tolist()))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; :meth:`from_dict` reads them."""
        return {
            "devices": self.devices,
            "days": self.days,
            "runs_per_day": self.runs_per_day,
            "seed": self.seed,
            "until": self.until.isoformat(),
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "FleetSpec":
        """The spec that :meth:`to_dict` wrote."""
        known = {field.name: values[field.name] for field in fields(cls) if field.name in values}
        return cls(**{**known, "until": datetime.fromisoformat(values["until"])})

    def __str__(self) -> str:
        return json.dumps(self.to_dict())
