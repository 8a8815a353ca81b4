"""The promise that a downgrade never drops a table that holds rows."""

from netraven_db.schema.tables import NETRAVEN_REVISION, TABLES

# Rows are looked for twice: a refusal that needs no lock comes first, then, with the tables locked so that
# no writer slips in between, the one that counts. NOWAIT: nobody may queue behind a lock that we wait for.
# A block of the server's own language, since it must hold in "alembic downgrade --sql" too.
REFUSE_TO_DROP_ROWS = f"""
DO $$
DECLARE
    candidate text;
    filled boolean;
    holding text := '';
BEGIN
    FOR attempt IN 1..2 LOOP
        FOREACH candidate IN ARRAY '{{{", ".join(TABLES)}}}'::text[] LOOP
            EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', candidate) INTO filled;
            IF filled THEN
                holding := holding || ', ' || candidate;
            END IF;
        END LOOP;
        IF holding <> '' THEN
            RAISE EXCEPTION 'A downgrade never drops a table that holds rows, and these do: %; '
                '{NETRAVEN_REVISION} is as far down as this database goes.', substr(holding, 3);
        END IF;
        LOCK TABLE {", ".join(f"public.{table}" for table in TABLES)} IN ACCESS EXCLUSIVE MODE NOWAIT;
    END LOOP;
END
$$
""".strip()
