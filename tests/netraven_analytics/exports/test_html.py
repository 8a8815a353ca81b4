"""A page with one table that runs nothing."""

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from pathlib import Path

import pandas as pd

from netraven_analytics.exports import export
from tests.browser import Browser
from tests.netraven_analytics.exports.tables import TABLE


def test_a_page_is_whole_and_loads_nothing(tmp_path: Path) -> None:
    """Its policy lets its one style be used and nothing else; durations are h:mm:ss, numbers on the right."""
    page = export(TABLE, tmp_path / "a.html").read_text()
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert unescape(policy) == (
        f"default-src 'none'; style-src 'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert '<td class="number">30:00:00</td>' in page
    assert '<td class="number">-2</td>' in page
    assert '<th scope="col">took</th>' in page
    assert page.endswith("</html>\n")
    assert "src=" not in page
    assert "href=" not in page


def test_hostile_text_is_inert(tmp_path: Path) -> None:
    """In cells, headers and in what the answer says of itself."""
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    table = pd.DataFrame({hostile: pd.Series([hostile], dtype="str")})
    window = {"since": hostile, "until": hostile}
    table.attrs["netraven"] = {
        "report": hostile,
        "answers": hostile,
        "window": window,
        "tz": hostile,
        "notes": [hostile],
    }
    page = export(table, tmp_path / "a.html").read_text()
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;alert(1)") == 8


def test_a_browser_finds_nothing_that_the_policy_forbids(browser: Browser, tmp_path: Path) -> None:
    """The page's style is the one that its policy names."""
    with browser.page() as page:
        page.open(export(TABLE, tmp_path / "a.html").as_uri())
        assert page.run("getComputedStyle(document.querySelector('th')).position") == "sticky"
        assert page.complaints == []
        assert page.requests == []
