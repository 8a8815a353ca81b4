"""${message}."""
<%
    imports_own = "\n".join(line for line in (imports or "").splitlines() if line)
%>
import sqlalchemy as sa
from alembic import op
${imports_own + "\n" if imports_own else ""}
revision = "${up_revision}"
down_revision = ${'"' + down_revision + '"' if isinstance(down_revision, str) else repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
