"""The tests of the guide share one database."""

from tests.emptied import empty_database, shared_database

__all__ = ["empty_database", "shared_database"]
