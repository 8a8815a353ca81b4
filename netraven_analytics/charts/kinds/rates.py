"""Shares by group: a dot between the bounds of its interval, the worst group on top."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import altair as alt

from netraven_analytics.charts.axes import names_axis, share_axis
from netraven_analytics.charts.groups import Groups
from netraven_analytics.charts.labels import labels, listed
from netraven_analytics.charts.measures import Share, percent, share_of
from netraven_analytics.charts.picture import Drawing
from netraven_analytics.charts.style import BLUE, GREY, INK, ROW, ROWS, WIDTH, data

if TYPE_CHECKING:
    import pandas as pd


def draw(frame: "pd.DataFrame", about: Mapping[str, Any]) -> Drawing:
    """The worst groups by the bound that is sure; those without a share are named."""
    share, groups = share_of(frame), Groups.of(frame, about)
    table = frame.assign(name=groups.names(frame, "all together"), badness=share.badness(frame))
    known = table[table[share.value].notna()].sort_values("badness", ascending=False, kind="stable")
    shown, rest = known.head(ROWS), known.iloc[ROWS:]
    total = _total(about, share) if groups.columns else None
    remarks = [
        "A dot is the share, its bar the 95 % interval (Wilson).",
        "The dashed line is all together." if total is not None else "",
        _others(rest, share, len(known)),
        _without(table[table[share.value].isna()], share),
    ]
    title = f"{share.title}{groups.words} (% of {share.of})"
    return Drawing(title, [_panel(shown, share, total)], remarks)


def _panel(shown: "pd.DataFrame", share: Share, total: float | None) -> Any:
    import pandas as pd

    names = labels(shown["name"])
    rows = pd.DataFrame(
        {
            "name": names,
            "share": shown[share.value].to_numpy(),
            "low": shown[share.low].to_numpy(),
            "high": shown[share.high].to_numpy(),
            "said": [
                f"{percent(value)} ({part:,} of {whole:,})"
                for value, part, whole in zip(
                    shown[share.value], shown[share.part], shown[share.whole], strict=True
                )
            ],
        }
    )
    y = alt.Y("name:N", **names_axis(names))
    x = share_axis(max([*rows["high"], total or 0]), f"{share.title.lower()}, % of {share.of}")
    base = alt.Chart(data(rows), width=WIDTH - 130, height=alt.Step(ROW)).encode(y=y)
    layers = [
        base.mark_rule(strokeWidth=2, color=GREY).encode(x=alt.X("low:Q", **x), x2="high:Q"),
        base.mark_tick(color=GREY, thickness=2, size=9).encode(x="low:Q"),
        base.mark_tick(color=GREY, thickness=2, size=9).encode(x="high:Q"),
        base.mark_point(filled=True, size=70, color=BLUE, opacity=1).encode(x="share:Q"),
        base.mark_text(align="left", color=INK, fontSize=12).encode(x=alt.value(WIDTH - 120), text="said:N"),
    ]
    if total is not None:
        rule = alt.Chart(data(pd.DataFrame({"total": [total]}))).mark_rule(strokeDash=[4, 4], color=INK)
        layers.insert(0, rule.encode(x="total:Q"))
    return alt.layer(*layers)


def _total(about: Mapping[str, Any], share: Share) -> float | None:
    total = about.get("totals", {}).get(share.value)
    return total if isinstance(total, float) else None


def _others(rest: "pd.DataFrame", share: Share, count: int) -> str:
    if not len(rest):
        return ""
    least, middle, most = (percent(rest[share.value].quantile(at)) for at in (0, 0.5, 1))
    return (
        f"Shown: the {ROWS} worst of {count:,}, by the {'lower' if share.bad else 'upper'} bound. The other "
        f"{len(rest):,}: {least} to {most}, median {middle}."
    )


def _without(silent: "pd.DataFrame", share: Share) -> str:
    if not len(silent):
        return ""
    return f"Without {share.of}, so without a share: {len(silent):,} ({listed(silent['name'])})."
