"""The fleet's page as a browser shows it."""

import importlib.resources
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import Browser, Page

DEVICES = "#devices .sheet"


@pytest.fixture
def page(browser: Browser, page_file: Path) -> Iterator[Page]:
    with browser.page() as page:
        page.open(page_file.as_uri())
        yield page


def column(page: Page, heading: str) -> list[str]:
    """The cells under a heading of the devices' table, from the top."""
    return page.run(  # type: ignore[no-any-return]
        f"""(() => {{
          const table = document.querySelector("{DEVICES} table");
          const place = [...table.tHead.rows[0].cells].findIndex((c) => c.textContent === "{heading}");
          return [...table.tBodies[0].rows].filter((r) => !r.hidden).map((r) => r.cells[place].textContent);
        }})()"""
    )


def test_the_page_loads_alone_and_without_complaint(page: Page) -> None:
    """Nothing is asked of a network, its policy has nothing to forbid, and the console stays empty."""
    assert page.run("document.querySelectorAll('section').length") >= 9
    assert page.run("document.querySelectorAll('img').length") >= 4
    assert page.run("[...document.images].every((image) => image.naturalWidth > 0)")
    assert page.complaints == []
    assert page.requests == []


def test_what_devices_say_does_not_run(page: Page) -> None:
    """Not as markup, not in an attribute, not as a link; and it is on the page, as text."""
    page.run("document.querySelectorAll('details').forEach((fold) => fold.open = true)")
    assert page.run("window.harmed") is None
    assert page.run("document.querySelectorAll('script').length") == 1
    assert (
        page.run("document.querySelectorAll('[onerror], [onload], [onfocus], [autofocus], svg').length") == 0
    )
    assert page.run("[...document.links].every((link) => link.getAttribute('href').startsWith('#'))")
    assert "<script>window.harmed = true</script>" in column(page, "Device")
    assert page.run("document.querySelectorAll('h1').length") == 1


# What a script might try, by the directive of the policy that forbids it. Nothing listens on port 1.
ATTEMPTS = {
    "script-src-elem": (
        "import('http://127.0.0.1:1/x.js')",
        "import('data:text/javascript,window.harmed = true')",
    ),
    "require-trusted-types-for": (
        "add('script', {textContent: 'window.harmed = true'})",
        "add('script', {src: 'http://127.0.0.1:1/x.js'})",
        "add('b', {}).setAttribute('onclick', 'window.harmed = true')",
        "setTimeout(() => eval('window.harmed = true'))",
        "new Worker('http://127.0.0.1:1/x.js')",
        "add('b', {}).innerHTML = '<i>x</i>'",
        "add('object', {data: 'http://127.0.0.1:1/x.pdf'})",
    ),
    "trusted-types": ("trustedTypes.createPolicy('default', {createHTML: (text) => text})",),
    "style-src-elem": (
        "add('style', {textContent: 'body { display: none }'})",
        "add('link', {rel: 'stylesheet', href: 'http://127.0.0.1:1/x.css'})",
    ),
    "style-src-attr": ("document.body.setAttribute('style', 'display: none')",),
    "connect-src": (
        "fetch('http://127.0.0.1:1/')",
        "const r = new XMLHttpRequest(); r.open('GET', 'http://127.0.0.1:1/'); r.send()",
        "navigator.sendBeacon('http://127.0.0.1:1/', 'x')",
        "new WebSocket('ws://127.0.0.1:1/')",
        "new EventSource('http://127.0.0.1:1/')",
    ),
    "img-src": ("add('img', {src: 'http://127.0.0.1:1/x.png'})",),
    "font-src": ("new FontFace('x', 'url(http://127.0.0.1:1/x.woff2)').load()",),
    "media-src": ("add('audio', {src: 'http://127.0.0.1:1/x.ogg'})",),
    "frame-src": (
        "add('iframe', {src: 'http://127.0.0.1:1/'})",
        "add('iframe', {src: 'data:text/html,x'})",
    ),
    "form-action": ("add('form', {action: 'http://127.0.0.1:1/', method: 'post'}).submit()",),
    "base-uri": ("add('base', {href: 'http://127.0.0.1:1/'})",),
}
LISTEN = """
  window.violated = [];
  document.addEventListener("securitypolicyviolation", (told) => {
    if (told.disposition === "enforce") violated.push(told.effectiveDirective);
  });
  window.add = (name, properties) => {
    const element = document.createElement(name);
    document.body.append(element);
    return Object.assign(element, properties);
  };
  0
"""


@pytest.mark.parametrize(
    ("directive", "attempt"),
    [(directive, attempt) for directive, attempts in ATTEMPTS.items() for attempt in attempts],
)
def test_the_policy_forbids_it_by_name(page: Page, directive: str, attempt: str) -> None:
    """The directive that is meant forbids the attempt, and no other does; nothing of it has an effect."""
    page.run(LISTEN)
    page.run(f"try {{ {attempt} }} catch {{}} 0")
    page.wait_for("violated.length", patience=10)
    assert set(page.run("violated")) == {directive}
    assert page.run("window.harmed") is None
    assert page.run("getComputedStyle(document.body).display") == "block"
    assert any(f"'violatedDirective': '{directive}'" in said for said in page.complaints)


def test_a_click_on_a_heading_sorts_by_what_is_meant(page: Page) -> None:
    """Numbers from the largest, lengths of time by their length, and once more the other way round."""
    page.click(f"{DEVICES} th:nth-child(3) button")
    ages = column(page, "Age")
    assert page.run(f"document.querySelector('{DEVICES} th:nth-child(3)').ariaSort") == "descending"
    known = [age for age in ages if age != "\N{EN DASH}"]
    assert ages == known + ["\N{EN DASH}"] * (len(ages) - len(known))
    assert len(known) < len(ages)
    assert [seconds(age) for age in known] == sorted(map(seconds, known), reverse=True)
    page.click(f"{DEVICES} th:nth-child(3) button")
    upward = column(page, "Age")
    assert upward[len(known) :] == ages[len(known) :]
    assert [seconds(age) for age in upward[: len(known)]] == sorted(map(seconds, known))
    assert page.run(f"document.querySelector('{DEVICES} th:nth-child(3)').ariaSort") == "ascending"


def seconds(text: str) -> float:
    """``1d02h`` as a number."""
    units = {"d": 86_400, "h": 3600, "m": 60, "s": 1}
    return sum(float(count) * units[unit] for count, unit in re.findall(r"([\d.]+)([dhms])", text))


def test_a_heading_sorts_by_keyboard_too(page: Page) -> None:
    """Enter on its button; only one heading says that it is sorted by."""
    page.run(f"document.querySelector('{DEVICES} th button').focus()")
    page.press("Enter")
    names = column(page, "Device")
    assert names == page.run(
        f"{json.dumps(names)}.toSorted(new Intl.Collator('en', {{numeric: true}}).compare)"
    )
    page.press("Tab")
    page.press("Enter")
    assert page.run(f"[...document.querySelectorAll('{DEVICES} [aria-sort]')].map((h) => h.textContent)") == [
        "Backup"
    ]


def test_searching_keeps_the_rows_that_hold_every_word(page: Page) -> None:
    """Whatever the case and the column; how many are left is said aloud."""
    everything = column(page, "Device")
    page.run(f"document.querySelector('{DEVICES} input').focus()")
    page.write("BER- cisco")
    left = column(page, "Device")
    assert left
    assert len(left) < len(everything)
    assert all(name.startswith("ber-") for name in left)
    assert (
        page.run(f"document.querySelector('{DEVICES} output').textContent")
        == f"{len(left)} of {len(everything)}"
    )


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious(page: Page, dark: bool) -> None:
    """In both schemes of colours, with everything unfolded."""
    page.emulate(dark=dark)
    page.run("document.querySelectorAll('details').forEach((fold) => fold.open = true)")
    page.run(
        (importlib.resources.files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8") + "; 0"
    )
    found = page.run("axe.run(document, {resultTypes: ['violations']}).then((told) => told.violations)")
    grave = [
        f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in ("serious", "critical")
    ]
    assert grave == []


def test_a_phone_does_not_scroll_sideways(browser: Browser, page_file: Path) -> None:
    """At 360 pixels wide tables scroll inside their boxes, and the page does not."""
    with browser.page(360, 740) as page:
        page.open(page_file.as_uri())
        page.run("document.querySelectorAll('details').forEach((fold) => fold.open = true)")
        assert page.run("document.documentElement.scrollWidth") == 360
        assert page.run(f"document.querySelector('{DEVICES} .box').scrollWidth") > 360


def test_paper_has_what_is_needed(page: Page) -> None:
    """Figures, troubles, charts and tables whole up to their 50th row, which is said; nothing to click."""
    page.emulate(paper=True)
    shown = "(selector) => [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility()).length"
    assert page.run(f"({shown})('nav, input, button::after')") == 0
    assert page.run(f"({shown})('.figures dd')") == 8
    assert page.run(f"({shown})('.glance li')") == 6
    assert page.run(f"({shown})('img')") >= 4
    assert page.run(f"({shown})('{DEVICES} tbody tr')") == 50
    assert page.run(f"({shown})('{DEVICES} .paper')") == 1
    assert page.run(f"getComputedStyle(document.querySelector('{DEVICES} .box')).overflow") == "visible"
    assert page.run(f"({shown})('.words dt')") > 30


def test_a_link_to_something_folded_unfolds_it(page: Page) -> None:
    """Such as from the overview to a kind of trouble that was closed."""
    page.run("document.querySelector('#late').open = false")
    page.click('a[href="#late"]')
    page.wait_for("document.querySelector('#late').open")


def test_without_scripts_all_of_it_is_there(browser: Browser, page_file: Path) -> None:
    """Tables have all their rows, and no control that would do nothing."""
    with browser.page() as page:
        page.call("Emulation.setScriptExecutionDisabled", value=True)
        page.open(page_file.as_uri())
        page.call("Emulation.setScriptExecutionDisabled", value=False)
        assert len(column(page, "Device")) == 68
        assert page.run("document.querySelectorAll('input, button').length") == 0
