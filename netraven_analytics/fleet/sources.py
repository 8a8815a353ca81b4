"""How the figures are defined, when and from what the page was made."""

from collections.abc import Mapping
from html import escape
from importlib.metadata import version
from typing import Any

from netraven_analytics.configs.side_by_side import spell
from netraven_analytics.fleet.cells import moment
from netraven_analytics.fleet.reading import Seen
from netraven_analytics.text import counted


def headline(seen: Seen) -> str:
    """When and from what, in a line."""
    about = seen.about("rates")
    return f"{seen.database}, {window_of(about)}, as of {moment(about['as_of'])} ({about['tz']})"


def provenance(seen: Seen) -> str:
    """When and from what, as a list."""
    about = seen.about("rates")
    filters = {
        name: about["options"][name] for name in ("device", "device_type", "tag") if name in about["options"]
    }
    told = {
        "As of": moment(about["as_of"]),
        "Window": window_of(about),
        "Time zone": about["tz"],
        "Only": "; ".join(f"{name} {', '.join(values)}" for name, values in filters.items()),
        "Database": seen.database,
        "Newest row": moment(seen.newest) if seen.newest else "none",
        "Snapshot of the transaction": seen.snapshot,
        "Made by": f"netraven-analytics {version('netraven-analytics')}",
    }
    listed = "".join(f"<dt>{name}</dt><dd>{spell(value)}</dd>" for name, value in told.items() if value)
    return f'<dl class="provenance">{listed}</dl>'


def window_of(about: Mapping[str, Any]) -> str:
    since, until = about["window"]["since"], moment(about["window"]["until"])
    return f"all until {until}" if since == "all" else f"{moment(since)} to {until}"


def notes(seen: Seen) -> str:
    """What the answers say is to be known of them, each once."""
    known = dict.fromkeys(
        note for table in seen.answers.values() for note in table.attrs["netraven"]["notes"]
    )
    return "".join(f"<li>{spell(note)}</li>" for note in (*known, *seen.refused.values()))


def definitions(seen: Seen) -> str:
    """Every question: what its report says that it does, which rows it left out, and its SQL."""
    return "".join(_definition(table.attrs["netraven"]) for table in seen.answers.values())


def _definition(about: Mapping[str, Any]) -> str:
    by = "".join(f" by {name}" for name in about["options"].get("by", []))
    left_out = ", ".join(f"{count:,} {why.replace('_', ' ')}" for why, count in about["left_out"].items())
    said = [f"Window: {window_of(about)} ({about['tz']}). {counted(about['rows'], 'row')}."]
    said += [f"Left out: {left_out}."] if left_out else []
    return (
        f"<details><summary>{escape(about['answers'])} <code>{about['report']}{spell(by)}</code></summary>"
        f"\n<p>{spell(' '.join(said))}</p>\n<pre>{escape(about['definition'])}</pre>\n"
        f"<details><summary>SQL</summary><pre>{spell_lines(about['sql'])}</pre></details></details>\n"
    )


def spell_lines(text: str) -> str:
    return "\n".join(spell(line) for line in text.split("\n"))
