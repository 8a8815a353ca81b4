"""Several hosts in a URL."""

import pytest

from netraven_db.db.hosts import one_by_one
from netraven_db.errors import ParameterError
from netraven_db.settings import parse_url


def places(url: str) -> list[tuple[object, object]]:
    return [(each.query.get("host"), each.query.get("port")) for each in one_by_one(parse_url(url))]


def test_each_host_is_tried_with_its_port() -> None:
    """In the order in which they stand; one port is that of all."""
    assert places("postgresql://u@/d?host=a,b&port=1,2") == [("a", "1"), ("b", "2")]
    assert places("postgresql://u@/d?host=a,b&port=1") == [("a", "1"), ("b", "1")]
    assert places("postgresql://u@a:1,b:2/d") == [("a:1", None), ("b:2", None)]


def test_one_host_is_left_as_it_is() -> None:
    """Whatever its form."""
    for url in ("postgresql://u@a:1/d", "postgresql://u@/d?host=/tmp", "postgresql:///d"):
        assert list(one_by_one(parse_url(url))) == [parse_url(url)]


def test_a_standby_is_preferred_in_a_first_round() -> None:
    """The second round takes any server."""
    url = parse_url("postgresql://u@/d?host=a,b&target_session_attrs=prefer-standby")
    asked = [(each.query["host"], each.query["target_session_attrs"]) for each in one_by_one(url)]
    assert asked == [("a", "standby"), ("b", "standby"), ("a", "any"), ("b", "any")]


def test_hosts_and_ports_that_do_not_match_are_refused() -> None:
    """With the numbers of both."""
    with pytest.raises(ParameterError, match="3 hosts and 2 ports"):
        places("postgresql://u@/d?host=a,b,c&port=1,2")
