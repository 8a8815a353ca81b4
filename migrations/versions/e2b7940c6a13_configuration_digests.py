"""Digests of the configurations, which the database itself keeps, so that finding changes reads no texts.

Nobody waits for this revision: rows that are there already get their digests later, in small steps.
"""

from alembic import op

from netraven_db.schema.digests import LOCK, TAKE_AWAY

revision = "e2b7940c6a13"
down_revision = "c60d3b97e815"
branch_labels = None
depends_on = None

_TABLES = (
    # No foreign key to NetRaven's table: it would keep NetRaven from truncating that.
    """
    CREATE TABLE analytics.configuration_digests (
        configuration_id integer PRIMARY KEY,
        device_id integer NOT NULL,
        retrieved_at timestamp NOT NULL,
        size integer NOT NULL,
        raw_sha256 bytea NOT NULL,
        normalised_sha256 bytea,
        rules_version varchar(16)
    )
    """,
    """
    CREATE INDEX ix_configuration_digests_history
        ON analytics.configuration_digests (device_id, retrieved_at, configuration_id)
        INCLUDE (raw_sha256, normalised_sha256, rules_version)
    """,
    "CREATE INDEX ix_configuration_digests_found_at ON analytics.configuration_digests (retrieved_at)",
    """
    CREATE TABLE analytics.configuration_changes (
        configuration_id integer PRIMARY KEY
            REFERENCES analytics.configuration_digests ON DELETE CASCADE,
        before_sha256 bytea NOT NULL,
        after_sha256 bytea NOT NULL,
        description_version varchar(24) NOT NULL,
        lines_added integer NOT NULL,
        lines_removed integer NOT NULL,
        raw_lines_added integer NOT NULL,
        raw_lines_removed integer NOT NULL,
        sections text NOT NULL,
        claimed_user text
    )
    """,
    """
    CREATE TABLE analytics.configuration_backfill (
        digested_to integer NOT NULL,
        last_id integer NOT NULL
    )
    """,
)

# It runs with its owner's rights, since whoever stores a snapshot need not have any here, and must therefore
# take nothing from the caller: no search_path, no operator, no function of his. The text is taken in the
# encoding it has, because a conversion could fail and NetRaven's write with it.
_FUNCTION = """
    CREATE FUNCTION analytics.keep_configuration_digest() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
        IF TG_OP = 'TRUNCATE' THEN
            TRUNCATE analytics.configuration_digests, analytics.configuration_changes;
            RETURN NULL;
        END IF;
        IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND OLD.id <> NEW.id) THEN
            DELETE FROM analytics.configuration_digests WHERE configuration_id = OLD.id;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            INSERT INTO analytics.configuration_digests AS kept
                (configuration_id, device_id, retrieved_at, size, raw_sha256)
            VALUES (NEW.id, NEW.device_id, NEW.retrieved_at, octet_length(NEW.config_data),
                    sha256(convert_to(NEW.config_data, getdatabaseencoding())))
            ON CONFLICT (configuration_id) DO UPDATE SET
                device_id = EXCLUDED.device_id,
                retrieved_at = EXCLUDED.retrieved_at,
                size = EXCLUDED.size,
                raw_sha256 = EXCLUDED.raw_sha256,
                normalised_sha256 = CASE WHEN kept.raw_sha256 = EXCLUDED.raw_sha256
                                         THEN kept.normalised_sha256 END,
                rules_version = CASE WHEN kept.raw_sha256 = EXCLUDED.raw_sha256
                                     THEN kept.rules_version END;
        END IF;
        RETURN NULL;
    END
    $$
"""

_TRIGGERS = (
    "CREATE TRIGGER keep_configuration_digest AFTER INSERT OR DELETE ON public.device_configurations "
    "FOR EACH ROW EXECUTE FUNCTION analytics.keep_configuration_digest()",
    "CREATE TRIGGER keep_configuration_digest_of_edit AFTER UPDATE ON public.device_configurations "
    "FOR EACH ROW WHEN ((OLD.id, OLD.device_id, OLD.retrieved_at, OLD.config_data) "
    "IS DISTINCT FROM (NEW.id, NEW.device_id, NEW.retrieved_at, NEW.config_data)) "
    "EXECUTE FUNCTION analytics.keep_configuration_digest()",
    "CREATE TRIGGER keep_no_configuration_digest AFTER TRUNCATE ON public.device_configurations "
    "FOR EACH STATEMENT EXECUTE FUNCTION analytics.keep_configuration_digest()",
)

# Also where NetRaven's rows arrive by logical replication.
_ALWAYS = (
    "ALTER TABLE public.device_configurations ENABLE ALWAYS TRIGGER keep_configuration_digest",
    "ALTER TABLE public.device_configurations ENABLE ALWAYS TRIGGER keep_configuration_digest_of_edit",
    "ALTER TABLE public.device_configurations ENABLE ALWAYS TRIGGER keep_no_configuration_digest",
)

# The lock still holds: from here on the trigger sees every row, and what is there now is the backfill's.
_BACKFILL = """
    INSERT INTO analytics.configuration_backfill
    SELECT coalesce(min(id)::bigint - 1, 0)::integer, coalesce(max(id), 0) FROM public.device_configurations
"""

# Digests say no more than the texts do: who may read these may read those.
_GRANTS = """
    DO $$
    DECLARE
        reader text;
    BEGIN
        FOR reader IN
            SELECT DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END
            FROM pg_class, aclexplode(relacl)
            WHERE pg_class.oid = 'public.device_configurations'::regclass AND privilege_type = 'SELECT'
        LOOP
            EXECUTE 'GRANT USAGE ON SCHEMA analytics TO ' || reader;
            EXECUTE 'GRANT SELECT ON analytics.configuration_digests, analytics.configuration_changes, '
                    'analytics.configuration_backfill TO ' || reader;
        END LOOP;
    END
    $$
"""


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)
    op.execute(_FUNCTION)
    # Whoever may use it could make a trigger of his own call it, and write digests of his choice.
    op.execute("REVOKE ALL ON FUNCTION analytics.keep_configuration_digest() FROM PUBLIC")
    op.execute(LOCK.format(mode="SHARE ROW EXCLUSIVE"))
    for statement in (*_TRIGGERS, *_ALWAYS):
        op.execute(statement)
    op.execute(_BACKFILL)
    op.execute(_GRANTS)


def downgrade() -> None:
    for statement in TAKE_AWAY:
        op.execute(statement)
