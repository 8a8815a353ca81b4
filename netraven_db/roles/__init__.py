"""Who may read what: making a role that reports can be read with, and judging the one that is used."""

from netraven_db.roles.doctor import Examination, Verdict, examine_role, examine_user
from netraven_db.roles.granting import Granted, grant_reporting

__all__ = ["Examination", "Granted", "Verdict", "examine_role", "examine_user", "grant_reporting"]
