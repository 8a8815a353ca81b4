"""Errors: one base, few children, one map to exit codes."""

import pytest

from netraven_db import errors
from netraven_db.errors import EXIT_CODES, NetRavenError, ParameterError, QueryError, exit_code

CHILDREN = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]


@pytest.mark.parametrize("kind", CHILDREN)
def test_one_base_catches_every_error(kind: type[Exception]) -> None:
    """Every error that the module defines is a NetRavenError."""
    assert issubclass(kind, NetRavenError)


@pytest.mark.parametrize("kind", CHILDREN)
def test_each_kind_has_an_exit_code_of_its_own(kind: type[NetRavenError]) -> None:
    """A shell can tell the kinds apart, and none of them is 0 or Python's own 1."""
    codes = [exit_code(other("")) for other in CHILDREN]
    assert exit_code(kind("")) > 1
    assert codes.count(exit_code(kind(""))) == 1


def test_a_more_special_error_has_the_exit_code_of_its_kind() -> None:
    """A class that the map does not name exits as the nearest one that it names."""

    class TimedOutError(QueryError):
        pass

    assert TimedOutError not in EXIT_CODES
    assert exit_code(TimedOutError("")) == exit_code(QueryError(""))


def test_a_wrong_argument_is_a_value_error_too() -> None:
    """Code that knows only Python's own errors catches a ParameterError as ValueError."""
    with pytest.raises(ValueError, match="no such zone"):
        raise ParameterError("no such zone")
