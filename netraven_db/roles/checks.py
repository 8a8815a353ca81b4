"""What makes a user unsafe to report with: each check is a query that gives what it finds, or no row.

They look at the catalog alone, which everybody may read, and at every role that the user is a member of:
whoever may become another one has that one's rights. They take ``who`` (names of roles), ``wanted`` (the
columns that reports need, such as ``public.jobs.id``) and ``limits`` (names of settings), as far as they need
them.
"""

from dataclasses import dataclass

from netraven_db.roles.statements import LARGE_OBJECT_FUNCTIONS

_REACH = """
    me as (select oid from pg_roles where rolname = any(cast(:who as text[]))),
    reach as (select oid, rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls
              from pg_roles r where exists (select from me where pg_has_role(me.oid, r.oid, 'member'))
              union all select 0, 'PUBLIC', false, false, false, false, false)
"""
_RELATIONS = """
    (select c.oid, nspname, relname, relkind, reloptions, format('%I.%I', nspname, relname) as name
     from pg_class c join pg_namespace n on n.oid = relnamespace
     where nspname !~ '^pg_' and nspname <> 'information_schema' and relkind = any('{r,p,f,v,m,S}')) c
"""
_TABLES = "relkind in ('r', 'p', 'f')"
_OWNER_RIGHTS = "not coalesce(reloptions::text ~ 'security_invoker=(true|on|1|yes)', false)"
_LOOKS_SECRET = "attname ~* '(passw|secret)'"
_CREDENTIALS = "to_regclass('public.credentials')"


def _may(condition: str) -> str:
    """A join with how many roles let the user, as ``roles``, and which of them do, as ``through``."""
    return f"""
        cross join lateral (
            select count(*) as roles, case
                       when bool_or(r.oid = 0) then ' through PUBLIC'
                       else coalesce(' through ' || string_agg(quote_ident(rolname), ', ' order by rolname)
                                     filter (where r.oid not in (select oid from me)), '') end as through
            from reach r where {condition}) may
    """


@dataclass(frozen=True)
class Check:
    """``finds`` gives a text for each thing found; what a ``mild`` check finds is a warning."""

    name: str
    finds: str
    advice: str
    mild: bool = False

    @property
    def sql(self) -> str:
        return f"with recursive {_REACH} {self.finds}"


SUPERUSER = Check(
    "superuser",
    "select rolname from reach where rolsuper order by 1",
    "No grant limits it, and no more was looked at: 'netraven-analytics db grant-reporting' makes a role.",
)

_ATTRIBUTES = Check(
    "attributes",
    """
    , held as (select rolname, concat_ws(', ', case when rolcreaterole then 'CREATEROLE' end,
                                               case when rolcreatedb then 'CREATEDB' end,
                                               case when rolreplication then 'REPLICATION' end,
                                               case when rolbypassrls then 'BYPASSRLS' end) as attributes
               from reach)
    select format('%I has %s', rolname, attributes) from held where attributes <> '' order by 1
    """,
    "These give rights that no grant limits: ALTER ROLE … NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS.",
)
_PREDEFINED = Check(
    "server roles",
    r"select rolname from reach where rolname like 'pg\_%' order by 1",
    "Such roles read tables, files or other users' statements: REVOKE them.",
)
_OWNER = Check(
    "owner",
    """
    select distinct pg_describe_object(classid, objid, objsubid)
    from pg_shdepend join reach r on refclassid = 'pg_authid'::regclass and refobjid = r.oid, pg_database d
    where deptype = 'o' and datname = current_database()
      and (dbid = d.oid or classid = 'pg_database'::regclass and objid = d.oid) order by 1
    """,
    "An owner can give himself every right: report as a user who owns nothing.",
)
_PASSWORDS = Check(
    "passwords",
    f"""
    , secret as (
        select c.oid, name, attnum, attname, relkind, reloptions from {_RELATIONS}
        join pg_attribute a on attrelid = c.oid and attnum > 0 and {_LOOKS_SECRET}
        union all
        select c.oid, relname, attnum, attname, relkind, null from pg_class c
        join pg_attribute a on attrelid = c.oid
        where (relname, attname) in (values ('pg_authid', 'rolpassword'), ('pg_shadow', 'passwd'),
                                            ('pg_statistic', 'stavalues1'), ('pg_user_mapping', 'umoptions'))
          and relnamespace = 'pg_catalog'::regnamespace)
    select format('%s.%I%s', name, attname, through) from secret
    {_may("has_column_privilege(r.oid, secret.oid, secret.attnum, 'select')")}
    where roles > 0 and {_OWNER_RIGHTS} order by 1
    """,
    "Grant columns and not whole tables: 'netraven-analytics db grant-reporting' does so.",
)
# Of a whole row the server keeps no columns in its book; only that is printed with a star in a view's text.
_VIEWS = Check(
    "views",
    rf"""
    , showing as (
        select {_CREDENTIALS}::oid as oid
        union
        select ev_class from showing
        join pg_depend d on classid = 'pg_rewrite'::regclass and refclassid = 'pg_class'::regclass
                        and refobjid = showing.oid
        join pg_rewrite w on w.oid = objid
        where ev_class <> showing.oid
          and (refobjid is distinct from {_CREDENTIALS}::oid or pg_get_viewdef(ev_class) ~ '\.\*'
               or refobjsubid = (select attnum from pg_attribute
                                 where attrelid = {_CREDENTIALS} and attname = 'password')))
    select name || through from showing join {_RELATIONS} on c.oid = showing.oid
    {_may("has_any_column_privilege(r.oid, c.oid, 'select')")}
    where roles > 0 and relkind in ('v', 'm') and (relkind = 'm' or {_OWNER_RIGHTS}) order by 1
    """,
    "These read passwords with their owner's rights: REVOKE them, or make them WITH (security_invoker).",
)
_FUNCTIONS = f"""
    select format('%s, which runs as %I%s', p.oid::regprocedure, o.rolname, through)
    from pg_proc p join pg_roles o on o.oid = proowner
    {_may("has_function_privilege(r.oid, p.oid, 'execute')")}
    where prosecdef and roles > 0 and proowner not in (select oid from reach)
      and (pg_get_functiondef(p.oid) ~* '(credentials|passw|\\mexecute\\M|_to_xml)') = {{reading}} order by 1
"""
_READING_FUNCTIONS = Check(
    "functions",
    _FUNCTIONS.format(reading="true"),
    "They run with another's rights, and their text names passwords or runs any SQL: REVOKE EXECUTE on them.",
)
_OTHER_FUNCTIONS = Check(
    "other functions",
    _FUNCTIONS.format(reading="false"),
    "They run with another's rights: look at what they do, or REVOKE EXECUTE on them.",
    mild=True,
)
_WRITING = Check(
    "writing",
    f"""
    select name || through from {_RELATIONS}
    {
        _may(
            "case relkind when 'S' then has_sequence_privilege(r.oid, c.oid, 'usage, update') else "
            "has_table_privilege(r.oid, c.oid, 'insert, update, delete, truncate, references, trigger') "
            "or has_any_column_privilege(r.oid, c.oid, 'insert, update, references') end"
        )
    }
    where roles > 0 order by 1
    """,
    "A read-only transaction can be left, a grant cannot: REVOKE all but SELECT.",
)
_CREATION = Check(
    "creating",
    f"""
    select format('schema %I%s', nspname, through) from pg_namespace n
    {_may("has_schema_privilege(r.oid, n.oid, 'create')")}
    where roles > 0 and nspname !~ '^pg_(toast_)?temp_'
    union all
    select format('database %I%s', datname, through) from pg_database d
    {_may("has_database_privilege(r.oid, d.oid, 'create')")}
    where roles > 0 and datname = current_database() order by 1
    """,
    "REVOKE CREATE; where it comes through PUBLIC, 'db grant-reporting --harden' does so.",
)
_SERVER = Check(
    "files and servers",
    f"""
    select p.oid::regprocedure || through from pg_proc p
    {_may("has_function_privilege(r.oid, p.oid, 'execute')")}
    where roles > 0 and (pronamespace = 'pg_catalog'::regnamespace
          and proname in ('pg_read_file', 'pg_read_binary_file', 'pg_ls_dir', 'lo_import', 'lo_export')
          or proname = 'dblink_connect_u')
    union all
    select format('setting %s%s', parname, through) from pg_parameter_acl
    {_may("has_parameter_privilege(r.oid, parname, 'set, alter system')")} where roles > 0
    union all
    select format('foreign server %I%s', srvname, through) from pg_foreign_server s
    {_may("has_server_privilege(r.oid, s.oid, 'usage')")} where roles > 0 order by 1
    """,
    "They lead out of the database: REVOKE them.",
)
_TEMPORARY = Check(
    "temporary tables",
    f"""
    select format('database %I%s', datname, through) from pg_database d
    {_may("has_database_privilege(r.oid, d.oid, 'temporary')")}
    where roles > 0 and datname = current_database()
    """,
    "They fill the server's disk: 'db grant-reporting --harden' takes them from PUBLIC.",
    mild=True,
)
_LARGE_OBJECTS = Check(
    "large objects",
    f"""
    select p.oid::regprocedure || through from pg_proc p
    {_may("has_function_privilege(r.oid, p.oid, 'execute')")}
    where roles > 0 and {LARGE_OBJECT_FUNCTIONS} and proname not in ('lo_import', 'lo_export') order by 1
    """,
    "Everybody may store some: 'db grant-reporting --harden' takes that from PUBLIC.",
    mild=True,
)
_LATER_COLUMNS = Check(
    "columns to come",
    f"""
    select name || through from {_RELATIONS} {_may("has_table_privilege(r.oid, c.oid, 'select')")}
    where roles > 0 and {_TABLES}
    union all
    select 'tables made by ' || quote_ident(o.rolname)
    from pg_default_acl join pg_roles o on o.oid = defaclrole
    where defaclobjtype = 'r' and exists (select from aclexplode(defaclacl)
                                          where grantee in (select oid from reach)) order by 1
    """,
    "Whole tables are granted, so that a column added later is readable at once: grant columns instead.",
    mild=True,
)
_OTHER_TABLES = Check(
    "other data",
    f"""
    select distinct name || through from {_RELATIONS} join pg_attribute a on attrelid = c.oid and attnum > 0
    {_may("has_column_privilege(r.oid, c.oid, a.attnum, 'select')")}
    where roles > 0 and relkind <> 'S' and not attisdropped and not {_LOOKS_SECRET}
      and format('%s.%s.%s', nspname, relname, attname) <> all(cast(:wanted as text[]))
      and not exists (select from pg_depend where objid = c.oid and deptype = 'e') order by 1
    """,
    "No report needs them.",
    mild=True,
)
_LACKING = Check(
    "what reports need",
    f"""
    select format('%s (%s)', name, string_agg(quote_ident(attname), ', ' order by attnum))
    from {_RELATIONS} join pg_namespace n on n.nspname = c.nspname
    join pg_attribute a on attrelid = c.oid and attnum > 0
    where format('%s.%s.%s', c.nspname, relname, attname) = any(cast(:wanted as text[]))
      and not exists (select from me where has_schema_privilege(me.oid, n.oid, 'usage')
                                       and has_column_privilege(me.oid, c.oid, attnum, 'select'))
    group by name order by 1
    """,
    "It may not read these: 'netraven-analytics db grant-reporting' grants them.",
    mild=True,
)
_LIMITS = Check(
    "limits",
    """
    select format('%s is %s', name, current_setting(name)) from unnest(cast(:limits as text[])) name
    where current_setting(name) in ('off', '0') order by 1
    """,
    "Set them on the user who logs in: 'db grant-reporting ROLE --to USER' does so.",
    mild=True,
)

CHECKS = (
    _ATTRIBUTES,
    _PREDEFINED,
    _OWNER,
    _PASSWORDS,
    _VIEWS,
    _READING_FUNCTIONS,
    _OTHER_FUNCTIONS,
    _WRITING,
    _CREATION,
    _SERVER,
    _TEMPORARY,
    _LARGE_OBJECTS,
    _LATER_COLUMNS,
    _OTHER_TABLES,
    _LACKING,
)
OF_SESSION = (*CHECKS, _LIMITS)  # what only the user's own session can tell
