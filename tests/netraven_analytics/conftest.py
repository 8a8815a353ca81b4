"""The tests of the analytics share one database."""

from tests.emptied import empty_database, shared_database

__all__ = ["empty_database", "shared_database"]
