"""The difference of two texts side by side, in HTML for notebooks: light or dark, and nothing runs."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import zip_longest

from netraven_analytics.cells import printable
from netraven_analytics.configs.diff import Hunk
from netraven_analytics.configs.unified import Group, groups

MOST_ROWS = 2_000
_LONGEST = 2_000  # characters of a line

# Half-transparent colours over the notebook's own: readable in the light and in the dark. The selectors weigh
# more than those of JupyterLab, whose tables are striped, of fixed columns and aligned at the right.
STYLE = """
.netraven-text.netraven-text table { border-collapse: collapse; font: .85em/1.4 ui-monospace, monospace;
  margin: 0; table-layout: auto; width: 100%; }
.netraven-text.netraven-text tbody tr:nth-child(n) { background: transparent; }
.netraven-text.netraven-text td { border: 0; padding: 0 .5em; text-align: left; vertical-align: top;
  color: inherit; white-space: pre-wrap; overflow-wrap: anywhere; background: transparent; max-width: none; }
.netraven-text.netraven-text td.n { opacity: .6; text-align: right; user-select: none; white-space: nowrap;
  width: 1%; }
.netraven-text.netraven-text td.gone { background: rgba(248, 81, 73, .22); }
.netraven-text.netraven-text td.come { background: rgba(46, 160, 67, .22); }
.netraven-text.netraven-text td.cut { opacity: .6; padding-top: .6em; }
.netraven-text.netraven-text p { margin: .3em 0; }
"""


def box(caption: str, rows: Iterable[str]) -> str:
    """Rows of a table in a box whose style touches nothing else, and whose dollar signs are no formulas."""
    style = f"<style>{STYLE}</style>"
    classes = "netraven-text tex2jax_ignore mathjax_ignore"  # MathJax would make links of what devices say
    return f'<div class="{classes}">{style}<p>{spell(caption)}</p><table>{"".join(rows)}</table></div>'


def spell(text: str) -> str:
    """Text for HTML: markup, terminal escapes and marks of direction are shown and not obeyed."""
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]} … {len(text) - _LONGEST:,} more characters"
    return escape(printable(cut))


def side_by_side(
    old: Sequence[str], new: Sequence[str], hunks: Sequence[Hunk], context: int
) -> Iterator[str]:
    """The rows of a table with the old text at the left and the new one at the right."""
    shown = 0
    for group in groups(hunks, len(old), context):
        yield _wide(f"line {group.new.start + 1}")
        for row in _rows(old, new, group):
            if shown == MOST_ROWS:
                yield _wide(f"… only the first {MOST_ROWS:,} rows are shown; .unified has them all")
                return
            shown += 1
            yield row


def _rows(old: Sequence[str], new: Sequence[str], group: Group) -> Iterator[str]:
    position, shift = group.old.start, group.new.start - group.old.start
    for hunk in group.hunks:
        yield from (_same(new, index + shift, index) for index in range(position, hunk.old.start))
        for before, after in zip_longest(hunk.old, hunk.new):
            yield f"<tr>{_cell(old, before, 'gone')}{_cell(new, after, 'come')}</tr>"
        position, shift = hunk.old.stop, hunk.new.stop - hunk.old.stop
    yield from (_same(new, index + shift, index) for index in range(position, group.old.stop))


def _same(new: Sequence[str], index: int, before: int) -> str:
    text = spell(new[index])
    return (
        f'<tr><td class="n">{before + 1}</td><td>{text}</td>'
        f'<td class="n">{index + 1}</td><td>{text}</td></tr>'
    )


def _cell(lines: Sequence[str], index: int | None, kind: str) -> str:
    if index is None:
        return '<td class="n"></td><td></td>'
    return f'<td class="n">{index + 1}</td><td class="{kind}">{spell(lines[index])}</td>'


def _wide(text: str) -> str:
    return f'<tr><td class="cut" colspan="4">{text}</td></tr>'
