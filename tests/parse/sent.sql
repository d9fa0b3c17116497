select * from users where id = 4711
select id, email from users where email = 'secret@x.org' and active
select id from users where created_at > now() - interval '3 days'
select id from users where created_at > now() - interval '3' day
select id from users where created_at > date '2026-01-01' and created_at < timestamp '2026-02-01 10:00'
select extract(year from created_at), extract('month' from created_at) from users where id = 1
select id from orders where id in (1, 2, 3, 4, 5)
select id from orders where id in (1) or user_id in (5, 6)
select id from orders where id = any(array[1, 2, 3]) and status = any('{a,b}')
select id from orders where status like 'secret%' or status ilike '%secret%' escape '!'
select id from orders where (created_at, id) > ('2026-01-01', 5) order by created_at, id limit 10
select id from orders order by created_at desc nulls last limit 10 offset 100
select id from orders order by id fetch first 5 rows only
select id from orders order by 1 offset 5 rows
select id::text, total::numeric(10, 2), '5'::int, cast('6' as bigint) from orders where status::text = 'secret'
select id from users where meta ->> 'k' = 'secret' and meta @> '{"a": 1}' and meta -> 'a' ->> 'b' is null and meta ? 'x'
select id from users where tags @> array['a', 'b'] and tags && '{c}' and 'd' = any(tags)
select id from items where doc @@ to_tsquery('english', 'secret') order by ts_rank(doc, to_tsquery('english', 'x')) desc limit 5
select count(*), sum(total), avg(total) filter (where status = 'x') from orders where user_id between 5 and 10
select user_id, count(*) from orders group by user_id having count(*) > 5 order by 2 desc limit 3
select date_trunc('day', created_at), count(distinct user_id) from orders group by 1 order by 1
select distinct on (user_id) user_id, id from orders order by user_id, created_at desc
select o.id, u.name from orders o join users u on u.id = o.user_id left join items i on i.order_id = o.id and i.qty > 5 where u.org_id = 1
select u.id from users u where exists (select 1 from orders o where o.user_id = u.id and o.status = 'secret')
select u.id, x.id from users u cross join lateral (select id from orders o where o.user_id = u.id limit 3) x where u.id = 5
with recent as (select * from orders where created_at > '2026-01-01') select * from recent where user_id = 5
with recursive t as (select id, org_id from users where id = 5 union select u.id, u.org_id from users u join t on t.id = u.org_id) select * from t
select id from orders where status = 'a' union all select id from items where sku = 'b' order by 1 limit 5
select mail from active_users where mail = 'secret' order by lname
select * from rich_users where id = 5
select case when total > 5 then 'secret' else 'x' end, coalesce(total, 7), nullif(status, 'secret') from orders where id = 1
select row_number() over (partition by user_id order by created_at), lag(id, 2) over w from orders window w as (order by id)
select id from orders where total > (select avg(total) from orders where status = 'secret')
select position('a' in status), overlay(status placing 'x' from 1 for 2), substring(status from 1 for 3), trim(both 'x' from status) from orders
select 'a' || status, status collate "C", E'sec\\ret', U&'secret', $q$secret$q$ from orders where id = 5
select /* secret='1' */ id from orders where id = 5 -- secret
select id from orders tablesample bernoulli (10) repeatable (5)
select id from app.notes where body ~ 'secret' and body !~* 'x' and body similar to 'a%'
select * from generate_series(1, 10) n join users on users.id = n where n > 3
select * from (values (1, 'secret'), (2, 'b')) as v (id, name) join users using (id)
select u from users u where u.id = 5
select id from orders where created_at at time zone 'UTC' > '2026-01-01' and created_at::date = current_date
select id from orders where -id = -5 and total > -1.5e3 and not (status = 'x' or total is null) and active_flag() is not true
select id from orders where place <@ box '((0,0),(1,1))' order by place <-> point '(0,0)' limit 3
insert into orders (id, user_id, status) values (1001, null, 'secret'), (1002, null, default) returning id
insert into orders (id, status) select id + 5000, 'secret' from users where id < 5 on conflict (id) do update set status = 'x'
update orders set status = 'secret', total = total + 1 where id = 1001
update orders o set status = u.name from users u where u.id = o.user_id and u.email = 'secret'
delete from orders where id in (1001, 1002) and status = 'secret'
delete from orders using users where users.id = orders.user_id and users.email = 'secret'
select id from orders where id = 5 for update skip locked
select active_flag()
select 1, 'secret'
select relname from pg_class where relname = 'secret'
select table_name from information_schema.tables where table_name = 'secret'
begin
commit
set work_mem = '5MB'
show work_mem
explain select * from users where email = 'secret'
copy (select * from users where email = 'secret') to stdout
create table made as select * from users where email = 'secret'
create temporary table scratch (id int)
select * from scratch where id = 5
analyze users
do $$ begin perform 'secret'; end $$
declare c cursor with hold for select id from users where email = 'secret'
close c
drop table made
