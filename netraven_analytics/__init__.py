"""Answers from a NetRaven database, as pandas DataFrames and ORM objects.

``from netraven_analytics import job_durations``, then ``await job_durations(by="device_type")``.
Names are resolved at first use, so that importing the package is cheap.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netraven_analytics.charts import chart as chart
    from netraven_analytics.configs.learning import learn_noise as learn_noise
    from netraven_analytics.exports import export as export
    from netraven_analytics.fleet import fleet_page as fleet_page
    from netraven_analytics.frames import frame as frame
    from netraven_analytics.frames import sql as sql
    from netraven_analytics.frames import stream as stream
    from netraven_analytics.history import config_at as config_at
    from netraven_analytics.history import config_blame as config_blame
    from netraven_analytics.history import config_diff as config_diff
    from netraven_analytics.history import config_search as config_search
    from netraven_analytics.notebook import enable_nested as enable_nested
    from netraven_analytics.notebook import run as run
    from netraven_analytics.objectives import assert_objective as assert_objective
    from netraven_analytics.orm import device_with_tags as device_with_tags
    from netraven_analytics.orm import find_jobs as find_jobs
    from netraven_analytics.orm import latest_configuration as latest_configuration
    from netraven_analytics.orm import slowest_jobs as slowest_jobs
    from netraven_analytics.plans import explain as explain
    from netraven_analytics.progress import progress_bar as progress_bar
    from netraven_analytics.reports import *  # noqa: F403

_HOMES = {
    "charts": ("chart",),
    "configs.learning": ("learn_noise",),
    "fleet": ("fleet_page",),
    "frames": ("frame", "sql", "stream"),
    "exports": ("export",),
    "history": ("config_at", "config_blame", "config_diff", "config_search"),
    "notebook": ("enable_nested", "run"),
    "objectives": ("assert_objective",),
    "orm": ("device_with_tags", "find_jobs", "latest_configuration", "slowest_jobs"),
    "plans": ("explain",),
    "progress": ("progress_bar",),
}
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names}


def _reports() -> list[str]:
    """One report is one module of its name."""
    from pathlib import Path

    return [module.stem for module in (Path(__file__).parent / "reports").glob("[!_]*.py")]


__all__ = sorted({*_MODULE_OF, *_reports()})


def __getattr__(name: str) -> Any:
    if name in _MODULE_OF:
        return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    if name in _reports():
        return getattr(import_module(f"{__name__}.reports"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF, *_reports()})


def load_ipython_extension(shell: Any) -> None:
    """What ``%load_ext netraven_analytics`` calls."""
    import_module(f"{__name__}.jupyter").load(shell)


def unload_ipython_extension(shell: Any) -> None:
    import_module(f"{__name__}.jupyter").unload(shell)
