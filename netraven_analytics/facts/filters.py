"""The filters ``device=``, ``device_type=`` and ``tag=``: which devices a question is about."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from netraven_db.db.models import Device, Tag
from netraven_db.db.models.associations import device_tag_association
from netraven_db.errors import ParameterError

Names = str | Collection[str] | None


@dataclass(frozen=True)
class DeviceFilter:
    """Values of one kind are alternatives; kinds must all hold. Tags and hostnames are today's."""

    device: tuple[str, ...] = ()
    device_type: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()

    @classmethod
    def of(cls, device: Names = None, device_type: Names = None, tag: Names = None) -> "DeviceFilter":
        """Raises ParameterError when a tag is not of the form ``type:name``."""
        filters = cls(_names(device, "device"), _names(device_type, "device_type"), _names(tag, "tag"))
        for text in filters.tag:
            if not re.fullmatch(r"[^:]+:.+", text, re.DOTALL):
                raise ParameterError(
                    f"tag={text!r} is not understood: it takes TYPE:NAME, such as 'location:berlin'."
                )
        return filters

    def __bool__(self) -> bool:
        return bool(self.device or self.device_type or self.tag)

    def given(self) -> dict[str, list[str]]:
        """The filters in use, as plain JSON."""
        return {kind: list(values) for kind, values in vars(self).items() if values}

    def ids(self) -> Select[Any]:
        """The ids of the devices that pass."""
        return select(Device.id).where(self.condition())

    def condition(self) -> ColumnElement[bool]:
        """The filter over the table of devices."""
        conditions: list[ColumnElement[bool]] = []
        if self.device:
            conditions.append(or_(*(_matches(Device.hostname, pattern) for pattern in self.device)))
        if self.device_type:
            conditions.append(or_(*(_matches(Device.device_type, pattern) for pattern in self.device_type)))
        if self.tag:
            conditions.append(or_(*(_is_tagged(text) for text in self.tag)))
        return and_(true(), *conditions)


ALL_DEVICES = DeviceFilter()


def _names(value: Names, option: str) -> tuple[str, ...]:
    one = isinstance(value, str) or not isinstance(value, Collection | None)
    names: tuple[Any, ...] = (value,) if one else tuple(value or ())
    if (value is not None and not names) or not all(isinstance(name, str) and name for name in names):
        raise ParameterError(
            f"{option}={value!r} is not understood: it takes one name or a list of names, none of them "
            "empty; leave it out for all."
        )
    for name in names:
        require_storable(name, option)
    return names


def require_storable(text: str, option: str) -> None:
    """Refuse text that no database holds: NUL, and halves of characters.

    Raises:
        ParameterError: the text has one.
    """
    if not is_storable(text):
        raise ParameterError(
            f"{option}={text!r} holds a character that no name in a database has: take it out."
        )


def is_storable(text: str) -> bool:
    """Whether a database can hold the text."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _matches(column: ColumnElement[Any] | InstrumentedAttribute[Any], pattern: str) -> ColumnElement[bool]:
    if not re.search(r"[*?\[]", pattern):
        return column == pattern
    return column.regexp_match(glob_to_regex(pattern))


def glob_to_regex(pattern: str) -> str:
    """An anchored regular expression, the same to PostgreSQL and Python, for ``*``, ``?`` and ``[a-c]``."""
    # A bracket right after the opening one, or after its !, is a member of the class and does not end it.
    parts = re.findall(r"\*|\?|\[!?+\]?+[^\]]*\]|.", pattern, re.DOTALL)
    return "^" + "".join(_regex_part(part) for part in parts) + "$"


def _regex_part(part: str) -> str:
    if part == "*":
        return ".*"
    if part == "?":
        return "."
    return _class(part[1:-1]) if len(part) > 1 else _literal(part)


def _class(body: str) -> str:
    """A class of characters; only ``!`` and ``-`` mean something in it, and a range upside down is empty."""
    negated = body.startswith("!")
    found = re.findall(r"(.)-(.)|(.)", body[negated:], re.DOTALL)
    members = [
        _literal(one) if one else f"{_literal(low)}-{_literal(high)}"
        for low, high, one in found
        if one or low <= high
    ]
    if not members:
        return "." if negated else "(?!a)a"  # anything but nothing, and nothing
    return f"[{'^' if negated else ''}{''.join(members)}]"


def _literal(character: str) -> str:
    return character if character.isalnum() or ord(character) > 127 else f"\\{character}"


def _is_tagged(text: str) -> ColumnElement[bool]:
    tag_type, _, name = text.partition(":")
    link = device_tag_association
    return exists().where(
        link.c.device_id == Device.id, Tag.id == link.c.tag_id, Tag.type == tag_type, Tag.name == name
    )
