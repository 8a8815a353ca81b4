"""What an import did, for its summary."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Imported:
    """What an import did, and what the database holds now.

    ``commits`` and ``snapshots`` are those that were new, ``total_snapshots`` all of them, from
    ``first_at`` to ``last_at``. ``skipped`` says by reason which files were not taken, and of each how many
    versions. ``guessed`` and ``without_model`` are devices whose model nobody told, ``latin_1`` files that
    are not in UTF-8, ``times_moved`` commits whose time was before that of an earlier one, or to come.
    """

    repositories: int
    empty: tuple[str, ...]
    gone: tuple[str, ...]
    commits: int
    snapshots: int
    total_snapshots: int
    first_at: datetime | None
    last_at: datetime | None
    devices: int
    new_devices: int
    removed: int
    without_address: int
    guessed: int
    without_model: int
    renamed: tuple[str, ...]
    latin_1: tuple[str, ...]
    times_moved: int
    skipped: Mapping[str, Mapping[str, int]]
    notes: tuple[str, ...]
