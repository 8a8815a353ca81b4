# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
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
# # Fleet review
#
# How long backups took, what failed, and which devices have no recent one.
#
# The cell below holds the parameters: change them and run all cells, or do it from a shell:
# `netraven-analytics notebooks run fleet-review -p since=7d -p by=tag:location --html`.

# %% tags=["parameters"]
since = "30d"
by = "device_type"
tz = "UTC"
as_of = None  # or a moment that is taken as now, such as "2026-11-01 08:00"

# %%
# %load_ext netraven_analytics

# %% [markdown]
# ## In one line

# %%
from netraven_analytics import backup_freshness, failure_rates, job_durations, job_timeline, stuck_jobs

rates = await failure_rates(since=since, tz=tz, as_of=as_of)
fresh = await backup_freshness(by="device", tz=tz, as_of=as_of)
hanging = await stuck_jobs(tz=tz, as_of=as_of)
runs, backups = (answer.attrs["netraven"]["totals"] for answer in (rates, fresh))


def percent(share: float | None) -> str:
    """Where nothing ended, no share of it is known."""
    return "?" if share is None else f"{share:.1%}"


print(
    f"{runs['terminal']:,} runs ended, {percent(runs['failure_rate'])} of them failed "
    f"({percent(runs['rate_low'])} to {percent(runs['rate_high'])}); "
    f"{percent(backups['coverage'])} of the devices have a fresh backup; {len(hanging)} runs are stuck."
)

# %% [markdown]
# ## How long backups take
#
# Half of the runs are quicker than `duration_p50`, and one of twenty is slower than `duration_p95`.

# %%
durations = await job_durations(by=by, since=since, tz=tz, as_of=as_of)
durations.drop(columns=["invalid", "duration_mean", "duration_p90", "duration_p99"])

# %%
durations.netraven.chart()

# %% [markdown]
# And through time, a row for each week. A week that the window cuts is marked as not complete.

# %%
weeks = await job_durations(by="week", since=since, tz=tz, as_of=as_of)
weeks[["week", "complete", "runs", "duration_p50", "duration_p95"]]

# %%
weeks.netraven.chart()

# %% [markdown]
# What ran when in the last day, the devices with the most failed and the longest runs on top:

# %%
(await job_timeline(since="24h", tz=tz, as_of=as_of)).netraven.chart()

# %% [markdown]
# ## What fails
#
# Worst first, by the lower end of the interval: two failures of three runs are less of a worry than forty of a hundred.
# Beside the rate stand the runs that are in no rate: those that hang, and the devices that were never tried.

# %%
failing = await failure_rates(by=by, since=since, tz=tz, as_of=as_of)
failing.loc[:, :"devices_without_run"].drop(columns=["runs", "pending", "other"])

# %%
failing.netraven.chart()

# %% [markdown]
# Was it one bad day, or is it always so? The darker the day, the more of its runs failed.

# %%
(await failure_rates(by="day", since=since, tz=tz, as_of=as_of)).netraven.chart("calendar")

# %% [markdown]
# ## Which devices have no recent backup
#
# The oldest first. A device that was never backed up has no age, and comes before them.

# %%
fresh.head(10)

# %%
fresh.netraven.chart()

# %% [markdown]
# ## What hangs

# %%
hanging
