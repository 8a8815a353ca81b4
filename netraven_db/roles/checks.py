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
_FIRST_OF_USERS = 16384  # the first oid that is not of the server's own objects
_MAY_WRITE = """
    case relkind when 'S' then has_sequence_privilege(r.oid, c.oid, 'usage, update')
    else has_table_privilege(r.oid, c.oid, 'insert, update, delete, truncate, references, trigger')
         or has_any_column_privilege(r.oid, c.oid, 'insert, update, references') end
"""
_SECRET = f"""
    secret as (
        select c.oid, name, attnum, attname, relkind, reloptions from {_RELATIONS}
        join pg_attribute a on attrelid = c.oid and attnum > 0 and {_LOOKS_SECRET}
        union all
        select c.oid, relname, attnum, attname, relkind, null from pg_class c
        join pg_attribute a on attrelid = c.oid
        where (relname, attname) in (values ('pg_authid', 'rolpassword'), ('pg_shadow', 'passwd'),
                                            ('pg_statistic', 'stavalues1'), ('pg_user_mapping', 'umoptions'))
          and relnamespace = 'pg_catalog'::regnamespace)
"""


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
    , {_SECRET}
    select format('%s.%I%s', name, attname, through) from secret
    {_may("has_column_privilege(r.oid, secret.oid, secret.attnum, 'select')")}
    where roles > 0 and {_OWNER_RIGHTS} order by 1
    """,
    "Grant columns and not whole tables: 'netraven-analytics db grant-reporting' does so.",
)
# What a view reads is in the server's book but for two things: of a whole row it keeps no columns there, and
# only that is printed with a star in a view's text; and the server's own first tables are not in it at all,
# so that pg_authid is sought in the stored query (attributes are counted from -7: the whole row is 7).
_VIEWS = Check(
    "views",
    rf"""
    , source as (
        select a.attrelid as oid, a.attnum from pg_attribute a
        where (attrelid, attname) in (values ({_CREDENTIALS}::oid, 'password'),
                                             ('pg_catalog.pg_shadow'::regclass, 'passwd')))
    , showing as (
        select oid from source
        union
        select ev_class from pg_rewrite, pg_attribute a
        where attrelid = 'pg_authid'::regclass and attname = 'rolpassword' and ev_class >= {_FIRST_OF_USERS}
          and ev_action::text ~ format('[:]relid %s [^{{}}]*[:]selectedCols \(b[^)]*\m(7|%s)\M',
                                       attrelid::oid, attnum + 7)
        union
        select ev_class from showing
        join pg_depend d on classid = 'pg_rewrite'::regclass and refclassid = 'pg_class'::regclass
                        and refobjid = showing.oid
        join pg_rewrite w on w.oid = objid
        left join source on source.oid = refobjid
        where ev_class <> showing.oid and ev_class >= {_FIRST_OF_USERS}
          and (source.oid is null or refobjsubid = attnum or pg_get_viewdef(ev_class) ~ '\.\*'))
    select name || through from showing join {_RELATIONS} on c.oid = showing.oid
    {_may("has_any_column_privilege(r.oid, c.oid, 'select')")}
    where roles > 0 and relkind in ('v', 'm') and (relkind = 'm' or {_OWNER_RIGHTS}) order by 1
    """,
    "These read passwords with their owner's rights: REVOKE them, or make them WITH (security_invoker).",
)


def _functions(*, mighty: bool) -> str:
    """Those that run as another who is mighty, or who is not.

    Whoever may execute a mighty one's function may have done what it does, and counts as mighty himself.
    """
    return rf"""
        , {_SECRET}
        , definer as (
            select p.oid, proowner, pronamespace,
                   exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = p.oid
                                                       and deptype = 'e') as is_of_extension
            from pg_proc p where prosecdef and p.oid >= {_FIRST_OF_USERS})
        , owning as (select * from pg_roles where oid in (select proowner from definer))
        , mighty as (
            select r.oid from owning r
            where rolsuper or rolcreaterole
               or exists (select from pg_roles g
                          where g.rolname like 'pg\_%' and pg_has_role(r.oid, g.oid, 'usage'))
               or exists (select from secret where has_column_privilege(r.oid, secret.oid, attnum, 'select'))
               or exists (select from {_RELATIONS} where {_MAY_WRITE})
            union
            select r.oid from mighty m join definer p on proowner = m.oid and not is_of_extension
            join owning r on has_function_privilege(r.oid, p.oid, 'execute'))
        select format('%s, which runs as %I%s', p.oid::regprocedure, o.rolname, through)
        from definer p join owning o on o.oid = proowner
        {_may("has_function_privilege(r.oid, p.oid, 'execute')")}
        where roles > 0 and proowner not in (select oid from reach)
          and exists (select from reach r where has_schema_privilege(r.oid, pronamespace, 'usage'))
          and (not is_of_extension and proowner in (select oid from mighty)) = {str(mighty).lower()}
        order by 1
    """


_MIGHTY_FUNCTIONS = Check(
    "functions",
    _functions(mighty=True),
    "What they do cannot be known from outside, and who they run as may read passwords or write: "
    "REVOKE EXECUTE ON FUNCTION … FROM PUBLIC, or from whom it was granted to.",
)
_OTHER_FUNCTIONS = Check(
    "other functions",
    _functions(mighty=False),
    "They run with another's rights: look at what they do, or REVOKE EXECUTE on them.",
    mild=True,
)
_WRITING = Check(
    "writing",
    f"""
    select name || through from {_RELATIONS}
    {_may(_MAY_WRITE)}
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
    "No report needs them: look whether they hold passwords under another name, or REVOKE them.",
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
    _MIGHTY_FUNCTIONS,
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
