"""The page beside the files: what each answers, from when, in total, and what the words mean."""

import re
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Any

from netraven_analytics.cells import as_text, clock, plain
from netraven_analytics.exports.html import page_head
from netraven_analytics.glossary import WORDS
from netraven_analytics.text import counted

if TYPE_CHECKING:
    import pandas as pd

PREVIEW = 10  # rows
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:")
# Columns and totals between 0 and 1, and differences of such.
_SHARE = re.compile("coverage(_low|_high)?|.*_share|(late|change)_(low|high)|(.*_)?rate(_.*)?")
_STYLE = """
:root { color-scheme: light dark; --line: #8885; --soft: #8881; --link: light-dark(#0b57d0, #8ab4f8); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: 0; } h2 { margin: 2.5rem 0 .25rem; } p { margin: .4rem 0; } a { color: var(--link); }
.quiet { opacity: .75; font-size: .9rem; }
.figures { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0; padding: 0; }
.figures div { background: var(--soft); border-radius: .5rem; padding: .4rem .8rem; }
.figures dt { font-size: .8rem; opacity: .75; } .figures dd { margin: 0; font-weight: 600; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .85rem; white-space: nowrap; }
caption { text-align: left; font-size: .85rem; opacity: .75; padding: .3rem 0; }
th, td { text-align: left; padding: .25rem .7rem .25rem 0; border-bottom: 1px solid var(--line); }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
dl.words dt { font-weight: 600; } dl.words dd { margin: 0 0 .5rem; }
@media print { body { max-width: none; } }
"""


def index_page(files: Iterable[tuple[str, dict[str, Any], "pd.DataFrame"]], source: str) -> str:
    """A page of its own, in HTML, from each file's name, what its answer says of itself, and its table."""
    listed = list(files)
    first = listed[0][1]
    return f"""{page_head("NetRaven reports", _STYLE)}<h1>NetRaven reports</h1>
<p class="quiet">{_source(source)}As of {_moment(first["as_of"])}, times in {escape(first["tz"])}.
All in one workbook: <a href="fleet.xlsx">fleet.xlsx</a></p>
<main>
{"".join(_section(*file) for file in listed)}
</main>
<h2>What the words mean</h2>
{words()}
</body>
</html>
"""


def words() -> str:
    """What the words mean; each has an anchor, ``word-`` and its first word."""
    listed = "".join(
        f'<dt id="word-{anchor(word)}">{escape(word)}</dt><dd>{escape(meaning)}</dd>'
        for word, meaning in WORDS.items()
    )
    return f'<dl class="words">{listed}</dl>'


def anchor(word: str) -> str:
    return re.sub(r"\W+", "-", word.partition(",")[0].lower()).strip("-")


def _source(source: str) -> str:
    return f"From {escape(source)}. " if source else ""


def _section(name: str, answer: dict[str, Any], table: "pd.DataFrame") -> str:
    window = answer["window"]
    since = "the beginning" if window["since"] == "all" else _moment(window["since"])
    by = ", ".join(answer["options"]["by"])
    notes = "".join(f"<p class='quiet'>{escape(note)}</p>" for note in answer["notes"])
    sidecar = name.rpartition(".")[0] + ".meta.json"
    rows = counted(len(table), "row")
    return f"""
<section>
<h2 id="{escape(answer["report"])}">{escape(answer["answers"])}</h2>
<p><a href="{escape(name)}">{escape(name)}</a>: {rows}{f" by {escape(by)}" if by else ""},
from {since} until {_moment(window["until"])}.
<span class="quiet">How it was made: <a href="{escape(sidecar)}">{escape(sidecar)}</a></span></p>
{notes}
{_figures(answer["totals"], answer["left_out"])}
{_preview(table, answer["report"])}
</section>"""


def _figures(totals: dict[str, Any], left_out: dict[str, Any]) -> str:
    shown = {**totals, **{f"left out: {reason}": count for reason, count in left_out.items()}}
    items = "".join(
        f"<div><dt>{escape(_words(name))}</dt><dd>{escape(_figure(name, value))}</dd></div>"
        for name, value in shown.items()
    )
    return f'<dl class="figures">{items}</dl>' if items else ""


def _words(name: str) -> str:
    return name.removesuffix("_seconds").replace("_", " ")


def _figure(name: str, value: Any) -> str:
    if value is None:
        return "not known"
    if name.endswith("_seconds"):
        return clock(value)
    if isinstance(value, float) and _SHARE.fullmatch(name):
        return _percent(value)
    if isinstance(value, (int, float)):
        return f"{value:,.4g}" if isinstance(value, float) else f"{value:,}"
    return _spoken(value) if _INSTANT.match(str(value)) else str(value)


def _preview(table: "pd.DataFrame", name: str) -> str:
    if not len(table):
        return ""
    head = "".join(f'<th scope="col">{escape(str(column))}</th>' for column in table.columns)
    rows = "".join(
        "<tr>" + "".join(map(_cell, table.columns, row)) + "</tr>"
        for row in table.head(PREVIEW).itertuples(index=False, name=None)
    )
    caption = f"The first {min(PREVIEW, len(table))} rows of {len(table):,}"
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(name)}"><table>'
        f"<caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(name: str, value: Any) -> str:
    known = plain(value)
    if known is None:
        return "<td></td>"
    if hasattr(value, "total_seconds"):
        return f'<td class="number">{clock(known)}</td>'
    if isinstance(known, float) and _SHARE.fullmatch(name):
        return f'<td class="number">{_percent(known)}</td>'
    if isinstance(known, float):
        return f'<td class="number">{known:.4g}</td>'
    if isinstance(known, int) and not isinstance(known, bool):
        return f'<td class="number">{known}</td>'
    text = _moment(known) if hasattr(value, "isoformat") else escape(as_text(known) or "")
    return f"<td>{text}</td>"


def _moment(iso: str) -> str:
    return escape(_spoken(iso))


def _spoken(iso: str) -> str:
    """A time to the second, for people; the files hold it whole."""
    day, _, rest = iso.partition("T")
    return f"{day} {rest[:8]}" if rest and rest[:8] != "00:00:00" else day


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"
