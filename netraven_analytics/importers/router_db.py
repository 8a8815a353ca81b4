"""The list of devices that a tool backs up: what it says of their addresses and models."""

from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from netraven_analytics.importers.files import as_text
from netraven_analytics.importers.models import is_model
from netraven_db.errors import ParameterError

_STATES = ("up", "down")
_LONGEST = 8  # parts of an IPv6 address between colons, and one more where it ends in ::
_FORMS = (
    "it takes name:address:model or name:model, as Oxidized's router.db, or name;vendor;state, as RANCID's"
)


class Entry(NamedTuple):
    """What the list says of a device; None where it does not."""

    address: str | None
    model: str | None


def read_router_db(path: str | Path) -> dict[str, Entry]:
    """The entries of a file by the device's name, which is its file's name in the archive.

    A line is a device, in Oxidized's form ``name:address:model:…`` or ``name:model:…``, or in RANCID's
    ``name;vendor;state`` (before RANCID 3: ``name:vendor:state``). What follows, such as passwords, is not
    kept. Empty lines and comments (``#``) are passed over; of two lines for a name the last counts.

    Raises:
        ParameterError: the file cannot be read, or a line has none of these forms, or it is unclear which. It
            never repeats the line.
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
        fields = _fields(line)
        if len(fields) < 2 or not fields[0] or not fields[1]:
            raise ParameterError(f"Line {number} of {source} is not understood: {_FORMS}.")
        entry = _entry(fields[1], fields[2:])
        if entry is None:
            raise ParameterError(
                f"Line {number} of {source} does not tell clearly which field is the model: "
                f"{_FORMS}; write addresses as numbers, and leave out user names and passwords."
            )
        entries[fields[0]] = entry
    return entries


def _fields(line: str) -> list[str]:
    """The fields of a line; an IPv6 address is one, also where its colons look like those between fields."""
    name, found, _ = line.partition(";")
    if found and (":" not in name or _is_address(name.strip())):  # else the semicolon is a password's
        return [field.strip() for field in line.split(";")]
    fields = [field.strip() for field in line.split(":")]
    for end in range(min(len(fields), _LONGEST + 2), 3, -1):
        address = ":".join(fields[1:end])
        if _is_address(address):
            return [fields[0], address, *fields[end:]]
    return fields


def _entry(second: str, behind: list[str]) -> Entry | None:
    """What the fields behind the name say; None where a login name could be meant for a model."""
    third = behind[0] if behind else ""
    is_last = not any(behind[1:])
    if third.lower() in _STATES:
        third, is_last = "", True
    if _is_address(second):
        # A model that is not known here is one where nothing else can stand.
        return Entry(second, third or None) if not third or is_last or is_model(third) else None
    if is_model(second):
        return None if is_model(third) else Entry(None, second)
    if is_model(third):
        return Entry(second, third)
    return Entry(None, second) if not third and is_last else None


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return ":" not in text.partition("%")[2]  # a zone may hold anything, as what stands behind the address


def entry_of(name: str, *lists: Mapping[str, Entry]) -> Entry:
    """What the lists say of a device, the first that says something first."""
    found = [entries[name] for entries in lists if name in entries]
    return Entry(
        next((entry.address for entry in found if entry.address), None),
        next((entry.model for entry in found if entry.model), None),
    )
