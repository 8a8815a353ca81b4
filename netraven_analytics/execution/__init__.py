"""Run notebooks outside of Jupyter: parameters are checked first, and what was made is kept in any case."""

from netraven_analytics.execution.library import MISSING, Notebook, find, folder, notebooks
from netraven_analytics.execution.parameters import checked
from netraven_analytics.execution.running import Executed, execute, run_all

__all__ = ["MISSING", "Executed", "Notebook", "checked", "execute", "find", "folder", "notebooks", "run_all"]
