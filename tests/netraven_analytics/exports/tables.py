"""A frame with a column of every dtype, and text that breaks careless writers."""

from datetime import timedelta

import pandas as pd
from hypothesis import strategies as st

TABLE = pd.DataFrame(
    {
        "hostname": pd.Series(["a", "=1+1", None, ""], dtype="str"),
        "runs": pd.Series([1, -2, None, 4], dtype="Int64"),
        "rate": pd.Series([0.5, -1.25, None, 0.0], dtype="float64"),
        "took": pd.Series(
            [timedelta(hours=30), timedelta(microseconds=1), None, timedelta()], dtype="timedelta64[us]"
        ),
        "at": pd.Series(
            ["2026-03-29T01:30:00.000001", None, "2026-03-29", "2026-01-01"], dtype="datetime64[us]"
        )
        .dt.tz_localize("UTC")
        .dt.tz_convert("Europe/Berlin"),
        "day": pd.Series(["2026-03-29", None, "2026-03-30", "2026-01-01"], dtype="datetime64[us]"),
        "complete": pd.Series([True, False, None, True], dtype="boolean"),
    }
)

_STRUCTURE = ["\r", "\n", "\r\n", "\t", '"', "'", ",", ";", " ", "\\", "\\n", "&", "<", "</td>", "&#13;"]
_FORMULAS = ["=", "+", "-", "@", "\uff1d", "\x1b[2J"]
_LOOK_ALIKE = ["NA", "null", "None", "NaN", "007", "1e5", "-1", "1.0", "true"]
_LETTERS = ["\N{GRINNING FACE}", "\u202e", "\u05e9\u05dc", "\u2028", "\x85", "\xa0", "\x0b", "a", "0"]
_PIECES = [*_STRUCTURE, *_FORMULAS, *_LOOK_ALIKE, *_LETTERS]
hostile_text = st.lists(st.sampled_from(_PIECES), max_size=5).map("".join)
