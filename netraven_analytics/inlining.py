"""A statement with its values written into the SQL text, for COPY, which takes no bind parameters.

Compiling a report takes longer than answering it over a short window. As SQLAlchemy does with the statements
that it executes, what was compiled is kept, and the next statement of the same structure only puts in its own
values.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Executable
from sqlalchemy.dialects.postgresql.asyncpg import PGCompiler_asyncpg
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import CompileError
from sqlalchemy.sql.cache_key import CacheKey
from sqlalchemy.types import TypeEngine
from sqlalchemy.util import LRUCache

from netraven_analytics.literals import NotLiteralError, quoted, text_of

_MARK = re.compile("\0(\\d+)\0")
_KEPT = 100  # statements
_LONGEST = 100_000  # characters of a statement that is kept

_compiled: LRUCache[Any, "_Marking"] = LRUCache(_KEPT)


class Inlined(NamedTuple):
    """A statement without parameters, and what SQLAlchemy knows of its columns."""

    sql: str
    outline: str  # the statement without its values
    names: list[str]
    types: list[TypeEngine[Any]]


def inlined(statement: Executable, dialect: Dialect) -> Inlined:
    """The statement as text that holds its values.

    Raises:
        NotLiteralError: one of the values has no exact literal.
        SQLAlchemyError: the statement cannot be compiled.
    """
    key: CacheKey | None = statement._generate_cache_key()  # type: ignore[attr-defined]
    place = (dialect, key.key) if key else None
    compiled = _compiled.get(place) if place else None
    if compiled is not None and key is not None and compiled.suits(key):
        return compiled.filled(compiled.literals_of(key))
    compiled = _Marking(dialect, statement, key)
    if place and compiled.reusable and len(compiled.string) < _LONGEST:
        _compiled[place] = compiled
    return compiled.filled(compiled.literals)


class _Marking(PGCompiler_asyncpg):
    """Writes a mark where a value belongs; no SQL text holds the character NUL.

    ``literals`` are the values' texts in the order of the marks, ``slots`` the parameters they came from, by
    their place in the cache key. The values of an IN are several, and part of what is kept: ``fixed``.
    """

    def __init__(self, dialect: Dialect, statement: Any, key: CacheKey | None = None) -> None:
        self.literals: list[str] = []
        self.slots: list[int | None] = []
        self.fixed: dict[int, Any] = {}
        self._slot: int | None = None
        self._places = {each.key: place for place, each in enumerate(key.bindparams)} if key else {}
        # Two parameters of one name cannot be told apart.
        self.reusable = key is not None and len(self._places) == len(key.bindparams)
        super().__init__(dialect, statement, compile_kwargs={"literal_binds": True})

    def filled(self, literals: list[str]) -> Inlined:
        """The statement with these literals at its marks.

        They are put in last: no later step of the compiler may take a part of them for its own.
        """
        sql = _MARK.sub(lambda mark: literals[int(mark[1])], self.string)
        columns = self._result_columns
        return Inlined(sql, self.string, [column.keyname for column in columns], [c.type for c in columns])

    def suits(self, key: CacheKey) -> bool:
        """Whether a statement of the same structure differs in nothing but values that have a mark."""
        return all(_same(value, _value(key, place)) for place, value in self.fixed.items())

    def literals_of(self, key: CacheKey) -> list[str]:
        """The literals of a statement of the same structure."""
        return [
            kept if place is None else self._literal(_value(key, place), key.bindparams[place].type)
            for kept, place in zip(self.literals, self.slots, strict=True)
        ]

    def render_literal_bindparam(  # type: ignore[override]  # it is always called by keyword
        self, bindparam: BindParameter[Any], **options: Any
    ) -> str:
        collected: Mapping[str, Any] = self._collected_params if self._collect_params else {}
        value = _given(bindparam, collected)
        place = next((self._places[b.key] for b in bindparam._cloned_set if b.key in self._places), None)
        self.reusable = self.reusable and place is not None
        if bindparam.expanding or "render_literal_value" in options:
            if place is not None:
                self.fixed[place] = value
            return str(super().render_literal_bindparam(bindparam, **options))  # type: ignore[no-untyped-call]
        self._slot = place
        try:
            return self.render_literal_value(value, bindparam.type)
        finally:
            self._slot = None

    def render_literal_value(self, value: Any, type_: TypeEngine[Any]) -> str:
        self.literals.append(self._literal(value, type_))
        self.slots.append(self._slot)
        return f"\0{len(self.literals) - 1}\0"

    def _literal(self, value: Any, type_: TypeEngine[Any]) -> str:
        processor = type_._cached_bind_processor(self.dialect)
        impl: Any = type_._unwrapped_dialect_impl(self.dialect)
        try:
            sent = processor(value) if processor else value
        except Exception as error:
            raise NotLiteralError("a value does not suit its type") from error
        literal = "NULL" if sent is None else quoted(text_of(sent, impl))
        if getattr(impl, "render_bind_cast", False):
            try:
                literal = self.render_bind_cast(type_, impl, literal)  # type: ignore[no-untyped-call]
            except CompileError as error:
                raise NotLiteralError("a type has no name") from error
        return literal


def _value(key: CacheKey, place: int) -> Any:
    return _given(key.bindparams[place], key.params or {})


def _given(parameter: BindParameter[Any], collected: Mapping[str, Any]) -> Any:
    """A parameter's value; what ``params()`` gave does not stand on the parameter itself."""
    if parameter.key in collected:
        return collected[parameter.key]
    if parameter.required and parameter.value is None and parameter.callable is None:
        raise NotLiteralError("a parameter has no value")
    return parameter.effective_value


def _same(one: Any, other: Any) -> bool:
    """Equal and of one type: 1, 1.0 and True are written differently."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(_same, one, other))
    return (one == other) is True
