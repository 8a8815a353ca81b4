"""One question to a server over its Unix socket, in the little of the protocol that this takes.

A few milliseconds and no import beyond the standard library: every command pays for this probe. Neither
libpq's environment variables nor ``~/.pgpass`` or ``~/.psqlrc`` can lead it astray.
"""

import socket
import struct
from pathlib import Path
from typing import BinaryIO

_PROTOCOL_3 = 196608
_AUTHENTICATION_OK = 0


class RefusalError(Exception):
    """The server's own error, with its SQLSTATE."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def ask(address: Path, user: str, database: str, statement: str, *, seconds: float = 10.0) -> list[str]:
    """The first column of the statement's rows, as text ('' for NULL).

    Raises:
        RefusalError: the server says no.
        OSError: nobody listens, answers in time, or stays on the line.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(seconds)
        line.connect(str(address))
        with line.makefile("rb") as answers:
            line.sendall(_startup(user, database))
            _read_until_ready(answers)
            line.sendall(_message(b"Q", statement.encode() + b"\0"))
            rows = _read_until_ready(answers)
            line.sendall(_message(b"X", b""))
    return rows


def _startup(user: str, database: str) -> bytes:
    parameters = f"user\0{user}\0database\0{database}\0application_name\0netraven\0client_encoding\0UTF8\0\0"
    body = struct.pack("!i", _PROTOCOL_3) + parameters.encode()
    return struct.pack("!i", len(body) + 4) + body


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


def _read_until_ready(answers: BinaryIO) -> list[str]:
    rows: list[str] = []
    while True:
        kind, length = struct.unpack("!ci", _read(answers, 5))
        body = _read(answers, length - 4)
        if kind == b"E":
            raise _refusal(body)
        if kind == b"R" and struct.unpack_from("!i", body) != (_AUTHENTICATION_OK,):
            raise RefusalError("28000", "it asks for a password")
        if kind == b"D":
            (size,) = struct.unpack_from("!i", body, 2)
            rows.append(body[6 : 6 + max(size, 0)].decode())
        if kind == b"Z":
            return rows


def _read(answers: BinaryIO, size: int) -> bytes:
    data = answers.read(size)
    if len(data) < size:
        raise ConnectionResetError("the server closed the connection")
    return data


def _refusal(body: bytes) -> RefusalError:
    fields = {part[:1]: part[1:].decode(errors="replace") for part in body.split(b"\0") if part}
    return RefusalError(fields.get(b"C", ""), fields.get(b"M", ""))
