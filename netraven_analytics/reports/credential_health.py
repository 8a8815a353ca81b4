"""Which credentials need care."""

from typing import TYPE_CHECKING, Any, Unpack

from sqlalchemy import (
    CTE,
    ColumnElement,
    Float,
    FromClause,
    Integer,
    Interval,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from netraven_analytics.facts.constructs import elapsed
from netraven_analytics.facts.credentials import credentials, devices_without_credential, tags_of
from netraven_analytics.facts.dimensions import device_rows
from netraven_analytics.facts.fact import AS_OF
from netraven_analytics.facts.scope import Scope
from netraven_analytics.options import EventOptions
from netraven_analytics.report import report
from netraven_db.db.base import UTCDateTime

if TYPE_CHECKING:
    import pandas as pd

NO_CREDENTIAL = "(no credential)"
SHOWN = 10  # names in a cell


def _count_unreached(table: "pd.DataFrame", scope: Scope) -> "pd.DataFrame":
    """The table, with how many devices no credential reaches among the totals."""
    reached = table["credential_id"].notna()
    table.attrs = {
        "totals": {
            "credentials": int(reached.sum()),
            "devices_without_credential": int(table.loc[~reached, "devices"].sum()),
        }
    }
    return table


@report(fact=credentials, finish=_count_unreached, since="all")
def credential_health(scope: Scope, **options: Unpack[EventOptions]) -> Select[Any]:
    """Which credentials need care?

    NetRaven tries on a device the credentials that share one of its tags, the lowest priority first. This is
    the state of today: credentials have no history, and the window does not matter. Passwords are not read.
    There is no failure rate, since which credential a run used is not recorded.

    Devices that no credential reaches are one row more, the first, called ``(no credential)``: every backup
    of these must fail. Then come the credentials, in the order NetRaven tries them. With a filter, only
    credentials that reach one of these devices are shown, and only these devices are counted.

    Columns:
        credential_id, username, priority: the credential.
        last_used_at, last_used_age: when NetRaven last used it, and how long before ``as_of`` that was.
        netraven_success_rate: NetRaven's own moving average, 0.9 old + 0.1 new at each use. It begins at 0
            and forgets: it is no share of the runs that succeeded.
        tags: its tags, as type:name.
        devices: devices that share a tag with it.
        device_names: the first 10 of their hostnames, and how many more there are.
        priority_clashes: other credentials of the same priority that reach one of the same devices, so that
            the order in which they are tried there is not settled.
        clashes_with: the first 10 of their usernames.

    Example:
        ``await credential_health(tag="location:berlin")``
    """
    reach = select(credentials.rows).where(*scope.conditions()).cte("reach")
    rows = union_all(_unreached(scope), _credentials(reach)).subquery("rows")
    return select(*(column for column in rows.c)).order_by(
        rows.c.priority.asc().nulls_first(), rows.c.credential_id
    )


def _credentials(reach: CTE) -> Select[Any]:
    device, named = device_rows(), reach.c
    hosts = select(named.credential_id, device.c.hostname.label("name")).join_from(
        reach, device, device.c.id == named.device_id
    )
    names, clashes = _listed(hosts, "hosts"), _listed(_clashes(reach), "clashes")
    one = select(
        *(named[name] for name in ("credential_id", "username", "priority", "last_used_at", "success_rate"))
    )
    credential = one.distinct().subquery("credential")
    c = credential.c
    return select(
        c.credential_id,
        c.username,
        c.priority,
        c.last_used_at,
        elapsed(c.last_used_at, AS_OF).label("last_used_age"),
        c.success_rate.label("netraven_success_rate"),
        tags_of(c.credential_id).label("tags"),
        func.coalesce(names.c.count, 0).label("devices"),
        names.c.names.label("device_names"),
        func.coalesce(clashes.c.count, 0).label("priority_clashes"),
        clashes.c.names.label("clashes_with"),
    ).select_from(
        credential.outerjoin(names, names.c.credential_id == c.credential_id).outerjoin(
            clashes, clashes.c.credential_id == c.credential_id
        )
    )


def _clashes(reach: CTE) -> Select[Any]:
    """Each credential beside the others of its priority on some device."""
    other = reach.alias("other")
    same = and_(
        other.c.device_id == reach.c.device_id,
        other.c.priority == reach.c.priority,
        other.c.credential_id != reach.c.credential_id,
    )
    pairs = select(reach.c.credential_id, other.c.credential_id.label("other_id"), other.c.username)
    pair = pairs.join_from(reach, other, same).distinct().subquery("pair")
    return select(pair.c.credential_id, pair.c.username.label("name"))


def _unreached(scope: Scope) -> Select[Any]:
    nobody = devices_without_credential(scope.filters).subquery("nobody")
    devices = select(literal(0).label("credential_id"), nobody.c.hostname.label("name"))
    names = _listed(devices, "unreached")
    return select(
        cast(null(), Integer).label("credential_id"),
        literal(NO_CREDENTIAL).label("username"),
        cast(null(), Integer).label("priority"),
        cast(null(), UTCDateTime).label("last_used_at"),
        cast(null(), Interval).label("last_used_age"),
        cast(null(), Float).label("netraven_success_rate"),
        cast(null(), String).label("tags"),
        names.c.count.label("devices"),
        names.c.names.label("device_names"),
        cast(null(), Integer).label("priority_clashes"),
        cast(null(), String).label("clashes_with"),
    )


def _listed(names: Select[Any], called: str) -> FromClause:
    """For each credential how many names there are, and the first of them as text."""
    listed = names.subquery(f"{called}_named")
    order: dict[str, Any] = {"partition_by": listed.c.credential_id, "order_by": listed.c.name}
    numbered = select(*listed.c, func.row_number().over(**order).label("place")).subquery(
        f"{called}_numbered"
    )
    count = func.count(numbered.c.name)
    few = func.aggregate_strings(numbered.c.name, ", ").aggregate_order_by(numbered.c.place)
    return (
        select(
            numbered.c.credential_id,
            count.label("count"),
            (few.filter(numbered.c.place <= SHOWN) + _more(count)).label("names"),
        )
        .group_by(numbered.c.credential_id)
        .subquery(called)
    )


def _more(count: ColumnElement[int]) -> ColumnElement[str]:
    return case((count > SHOWN, literal(" and ") + cast(count - SHOWN, String) + " more"), else_="")
