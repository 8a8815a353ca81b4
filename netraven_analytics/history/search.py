"""Searching the configurations of the fleet: at a moment, or all there ever were."""

from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics import frames
from netraven_analytics.configs.search import Pattern
from netraven_analytics.facts.filters import DeviceFilter, Names
from netraven_analytics.facts.windows import TimeLike
from netraven_analytics.history.fleet import Asked, FleetSearch, left_out, without_snapshots
from netraven_analytics.history.instants import clock, instant, spoken
from netraven_analytics.history.matches import Context, Searcher, Standing
from netraven_analytics.history.texts import Texts
from netraven_analytics.text import counted
from netraven_db.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

_UTC = "datetime64[us, UTC]"
_DEVICE = {
    "device_id": "Int64",
    "hostname": "str",
    "device_type": "str",
    "snapshot_id": "Int64",
    "found_at": _UTC,
}
_MATCH = {
    "line": "Int64",
    "text": "str",
    "section": "str",
    "introduced_id": "Int64",
    "introduced_at": _UTC,
    "previous_at": _UTC,
}


async def config_search(
    pattern: str,
    db: AsyncSession | None = None,
    *,
    regex: bool = False,
    ignore_case: bool = False,
    at: TimeLike | None = None,
    since: TimeLike | None = None,
    history: bool = False,
    missing: bool = False,
    context: Context | None = None,
    tz: str | None = None,
    device: Names = None,
    device_type: Names = None,
    tag: Names = None,
    with_noise: bool = False,
    show_secrets: bool = False,
) -> "pd.DataFrame":
    """Which lines of which configurations match, and since when does each stand?

    Line by line over each device's latest snapshot, or the latest by a moment. The pattern meets the redacted
    lines unless secrets are shown, so it cannot be used to guess them, and the answer's notes say how many
    lines were hidden from it in part. A match is the same one in another snapshot if line and section are
    the same; it stands since the snapshot from which on it was there without a break.

    Columns:
        device_id, hostname, device_type: the device.
        snapshot_id, found_at: the last snapshot that has the line, and when it was taken.
        line, text, section: the line, its number in the stored text, and the headers it stands under.
        introduced_id, introduced_at: the snapshot since which it stands, and when that was taken.
        previous_at: when the snapshot before that was taken; the line came after it. Missing where the first
            snapshot had the line.
        gone_at: with ``history``, when a snapshot without the line was taken; missing where it stands.
        context: with ``context``, the lines around.
        With ``missing``, only the columns of the device and of the snapshot that was searched.

    Args:
        pattern: text that a line contains.
        db: the session to use; without one a read-only session is opened.
        regex: the pattern is a regular expression; one that takes over 5 s on a text is given up.
        ignore_case: upper and lower case are the same.
        at: the moment to look at; now if not given.
        since: only matches gained since then. A device's first snapshot, if taken since, has gained them too.
        history: every match that ever stood up to the moment, and when it was gone.
        missing: the devices without any match, instead of the matches.
        context: a number of lines around each match, or ``"section"`` for those of its section.
        tz: the time zone of days and naive times, and of the answer; NETRAVEN_TZ, else UTC.
        device, device_type, tag: only such devices, as in reports.
        with_noise: search the texts as stored: the platform's noise lines too.
        show_secrets: leave passwords and keys readable, and let the pattern meet them.

    Raises:
        ParameterError: an option has no accepted value, or the pattern takes too long.

    Example:
        ``await config_search("ntp server 192.0.2.7", since="tuesday", tag="role:core")``
    """
    if missing and (history or since is not None or context is not None):
        raise ParameterError("missing=True goes with none of history=, since= and context=: leave them out.")
    if context is not None and context != "section" and not _is_count(context):
        raise ParameterError(
            f"context={context!r} is not understood: it takes a number of lines or 'section'."
        )
    asked = Asked(
        DeviceFilter.of(device, device_type, tag),
        instant(at, "at", tz),
        None if since is None else instant(since, "since", tz),
        history,
    )
    if asked.since is not None and asked.since >= asked.moment:
        raise ParameterError("since is not before the moment that is looked at: give an earlier since.")
    wanted = Pattern(pattern, regex=regex, ignore_case=ignore_case)

    async def read(session: AsyncSession) -> tuple[FleetSearch, int, tuple[str, ...]]:
        texts = await Texts.of(session, with_noise, show_secrets)
        search = FleetSearch(asked, Searcher(wanted, texts, context or 0))
        without = await without_snapshots(session, asked)
        await search.latest(session)
        if not missing:
            await search.standing(session)
        return search, without, await left_out(session, asked)

    search, without, notes = await frames.in_session(db, read)
    return _answer(search, without, notes, missing=missing, with_context=context is not None, tz=tz)


def _answer(
    search: FleetSearch,
    without: int,
    left_out: tuple[str, ...],
    *,
    missing: bool,
    with_context: bool,
    tz: str | None,
) -> "pd.DataFrame":
    from netraven_analytics.history.tables import lines_table

    asked = search.asked
    notes = [*_notes(search, without), *left_out]
    said = {
        "answers": "config_search",
        "pattern": search.searcher.pattern,
        "at": spoken(asked.moment, tz),
        "since": None if asked.since is None else spoken(asked.since, tz),
        "options": asked.filters.given(),
        "devices_searched": len(search.devices),
        "devices_without_snapshots": without,
        "texts_searched": search.texts,
        "redacted_lines": search.redacted,
        "notes": notes,
    }
    if missing:
        rows = [device for key, device in search.devices.items() if key not in search.matching]
        rows.sort(key=_by_name)
        said["caption"] = f"Devices without a match: {len(rows):,} of {len(search.devices):,}."
        return lines_table(rows, _DEVICE, clock(tz), said)
    ordered = sorted(
        search.found, key=lambda f: (*_by_name(search.devices[f[0]]), f[1].match.line, f[1].introduced_at)
    )
    rows = [_row(search.devices[key], found, asked.history, with_context) for key, found in ordered]
    dtypes = {**_DEVICE, **_MATCH, **({"gone_at": _UTC} if asked.history else {})}
    dtypes |= {"context": "str"} if with_context else {}
    matching = len({key for key, _ in search.found})
    said["caption"] = f"Matches: {len(rows):,}, on {matching:,} of {counted(len(search.devices), 'device')}."
    return lines_table(rows, dtypes, clock(tz), said)


def _row(device: tuple[Any, ...], found: Standing, history: bool, with_context: bool) -> tuple[Any, ...]:
    match = found.match
    return (
        *device[:3],
        found.snapshot_id,
        found.found_at,
        match.line,
        match.text,
        match.section,
        found.introduced_id,
        found.introduced_at,
        found.previous_at,
        *([found.gone_at] if history else []),
        *([match.context] if with_context else []),
    )


def _notes(search: FleetSearch, without: int) -> list[str]:
    notes = []
    if search.redacted:
        notes.append(f"Lines with redacted secrets, which were not searched: {search.redacted:,}.")
    if without:
        notes.append(f"Devices without a snapshot by then, which were not searched: {without:,}.")
    if search.asked.filters:
        notes.append("Hostnames, device types and tags are today's.")
    return notes


def _by_name(device: tuple[Any, ...]) -> tuple[str, int]:
    return device[1] or "", device[0]


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
