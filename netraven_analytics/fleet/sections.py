"""The sections of the page, in the order in which they are read."""

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from netraven_analytics.fleet import changes, devices, groups
from netraven_analytics.fleet.figures import figures
from netraven_analytics.fleet.pictures import pictures
from netraven_analytics.fleet.problems import Problem, problems
from netraven_analytics.fleet.questions import named
from netraven_analytics.fleet.reading import Seen
from netraven_analytics.fleet.sources import definitions, notes, provenance
from netraven_analytics.fleet.tables import table_of
from netraven_analytics.pages import anchor, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

MOST_EVENTS = 2_000  # rows; devices are all there, however many
_SIGNATURES = {
    "signature": "Message",
    "level": "Level",
    "messages": "Messages",
    "runs": "Runs",
    "devices": "Devices",
    "new_since": "New",
    "first_seen_at": "First seen",
    "last_seen_at": "Last seen",
    "example": "Example",
}
_UNUSUAL = {
    "hostname": "Device",
    "run_at": "Run at",
    "outcome": "Outcome",
    "duration": "Duration",
    "usual": "Usual",
    "z": "z",
    "reason": "In words",
    "run_id": "Run",
}


@dataclass(frozen=True)
class Section:
    """``key`` is its anchor, ``content`` is HTML, and ``named`` whether the list of sections has it."""

    key: str
    title: str
    content: str
    named: bool = True

    @property
    def html(self) -> str:
        return (
            f'<section id="{self.key}" aria-labelledby="{self.key}-title">\n'
            f'<h2 id="{self.key}-title">{escape(self.title)}</h2>\n{self.content}</section>\n'
        )


def sections(seen: Seen) -> list[Section]:
    troubles = problems(seen)
    return [
        Section("now", "What is wrong now", _at_a_glance(seen, troubles)),
        Section("figures", "Headline figures", _figures(seen)),
        *_trouble(troubles),
        *([Section("charts", "Charts", pictures(_drawn(seen)))] if seen.has_runs else []),
        *_groups(seen),
        Section("devices", "Devices", _devices(seen)),
        *(_of_runs(seen) if seen.has_runs else []),
        Section("changes", "Configuration changes", _changes(seen)),
        Section("sources", "How this was made", _sources(seen)),
    ]


def _at_a_glance(seen: Seen, troubles: list[Problem]) -> str:
    items = "".join(
        f'<li class="bad"><a href="#{each.key}">{escape(each.title)} <b>{len(each.rows):,}</b></a></li>'
        if len(each.rows)
        else f'<li class="good">{escape(each.title)} <b>0</b></li>'
        for each in troubles
    )
    return f'{_silence(seen)}<ul class="glance">{items}</ul>'


def _silence(seen: Seen) -> str:
    """Where nothing is known, so that nobody takes silence for success."""
    if seen.newest is None and not seen.totals("inventory")["devices"]:
        return (
            "<p class='banner'>There is nothing in this database yet: no device, no run and no snapshot.</p>"
        )
    if not seen.has_runs:
        return (
            "<p class='banner'>The database holds no runs at all: how fresh its backups are, and what fails, "
            "cannot be told. Configurations and their changes are below.</p>"
        )
    return ""


def _figures(seen: Seen) -> str:
    items = "".join(
        f'<div><dt><a href="#word-{anchor(each.word)}">{escape(each.title)}</a></dt>'
        f"<dd><b>{escape(each.value)}</b> <span>{escape(each.says)}</span></dd></div>"
        for each in figures(seen)
    )
    return f'<dl class="figures">{items}</dl>'


def _trouble(troubles: list[Problem]) -> list[Section]:
    told = "".join(map(_problem, troubles))
    return [Section("trouble", "One by one", told, named=False)] if told else []


def _problem(problem: Problem) -> str:
    if not len(problem.rows):
        return ""
    table = table_of(problem.rows, problem.headings, problem.title, escape(problem.means))
    return (
        f'<details open class="problem" id="{problem.key}"><summary><h3>{escape(problem.title)} '
        f'<span class="count">{len(problem.rows):,}</span></h3></summary>\n{table}</details>\n'
    )


def _drawn(seen: Seen) -> "list[pd.DataFrame]":
    answers = seen.answers
    by_group = [answers[f"{name} {by}"] for by in seen.asked.by[:1] for name in ("freshness", "rates")]
    return [answers["rates_over_time"], answers["durations_over_time"], *by_group]


def _groups(seen: Seen) -> list[Section]:
    made = []
    for number, by in enumerate(seen.asked.by):
        table, name = groups.groups(seen, by), named(by)
        if groups.are_telling(table):
            headings = {"group": name.capitalize(), **groups.headings(seen)}
            told = _table(table, headings, f"By {name}", "The worst coverage first.")
            made.append(Section(f"by-{number}", f"By {name}", told))
    return made


def _devices(seen: Seen) -> str:
    says = "The longest without a good backup first. Runs, failures and changes are those of the window."
    table = devices.devices(seen)
    return _table(table, devices.headings(seen), "Devices", says, most=len(table))


def _of_runs(seen: Seen) -> list[Section]:
    why = (
        "Errors and warnings by what is left of them when all that varies is masked; the most frequent first."
    )
    slow = "Runs that took unusually long, or short, beside the past runs of their device, the newest first."
    return [
        Section("why", "Why it fails", _table(seen.answers["signatures"], _SIGNATURES, "Messages", why)),
        Section(
            "unusual", "Unusual durations", _table(seen.answers["unusual"], _UNUSUAL, "Unusual runs", slow)
        ),
    ]


def _changes(seen: Seen) -> str:
    table = changes.listed(seen)
    newest = (
        f"<p class='quiet'>The newest {len(seen.diffs):,} and what they did, redacted.</p>"
        if seen.diffs
        else ""
    )
    says = "The newest first. Each came after 'not before' and not after 'found'."
    told = _table(table, changes.HEADINGS, "Changes", says)
    return pictures([seen.answers["changes"]]) + newest + changes.folded(seen) + told


def _table(
    frame: "pd.DataFrame", headings: "Mapping[str, str]", name: str, says: str, most: int = MOST_EVENTS
) -> str:
    if not len(frame):
        return "<p class='quiet'>None.</p>"
    cut = f" The first {most:,} of {len(frame):,}." if len(frame) > most else f" {len(frame):,} in all."
    return table_of(frame.head(most), headings, name, escape(says + cut))


def _sources(seen: Seen) -> str:
    noted = notes(seen)
    return (
        f"{provenance(seen)}{f'<h3>To be known</h3><ul>{noted}</ul>' if noted else ''}"
        f"<h3>What the words mean</h3>{words()}"
        f"<div class='screen'><h3>What each report does</h3>{definitions(seen)}</div>"
    )
