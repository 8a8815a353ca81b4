"""chart(): which picture an answer becomes, and what holds of every one of them."""

import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from netraven_analytics import backup_freshness, config_changes, failure_rates, job_durations, job_timeline
from netraven_analytics.charts import KINDS, chart, kinds, to_png, to_svg
from netraven_analytics.charts.style import BLUE, GREY, INK, LIMIT, PALE, RED
from netraven_analytics.report import Report
from netraven_db.errors import NetRavenError, ParameterError
from tests.netraven_analytics.charts.answers import (
    HOSTILE,
    ages,
    answer,
    drawn,
    durations,
    hosts,
    instants,
    points,
    rates,
    said,
    scripts,
    texts,
    title,
)
from tests.netraven_analytics.charts.grey import alike, lightness
from tests.netraven_analytics.spec import NOW, device, job, snapshot, store

DAYS = pd.date_range("2026-10-23", "2026-11-22")


def every(names: list[str]) -> dict[str, tuple[pd.DataFrame, str | None]]:
    """An answer for each kind of chart, over devices of these names."""
    count = len(names)
    begun = instants(*(f"2026-11-20 {number % 24:02}:00" for number in range(count)))
    runs = {
        "hostname": names,
        "outcome": ["failed" if number % 3 else "succeeded" for number in range(count)],
        "started_at": begun,
        "finished_at": begun + pd.Timedelta("5min"),
    }
    found = {
        "hostname": names,
        "found_at": begun,
        "lines_added": [5] * count,
        "lines_removed": [2] * count,
        "reverted_to": pd.Series([7, *[None] * (count - 1)], dtype="Int64"),
    }
    fresh = {"hostname": names, "age": ages(*range(count)), "fresh": [True] * count}
    daily = {"day": DAYS, "complete": [False, *[True] * (len(DAYS) - 1)]}
    at_once = {"peak_running": [4] * len(DAYS), "mean_running": [0.5] * len(DAYS)}
    by_day, by_device = {"by": ["day"]}, {"by": ["device"]}
    together = {"totals": {"failure_rate": 0.5}}
    return {
        "rates": (answer("failure_rates", rates(count, hostname=names), **by_device, **together), None),
        "rate_trend": (answer("failure_rates", rates(len(DAYS), **daily), **by_day), None),
        "calendar": (answer("failure_rates", rates(len(DAYS), **daily), **by_day), "calendar"),
        "durations": (answer("job_durations", durations(count, hostname=names), **by_device), None),
        "duration_trend": (answer("job_durations", durations(len(DAYS), **daily), **by_day), None),
        "duration_histogram": (answer("job_timeline", runs), "duration_histogram"),
        "gantt": (answer("job_timeline", runs), None),
        "concurrency": (answer("job_timeline", {**daily, "runs": 9, **at_once}, **by_day), None),
        "freshness": (answer("backup_freshness", fresh, **by_device), None),
        "changes": (answer("config_changes", found), None),
    }


FEW = every(hosts(4))
TITLES = {
    "rates": "Failure rate by device (% of terminal runs)",
    "rate_trend": "Failure rate by day (% of terminal runs)",
    "calendar": "Failure rate by day (% of terminal runs)",
    "durations": "Duration of runs by device (s, min, h)",
    "duration_trend": "Duration of runs by day (s, min, h)",
    "duration_histogram": "Duration of runs (number of runs; s, min, h)",
    "gantt": "Runs of 4 devices through time (a bar from start to end)",
    "concurrency": "Runs at once by day (number of runs)",
    "freshness": "Age of the last backup (number of devices; hours and days)",
    "changes": "Configuration changes by device (number of changes, lines)",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_title_states_the_unit_and_the_window(kind: str) -> None:
    """And the time zone; the picture reads so to a screen reader too."""
    picture = chart(*FEW[kind])
    assert title(picture) == TITLES[kind]
    assert said(picture).startswith("2026-10-23 14:00 to 2026-11-22 13:00 (Europe/Berlin)")
    assert picture.to_dict()["description"].startswith(f"{TITLES[kind]}. 2026-10-23 14:00 to")


@pytest.mark.parametrize("kind", KINDS)
def test_names_of_devices_are_text_and_nothing_else(kind: str) -> None:
    """Whatever they hold, the SVG has shapes and text only, and a page of altair's keeps its one script."""
    picture = chart(*every(HOSTILE)[kind])
    known = {
        "svg",
        "g",
        "rect",
        "path",
        "line",
        "text",
        "tspan",
        "defs",
        "clipPath",
        "linearGradient",
        "stop",
    }
    for element in drawn(picture).iter():
        assert element.tag.removeprefix("{http://www.w3.org/2000/svg}") in known
        assert not [name for name in element.attrib if name.startswith("on") or "href" in name]
    assert not any(script.startswith("alert") for script in scripts(picture.to_html()))


@pytest.mark.parametrize("kind", ["rates", "durations", "freshness", "gantt", "changes"])
def test_every_name_is_shown_and_told_from_the_others(kind: str) -> None:
    """Controls are visible, long names lose their middle, and those that then look alike are numbered."""
    shown = texts(chart(*every(HOSTILE)[kind]))
    for name in ("\\x3c/script><script>alert(1)\\x3c/script>", "$\\href{javascript:alert(1)}{x}$", "a.b[0]"):
        assert name in shown or name[:17] in "".join(shown)
    assert "evil\\x202ename" in shown
    assert "line\\nbreak\\ttab" in shown
    assert {f"{'x' * 17}…{'x' * 18}", f"{'x' * 17}…{'x' * 18} (2)"} <= set(shown)


@pytest.mark.parametrize("kind", KINDS)
def test_two_thousand_devices_stay_readable(kind: str) -> None:
    """No more data than altair takes, and no picture taller than a page."""
    picture = chart(*every(hosts(2000))[kind])
    assert max(len(rows) for rows in points(picture)) <= LIMIT
    assert float(drawn(picture).get("height", "0")) < 1000


def test_every_kind_has_its_module() -> None:
    """And every module its kind, so that what is tested of each kind is tested of all there are."""
    assert {module.name for module in pkgutil.iter_modules(kinds.__path__)} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_it_works_in_black_and_white(kind: str) -> None:
    """Marks of a panel differ in form or thickness, or their greys are 20 of the 100 steps of L* apart."""
    assert alike(chart(*FEW[kind]).to_dict()) == []


class TestGrey:
    """What the test above finds: marks that only a hue tells apart."""

    def _pairs(self, *marks: dict[str, Any], **encoding: Any) -> int:
        return len(alike({"layer": [{"mark": mark, "encoding": encoding} for mark in marks]}))

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ({"type": "bar", "color": BLUE}, {"type": "bar", "color": RED}),
            ({"type": "line", "color": BLUE}, {"type": "line", "color": GREY, "strokeWidth": 1.2}),
            ({"type": "point", "color": BLUE}, {"type": "point", "color": RED, "fill": "white"}),
            ({"type": "area", "color": INK, "opacity": 0.4}, {"type": "area", "color": "#9a9a9a"}),
        ],
    )
    def test_a_hue_alone(self, one: dict[str, Any], other: dict[str, Any]) -> None:
        """The same form in another colour of about the same grey, with opacity too."""
        assert self._pairs(one, other) == 1

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ({"type": "bar", "color": BLUE}, {"type": "bar", "color": PALE}),
            ({"type": "bar", "color": BLUE, "height": 6}, {"type": "bar", "color": RED, "height": 9}),
            ({"type": "line", "color": BLUE}, {"type": "line", "color": RED, "strokeDash": [4, 3]}),
            ({"type": "point", "color": BLUE}, {"type": "point", "color": RED, "shape": "diamond"}),
            ({"type": "point", "color": BLUE}, {"type": "point", "color": RED, "filled": True}),
            ({"type": "bar", "color": BLUE}, {"type": "rule", "color": RED}),
            ({"type": "bar", "color": BLUE}, {"type": "bar", "color": BLUE}),
        ],
    )
    def test_more_than_a_hue(self, one: dict[str, Any], other: dict[str, Any]) -> None:
        """Another grey, thickness, dash, shape, filling or mark; what looks the same means the same."""
        assert self._pairs(one, other) == 0

    def test_a_condition(self) -> None:
        """Both of its colours are looked at."""
        red = {"condition": {"test": "datum.late", "value": RED}, "value": BLUE}
        assert self._pairs({"type": "bar"}, fill=red) == 1
        assert self._pairs({"type": "bar"}, fill={**red, "value": PALE}) == 0

    def test_a_scheme(self) -> None:
        """Names that have a colour each are told by hue alone."""
        with pytest.raises(AssertionError, match="outcome is told by colours"):
            self._pairs({"type": "bar"}, color={"field": "outcome", "type": "nominal"})

    def test_lightness(self) -> None:
        """From black to white, however a colour is written."""
        known = {"black": 0, "#000000": 0, "#777777": 50, "rgb(119, 119, 119)": 50, "white": 100}
        assert {name: round(lightness(name)) for name in known} == known
        assert round(lightness("black", 0.5)) == 53


def test_small_panels_work_in_black_and_white() -> None:
    """Those for the worst groups have the same marks, drawn smaller."""
    days = {"day": [*DAYS, *DAYS], "hostname": ["a"] * len(DAYS) + ["b"] * len(DAYS)}
    at_once = {"peak_running": 4, "mean_running": 0.5}
    for report, table in (
        ("failure_rates", rates(2 * len(DAYS), **days)),
        ("job_durations", durations(2 * len(DAYS), **days)),
        ("job_timeline", {**days, "runs": 9, **at_once}),
    ):
        spec = chart(answer(report, table, by=["device", "day"])).to_dict()
        assert "facet" in spec["vconcat"][0]
        assert alike(spec) == []


ZONES = """
import sys
from tests.netraven_analytics.charts.test_charts import FEW
from netraven_analytics.charts import chart, to_svg
for kind in ("changes", "gantt", "rate_trend", "calendar"):
    sys.stdout.write(to_svg(chart(*FEW[kind])))
"""


def test_a_picture_is_the_same_wherever_it_is_made() -> None:
    """Times are those of the answer's zone: the clock of the machine that draws does not matter."""
    made = [
        subprocess.run(
            [sys.executable, "-c", ZONES],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "TZ": tz},
        ).stdout
        for tz in ("America/Sao_Paulo", "Asia/Tokyo")
    ]
    assert made[0] == made[1]
    assert "</svg>" in made[0]


def test_an_hour_is_shown_by_the_clock_of_the_answer() -> None:
    """22:00 in UTC is 23:00 in Berlin."""
    hours = instants("2026-11-20 21:00", "2026-11-20 22:00", "2026-11-20 23:00")
    picture = chart(answer("failure_rates", rates(3, hour=hours), by=["hour"]))
    assert "20 Nov 23:00" in texts(picture)


EMPTY = [
    "failure_rates",
    "job_durations",
    "job_timeline",
    "backup_freshness",
    "config_changes",
    "queue_delays",
]


@pytest.mark.parametrize("report", EMPTY)
def test_an_empty_answer_says_that_there_is_nothing(report: str) -> None:
    """With the window, and why, as the answer notes it."""
    picture = chart(answer(report, {"hostname": []}, notes=["The database holds no runs at all."]))
    assert "Nothing in the window" in texts(picture)
    assert title(picture) == f"Nothing to draw: {report.replace('_', ' ')}"
    assert "(Europe/Berlin) The database holds no runs at all." in said(picture)


def test_what_cannot_be_measured_says_so() -> None:
    """Devices without any run have no rate, and no axis."""
    table = rates(2, hostname=["a", "b"]) | {"failure_rate": [None, None]}
    picture = chart(answer("failure_rates", table, by=["device"]).astype({"failure_rate": "float64"}))
    assert "Nothing to measure in the window" in texts(picture)


def test_a_report_without_a_chart_is_refused() -> None:
    """In one sentence, with those that have one."""
    with pytest.raises(
        ParameterError, match="no chart of device_inventory: the reports that can be drawn are b"
    ):
        chart(answer("device_inventory", {"devices": [3]}))


def test_a_frame_of_no_report_needs_a_kind() -> None:
    """With one it is drawn, whatever its text column is called."""
    frame = pd.DataFrame(rates(2, **{"a.b[0]": ["x", "y"]}))
    with pytest.raises(
        ParameterError, match=r"The frame is of no report, so name its chart: chart\(frame, kind"
    ):
        chart(frame)
    picture = chart(frame, "rates")
    assert title(picture) == "Failure rate by a.b[0] (% of terminal runs)"
    assert {"x", "y"} <= set(texts(picture))


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("gannt", "There is no chart 'gannt' (did you mean 'gantt'?): it is rates, rate_trend, "),
        (
            "freshness",
            "cannot be drawn as freshness (how old the devices' backups are) without the columns fresh",
        ),
        ("durations", "this frame can be drawn as rates, rate_trend"),
    ],
)
def test_a_kind_that_does_not_fit_is_refused(kind: str, sentence: str) -> None:
    """In one sentence that says what does."""
    with pytest.raises(ParameterError) as caught:
        chart(FEW["rates"][0], kind)
    assert sentence in str(caught.value)


def test_what_is_no_frame_is_refused() -> None:
    """Such as a report that was not awaited."""
    with pytest.raises(
        ParameterError, match="dict cannot be drawn: give a DataFrame; an answer is awaited first"
    ):
        chart({})  # type: ignore[arg-type]


def test_without_the_packages_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The base installation has none of them."""
    monkeypatch.setattr("netraven_analytics.charts.find_spec", lambda name: None)
    with pytest.raises(NetRavenError, match=r"venv/bin/pip install -e '\.\[charts\]'"):
        chart(FEW["rates"][0])


def test_a_frame_stays_as_it_was() -> None:
    """Drawing is pure."""
    for frame, kind in FEW.values():
        before = frame.copy()
        chart(frame, kind)
        pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    ("report", "options", "expected"),
    [
        (failure_rates, {"by": "device"}, "Failure rate by device"),
        (failure_rates, {"by": ["tag:location", "day"], "since": "7d"}, "Failure rate by location and day"),
        (failure_rates, {}, "Failure rate (% of terminal runs)"),
        (job_durations, {"by": "hour_of_day"}, "Duration of runs by hour of day"),
        (job_timeline, {}, "Runs of 1 devices through time"),
        (job_timeline, {"by": "hour"}, "Runs at once by hour"),
        (backup_freshness, {"by": "device"}, "Age of the last backup"),
        (backup_freshness, {"by": "tag:location"}, "Backup coverage by location"),
        (config_changes, {}, "Configuration changes by device"),
    ],
)
async def test_an_answer_draws_itself(
    report: Report[Any], options: dict[str, Any], expected: str, empty_database: str
) -> None:
    """``df.netraven.chart()``: the report and its options say which chart it is."""
    of = device("a", "location:berlin")
    await store(
        job(of, "failed", "11-20 06:00", "11-20 06:01"),
        snapshot(of, "11-19 06:00", "hostname a\n"),
        snapshot(of, "11-20 06:00", "hostname b\n"),
    )
    table = await report(as_of=NOW, **options)
    picture = table.netraven.chart()
    assert title(picture).startswith(expected)
    assert picture.to_dict() == chart(table).to_dict()


def test_every_kind_is_documented() -> None:
    """In the table of docs/charts.md."""
    page = (Path(__file__).parents[3] / "docs" / "charts.md").read_text()
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == list(KINDS)


def test_pictures_are_made_here() -> None:
    """Neither names an address that something could be fetched from."""
    picture = chart(*FEW["rates"])
    svg = to_svg(picture)
    assert set(re.findall(r"https?://[^\"' ]+", svg)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert to_png(picture, scale=1).startswith(b"\x89PNG")
