-- Ways to write, one a line; ;; stands between the statements of one way, which run outside of any transaction.

-- Out of the read-only transaction
begin read write ;; insert into tags (name) values ('x') ;; commit
set default_transaction_read_only = off ;; update jobs set status = 'x'
set session characteristics as transaction read write ;; delete from job_logs
begin ;; set transaction read write ;; update devices set hostname = hostname || 'x' ;; commit
begin ;; select set_config('transaction_read_only', 'off', false) ;; delete from tags ;; commit
begin read only ;; commit ;; begin read write ;; delete from tags ;; commit
begin read only ;; rollback ;; set default_transaction_read_only = off ;; delete from tags
select set_config('default_transaction_read_only', 'off', false) ;; insert into jobs (status) values ('x')
reset default_transaction_read_only ;; reset all ;; begin read write ;; delete from tags ;; commit
do $$ begin commit; set transaction read write; delete from tags; commit; end $$
discard all ;; begin read write ;; delete from tags ;; commit

-- Rows
begin read write ;; update credentials set password = 'x' where id = 1 ;; commit
begin read write ;; update credentials set priority = 0 ;; commit
begin read write ;; merge into tags using (values ('core')) v (name) on tags.name = v.name when matched then delete ;; commit
begin read write ;; with gone as (delete from jobs returning id) select count(*) from gone ;; commit
begin read write ;; truncate job_logs ;; commit
begin read write ;; truncate devices cascade ;; commit
begin read write ;; prepare p as delete from tags ;; execute p ;; commit
begin read write ;; explain analyze delete from tags ;; commit
begin read write ;; do $$ begin delete from tags; end $$ ;; commit
begin read write ;; do $$ begin execute 'delete from tags'; end $$ ;; commit
begin read write ;; declare c cursor for select id from jobs for update ;; fetch c ;; delete from jobs where current of c ;; commit
begin read write ;; copy tags (name) from program 'echo x' ;; commit
begin read write ;; copy tags (name) from '/etc/hostname' ;; commit
begin read write ;; insert into analytics.configuration_changes values (1, 'x', 'y', 'v', 0, 0, 0, 0, '') ;; commit
begin read write ;; delete from analytics.configuration_digests ;; commit
begin read write ;; update analytics.configuration_backfill set digested_to = 7, last_id = 9 ;; commit
begin read write ;; update public.alembic_version set version_num = 'x' ;; commit
begin read write ;; select nextval('jobs_id_seq') ;; commit
begin read write ;; select setval('jobs_id_seq', 99) ;; commit
begin read write ;; select * from dblink('host=' || trim('"' from split_part(current_setting('unix_socket_directories'), ',', 1)) || ' port=' || current_setting('port') || ' user=OWNER dbname=' || current_database(), 'delete from tags returning id') as t (id integer) ;; commit

-- Objects
begin read write ;; create table t (id integer) ;; commit
begin read write ;; create table analytics.t (id integer) ;; commit
begin read write ;; create temp table t (id integer) ;; commit
begin read write ;; create table t as select id from jobs ;; commit
begin read write ;; select id into t from jobs ;; commit
begin read write ;; create temp table t as select id from jobs ;; commit
begin read write ;; create view v as select id from jobs ;; commit
begin read write ;; create materialized view m as select id from jobs ;; commit
begin read write ;; create function f() returns integer language sql as 'select 1' ;; commit
begin read write ;; create function pg_temp.f() returns integer language sql as 'select 1' ;; commit
begin read write ;; create schema s ;; commit
begin read write ;; create sequence s ;; commit
begin read write ;; create type mood as enum ('x') ;; commit
begin read write ;; create extension pg_trgm ;; commit
begin read write ;; create index i on jobs (status) ;; commit
begin read write ;; create trigger t before insert on jobs for each statement execute function analytics.keep_configuration_digest() ;; commit
begin read write ;; create rule r as on insert to jobs do instead nothing ;; commit
begin read write ;; alter table jobs add column x integer ;; commit
begin read write ;; alter table jobs disable trigger all ;; commit
begin read write ;; drop table job_logs ;; commit
begin read write ;; drop schema analytics cascade ;; commit
begin read write ;; comment on table jobs is 'x' ;; commit
begin read write ;; grant insert on jobs to current_user ;; insert into jobs (status) values ('x') ;; commit
begin read write ;; alter table jobs owner to current_user ;; delete from jobs ;; commit

-- Large objects, and the server's files
begin read write ;; select lo_create(0) ;; commit
begin read write ;; select lo_from_bytea(0, 'x') ;; commit
begin read write ;; select lo_creat(-1) ;; commit
begin read write ;; select lo_import('/etc/hostname') ;; commit
begin read write ;; select lo_put(lo_create(0), 0, 'x') ;; commit

-- As another
set role OWNER ;; begin read write ;; delete from tags ;; commit
set session authorization OWNER ;; begin read write ;; delete from tags ;; commit
reset role ;; reset session authorization ;; begin read write ;; delete from tags ;; commit
begin read write ;; grant pg_write_all_data to current_user ;; delete from tags ;; commit
begin read write ;; set session_replication_role = replica ;; delete from tags ;; commit
