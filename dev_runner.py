"""``python dev_runner.py --db-check``: is the database there? Exit 0 and one line when it is."""

import argparse
import asyncio
import sys

from netraven_db.db.session import check_db_connection
from netraven_db.errors import NetRavenError, exit_code


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks for NetRaven developers.")
    parser.add_argument("--db-check", action="store_true", help="connect to the database once")
    if not parser.parse_args().db_check:
        parser.error("nothing to do: give --db-check")
    try:
        print("Connected:", asyncio.run(check_db_connection()))  # noqa: T201
    except NetRavenError as error:
        print(f"Error: {error}", file=sys.stderr)  # noqa: T201
        return exit_code(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
