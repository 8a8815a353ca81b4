# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: jupyter,tags,-all
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Ad-hoc reporting: from a question to a report
#
# After this notebook you can answer a question that no report answers, leave it as a file, and turn it into a report
# with all the options that the others have.

# %% tags=["parameters"]
since = "30d"
tz = "UTC"

# %%
# %load_ext netraven_analytics

# %% [markdown]
# ## Which reports are there?

# %%
import pandas as pd

from netraven_analytics.reports import catalogue

pd.DataFrame({"report": list(catalogue), "answers": [each.summary for each in catalogue.values()]})

# %% [markdown]
# None of them says **how much of the work people start by hand**. Manual runs are those without a schedule.
#
# ## First look
#
# Reports read *facts*, which settle once what a status or a time means: `run_at` is the time of a run, `outcome` what
# became of it. They are good to start from. A fact is seen from an instant, `as_of`: a run that ended later is still
# running then.

# %%
from datetime import UTC, datetime

from sqlalchemy import select

from netraven_analytics import frame
from netraven_analytics.facts.runs import runs

(await frame(select(runs.rows).limit(3).params(as_of=datetime.now(UTC)))).T

# %% [markdown]
# A sketch with pandas is often the quickest way to see whether a question is worth more work:

# %%
from netraven_analytics import sql

sketch = await sql(
    "select d.device_type, j.scheduled_for is null as manual from jobs j join devices d on d.id = j.device_id "
    "where j.started_at > now() - interval '30 days'"
)
sketch.groupby("device_type")["manual"].agg(["size", "mean"]).round(3)

# %% [markdown]
# ## Leave it as a file
#
# `export` writes CSV, Excel, Parquet, JSON, JSON lines or HTML, by the file's ending. A file appears whole or not at all,
# and text that a spreadsheet would run as a formula is made harmless.

# %%
import tempfile
from pathlib import Path

from netraven_analytics import export

folder = Path(tempfile.mkdtemp())
export(sketch.groupby("device_type", as_index=False)["manual"].mean(), folder / "manual.csv")
print((folder / "manual.csv").read_text())

# %% [markdown]
# The answer of a report leaves with a second file that says how it was made: question, window, definition and SQL.

# %%
from netraven_analytics import failure_rates

export(await failure_rates(by="device_type", since=since, tz=tz), folder / "rates.csv")
sorted(file.name for file in folder.iterdir())

# %% [markdown]
# ## Make it a report
#
# A report is one function that returns a Select. `scope.rows()` are the runs of the window that pass the filters,
# `scope.group()` groups them by what `by` asks for. The options come from its signature, its page from its docstring.

# %%
from typing import Any, Unpack

from sqlalchemy import Select

from netraven_analytics.facts.dimensions import RUN_DIMENSIONS
from netraven_analytics.facts.scope import Scope
from netraven_analytics.facts.statistics import count, rate
from netraven_analytics.options import GroupOptions
from netraven_analytics.report import report


@report(fact=runs, dimensions=RUN_DIMENSIONS, worst="manual_share")
def manual_runs(scope: Scope, **options: Unpack[GroupOptions]) -> Select[Any]:
    """How many runs were started by hand?

    Columns:
        runs: all of the window.
        manual: those without a schedule.
        manual_share: manual / runs.

    Example:
        ``await manual_runs(by="device_type")``
    """
    run = scope.rows()
    everything, manual = count(run.c.run_id), count(run.c.run_id, run.c.scheduled_at.is_(None))
    return scope.group(
        run,
        everything.label("runs"),
        manual.label("manual"),
        rate(manual, everything).label("manual_share"),
    )


await manual_runs(by="device_type", since=since, tz=tz)

# %% [markdown]
# It knows weeks, tags, filters and `top` already, shows its SQL, and says what it left out:

# %%
await manual_runs(by=["week", "tag:role"], device_type="cisco_*", since=since, tz=tz, top=5)

# %%
print(manual_runs.sql(by="device_type", since="7d")[:400], "…")

# %% [markdown]
# How does the server find the answer? `explain` shows its plan. Each step reads what the steps indented below it give,
# and a table that is read from end to end is named in the first line.

# %%
from netraven_analytics import explain

await explain(manual_runs.statement(by="device_type", since="7d"), analyze=True)

# %% [markdown]
# To keep the report:
#
# 1. put the imports and the function into `netraven_analytics/reports/manual_runs.py`;
# 2. name it in `netraven_analytics/reports/__init__.py`: one import, one word in `__all__`;
# 3. write a spec, `tests/netraven_analytics/reports/test_manual_runs.py`: a few rows in, the expected answer out. The
#    specs beside it show how.
#
# The command `netraven-analytics report run manual-runs`, its options, its page and its place among the files of
# `report all` come by themselves.
#
# ## Exercises
#
# 1. Write the answer for the last week as an Excel file for a colleague, and as Parquet, which pandas reads back as it was.
# 2. Extend the report by the share of manual runs that failed.

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["solution"]
week = await manual_runs(by="device", since="7d", tz=tz)
export(week, folder / "manual.xlsx")
export(week, folder / "manual.parquet")
pd.read_parquet(folder / "manual.parquet").head(3)


# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["solution"]
@report(fact=runs, dimensions=RUN_DIMENSIONS, worst="manual_failed_share")
def manual_failures(scope: Scope, **options: Unpack[GroupOptions]) -> Select[Any]:
    """How many of the runs that were started by hand failed?

    Columns:
        manual: terminal runs without a schedule.
        manual_failed_share: those that failed / manual.

    Example:
        ``await manual_failures(by="device_type")``
    """
    run = scope.rows()
    by_hand = run.c.scheduled_at.is_(None)
    manual = count(run.c.run_id, by_hand & run.c.outcome.in_(["succeeded", "failed"]))
    failed = count(run.c.run_id, by_hand & (run.c.outcome == "failed"))
    return scope.group(run, manual.label("manual"), rate(failed, manual).label("manual_failed_share"))


await manual_failures(by="device_type", since=since, tz=tz)
