"""Hostile text goes into a file of any format and comes back through the reader that the docs name."""

import csv
import io
import re
from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from netraven_analytics.exports import FORMATS
from tests.battery.conftest import MakeTrial
from tests.netraven_analytics.exports.tables import hostile_text
from tests.netraven_analytics.exports.test_round_trip import READERS, Texts, bare, written

CELLS = 100  # of a file
# Any text that PostgreSQL can hold, and what breaks careless writers more often than chance would.
_ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
_LIKE_ESCAPES = st.sampled_from(
    ["_x000D_", "_x005F_", "\\u000d", "&lt;", "%0D", "\\N", "\ufffe", "\uffff", "\ufeff"]
)
cells = (
    st.none() | hostile_text | _ANY | st.lists(hostile_text | _ANY | _LIKE_ESCAPES, max_size=3).map("".join)
)


def _by_pandas(data: bytes) -> Texts:
    return [bare(text) for text in pd.read_csv(io.BytesIO(data), dtype="str", keep_default_na=False)["text"]]


def _by_python(data: bytes) -> Texts:
    return [bare(row["text"]) for row in csv.DictReader(io.StringIO(data.decode(), newline=""))]


def _by_calamine(data: bytes) -> Texts:
    table = pd.read_excel(io.BytesIO(data), engine="calamine", dtype="str", keep_default_na=False)
    return [*table["text"]]


# Of these nobody can tell what is missing from what is empty.
_MORE: dict[str, tuple[str, Callable[[bytes], Texts]]] = {
    "csv, by pandas": ("csv", _by_pandas),
    "csv, by Python": ("csv", _by_python),
    "xlsx": ("xlsx", _by_calamine),
}
_ALL = {**{name: (name, READERS[name]) for name in FORMATS}, **_MORE}
# No XML holds these two, and of escapes that run into one another xlsxwriter sees the first.
_NOT_IN_XLSX = re.compile("[\ufffe\uffff]|_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_")


@pytest.mark.parametrize("name", _ALL)
def test_round_trip(name: str, trial: MakeTrial) -> None:
    """Every cell is what was written; a bare CR too, which Python before 3.11.9 writes without quotes."""
    kind, read = _ALL[name]
    what = f"cells of hostile text written and read back: {name}"
    runs = trial(what, losing="cells", quick=300, long=10_000)

    @settings(
        max_examples=runs.rounds // CELLS,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(cells, min_size=CELLS, max_size=CELLS))
    def comes_back(texts: Texts) -> None:
        if kind == "xlsx":
            texts = [_NOT_IN_XLSX.sub("", text) if text else text for text in texts]
        runs.tried += len(texts)
        found = read(written(kind, texts, 2))
        as_empty = name in _MORE or kind == "html"
        for text, back in zip([text or "" for text in texts] if as_empty else texts, found, strict=True):
            if text != back:
                runs.lose(f"{text!r} came back as {back!r}")

    comes_back()
    runs.ended = runs.tried >= runs.rounds
