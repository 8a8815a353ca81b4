"""Several hosts in one URL, as libpq has them."""

from collections.abc import Iterator

from sqlalchemy.engine import URL

from netraven_db.errors import ParameterError


def one_by_one(url: URL) -> Iterator[URL]:
    """The addresses to try in their order, each with one host and one port.

    ``target_session_attrs=prefer-standby`` makes two rounds, the second of which takes any server.

    Raises:
        ParameterError: there are more hosts than ports, or the reverse.
    """
    hosts, ports = _words(url, "host"), _words(url, "port")
    if len(hosts) < 2:
        yield url
        return
    if len(ports) > 1 and len(ports) != len(hosts):
        raise ParameterError(
            f"The database URL names {len(hosts)} hosts and {len(ports)} ports: give one, or one for each."
        )
    ports = ports * len(hosts) if len(ports) == 1 else ports or [""] * len(hosts)
    for attrs in _rounds(url):
        for host, port in zip(hosts, ports, strict=True):
            chosen = {"host": host, **({"port": port} if port else {}), **attrs}
            yield url.difference_update_query(["port"]).update_query_dict(chosen)


def _rounds(url: URL) -> list[dict[str, str]]:
    if url.query.get("target_session_attrs") == "prefer-standby":
        return [{"target_session_attrs": "standby"}, {"target_session_attrs": "any"}]
    return [{}]


def _words(url: URL, option: str) -> list[str]:
    given = url.query.get(option, ())
    return [word for text in ([given] if isinstance(given, str) else given) for word in text.split(",")]
