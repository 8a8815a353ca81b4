"""Which snapshots may have changed a configuration, found by their digests."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    Subquery,
    and_,
    case,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
)

from netraven_analytics.facts.scope import Scope
from netraven_db.db.models import Device
from netraven_db.db.models.analytics import ConfigurationChange

_COMPARED = ("snapshot_id", "found_at", "raw_sha256", "normalised_sha256", "rules_version")
_DESCRIBED = (
    "lines_added",
    "lines_removed",
    "raw_lines_added",
    "raw_lines_removed",
    "sections",
    "claimed_user",
)


def candidates(scope: Scope, rules: Callable[[str | None], str], description: str) -> Select[Any]:
    """The window's snapshots that may be changes, and those that are a device's first.

    A snapshot is left out where its text is that of the one before, or where both normalised texts are known
    under the rules in force and are the same. With ``decided`` both are known, so that it is a change, and
    ``reverted_to`` is to be relied on with ``history_known``. What is known of the change itself is there
    too, as far as it was stored under that ``description``. Where something is not known, the digests are
    there to go on with.
    """
    pair = _pairs(scope)
    device = _devices(scope, rules)
    before, after = _sides(pair)
    in_force = device.c.rules_version
    decided = and_(after["rules_version"] == in_force, before["rules_version"] == in_force)
    differ = or_(
        before["snapshot_id"].is_(None),
        and_(
            after["raw_sha256"] != before["raw_sha256"],
            ~func.coalesce(and_(decided, after["normalised_sha256"] == before["normalised_sha256"]), false()),
        ),
    )
    since = scope.window.since
    inside = [pair.c.found_at >= since] if since is not None else []
    source, columns = _with_what_is_stored(scope, pair, device, decided, description)
    done = and_(decided, ConfigurationChange.lines_added.is_not(None)) if scope.digests != "none" else false()
    return (
        select(
            pair.c.device_id,
            device.c.hostname,
            device.c.device_type,
            before["snapshot_id"].label("from_id"),
            after["snapshot_id"].label("to_id"),
            before["found_at"].label("previous_at"),
            after["found_at"].label("found_at"),
            func.coalesce(decided, false()).label("decided"),
            in_force,
            *_to_go_on_with(before, "before", done, in_force),
            *_to_go_on_with(after, "after", done, in_force),
            *columns,
        )
        .select_from(source)
        .where(differ, *inside)
    )


def texts_in_order(scope: Scope, rules: Callable[[str | None], str]) -> Select[Any]:
    """Each device's snapshots up to the window's end whose text is not that of the one before, in order."""
    pair = _pairs(scope, bounded=False)
    device = _devices(scope, rules)
    before, after = _sides(pair)
    in_force = device.c.rules_version
    return (
        select(
            pair.c.device_id,
            device.c.device_type,
            before["snapshot_id"].label("from_id"),
            after["snapshot_id"].label("to_id"),
            in_force,
            after["raw_sha256"].label("after_raw"),
            case((after["rules_version"] == in_force, after["normalised_sha256"])).label("after_normalised"),
        )
        .select_from(pair.join(device, device.c.id == pair.c.device_id))
        .where(or_(before["snapshot_id"].is_(None), after["raw_sha256"] != before["raw_sha256"]))
        .order_by(pair.c.device_id, after["found_at"], after["snapshot_id"])
    )


def not_normalised(scope: Scope, rules: Callable[[str | None], str]) -> Select[Any]:
    """The snapshots without a normalised digest under the rules in force."""
    stored, device = scope.fact.c, _devices(scope, rules)
    return (
        select(stored.snapshot_id, stored.raw_sha256, device.c.device_type, device.c.rules_version)
        .select_from(scope.fact.rows.join(device, device.c.id == stored.device_id))
        .where(stored.rules_version.is_distinct_from(device.c.rules_version), *scope.conditions())
    )


def snapshots_of_devices(scope: Scope) -> Select[Any]:
    """How many snapshots each device has."""
    device = scope.fact.c.device_id
    return select(device, func.count().label("snapshots")).group_by(device).order_by(device)


def snapshots_in_window(scope: Scope) -> Select[Any]:
    """How many snapshots there are to tell changes from."""
    counted = select(func.count()).select_from(scope.fact.rows)
    return counted.where(*scope.in_window(), *scope.conditions())


def device_types() -> Select[Any]:
    """Every type that a device has today."""
    return select(Device.device_type).distinct()


def _pairs(scope: Scope, bounded: bool = True) -> Subquery:
    """Each snapshot beside the one before it; of the window only, where an index finds what precedes that."""
    facts = scope.fact
    since = scope.window.since if bounded and scope.digests != "none" else None
    chosen = [facts.time < scope.window.until, *scope.conditions()]
    window = chosen if since is None else [*chosen, facts.time >= since]
    listed = select(facts.c.device_id, *(facts.c[name] for name in _COMPARED)).where(*window)
    if scope.digests == "none":
        listed = listed.offset(0)  # keeps the server from making each digest once for every mention of it
    seen = listed.subquery("seen")
    order: Any = {"partition_by": seen.c.device_id, "order_by": (seen.c.found_at, seen.c.snapshot_id)}
    lagged = [
        func.lag(seen.c[name], type_=seen.c[name].type).over(**order).label(f"previous_{name}")
        for name in _COMPARED
    ]
    inside = select(*seen.c, *lagged).subquery("inside")
    if since is None:
        return inside
    first = inside.c.previous_snapshot_id.is_(None)
    earlier = (
        select(*(facts.c[name] for name in _COMPARED))
        .where(first, facts.c.device_id == inside.c.device_id, *chosen, facts.time < since)
        .order_by(facts.time.desc(), facts.c[facts.key].desc())
        .limit(1)
        .lateral("earlier")
    )
    previous = [
        case((first, earlier.c[name]), else_=inside.c[f"previous_{name}"]).label(f"previous_{name}")
        for name in _COMPARED
    ]
    own = [inside.c.device_id, *(inside.c[name] for name in _COMPARED)]
    return select(*own, *previous).select_from(inside.outerjoin(earlier, true())).subquery("pair")


def _sides(pair: Subquery) -> tuple[Mapping[str, ColumnElement[Any]], Mapping[str, ColumnElement[Any]]]:
    return (
        {name: pair.c[f"previous_{name}"] for name in _COMPARED},
        {name: pair.c[name] for name in _COMPARED},
    )


def _devices(scope: Scope, rules: Callable[[str | None], str]) -> Subquery:
    """Today's devices, each with the version of the noise rules in force for its type."""
    types = scope.device_types or (None,)
    named = {name: rules(name) for name in types if name is not None}
    none = literal(rules(None), String)
    in_force = case(named, value=Device.device_type, else_=none) if named else none
    return (
        select(Device.id, Device.hostname, Device.device_type, in_force.label("rules_version"))
        .where(scope.filters.condition())
        .subquery("device")
    )


def _to_go_on_with(
    side: Mapping[str, ColumnElement[Any]], name: str, done: ColumnElement[bool], in_force: Any
) -> list[ColumnElement[Any]]:
    """The digests of one side, where there is something left to do."""
    current = side["rules_version"] == in_force
    return [
        case((done, null()), else_=side["raw_sha256"]).label(f"{name}_raw"),
        case((done, null()), (current, side["normalised_sha256"])).label(f"{name}_normalised"),
    ]


def _with_what_is_stored(
    scope: Scope, pair: Subquery, device: Subquery, decided: ColumnElement[bool], description: str
) -> tuple[FromClause, list[ColumnElement[Any]]]:
    """Also what the change did, and which snapshot it went back to, where there is something stored."""
    stored = ConfigurationChange.__table__.c
    source = pair.join(device, device.c.id == pair.c.device_id)
    if scope.digests == "none":
        missing = [null().cast(stored[name].type).label(name) for name in _DESCRIBED]
        reverted_to = null().cast(stored.configuration_id.type).label("reverted_to")
        return source, [false().label("history_known"), reverted_to, *missing]
    same_pair = and_(
        stored.configuration_id == pair.c.snapshot_id,
        stored.before_sha256 == pair.c.previous_raw_sha256,
        stored.after_sha256 == pair.c.raw_sha256,
        stored.description_version == device.c.rules_version.concat(description),
    )
    facts = scope.fact
    # The latest earlier snapshot that has the text, or of which nobody knows whether it has.
    back = (
        select(facts.c[facts.key], facts.c.rules_version)
        .where(
            decided,
            facts.c.device_id == pair.c.device_id,
            tuple_(facts.time, facts.c[facts.key]) < tuple_(pair.c.found_at, pair.c.snapshot_id),
            or_(
                facts.c.normalised_sha256 == pair.c.normalised_sha256,
                facts.c.rules_version.is_distinct_from(device.c.rules_version),
            ),
            *scope.conditions(),
        )
        .order_by(facts.time.desc(), facts.c[facts.key].desc())
        .limit(1)
        .lateral("back")
    )
    source = source.outerjoin(ConfigurationChange.__table__, same_pair).outerjoin(back, true())
    sure = back.c.rules_version == device.c.rules_version
    known = and_(
        func.coalesce(decided, false()), or_(back.c.snapshot_id.is_(None), func.coalesce(sure, false()))
    )
    reverted_to = case((sure, back.c.snapshot_id)).label("reverted_to")
    return source, [known.label("history_known"), reverted_to, *(stored[name] for name in _DESCRIBED)]
