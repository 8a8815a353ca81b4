"""Statistics as SQL expressions."""

from typing import Any

from sqlalchemy import ColumnElement, Float, case, cast, func

Z = 1.959963984540054  # the normal distribution's 97.5 % point, for a two-sided 95 % interval


def count(key: ColumnElement[Any], where: ColumnElement[bool] | None = None) -> ColumnElement[int]:
    """How many rows, or how many for which ``where`` holds."""
    counted: Any = func.count(key)
    return counted if where is None else counted.filter(where)  # type: ignore[no-any-return]


def rate(part: ColumnElement[int], whole: ColumnElement[int]) -> ColumnElement[Any]:
    """``part / whole``; NULL where the whole is 0."""
    return cast(part, Float) / cast(func.nullif(whole, 0), Float)


def wilson(
    part: ColumnElement[int], whole: ColumnElement[int]
) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The 95 % score interval of ``part / whole``; NULL where the whole is 0.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22 (1927), 209 to 212.
    """
    n = cast(func.nullif(whole, 0), Float)
    p = cast(part, Float) / n
    middle = p + Z * Z / (2 * n)
    spread = Z * func.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n), type_=Float())
    scale = 1 + Z * Z / n
    # The bounds meet 0 and 1 exactly there, where rounding would pass them.
    low = case((part == 0, 0.0), else_=(middle - spread) / scale)
    high = case((part == whole, 1.0), else_=(middle + spread) / scale)
    return case((whole > 0, low)), case((whole > 0, high))
