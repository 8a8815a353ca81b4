"""The digests of configurations in the database: how they are taken away, and how far they are."""

from netraven_db.schema.tables import SCHEMA

DIGEST_TABLES = ("configuration_backfill", "configuration_changes", "configuration_digests")

# Whoever queues behind a lock that we wait for waits as long as we do: so we wait briefly, and often.
LOCK = """
    DO $$
    BEGIN
        PERFORM set_config('lock_timeout', '300ms', true);
        FOR attempt IN 1..40 LOOP
            BEGIN
                LOCK TABLE public.device_configurations IN {mode} MODE;
                EXIT;
            EXCEPTION WHEN lock_not_available THEN
                IF attempt = 40 THEN
                    RAISE;
                END IF;
                PERFORM pg_sleep(1);
            END;
        END LOOP;
    END
    $$
"""

# What is derived is no loss: unlike NetRaven's tables, these go although they hold rows.
TAKE_AWAY = (
    LOCK.format(mode="ACCESS EXCLUSIVE"),
    "DROP TRIGGER IF EXISTS keep_configuration_digest ON public.device_configurations",
    "DROP TRIGGER IF EXISTS keep_configuration_digest_of_edit ON public.device_configurations",
    "DROP TRIGGER IF EXISTS keep_no_configuration_digest ON public.device_configurations",
    f"DROP FUNCTION IF EXISTS {SCHEMA}.keep_configuration_digest()",
    *(f"DROP TABLE IF EXISTS {SCHEMA}.{table}" for table in DIGEST_TABLES),
)

HAVE_DIGESTS = f"select to_regprocedure('{SCHEMA}.keep_configuration_digest()') is not null"

# How far the backfill is, as read_state asks for it.
PROGRESS = f"""
    select 'digests', case when digested_to < last_id then 'unfinished' else 'complete' end
    from {SCHEMA}.configuration_backfill
"""
