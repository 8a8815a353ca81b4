"""Recent changes, each with its difference folded away."""

from html import escape
from typing import TYPE_CHECKING

from netraven_analytics.configs.side_by_side import spell
from netraven_analytics.fleet.cells import moment
from netraven_analytics.fleet.reading import Seen
from netraven_analytics.history.difference import ConfigDiff
from netraven_analytics.text import counted

if TYPE_CHECKING:
    import pandas as pd

MINUS = "\N{MINUS SIGN}"
MOST_LINES = 200  # of one difference
_KINDS = {"+": "come", "-": "gone", "@": "place"}
HEADINGS = {
    "hostname": "Device",
    "found_at": "Found",
    "previous_at": "Not before",
    "lines_added": "Added",
    "lines_removed": "Removed",
    "sections": "Sections",
    "claimed_user": "Claimed user",
    "reverted_id": "Reverted to",
    "from_id": "From",
    "to_id": "To",
    "device_type": "Type",
}


def listed(seen: Seen) -> "pd.DataFrame":
    """All changes of the window, in the columns of ``HEADINGS``."""
    return seen.answers["changes"].rename(columns={"reverted_to": "reverted_id"})


def folded(seen: Seen) -> str:
    """The newest changes; the search field finds what is inside of them too."""
    rows = seen.answers["changes"].head(len(seen.diffs)).itertuples(index=False)
    told = "".join(_change(diff, row) for diff, row in zip(seen.diffs, rows, strict=True))
    return f'<div class="sheet" data-name="differences"><div class="folds">{told}</div></div>' if told else ""


def _change(diff: ConfigDiff, row: object) -> str:
    found = moment(row.found_at.isoformat())  # type: ignore[attr-defined]
    sections = row.sections if isinstance(row.sections, str) else ""  # type: ignore[attr-defined]
    added, removed = diff.counts
    return (
        f"<details class='change'><summary><b>{spell(diff.device)}</b> <span class='when'>{found}</span> "
        f"<span class='come'>+{added:,}</span> <span class='gone'>{MINUS}{removed:,}</span> "
        f"<span class='where'>{spell(sections)}</span></summary>\n<pre>{_lines(diff)}</pre></details>\n"
    )


def _lines(diff: ConfigDiff) -> str:
    lines = diff.unified.split("\n")[2:-1]  # without the labels, which the summary tells
    shown = [
        f'<span class="{_KINDS[line[0]]}">{spell(line)}</span>' if line[:1] in _KINDS else spell(line)
        for line in lines[:MOST_LINES]
    ]
    if len(lines) > MOST_LINES:
        command = escape(f"netraven-analytics config diff {diff.device} {diff.from_id} {diff.to_id}")
        shown.append(
            f'<span class="place">… {counted(len(lines) - MOST_LINES, "more line")}: {command}</span>'
        )
    return "\n".join(shown)
