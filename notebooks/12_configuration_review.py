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
# # Configuration review: what changed, where, and since when a line is there
#
# This notebook looks at the changes of the last days, at one of them line by line, and at a line that should be
# everywhere: which devices have it, and which have not. `pattern` is a part of that line. In the end it looks for drift: for
# devices that are unlike the others of their kind.

# %% tags=["parameters"]
since = "14d"
pattern = "ntp server"
tz = "UTC"
as_of = None  # or a moment that is taken as now, such as "2026-11-01 08:00"

# %%
# %load_ext netraven_analytics

# %% [markdown]
# ## Changes
#
# Two consecutive snapshots whose texts differ in more than noise. The change happened after `previous_at` and not after
# `found_at`.

# %%
from IPython.display import display

from netraven_analytics import config_blame, config_changes, config_diff, config_drift, config_search

changes = await config_changes(since=since, tz=tz, as_of=as_of)
now = changes.attrs["netraven"]["as_of"]  # the moment that as_of names
changes.head(10)

# %%
changes.netraven.chart()

# %% [markdown]
# Those that took something back: after such a change the device has a configuration that it had before.

# %%
changes[changes["reverted_to"].notna()].head(5)

# %% [markdown]
# ## One of them
#
# Secrets are replaced by tokens. The same secret has the same token within an answer, so a change of one shows.

# %%
if changes.empty:
    print("No configuration changed in this window: give an earlier since.")
else:
    latest = changes.iloc[0]
    display(await config_diff(latest["hostname"], int(latest["from_id"]), int(latest["to_id"]), tz=tz))

# %% [markdown]
# ## Since when is each line there?
#
# As `git blame` has it: each line of the newest configuration, with the snapshot that brought it and the user whom the
# device's own text claims to have made the change.

# %%
if not changes.empty:
    blame = await config_blame(latest["hostname"], now, tz=tz)
    display(blame.tail(10))

# %% [markdown]
# ## Who has this line?

# %%
found = await config_search(pattern, at=now, tz=tz)
found.head(10)

# %% [markdown]
# And who does not?

# %%
(await config_search(pattern, at=now, tz=tz, missing=True)).head(10)

# %% [markdown]
# ## Drift: who is unlike the others?
#
# Without any line in mind: devices of the same type and role are compared with each other. A line that most of them have
# and one has not is *missing* there, and one that only it has is *odd*.

# %%
drift = await config_drift(tz=tz, as_of=as_of)
drift.head(10)
