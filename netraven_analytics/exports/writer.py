"""What every format has: a writer that takes an answer part by part."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any, Literal

from netraven_analytics.cells import as_text, neutralised, plain

if TYPE_CHECKING:
    import pandas as pd

Formulas = Literal["neutralise", "keep"]
_NO_FORMULA = (int, float, Decimal, date, timedelta)  # these may begin with a minus


@dataclass(frozen=True)
class Manner:
    """How to write: ``about`` is what the answer says of itself.

    ``dates`` are the columns without a time of day; none given, a column of nothing but midnights has none.
    """

    formulas: Formulas = "neutralise"
    about: Mapping[str, Any] = field(default_factory=dict)
    dates: Collection[str] | None = None

    def safe(self, text: str) -> str:
        """The text as a spreadsheet may have it."""
        return neutralised(text) if self.formulas == "neutralise" else text

    def cell(self, value: Any) -> str | None:
        """The text of an object; only what is text or holds it can be a formula."""
        text = as_text(plain(value))
        return text if text is None or isinstance(value, _NO_FORMULA) else self.safe(text)


class Writer:
    """Writes one answer: its parts in their order, at least one, each with the same columns and dtypes."""

    def __init__(self, file: IO[bytes], manner: Manner) -> None:
        self.file, self.manner = file, manner
        self.notes: list[str] = []  # what the file lacks, known at its end

    def add(self, part: "pd.DataFrame") -> None:
        """Write some rows; the first part says the columns."""
        raise NotImplementedError

    def end(self) -> None:
        """Write what comes after the last row."""

    def abandon(self) -> None:
        """Let go of what is held, when the file is thrown away."""
