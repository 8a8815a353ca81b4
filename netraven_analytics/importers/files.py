"""What the files of an archive are: which hold configurations, what their places say, and their text."""

import re
from dataclasses import dataclass

LONGEST_PATH = 1000  # bytes; the database's indexes take names up to about twice that
LARGEST = 64 * 2**20  # bytes

_CONFIGS = b"configs"  # where RANCID keeps a group's files
ROUTER_DB = b"router.db"
_OTHERS = re.compile(
    rb"(readme|licen[cs]e|copying|changelog|contributing|codeowners|makefile)(\..*)?|.*\.(md|rst|adoc)"
    rb"|router\.db|routers\.(all|up|down)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Place:
    """A file's name, which is the device's, and its folders without those that say nothing."""

    name: str
    folders: tuple[str, ...]


def place(path: bytes) -> Place:
    """What a path in a repository says; RANCID's ``<group>/configs/<host>`` is of the group."""
    *folders, name = path.split(b"/")
    if folders and folders[-1] == _CONFIGS:
        folders.pop()
    return Place(as_text(name), tuple(map(as_text, folders)))


def why_no_device(path: bytes) -> str | None:
    """Why a file is not taken for a device's configuration; None where it is."""
    *_, name = parts = path.split(b"/")
    if len(path) > LONGEST_PATH:
        return f"a path of more than {LONGEST_PATH} bytes"
    if any(part.startswith(b".") for part in parts) or _OTHERS.fullmatch(name):
        return "no configuration, by the name"
    return None


def why_no_text(data: bytes) -> str | None:
    """Why a file's content cannot be stored as a configuration; None where it can."""
    if len(data) > LARGEST:
        return f"more than {LARGEST >> 20} MiB"
    return "NUL bytes inside" if b"\0" in data else None


def as_text(data: bytes) -> str:
    """UTF-8, and what is not UTF-8 as Latin-1, in which every byte is a character."""
    return decoded(data)[0]


def decoded(data: bytes) -> tuple[str, str]:
    """The text, and the encoding it was taken as."""
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"
