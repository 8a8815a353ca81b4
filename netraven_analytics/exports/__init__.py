"""From a frame or a query to a file: one module for each format, ``writing`` for what they share."""

from netraven_analytics.exports.formats import FORMATS, LISTED, writer_of
from netraven_analytics.exports.target import Target
from netraven_analytics.exports.writer import Formulas
from netraven_analytics.exports.writing import export, sidecar_of, write_json, write_query, write_table

__all__ = [
    "FORMATS",
    "LISTED",
    "Formulas",
    "Target",
    "export",
    "sidecar_of",
    "write_json",
    "write_query",
    "write_table",
    "writer_of",
]
