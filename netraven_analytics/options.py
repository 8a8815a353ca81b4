"""The options that reports share, each declared once: its type, its default and what it means."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from inspect import Parameter
from typing import Annotated, Any, TypedDict, get_type_hints

from sqlalchemy import ColumnElement

from netraven_analytics.facts.filters import Names
from netraven_analytics.facts.windows import TimeLike

By = str | Collection[str] | None
Where = ColumnElement[bool] | Collection[ColumnElement[bool]] | None


@dataclass(frozen=True)
class Option:
    """``shell`` is False for what only Python can express."""

    default: Any
    help: str
    shell: bool = True


class EventOptions(TypedDict, total=False):
    """What every report takes."""

    since: Annotated[
        TimeLike,
        Option("30d", "Start of the window: 30d, 12h, 2w, 90min, 3mo, today, a weekday, a date, all."),
    ]
    until: Annotated[TimeLike | None, Option(None, "End of the window, itself outside; as_of if not given.")]
    as_of: Annotated[
        TimeLike | None,
        Option(None, "The instant taken as now; 'data' is the newest recorded one, not ahead of the server."),
    ]
    tz: Annotated[
        str | None, Option(None, "Time zone of days, weeks and naive times; NETRAVEN_TZ, else UTC.")
    ]
    device: Annotated[Names, Option(None, "Only devices of this hostname or glob, such as 'ber-*'.")]
    device_type: Annotated[Names, Option(None, "Only devices of this type, such as cisco_ios.")]
    tag: Annotated[Names, Option(None, "Only devices with this tag, such as location:berlin.")]
    where: Annotated[Where, Option(None, "SQLAlchemy conditions over the fact's columns.", shell=False)]
    top: Annotated[int | None, Option(None, "Only this many groups or events, the worst or newest first.")]


class GroupOptions(EventOptions, total=False):
    """What reports that group take besides."""

    by: Annotated[By, Option(None, "Group by this dimension.")]
    fill: Annotated[bool, Option(False, "Show calendar buckets without runs too.")]


def parameters(options: type, **defaults: Any) -> Iterator[tuple[Parameter, Option]]:
    """The keyword parameters that a set of options stands for, ``by`` first; ``defaults`` replace theirs."""
    hints = get_type_hints(options, include_extras=True)
    for name in sorted(hints, key=lambda name: (name != "by", list(hints).index(name))):
        declared, option = hints[name].__origin__, hints[name].__metadata__[0]
        if name in defaults:
            option = replace(option, default=defaults[name])
        yield Parameter(name, Parameter.KEYWORD_ONLY, default=option.default, annotation=declared), option
