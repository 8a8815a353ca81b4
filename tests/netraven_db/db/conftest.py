"""The tests of sessions and models share one database."""

from tests.emptied import empty_database, shared_database

__all__ = ["empty_database", "shared_database"]
