select 1;
--   unread: reads no table

select now();
--   unread: reads no table

select f($1);
--   unread: reads no table

select * from pg_class where relname = $1;
--   unread: reads only system catalogs

select * from information_schema.columns;
--   unread: reads only system catalogs

select c.relname, o.id from pg_class c, orders o where o.id = $1;
--   select
--   relation orders o
--   where o.id = $1
--   output o.id

select * from nowhere;
--   unread: unknown relation nowhere: dropped, temporary, or out of reach of this role

select * from app.nowhere;
--   unread: unknown relation app.nowhere: dropped, temporary, or out of reach of this role

select id from orders where;
--   unread: the text is cut off, it ends in the middle of the statement

select 'abc from orders;
--   unread: the text is cut off, it ends in the middle of the statement

selec id from orders;
--   unread: syntax not understood

set search_path = x;
--   unread: SET is a utility statement, it is not planned

begin;
--   unread: BEGIN is a utility statement, it is not planned

explain select * from orders;
--   unread: EXPLAIN wraps another statement, which is not analysed there

copy orders to stdout;
--   unread: COPY is a utility statement, it is not planned

copy (select * from orders) to stdout;
--   unread: COPY wraps another statement, which is not analysed there

create table x as select * from orders;
--   unread: CREATE wraps another statement, which is not analysed there

select * into y from orders;
--   unread: SELECT INTO wraps another statement, which is not analysed there

vacuum orders;
--   unread: VACUUM is a utility statement, it is not planned

do $$ begin end $$;
--   unread: DO is a utility statement, it is not planned

select id from orders /* pgadvisor */;
--   unread: a statement of pgadvisor itself

select id from orders; select 2;
--   unread: more than one statement in one text

update active_users set mail = $1;
--   unread: changes active_users through a view or a system catalog

declare c cursor for select * from orders;
--   unread: DECLARE wraps another statement, which is not analysed there

