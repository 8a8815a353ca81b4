"""Processes that write a file and may be killed: forked from one that has everything loaded, to be many."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any, Self

_PROGRAM = """
import json, os, sys
from tests.battery import work
for line in sys.stdin:
    child = os.fork()
    if not child:
        work.do(**json.loads(line))
    print(child, flush=True)
    sys.stdin.readline()  # until then the number is the child's, though it may be done
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Nursery:
    """Runs one piece of ``tests.battery.work`` at a time, each in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]", told: IO[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._in, self._out, self._told = process.stdin, process.stdout, told

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[Self]:
        command = [sys.executable, "-W", "ignore", "-c", _PROGRAM]
        pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with (
            tempfile.TemporaryFile("w+") as told,
            subprocess.Popen(
                command, stderr=told, env={**os.environ, "PYTHONPATH": os.getcwd()}, **pipes
            ) as run,
        ):
            yield cls(run, told)

    def do(self, piece: Mapping[str, Any], kill_after: float | None = None) -> int:
        """The exit code of the process, negative where a signal ended it, at the latest ours."""
        self._in.write(json.dumps(piece) + "\n")
        self._in.flush()
        child = int(self._out.readline())
        if kill_after is not None:
            time.sleep(kill_after)
            os.kill(child, signal.SIGKILL)
        self._in.write("\n")
        self._in.flush()
        return int(self._out.readline())

    def told(self) -> str:
        """What the processes wrote to stderr."""
        self._told.seek(0)
        return self._told.read()
