"""The process beside a throw-away server: it outlives its maker just long enough to remove all traces.

Run as a program, so that nothing of the maker's is shared with it.
"""

import os
import select
import sys
from pathlib import Path

from netraven_db.embedded.removal import remove


def wait_for_end_of_parent() -> None:
    """A forked sibling may hold our pipe open too, so the parent's number is watched beside it."""
    parent = os.getppid()
    while os.getppid() == parent:
        readable, _, _ = select.select([sys.stdin], [], [], 1.0)
        if readable and not os.read(sys.stdin.fileno(), 1):
            return


if __name__ == "__main__":
    wait_for_end_of_parent()
    remove(Path(sys.argv[1]))
