select * from (select id, created_at as day, status from orders) x where x.day > $1 order by day limit 5;
--   select whole-rows
--   relation orders orders in 1
--   where orders.created_at > $1
--   order orders.created_at limited
--   limit 5
--   output orders.created_at, orders.id, orders.status

select x.status from (select id, status from orders order by created_at limit 10) x where x.status = $1;
--   select
--   relation orders orders in 1
--   order orders.created_at in 1 limited
--   limit 10 in 1
--   output orders.created_at, orders.status

select x.* from (select user_id, sum(total) as spent from orders group by user_id) x where x.user_id = $1 and x.spent > $2;
--   select whole-rows
--   relation orders orders in 1
--   where orders.user_id = $1
--   group orders.user_id
--   output orders.user_id, orders.total
--   aggregates sum

select x.id from (select id, user_id, row_number() over (partition by user_id order by created_at desc) as n from orders) x where x.n = 1 and x.user_id = $1 and x.id = $2;
--   select
--   relation orders orders in 1
--   where orders.user_id = $1
--   order orders.user_id, orders.created_at desc in 1
--   output orders.user_id, orders.created_at, orders.id

select x.id from (select distinct on (user_id) user_id, id from orders order by user_id, created_at desc) x where x.user_id = $1 and x.id = $2;
--   select distinct
--   relation orders orders in 1
--   where orders.user_id = $1
--   order orders.user_id, orders.created_at desc in 1
--   output orders.user_id, orders.created_at, orders.id

select x.id from (select id, user_id from orders union all select id, order_id from items) x where x.user_id = $1;
--   select
--   relation orders orders in 2
--   relation items items in 3
--   where orders.user_id = $1
--   where items.order_id = $1
--   output orders.id, items.id

select id from orders union all select id from items order by id desc limit 10;
--   select
--   relation orders orders in 1
--   relation items items in 2
--   order orders.id desc limited
--   order items.id desc limited
--   limit 10
--   output orders.id, items.id

select id from orders union select id from items where sku = $1;
--   select
--   relation orders orders in 1
--   relation items items in 2
--   where items.sku = $1
--   output orders.id, items.id

select count(*) from active_users where mail = $1 and lname like $2;
--   select
--   relation users u in 1 by active_users
--   where u.active is true true
--   where u.email = $1
--   where u.(lower(name)) like $2
--   aggregates count

select spent from spending where user_id = $1 and spent > $2;
--   select
--   relation orders o in 1 by spending
--   where o.user_id = $1
--   group o.user_id
--   output o.user_id, o.total
--   aggregates sum

select mail from rich_users where id = $1;
--   select
--   relation users u in 2 by rich_users
--   relation orders o in 3 by rich_users
--   where u.active is true true
--   where o.user_id = u.id
--   where u.id = o.user_id
--   where u.id = $1
--   group o.user_id
--   output o.user_id, u.email
--   aggregates sum

select v.mail from active_users v left join orders o on o.user_id = v.id where v.org_id = $1;
--   select
--   relation users u in 1 by active_users
--   relation orders o outer
--   where u.active is true true
--   aside o.user_id = u.id
--   aside u.id = o.user_id unsearchable
--   where u.org_id = $1
--   output u.email

with recent as (select * from orders where created_at > $1) select id from recent where user_id = $2;
--   select
--   relation orders orders in 1
--   where orders.created_at > $1
--   where orders.user_id = $2
--   output orders.id

with recent as materialized (select * from orders where created_at > $1) select id from recent where user_id = $2;
--   select
--   relation orders orders in 1
--   where orders.created_at > $1
--   output orders.id, orders.user_id, orders.status, orders.total, orders.created_at, orders.deleted_at, orders.place

with recent as (select id, user_id from orders) select a.id from recent a join recent b on a.user_id = b.user_id where a.id = $1;
--   select
--   relation orders orders in 1
--   output orders.id, orders.user_id

with users as (select id from users where active) select id from users where id = $1;
--   select
--   relation users users in 1
--   where users.active is true true
--   where users.id = $1
--   output users.id

with recursive tree as (select id, org_id from users where id = $1 union all select u.id, u.org_id from users u join tree t on u.org_id = t.id) select id from tree;
--   select
--   relation users users in 2
--   relation users u in 3
--   where users.id = $1
--   where u.org_id = [t.id]
--   output users.id, u.id, users.org_id, u.org_id

with gone as (delete from orders where status = $1 returning id, user_id) select u.name from gone join users u on u.id = gone.user_id;
--   select
--   relation orders orders both in 1
--   relation users u
--   where orders.status = $1
--   where u.id = orders.user_id
--   output orders.id, orders.user_id, u.name

with a as (select id from orders where status = $1), b as (select id from a where id > $2) select * from b;
--   select whole-rows
--   relation orders orders in 1
--   where orders.status = $1
--   where orders.id > $2
--   output orders.id

select column1 from (values ($1), ($2)) as v join users u on u.id = v.column1;
--   select
--   relation users u
--   where u.id = [v.column1]


select x.id from (select o.id, o.status, count(*) as n from orders o join items i on i.order_id = o.id group by o.id) x where x.status = $1 and x.n > $2;
--   select
--   relation orders o in 1
--   relation items i in 1
--   where i.order_id = o.id
--   where o.id = i.order_id
--   where o.status = $1
--   group o.id
--   output o.id
--   aggregates count

select x.n from (select user_id, status, count(*) as n from orders group by rollup (user_id, status)) x where x.user_id = $1;
--   select
--   relation orders orders in 1
--   output orders.user_id, orders.status
--   aggregates count
