"""The list of devices that a tool backs up: what it says of their addresses and models."""

from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from netraven_analytics.importers.files import as_text
from netraven_db.errors import ParameterError

_STATES = ("up", "down")


class Entry(NamedTuple):
    """What the list says of a device; None where it does not."""

    address: str | None
    model: str | None


def read_router_db(path: str | Path) -> dict[str, Entry]:
    """The entries of a file by the device's name, which is its file's name in the archive.

    A line is a device, in Oxidized's form ``name:address:model:…`` or ``name:model``, or in RANCID's
    ``name;vendor;state`` (before RANCID 3: ``name:vendor:state``). What follows, such as passwords, is not
    kept. Empty lines and comments (``#``) are passed over; of two lines for a name the last counts.

    Raises:
        ParameterError: the file cannot be read, or a line has none of these forms. It never repeats the line.
    """
    try:
        data = Path(path).expanduser().read_bytes()
    except OSError as error:
        raise ParameterError(f"The list {path} cannot be read: {error.strerror}.") from None
    return parse_router_db(data, str(path))


def parse_router_db(data: bytes, source: str) -> dict[str, Entry]:
    """As :func:`read_router_db`, of a file's content."""
    if b"\0" in data:
        raise ParameterError(f"{source} is no list of devices: it is not a text.")
    entries: dict[str, Entry] = {}
    for number, line in enumerate(as_text(data).splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split(";" if ";" in line else ":")]
        if len(fields) < 2 or not fields[0] or not fields[1]:
            raise ParameterError(
                f"Line {number} of {source} is not understood: it takes name:address:model, as Oxidized's "
                "router.db, or name;vendor;state, as RANCID's."
            )
        entries[fields[0]] = _entry(fields[1], fields[2] if len(fields) > 2 else "")
    return entries


def _entry(second: str, third: str) -> Entry:
    if third and third.lower() not in _STATES:
        return Entry(second, third)
    return Entry(second, None) if _is_address(second) else Entry(None, second)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def entry_of(name: str, *lists: Mapping[str, Entry]) -> Entry:
    """What the lists say of a device, the first that says something first."""
    found = [entries[name] for entries in lists if name in entries]
    return Entry(
        next((entry.address for entry in found if entry.address), None),
        next((entry.model for entry in found if entry.model), None),
    )
