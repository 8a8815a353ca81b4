-- Ways to read a password, one a line; ;; stands between the statements of one way.

-- Plainly
select * from credentials
table credentials
select password from credentials
select password from only credentials
select c from credentials c
select credentials from credentials
select c::text from credentials c
select (c).password from credentials c
select password(c) from credentials c
select row_to_json(c) from credentials c
select to_jsonb(c) from credentials c
select json_agg(c) from credentials c
select jsonb_path_query(to_jsonb(c), '$.password') from credentials c
select format('%s', c) from credentials c
select xmlforest(password) from credentials
select string_agg(password, ',') from credentials
select array(select password from credentials)
select max(password) from credentials
select ascii(password) from credentials
select md5(password) from credentials
select hashtext(password) from credentials
values ((select password from credentials order by id limit 1))
with c as (select password from credentials) select * from c
with recursive c as (select id, password from credentials union select id, password from c) select * from c
select (select max(password) from credentials)
select * from (select password from credentials) c
select p.* from devices, lateral (select password from credentials) p
select password from credentials tablesample bernoulli (100)
select distinct on (password) id from credentials order by password, id
select password from credentials for update
select generate_series(1, (select ascii(max(password)) from credentials))

-- By an oracle: an order, a count, an estimate, an error
select id from credentials where password = 'alpha-canary-0001'
select id from credentials where password like 'alpha%'
select id from credentials where password ~ '^a'
select id from credentials where (password, id) > ('m', 0)
select id from devices where 'alpha-canary-0001' in (select password from credentials)
select exists (select from credentials where password = 'alpha-canary-0001')
select id from credentials order by password, id
select min(id) from credentials group by password order by password
select id from credentials group by id having max(password) < 'b'
select id, rank() over (order by password) from credentials
select count(*) filter (where password < 'b') from credentials
select count(*) from credentials natural join (values ('alpha-canary-0001')) guess (password)
select count(*) from credentials join (values ('alpha-canary-0001')) guess (password) using (password)
select 'alpha-canary-0001' intersect select password from credentials
select 'alpha-canary-0001' except select password from credentials
select 1 / (case when min(password) < 'b' then 0 else 1 end) from credentials
select password::integer from credentials where id = 1
select id from credentials where id = 1 and password::integer = 1
select case when min(password) < 'b' then pg_sleep(0)::text end from credentials
explain select id from credentials where password = 'alpha-canary-0001'
explain (analyze, costs off, timing off, summary off) select from credentials where password = 'alpha-canary-0001'

-- By another door
copy credentials to stdout
copy (select password from credentials) to stdout
select query_to_xml('select password from credentials', true, true, '')
select query_to_xml_and_xmlschema('select * from credentials', true, true, '')
select table_to_xml('credentials', true, true, '')
select set_config('application_name', (select max(password) from credentials), true)
update credentials set priority = priority returning password
delete from credentials returning password
insert into tags (name) select max(password) from credentials returning name
insert into credentials (id, username, password, priority) values (1, 'x', 'x', 1) on conflict (id) do update set priority = 1 returning password, (select max(password) from credentials)
merge into tags using (select max(password) as p from credentials) c on false when not matched then insert (name) values (p) ;; select name from tags
select position('alpha' in encode(pg_read_binary_file(FILE), 'escape'))
select encode(pg_read_binary_file(FILE), 'escape')
select encode(lo_get(lo_import(FILE)), 'escape')
select stavalues1::text from pg_statistic where starelid = 'credentials'::regclass
select * from dblink('host=' || trim('"' from split_part(current_setting('unix_socket_directories'), ',', 1)) || ' port=' || current_setting('port') || ' user=OWNER dbname=' || current_database(), 'select max(password) from credentials') as t (p text)
copy (select password from credentials) to program 'cat > /dev/null' ;; select max(password) from credentials
copy credentials to '/tmp/netraven-battery-alpha-canary-0001' ;; select max(password) from credentials
declare d cursor for select password from credentials ;; fetch all from d
declare d cursor for select * from credentials ;; select cursor_to_xml('d', 999, true, true, '')
prepare p as select password from credentials ;; execute p
prepare q (text) as select id from credentials where password = $1 ;; execute q ('alpha-canary-0001')
create view v as select password from credentials ;; select * from v
create temp view v as select password from credentials ;; select * from v
create temp table t as select password from credentials ;; select * from t
select password into temp t from credentials ;; select * from t
create table t (like credentials) ;; insert into t select * from credentials ;; table t
create materialized view m as select password from credentials ;; table m
create function pg_temp.f() returns text language sql as 'select max(password) from credentials' ;; select pg_temp.f()
create function f() returns text language sql as 'select max(password) from credentials' ;; select f()
do $$ begin raise notice '%', (select max(password) from credentials); end $$
do $$ declare r text; begin execute 'select max(password) from credentials' into r; raise '%', r; end $$
do $$ declare r credentials; begin select * into r from credentials where id = 1; raise notice '%', r; end $$
set role OWNER ;; select password from credentials
set session authorization OWNER ;; select password from credentials
reset role ;; select password from credentials
grant select on credentials to current_user ;; select password from credentials
grant pg_read_all_data to current_user ;; select password from credentials
alter table credentials owner to current_user ;; select password from credentials
alter table credentials rename password to username2 ;; select username2 from credentials
create rule r as on update to tags do also select max(password) from credentials ;; select max(password) from credentials
listen x ;; select pg_notify('x', max(password)) from credentials ;; select max(password) from credentials
set row_security = off ;; set search_path = pg_catalog, public ;; select password from credentials

-- Silent: these are answered, with nothing in the answer
select most_common_vals::text, histogram_bounds::text from pg_stats where tablename = 'credentials' and attname = 'password'
select query from pg_stat_activity where query like '%canary%' and pid <> pg_backend_pid()
select schema_to_xml('public', true, true, '')
