"""``@report`` makes a function that returns a Select a report: awaitable, self-describing, catalogued."""

import inspect
import re
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec

from sqlalchemy import ColumnElement, Select
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncSession

from netraven_analytics import answers, frames, options
from netraven_analytics.cells import plain
from netraven_analytics.facts.changed import device_types
from netraven_analytics.facts.dimensions import Dimension, parse_dimensions
from netraven_analytics.facts.fact import Fact
from netraven_analytics.facts.filters import DeviceFilter
from netraven_analytics.facts.newest import newest_instant
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.windows import Window, resolve_window
from netraven_analytics.inlining import inlined
from netraven_analytics.options import EventOptions, GroupOptions, Option
from netraven_analytics.text import nearest
from netraven_analytics.whole import whole_number
from netraven_analytics.wire.told import told
from netraven_db.db.base import as_utc, utcnow
from netraven_db.errors import ParameterError
from netraven_db.migrate import Standing, examine

if TYPE_CHECKING:
    import pandas as pd

P = ParamSpec("P")
Finish = Callable[["pd.DataFrame", Scope], "pd.DataFrame"]
FollowUp = Callable[..., Awaitable["pd.DataFrame"]]

catalogue: dict[str, "Report[Any]"] = {}

_DIALECT: Dialect = asyncpg.dialect()  # type: ignore[no-untyped-call]


class Report(Generic[P]):
    """A question with a name. Calling it gives a coroutine of the answer, a DataFrame.

    ``dimensions`` are those ``by`` takes (none for a report of events), ``worst`` the column that puts the
    worst group first, ``since`` where its window begins unless told otherwise, and ``bundle`` the options
    under which ``report all`` writes it.
    """

    def __init__(
        self,
        build: Callable[Concatenate[Scope, P], Select[Any]],
        fact: Fact,
        dimensions: Sequence[str],
        worst: str | None,
        follow_up: FollowUp | None,
        finish: Finish | None,
        output: Sequence[ColumnElement[Any]],
        bundle: Mapping[str, Any],
        since: str,
    ) -> None:
        self.build, self.fact, self.dimensions, self.since = build, fact, tuple(dimensions), since
        self.follow_up = follow_up
        self.worst, self.finish, self.output, self.bundle = worst, finish, tuple(output), dict(bundle)
        self.name = build.__name__
        self.__name__ = self.__qualname__ = build.__name__
        self.__module__ = build.__module__
        self.__doc__ = build.__doc__
        self.definition = inspect.getdoc(build) or ""
        self.summary = self.definition.partition("\n")[0]
        self.own = [
            parameter
            for parameter in list(inspect.signature(build).parameters.values())[1:]
            if parameter.kind is not inspect.Parameter.VAR_KEYWORD
        ]
        self.shared = {parameter.name: option for parameter, option in self._shared_parameters()}
        self.__signature__ = self._signature()
        vars(self)["__call__"] = self._called()

    def __get__(self, *_: Any) -> "Report[P]":
        return self  # help() takes what has this for a routine, and shows its signature

    def _called(self) -> Callable[..., Any]:
        """What Jupyter's ``?`` looks at beside the report; with another signature, it would show both."""

        def called(*args: Any, **kwargs: Any) -> Any:
            return self(*args, **kwargs)

        vars(called)["__signature__"] = self.__signature__
        return called

    def __call__(
        self, db: AsyncSession | None = None, /, *args: P.args, **kwargs: P.kwargs
    ) -> "Coroutine[Any, Any, pd.DataFrame]":
        return self._answer(db, self._named(args, kwargs))

    def statement(self, *args: P.args, **kwargs: P.kwargs) -> Select[Any]:
        """The Select that the report would run.

        Raises:
            ParameterError: an option is unknown or has no accepted value.
        """
        return self._asked(self._named(args, kwargs))[1]

    def sql(self, *args: P.args, **kwargs: P.kwargs) -> str:
        """The SQL text, with its values in place: it can be pasted into psql."""
        return sql_text(self.statement(*args, **kwargs))

    def empty(self, *args: P.args, **kwargs: P.kwargs) -> "pd.DataFrame":
        """The answer without its rows, and without a database: which columns it has, and of which dtypes.

        Raises:
            ParameterError: an option is unknown or has no accepted value.
        """
        import pandas as pd

        from netraven_analytics.dtypes import dtype_of

        given = self._named(args, kwargs)
        scope, statement = self._asked({**given, "as_of": None} if given.get("as_of") == "data" else given)
        columns = {column.name: column.type for column in self.output or statement.selected_columns}
        if self.output:
            types = scope.types_of_groups()
            columns = {**{name: types[name] for name in self._groups(scope)}, **columns}
        table = pd.DataFrame({name: pd.Series(dtype=dtype_of(kind)) for name, kind in columns.items()})
        if self.finish is not None and not self.output:
            table = answers.shown(self._finished(table, scope)).iloc[:0]
        return table

    def argument_help(self, name: str) -> str:
        """What the docstring says of an option of the report's own."""
        match = re.search(rf"^    {name}: (.+(?:\n     +.+)*)", self.definition, re.MULTILINE)
        return " ".join(match[1].split()) if match else ""

    def __repr__(self) -> str:
        return f"<report {self.name}: {self.summary}>"

    def _named(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        if args:
            raise ParameterError(
                f"{self.name} takes its options by name: write by={args[0]!r}, not {args[0]!r}."
            )
        return dict(kwargs)

    async def _answer(self, db: AsyncSession | None, given: dict[str, Any]) -> "pd.DataFrame":
        asked, checked = self._asked({**given, "as_of": None} if given.get("as_of") == "data" else given)
        return await frames.in_session(db, lambda session: self._read(session, asked, checked, given))

    async def _read(
        self, session: AsyncSession, asked: Scope, checked: Select[Any], given: dict[str, Any]
    ) -> "pd.DataFrame":
        async with told(session):
            standing = await examine(session)
        scope = await self._seen_from_the_data(session, asked, given)
        scope, notes = await self._suited(session, scope, standing)
        statement = checked if scope is asked else self._statement(scope, given)
        table = await self._table(session, scope, given, statement)
        table, cut = answers.cut(table, scope, self.worst, _top(given))
        table = answers.shown(table)
        totals = await self._totals(session, scope, given, table)
        about = await answers.about(session, scope, table, totals, events=not self.dimensions)
        about["notes"] = notes + about["notes"]
        answer = {
            "report": self.name,
            "answers": self.summary,
            "definition": self.definition,
            "options": {**scope_options(scope), **plain(self._own_options(given))},
            **about,
            **({"cut": cut} if cut else {}),
            "sql": sql_text(statement, session.get_bind().dialect),
        }
        return answers.localised(table, scope.window.tz, answer)

    async def _totals(
        self, session: AsyncSession, scope: Scope, given: dict[str, Any], table: "pd.DataFrame"
    ) -> "pd.DataFrame":
        """The same report over everything at once, in which a run counts once whatever the groups are."""
        if not scope.by or "totals" in table.attrs:
            return table
        scope = scope.overall()
        return answers.shown(await self._table(session, scope, given, self._statement(scope, given)))

    async def _table(
        self, session: AsyncSession, scope: Scope, given: dict[str, Any], statement: Select[Any]
    ) -> "pd.DataFrame":
        table = await frames.frame(statement, session)
        if self.follow_up is not None:
            table = await self.follow_up(table, scope, session, **self._own_options(given))
        return self._finished(table, scope)

    async def _suited(
        self, session: AsyncSession, scope: Scope, standing: Standing
    ) -> tuple[Scope, list[str]]:
        """The question as this database can answer it, and what its reader should know of that."""
        notes = [standing.note] if standing.note else []
        if not self.fact.variants:
            return scope, notes
        types = await frames.frame(device_types(), session)
        scope = replace(
            scope.reading(self.fact.variant(standing.digests)),
            digests=standing.digests,
            device_types=tuple(types.iloc[:, 0].astype(object).where(types.iloc[:, 0].notna(), None)),
        )
        return scope, [*notes, *answers.of_digests(standing)]

    async def _seen_from_the_data(self, session: AsyncSession, scope: Scope, given: dict[str, Any]) -> Scope:
        """Settle what only the database knows: ``as_of="data"``, and where 'all' begins for ``fill``."""
        if given.get("as_of") == "data":
            newest = as_utc(await frames.scalar(newest_instant(), session) or utcnow())
            scope, _ = self._asked({**given, "as_of": newest})
            if given.get("until") is None:
                # The end of a window is outside of it, and what is newest is to be inside.
                until = newest + timedelta(microseconds=1)
                scope = replace(scope, window=replace(scope.window, until=until))
        if scope.fill and scope.window.since is None:
            oldest = await frames.scalar(seen(scope.oldest(), scope.window), session)
            if oldest is None or as_utc(oldest) >= scope.window.until:
                return replace(scope, fill=False)  # there is nothing to fill between
            scope = replace(scope, window=replace(scope.window, since=as_utc(oldest)))
        return scope

    def _asked(self, given: dict[str, Any]) -> tuple[Scope, Select[Any]]:
        """The question in context, and its Select; every option is checked here, before any SQL."""
        self._refuse_unknown(given)
        chosen = {
            name: option.default if given.get(name) is None else given[name]
            for name, option in self.shared.items()
        }
        _top(chosen)
        scope = Scope(
            fact=self.fact,
            window=resolve_window(chosen["since"], chosen["until"], chosen["as_of"], chosen["tz"]),
            filters=DeviceFilter.of(chosen["device"], chosen["device_type"], chosen["tag"]),
            where=_conditions(chosen["where"], self.fact),
            fill=bool(chosen.get("fill")),
        )
        statement = self._statement(scope, given)  # checks the report's own options too
        made = (column.name for column in self.output)
        taken = {*statement.selected_columns.keys(), *self.fact.c.keys(), *made, "complete"}
        by = parse_dimensions(chosen.get("by"), self.dimensions, taken)
        if any(dimension.is_tag for dimension in by):
            taken |= self._columns_of_groups(scope, by, given)
            by = parse_dimensions(chosen.get("by"), self.dimensions, taken)
        if not by:
            return scope, statement
        scope = replace(scope, by=by)
        # Buckets are listed from the window's beginning: where that is 'all', only the database knows it.
        known = replace(scope, fill=scope.fill and scope.window.since is not None)
        return scope, self._statement(known, given)

    def _columns_of_groups(self, scope: Scope, by: Sequence[Dimension], given: Mapping[str, Any]) -> set[str]:
        """What the answer's own columns are called when it has groups; some reports then have others."""
        names = (f"tag type {number}" for number, _ in enumerate(by))  # no column has a blank in its name
        other = tuple(
            replace(d, columns=(name,)) if d.is_tag else d for d, name in zip(by, names, strict=True)
        )
        return {*self._statement(replace(scope, by=other), dict(given)).selected_columns.keys()}

    def _statement(self, scope: Scope, given: dict[str, Any]) -> Select[Any]:
        statement = self.build(scope, **self._own_options(given))  # type: ignore[call-arg]
        return seen(self._ordered(statement, scope), scope.window)

    def _order(self, scope: Scope, *, beyond: bool = False) -> dict[str, bool]:
        """The columns that rows are ordered by, and whether upward; always the same order.

        Calendar first, then the worst first, then by name. What is missing comes last, but for what is
        ``beyond`` all known.
        """
        times = [name for d in scope.by if d.is_time for name in d.columns]
        names = [d.columns[-1] for d in scope.by if not d.is_time]
        return {
            **dict.fromkeys(times, True),
            **({answers.BEYOND: False} if beyond else {}),
            **({self.worst: False} if self.worst else {}),
            **dict.fromkeys(names, True),
        }

    def _ordered(self, statement: Select[Any], scope: Scope) -> Select[Any]:
        if not scope.by:
            return statement
        columns = statement.selected_columns
        order = ((columns[name], up) for name, up in self._order(scope).items() if name in columns)
        return statement.order_by(*(c.asc() if up else c.desc().nulls_last() for c, up in order))

    def _finished(self, table: "pd.DataFrame", scope: Scope) -> "pd.DataFrame":
        if self.finish is None:
            return table
        from netraven_analytics.dtypes import dtype_of

        table = self._reordered(self.finish(table, scope), scope)
        if not self.output:
            return table
        left_out = table.attrs
        table = table[[*self._groups(scope), *(column.name for column in self.output)]]
        table = table.astype({column.name: dtype_of(column.type) for column in self.output})
        table.attrs = left_out
        return table

    def _groups(self, scope: Scope) -> list[str]:
        """The columns that tell groups apart, and whether a bucket is whole."""
        groups = [name for dimension in scope.by for name in dimension.columns]
        return [*groups, *(["complete"] if any(dimension.is_bucket for dimension in scope.by) else [])]

    def _reordered(self, table: "pd.DataFrame", scope: Scope) -> "pd.DataFrame":
        """What SQL ordered by a column that ``finish`` made anew is put in order again."""
        if not (scope.by and self.worst):
            return table
        order = self._order(scope, beyond=answers.BEYOND in table)
        return table.sort_values(
            list(order), ascending=list(order.values()), na_position="last", ignore_index=True
        )

    def _own_options(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {p.name: given.get(p.name, p.default) for p in self.own}

    def _refuse_unknown(self, given: Mapping[str, Any]) -> None:
        """Also what would count as true without being so, such as 'no'."""
        known = {name: option.default for name, option in self.shared.items()}
        known |= {parameter.name: parameter.default for parameter in self.own}
        for name, value in given.items():
            if name not in known:
                hint = nearest(name, known)
                raise ParameterError(
                    f"{self.name} takes no option {name!r}{hint}: it takes {', '.join(known)}."
                )
            if isinstance(known[name], bool) and not isinstance(value, bool | None):
                raise ParameterError(f"{name}={value!r} is not understood: it takes True or False.")

    def _shared_parameters(self) -> list[tuple[inspect.Parameter, Option]]:
        declared = GroupOptions if self.dimensions else EventOptions
        return list(options.parameters(declared, since=self.since))

    def _signature(self) -> inspect.Signature:
        """What completion and ``?`` show: the session, then every option by its name."""
        db = inspect.Parameter(
            "db", inspect.Parameter.POSITIONAL_ONLY, default=None, annotation=AsyncSession | None
        )
        shared = [parameter for parameter, _ in self._shared_parameters()]
        return inspect.Signature([db, *shared, *self.own], return_annotation="DataFrame")


def report(
    *,
    fact: Fact,
    dimensions: Sequence[str] = (),
    worst: str | None = None,
    follow_up: FollowUp | None = None,
    finish: Finish | None = None,
    output: Sequence[ColumnElement[Any]] = (),
    bundle: Mapping[str, Any] | None = None,
    since: str = "30d",
) -> Callable[[Callable[Concatenate[Scope, P], Select[Any]]], Report[P]]:
    """Make a function of a scope that returns a Select into a :class:`Report` of the catalogue.

    Args:
        fact: the fact it reads; windows and buckets use that fact's time.
        dimensions: what ``by`` takes; none for a report of events.
        worst: the column, larger is worse, that orders the groups.
        follow_up: for what one Select cannot read: it is given the frame, the scope, the session and by name
            the report's own options before ``finish``, and gives the frame to go on with.
        finish: a pure function from frame to frame, for what SQL cannot say. In the frame's ``attrs`` it may
            leave how many rows it left out, by reason, and of its own a list ``notes`` and a dict ``totals``.
        output: the columns that ``finish`` gives, beside those of groups, where they are not those of the
            Select.
        bundle: the options under which ``report all`` writes it.
        since: where its window begins unless told otherwise; ``"all"`` for what may have begun long ago.
    """

    def decorate(build: Callable[Concatenate[Scope, P], Select[Any]]) -> Report[P]:
        made = Report(build, fact, dimensions, worst, follow_up, finish, output, bundle or {}, since)
        catalogue[made.name] = made
        return made

    return decorate


def seen(statement: Select[Any], window: Window) -> Select[Any]:
    """The statement with the instant it looks from."""
    return statement.params(as_of=window.as_of)


def sql_text(statement: Select[Any], dialect: Dialect = _DIALECT) -> str:
    """The statement's SQL with its values in place: what is asked, to the letter."""
    return inlined(statement, dialect).sql


def scope_options(scope: Scope) -> dict[str, Any]:
    """The shared options in use, as plain JSON."""
    return {
        "by": [dimension.name for dimension in scope.by],
        **scope.filters.given(),
        **({"where": [sql_text_of(c) for c in scope.where]} if scope.where else {}),
        **({"fill": True} if scope.fill else {}),
    }


def sql_text_of(condition: ColumnElement[bool]) -> str:
    return str(condition.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True}))


def _top(given: Mapping[str, Any]) -> int | None:
    return None if given.get("top") is None else whole_number(given["top"], "top")


def _conditions(where: Any, fact: Fact) -> tuple[ColumnElement[bool], ...]:
    """The conditions; one over another table would multiply the rows instead of choosing among them."""
    one = isinstance(where, ColumnElement) or not isinstance(where, Collection | None)
    conditions = (where,) if one else tuple(where or ())
    if not all(isinstance(condition, ColumnElement) for condition in conditions):
        raise ParameterError(
            "where= is not understood: it takes SQLAlchemy conditions over a fact's columns, such as "
            "runs.c.duration > timedelta(minutes=5)."
        )
    if any(source is not fact.rows for condition in conditions for source in condition._from_objects):
        raise ParameterError(
            f"where= names columns of another table: this report reads {fact.rows.name}, so take columns of "
            f"netraven_analytics.facts.{fact.rows.name}.c, which are {', '.join(fact.c.keys())}."
        )
    return conditions
