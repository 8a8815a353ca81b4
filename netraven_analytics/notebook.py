"""For people who do not await: ``run()``, and nested loops where somebody insists on them."""

import asyncio
import signal
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from netraven_db.errors import NetRavenError, SessionError

T = TypeVar("T")

_loop: asyncio.AbstractEventLoop | None = None
_thread: threading.Thread | None = None
_lock = threading.Lock()


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """The coroutine's result, without ``await``; it works in a notebook too, whose loop is already running.

    It runs in a loop of its own in the background. An interrupt cancels it, and the server's query with it.

    Raises:
        SessionError: it is called by something that ``run()`` runs, which would wait for itself.
        Whatever the coroutine raises.

    Example:
        ``df = run(failure_rates(by="device"))``
    """
    if threading.current_thread() is _thread:
        coroutine.close()
        raise SessionError("run() was called inside of run(), which would wait forever: use await there.")
    future = asyncio.run_coroutine_threadsafe(coroutine, _background_loop())
    try:
        with _interruptible():
            return future.result()
    except BaseException:
        future.cancel()
        raise


@contextmanager
def _interruptible() -> Iterator[None]:
    """In a cell that awaits too, an interrupt is left to the loop, which is deaf while we wait here."""
    if not _loop_runs() or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _loop_runs() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _background_loop() -> asyncio.AbstractEventLoop:
    global _loop, _thread
    with _lock:
        if _loop is None or _thread is None or not _thread.is_alive():  # a fork leaves the thread behind
            _loop = asyncio.new_event_loop()
            _thread = threading.Thread(target=_loop.run_forever, name="netraven-run", daemon=True)
            _thread.start()
        return _loop


def enable_nested() -> str:
    """Let ``asyncio.run`` and friends work inside a running loop; gives the package that does it.

    ``run()`` needs none of this. nest-asyncio2 is preferred; nest-asyncio is taken only where it is safe: on
    ipykernel from 7.2 it silently drops cells that are already queued, and Python 3.14 breaks it.

    Raises:
        NetRavenError: neither package can be used here.
    """
    try:
        import nest_asyncio2
    except ImportError:
        return _enable_first_generation()
    nest_asyncio2.apply()
    return "nest-asyncio2"


def _enable_first_generation() -> str:
    import re
    import sys
    from importlib.metadata import PackageNotFoundError, version

    try:
        kernel = tuple(int(part) for part in re.findall(r"\d+", version("ipykernel"))[:2])
    except PackageNotFoundError:
        kernel = (0, 0)
    if kernel >= (7, 2) or sys.version_info >= (3, 14):
        raise NetRavenError(
            "nest-asyncio is not safe with this Python or ipykernel: run 'pip install nest-asyncio2', or use "
            "netraven_analytics.run(), which needs neither."
        )
    try:
        import nest_asyncio
    except ImportError:
        raise NetRavenError(
            "No package for nested loops is installed: run 'pip install nest-asyncio2', or use "
            "netraven_analytics.run(), which needs none."
        ) from None
    nest_asyncio.apply()
    return "nest-asyncio"
