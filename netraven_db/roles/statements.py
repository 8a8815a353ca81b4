"""What has to be done to a role, as SQL that the server itself writes: it knows how names are quoted.

Each query gives the statements that are still to be run, so that a role as it should be gives none. They take
``subject``, the role's oid, and some of ``kept`` (the role that a user is to be a member of), ``wanted`` (the
columns to read, such as ``public.jobs.id``) and ``schemas``.
"""

_SUBJECT = "(select oid, rolname, rolinherit from pg_roles where oid = cast(:subject as oid)) s"
_COLUMN = "n.nspname || '.' || c.relname || '.' || a.attname"
_TABLES = "pg_class c join pg_namespace n on n.oid = c.relnamespace"

_ATTRIBUTES = """
    select format('ALTER ROLE %I %s', rolname, surplus) from (
        select rolname, concat_ws(' ', case when rolcreatedb then 'NOCREATEDB' end,
                                       case when rolcreaterole then 'NOCREATEROLE' end,
                                       case when rolreplication then 'NOREPLICATION' end,
                                       case when rolbypassrls then 'NOBYPASSRLS' end) as surplus
        from pg_roles where oid = cast(:subject as oid)) found
    where surplus <> ''
"""
_MEMBERSHIPS = f"""
    select format('REVOKE %I FROM %I GRANTED BY %I CASCADE', g.rolname, s.rolname, by.rolname)
    from {_SUBJECT} join pg_auth_members m on m.member = s.oid
    join pg_roles g on g.oid = m.roleid join pg_roles by on by.oid = m.grantor
    where g.oid is distinct from cast(:kept as oid) or m.admin_option
       or not pg_has_role(s.oid, g.oid, 'usage')
    order by 1
"""
_TABLE_GRANTS = f"""
    select format('REVOKE ALL ON %s %I.%I FROM %I CASCADE',
                  case relkind when 'S' then 'SEQUENCE' else 'TABLE' end, nspname, relname, rolname)
    from {_SUBJECT}, {_TABLES}
    where exists (select from aclexplode(relacl) where grantee = s.oid)
    order by 1
"""
_COLUMN_GRANTS = f"""
    select format('REVOKE ALL (%s) ON TABLE %I.%I FROM %I CASCADE',
                  string_agg(quote_ident(attname), ', ' order by attnum), nspname, relname, rolname)
    from {_SUBJECT}, {_TABLES} join pg_attribute a on attrelid = c.oid
    where exists (select from aclexplode(attacl)
                  where grantee = s.oid and (privilege_type <> 'SELECT' or is_grantable
                                             or {_COLUMN} <> all(cast(:wanted as text[]))))
    group by nspname, relname, rolname
    order by 1
"""
_SCHEMA_GRANTS = f"""
    select format('REVOKE ALL ON SCHEMA %I FROM %I CASCADE', nspname, rolname)
    from {_SUBJECT}, pg_namespace
    where exists (select from aclexplode(nspacl)
                  where grantee = s.oid and (privilege_type <> 'USAGE' or is_grantable
                                             or nspname <> all(cast(:schemas as text[]))))
    order by 1
"""
_DATABASE_GRANTS = f"""
    select format('REVOKE ALL ON DATABASE %I FROM %I CASCADE', datname, rolname)
    from {_SUBJECT}, pg_database
    where datname = current_database()
      and exists (select from aclexplode(datacl)
                  where grantee = s.oid and (privilege_type <> 'CONNECT' or is_grantable))
"""
# The server's own book of which grants a role is mentioned in, for what is granted rarely.
_OTHER_GRANTS = f"""
    select format('REVOKE ALL ON %s %s FROM %I CASCADE', kind,
                  coalesce((pg_identify_object(classid, objid, 0)).identity, objid::text), rolname)
    from {_SUBJECT} join pg_shdepend d on refclassid = 'pg_authid'::regclass and refobjid = s.oid
    join (values ('pg_proc'::regclass, 'ROUTINE'), ('pg_largeobject', 'LARGE OBJECT'),
                 ('pg_language', 'LANGUAGE'), ('pg_type', 'TYPE'), ('pg_tablespace', 'TABLESPACE'),
                 ('pg_foreign_data_wrapper', 'FOREIGN DATA WRAPPER'), ('pg_foreign_server', 'FOREIGN SERVER'),
                 ('pg_parameter_acl', 'PARAMETER')) kinds (catalog, kind) on catalog = classid
    where deptype = 'a' and dbid in (0, (select oid from pg_database where datname = current_database()))
    order by 1
"""
_FUTURE_GRANTS = f"""
    select format('ALTER DEFAULT PRIVILEGES FOR ROLE %I%s REVOKE ALL ON %s FROM %I CASCADE', o.rolname,
                  case when nspname is not null then format(' IN SCHEMA %I', nspname) end, kind, s.rolname)
    from {_SUBJECT}, pg_default_acl join pg_roles o on o.oid = defaclrole
    left join pg_namespace n on n.oid = defaclnamespace
    join (values ('r', 'TABLES'), ('S', 'SEQUENCES'), ('f', 'ROUTINES'), ('T', 'TYPES'), ('n', 'SCHEMAS'),
                 ('L', 'LARGE OBJECTS')) kinds (code, kind) on code = defaclobjtype::text
    where exists (select from aclexplode(defaclacl) where grantee = s.oid)
    order by 1
"""

# What a role has that it should not have.
SURPLUS = (
    _ATTRIBUTES,
    _MEMBERSHIPS,
    _TABLE_GRANTS,
    _COLUMN_GRANTS,
    _SCHEMA_GRANTS,
    _DATABASE_GRANTS,
    _OTHER_GRANTS,
    _FUTURE_GRANTS,
)

_CONNECT = f"""
    select format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), rolname)
    from {_SUBJECT} where not has_database_privilege(s.oid, current_database(), 'connect')
"""
_USAGE = f"""
    select format('GRANT USAGE ON SCHEMA %I TO %I', nspname, rolname) from {_SUBJECT}, pg_namespace n
    where nspname = any(cast(:schemas as text[])) and not has_schema_privilege(s.oid, n.oid, 'usage')
    order by 1
"""
_SELECT = f"""
    select format('GRANT SELECT (%s) ON TABLE %I.%I TO %I',
                  string_agg(quote_ident(attname), ', ' order by attnum), nspname, relname, rolname)
    from {_SUBJECT}, {_TABLES} join pg_attribute a on attrelid = c.oid and attnum > 0
    where {_COLUMN} = any(cast(:wanted as text[]))
      and not exists (select from aclexplode(attacl) where grantee = s.oid and privilege_type = 'SELECT')
    group by nspname, relname, rolname
    order by 1
"""

# What the role needs and lacks.
LACKING = (_CONNECT, _USAGE, _SELECT)

_MEMBERSHIP = f"""
    select format('GRANT %I TO %I', g.rolname, s.rolname) from {_SUBJECT}, pg_roles g
    where g.oid = cast(:kept as oid) and not pg_has_role(s.oid, g.oid, 'usage')
"""
_INHERITING = f"select format('ALTER ROLE %I INHERIT', rolname) from {_SUBJECT} where not rolinherit"

# What makes a user a member who has the role's rights without asking for them.
MEMBER = (_INHERITING, _MEMBERSHIP)

# A member and SET ROLE do not inherit settings, so that they are the login's own. What somebody has set to
# another value stays, unless that is none.
LIMITS = {
    "default_transaction_read_only": "on",
    "statement_timeout": "15min",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "30min",
}
_LISTED = ", ".join(f"('{name}', '{value}')" for name, value in LIMITS.items())
_SETTINGS = f"""
    select format('ALTER ROLE %I IN DATABASE %I SET %s = %L', rolname, current_database(), name, value)
    from {_SUBJECT}, (values {_LISTED}) limits (name, value)
    where not exists (
        select from (
            select split_part(setting, '=', 2) as set_to
            from pg_db_role_setting, unnest(setconfig) setting
            where setrole = s.oid and split_part(setting, '=', 1) = name
              and setdatabase in (0, (select oid from pg_database where datname = current_database()))
            order by setdatabase desc limit 1) own
        where set_to !~* '^(0+[a-z]*|off|f|false|n|no)$')
"""
SETTINGS = (_SETTINGS,)

# The owner of NetRaven's tables keeps what he had through PUBLIC: NetRaven's migrations may need it.
_TEMPORARY = """
    select unnest(array_remove(array[
        format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', datname),
        case when not rolsuper then format('GRANT TEMPORARY ON DATABASE %I TO %I', datname, rolname) end
    ], null))
    from pg_database, pg_roles o
    where datname = current_database() and o.oid = cast(:owner as oid)
      and exists (select from aclexplode(coalesce(datacl, acldefault('d', datdba)))
                  where grantee = 0 and privilege_type = 'TEMPORARY')
"""
_CREATION = """
    select unnest(array_remove(array[
        format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', nspname),
        case when not rolsuper then format('GRANT CREATE ON SCHEMA %I TO %I', nspname, rolname) end
    ], null))
    from pg_namespace, pg_roles o
    where o.oid = cast(:owner as oid)
      and exists (select from aclexplode(nspacl) where grantee = 0 and privilege_type = 'CREATE')
"""
LARGE_OBJECT_FUNCTIONS = "pronamespace = 'pg_catalog'::regnamespace and proname ~ '^(lo_|loread$|lowrite$)'"
_LARGE_OBJECTS = f"""
    select format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', oid::regprocedure) from pg_proc
    where {LARGE_OBJECT_FUNCTIONS}
      and exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) where grantee = 0)
    order by 1
"""

# What everybody has through PUBLIC, and a reader does not need.
PUBLIC_SURPLUS = (_TEMPORARY, _CREATION, _LARGE_OBJECTS)
