"""Remove a cluster without a trace, as only throw-away ones may be."""

import shutil
import time
from pathlib import Path

from netraven_db.embedded import processes
from netraven_db.embedded.accounts import account_for, socket_directory
from netraven_db.embedded.cluster import Cluster
from netraven_db.embedded.creation import remove_data, remove_unfinished

_PATIENCE = 30.0


def remove(directory: Path) -> None:
    """End the server without ceremony and remove everything of the cluster.

    Repeated while anything comes back, since an initdb may have outlived its starter.
    """
    cluster = Cluster(directory)
    data = cluster.data
    sockets = socket_directory(directory, account_for(directory, data).uid)
    deadline = time.monotonic() + _PATIENCE
    while True:
        quiet = not processes.end(data, processes.IMMEDIATE)
        late = time.monotonic() > deadline
        if remove_unfinished(cluster) or late:
            remove_data(directory / "data")
            for folder in (sockets, directory):  # who sees the cluster gone may rely on the rest
                shutil.rmtree(folder, ignore_errors=True)
        if (quiet and not directory.exists()) or late:
            return
        time.sleep(0.05)
