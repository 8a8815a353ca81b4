"""HTML: a page with one table, which loads nothing and runs nothing."""

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from typing import IO, TYPE_CHECKING

import pyarrow as pa

from netraven_analytics.cells import clock, plain
from netraven_analytics.exports.columns import TEXT, changed, lines, names_of, texts_of
from netraven_analytics.exports.writer import Manner, Writer

if TYPE_CHECKING:
    import pandas as pd

_HARMLESS = "[0-9A-Za-z][^&<>\"'\\x00-\\x1f\\x7f-\u009f]*"
_STYLE = """
:root { color-scheme: light dark; --line: #8885; --ground: light-dark(#fff, #1c1c1c); }
body { font: 14px/1.4 system-ui, sans-serif; margin: 1rem; } p { max-width: 72rem; margin: .4rem 0; }
table { border-collapse: collapse; } tbody { font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line); }
th { position: sticky; top: 0; background: var(--ground); } td { white-space: pre-wrap; vertical-align: top; }
.number { text-align: right; }
"""


class Html(Writer):
    """Durations are h:mm:ss. What a spreadsheet that opens the page would run has an apostrophe in front."""

    def __init__(self, file: IO[bytes], manner: Manner) -> None:
        super().__init__(file, manner)
        self._begun = False

    def add(self, part: "pd.DataFrame") -> None:
        if not self._begun:
            self._begun = True
            self.file.write(self._head(part).encode(errors="backslashreplace"))
        pieces: list[str | pa.Array] = ["<tr>"]
        for name in part.columns:
            number = ' class="number"' if part[name].dtype.kind in "iufm" else ""
            pieces += [f"<td{number}>", self._cells(part[name]), "</td>"]
        self.file.write(lines([*pieces, "</tr>"], "\n"))

    def end(self) -> None:
        self.file.write(b"</tbody>\n</table>\n</body>\n</html>\n")

    def _cells(self, column: "pd.Series") -> pa.Array:
        if column.dtype.kind == "m":
            seconds = [plain(cell) for cell in column]
            return pa.array([None if length is None else clock(length) for length in seconds], TEXT)
        if column.dtype == "object":
            cells = [self.manner.cell(value) for value in column]
            return pa.array([None if cell is None else _inert(cell) for cell in cells], TEXT)
        texts = texts_of(column, self.manner.dates)
        return texts if column.dtype.kind in "iufbM" else changed(texts, _HARMLESS, self._escaped)

    def _escaped(self, text: str) -> str:
        return _inert(self.manner.safe(text))

    def _head(self, part: "pd.DataFrame") -> str:
        names = "".join(f'<th scope="col">{self._escaped(n)}</th>' for n in names_of(part, seconds=False))
        return page_head(str(self.manner.about.get("report", "NetRaven")), _STYLE) + (
            f"{_about(self.manner)}<table>\n<thead><tr>{names}</tr></thead>\n<tbody>\n"
        )


def _inert(text: str) -> str:
    """Without markup; a bare CR, which a reader of HTML would take for a line's end, as what it is."""
    return escape(text).replace("\r", "&#13;")


def page_head(title: str, style: str, *, script: str = "", own_styles: Sequence[str] = ()) -> str:
    """A page up to the beginning of its body, which may bring styles of its own.

    Its policy lets these styles and this script be used and nothing else: nothing is loaded, and what a
    hostname or a tag holds could not run even if it were taken for markup. Pictures can be inside the page.
    """
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{escape(_policy([style, *own_styles], script))}">
<title>{escape(title)}</title>
<style>{style}</style>
{f'<script type="module">{script}</script>' if script else ""}</head>
<body>
"""


def _policy(styles: Sequence[str], script: str) -> str:
    """Styles and script are named by their hashes; scripts can make no markup from text."""
    rules = ["default-src 'none'", f"style-src {' '.join(map(_hash, styles))}", "img-src data:"]
    if script:
        rules += [f"script-src {_hash(script)}", "require-trusted-types-for 'script'", "trusted-types 'none'"]
    return "; ".join([*rules, "base-uri 'none'", "form-action 'none'"])


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _about(manner: Manner) -> str:
    """What the answer is to, of which window, and what to know of it."""
    about = manner.about
    if "window" not in about:
        return ""
    since, until = about["window"]["since"], about["window"]["until"]
    since = "the beginning" if since == "all" else since
    said = [f"{since} until {until} ({about['tz']})", *about["notes"]]
    return f"<h1>{escape(about['answers'])}</h1>\n" + "".join(f"<p>{escape(line)}</p>\n" for line in said)
