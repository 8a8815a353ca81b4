"""``df.netraven``."""

import subprocess
import sys

import pandas as pd

from netraven_analytics.accessor import register
from tests.netraven_analytics.charts.answers import answer, rates, title

QUIET = """
import sys
import netraven_analytics, netraven_db.db.models
from netraven_analytics import chart, failure_rates
print("pandas" in sys.modules, "altair" in sys.modules)
"""


def test_an_answer_draws_itself() -> None:
    """As another kind of chart, too; registering again changes nothing and warns of nothing."""
    register()
    register()
    day = pd.to_datetime(["2026-11-20", "2026-11-21"])
    table = answer("failure_rates", rates(2, day=day), ["day"])
    assert title(table.netraven.chart()) == title(table.head(1).netraven.chart("calendar"))


def test_importing_touches_no_frame() -> None:
    """Neither pandas nor altair is loaded before there is an answer or a chart."""
    done = subprocess.run([sys.executable, "-c", QUIET], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"
