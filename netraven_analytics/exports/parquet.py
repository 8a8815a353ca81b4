"""Parquet with the frame's own dtypes, a row group for each part."""

import json
from contextlib import suppress
from typing import IO, TYPE_CHECKING

import pyarrow as pa
from pyarrow import parquet

from netraven_analytics.exports.columns import names_of, texts_of
from netraven_analytics.exports.writer import Manner, Writer

if TYPE_CHECKING:
    import pandas as pd

_ATTRS = b"PANDAS_ATTRS"  # where pandas looks for a frame's attrs


class Parquet(Writer):
    """``pandas.read_parquet`` gives back dtypes and ``attrs``.

    Columns of Python objects (numeric, JSON, lists, …) become text as in CSV: what type their cells have
    could change from part to part.
    """

    def __init__(self, file: IO[bytes], manner: Manner) -> None:
        super().__init__(file, manner)
        self._schema: pa.Schema | None = None
        self._writer: parquet.ParquetWriter | None = None

    def add(self, part: "pd.DataFrame") -> None:
        part = _without_objects(part)
        if self._writer is None:
            names_of(part)  # refuses two of the same name
            self._schema = _with_attrs(pa.Schema.from_pandas(part, preserve_index=False), self.manner)
            self._writer = parquet.ParquetWriter(self.file, self._schema, compression="zstd")
        self._writer.write_table(pa.Table.from_pandas(part, self._schema, preserve_index=False))

    def end(self) -> None:
        if self._writer is not None:
            self._writer.close()

    def abandon(self) -> None:
        with suppress(pa.ArrowException, OSError):
            self.end()  # or it would try when it is forgotten, and complain on stderr


def _without_objects(part: "pd.DataFrame") -> "pd.DataFrame":
    import pandas as pd

    texts = {
        name: pd.Series(texts_of(part[name]).to_pylist(), part.index, dtype="str")
        for name, dtype in part.dtypes.items()
        if dtype == "object"
    }
    return part.assign(**texts) if texts else part


def _with_attrs(schema: pa.Schema, manner: Manner) -> pa.Schema:
    if not manner.about:
        return schema
    attrs = json.dumps({"netraven": manner.about}).encode()
    return schema.with_metadata({**(schema.metadata or {}), _ATTRS: attrs})
