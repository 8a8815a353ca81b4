"""A headless Chromium for tests, spoken to over a pipe: no driver, no port, no package.

``with chromium(folder) as browser, browser.page() as page``, then ``page.open(url)`` and
``page.run(script)``.
"""

import base64
import fcntl
import itertools
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = (
    "--headless",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-extensions",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
)
KEYS = {"Tab": (9, ""), "Enter": (13, "\r"), "Escape": (27, "")}  # their numbers, and what they type
PATIENCE = 120.0  # seconds
Told = dict[str, Any]


def executable() -> str | None:
    """The browser on this machine, if there is one; BROWSER_FOR_TESTS names another."""
    named = os.environ.get("BROWSER_FOR_TESTS")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


class BrowserError(Exception):
    """The browser refused, or did not answer in time."""


class Browser:
    """The process and the one pipe over which all of its pages are spoken to."""

    def __init__(self, process: "subprocess.Popen[bytes]", to: int, back: int) -> None:
        self._process, self._to, self._back = process, to, back
        self._numbers = itertools.count(1)
        self._unread = b""
        self._pages: dict[str, Page] = {}

    @contextmanager
    def page(self, width: int = 1280, height: int = 800) -> Iterator["Page"]:
        """A new page with nothing in common with others; it is closed with the block."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self._pages[session] = Page(self, session)
        try:
            for domain in ("Page", "Runtime", "Log", "Network", "Audits"):
                page.call(f"{domain}.enable")
            page.resize(width, height)
            yield page
        finally:
            del self._pages[session]
            self.call("Target.disposeBrowserContext", browserContextId=context)

    def call(self, method: str, session: str | None = None, **parameters: Any) -> Told:
        """What the browser answers to a command of the DevTools protocol.

        Raises:
            BrowserError: it refuses, or does not answer.
        """
        number = next(self._numbers)
        command = {"id": number, "method": method, "params": parameters}
        if session:
            command["sessionId"] = session
        os.write(self._to, json.dumps(command).encode() + b"\0")
        deadline = time.monotonic() + PATIENCE
        while True:
            told = self.hear(deadline)
            if told.get("id") == number:
                break
        if "error" in told:
            raise BrowserError(f"{method}: {told['error']['message']}")
        return dict(told["result"])

    def hear(self, deadline: float) -> Told:
        """The next message; an event is kept with its page."""
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._back], [], [], max(0.0, deadline - time.monotonic()))
            part = os.read(self._back, 2**20) if ready else b""
            if not part:
                raise BrowserError("The browser does not answer." if not ready else "The browser has ended.")
            self._unread += part
        message, _, self._unread = self._unread.partition(b"\0")
        told: Told = json.loads(message)
        if "method" in told and told.get("sessionId") in self._pages:
            self._pages[told["sessionId"]].events.append(told)
        return told


class Page:
    """One page; ``events`` is all that the browser told about it."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser, self._session = browser, session
        self.events: list[Told] = []

    def call(self, method: str, **parameters: Any) -> Told:
        return self._browser.call(method, self._session, **parameters)

    def open(self, url: str) -> None:
        """Go there and wait until everything is loaded."""
        self.events.clear()
        told = self.call("Page.navigate", url=url)
        if "errorText" in told:
            raise BrowserError(f"{url}: {told['errorText']}")
        deadline = time.monotonic() + PATIENCE
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self._browser.hear(deadline)

    def run(self, script: str) -> Any:
        """The value of an expression in the page, awaited if it is a promise, as plain JSON."""
        told = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True, userGesture=True
        )
        if "exceptionDetails" in told:
            raise BrowserError(str(told["exceptionDetails"].get("exception", {}).get("description")))
        return told["result"].get("value")

    def wait_for(self, script: str, patience: float = PATIENCE) -> Any:
        """The value of an expression as soon as it is true."""
        deadline = time.monotonic() + patience
        while not (value := self.run(script)):
            if time.monotonic() > deadline:
                raise BrowserError(f"This did not become true within {patience:g} s: {script}")
            time.sleep(0.05)
        return value

    def press(self, key: str) -> None:
        """A key of ``KEYS`` on whatever has the focus."""
        number, typed = KEYS[key]
        for kind in ("keyDown", "keyUp"):
            text = {"text": typed} if typed and kind == "keyDown" else {}
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=number, **text
            )

    def write(self, text: str) -> None:
        """Text into whatever has the focus."""
        self.call("Input.insertText", text=text)

    def click(self, selector: str) -> None:
        """With the mouse, in the middle of the element."""
        x, y = self.run(
            f"""(() => {{
              const element = document.querySelector({json.dumps(selector)});
              element.scrollIntoView({{block: "center"}});
              const box = element.getBoundingClientRect();
              return [box.x + box.width / 2, box.y + box.height / 2];
            }})()"""
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def resize(self, width: int, height: int = 800) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def emulate(self, *, dark: bool = False, paper: bool = False) -> None:
        """The scheme of colours, and the screen or paper."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media="print" if paper else "screen", features=[scheme])

    def screenshot(self, path: Path, *, whole: bool = False) -> None:
        """What is to be seen, or with ``whole`` all of the page, as PNG."""
        told = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(told["data"]))

    def print(self, path: Path) -> None:
        """The page as PDF, of the size that its style asks for."""
        self.call("Emulation.setEmulatedMedia", media="print")
        told = self.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        path.write_bytes(base64.b64decode(told["data"]))

    @property
    def requests(self) -> list[str]:
        """What was asked of the network since the page was opened, but for itself and its own data."""
        urls = [
            e["params"]["request"]["url"] for e in self.events if e["method"] == "Network.requestWillBeSent"
        ]
        return [url for url in urls[1:] if not url.startswith("data:")]

    @property
    def complaints(self) -> list[str]:
        """Errors and warnings of the console, uncaught exceptions, and violations of the page's policy."""
        self.run("0")  # what is on its way arrives before the answer
        return [said for event in self.events if (said := _complaint(event["method"], event["params"]))]


def _complaint(method: str, told: Told) -> str | None:
    if method == "Runtime.exceptionThrown":
        return str(told["exceptionDetails"])
    if method == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning", "assert"):
        return str(told["args"])
    if method == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
        return str(told["entry"]["text"])
    if method == "Audits.issueAdded" and told["issue"]["code"] == "ContentSecurityPolicyIssue":
        return str(told["issue"]["details"])
    return None


@contextmanager
def chromium(folder: Path) -> Iterator[Browser]:
    """A browser whose profile is in that empty folder; it ends with the block.

    Raises:
        BrowserError: there is none on this machine.
    """
    path = executable()
    if path is None:
        raise BrowserError(f"There is no browser: install one of {', '.join(NAMES)}.")
    # As root there is no sandbox, and the page is of our own making.
    switches = [*SWITCHES, f"--user-data-dir={folder}", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    (reads, to), (back, writes) = _high_pipe(), _high_pipe()

    def place() -> None:
        os.dup2(reads, 3)  # where the browser looks for its pipe
        os.dup2(writes, 4)

    process = subprocess.Popen(
        [path, *switches],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(3, 4),
        preexec_fn=place,
    )
    os.close(reads)
    os.close(writes)
    browser = Browser(process, to, back)
    try:
        yield browser
        browser.call("Browser.close")
        process.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()
        os.close(to)
        os.close(back)


def _high_pipe() -> tuple[int, int]:
    """A pipe whose ends are not in the way of 3 and 4."""
    low = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in low)
    for end in low:
        os.close(end)
    return high[0], high[1]
