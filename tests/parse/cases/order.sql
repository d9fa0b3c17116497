select id from orders order by created_at desc, id limit 10 offset 20;
--   select
--   relation orders orders
--   order orders.created_at desc, orders.id limited
--   limit 10 offset 20
--   output orders.created_at, orders.id

select id from orders order by created_at desc nulls last fetch first $1 rows only;
--   select
--   relation orders orders
--   order orders.created_at desc nulls last limited
--   limit $1
--   output orders.created_at, orders.id

select id as x, total as y from orders order by y, 1 limit $1 offset $2;
--   select
--   relation orders orders
--   order orders.total, orders.id limited
--   limit $1 offset $2
--   output orders.total, orders.id

select created_at as id from orders order by id;
--   select
--   relation orders orders
--   order orders.created_at
--   output orders.created_at

select id from orders order by lower(status), status collate "C";
--   select
--   relation orders orders
--   order orders.(lower(status)), orders.status collate C
--   output orders.status, orders.id

select id from orders order by $1, random(), id;
--   select
--   relation orders orders
--   order  incomplete
--   output orders.id

select o.id from orders o join users u on u.id = o.user_id order by u.name, o.id limit 10;
--   select
--   relation orders o
--   relation users u
--   where u.id = o.user_id
--   where o.user_id = u.id
--   order u.name, o.id limited incomplete
--   limit 10
--   output u.name, o.id

select user_id, count(*) from orders group by user_id order by count(*) desc limit 5;
--   select
--   relation orders orders
--   order  limited incomplete
--   limit 5
--   group orders.user_id
--   output orders.user_id
--   aggregates count

select user_id as u, date_trunc('day', created_at) as day, sum(total) from orders group by u, day having sum(total) > $1 and user_id > $2;
--   select
--   relation orders orders
--   where orders.user_id > $2
--   group orders.user_id, orders.(date_trunc('day', created_at))
--   output orders.user_id, orders.created_at, orders.total
--   aggregates sum

select status, count(distinct user_id) from orders group by 1 order by 1;
--   select
--   relation orders orders
--   order orders.status
--   group orders.status
--   output orders.status, orders.user_id
--   aggregates count

select user_id, status from orders group by rollup (user_id, status);
--   select
--   relation orders orders
--   output orders.user_id, orders.status

select distinct status from orders;
--   select distinct
--   relation orders orders
--   output orders.status

select distinct on (user_id) user_id, id from orders order by user_id, created_at desc;
--   select distinct
--   relation orders orders
--   order orders.user_id, orders.created_at desc
--   output orders.user_id, orders.created_at, orders.id

select distinct on (user_id) id from orders;
--   select distinct
--   relation orders orders
--   order orders.user_id
--   output orders.user_id, orders.id

select min(created_at), max(created_at) from orders where user_id = $1;
--   select
--   relation orders orders
--   where orders.user_id = $1
--   extreme orders.created_at
--   extreme orders.created_at desc
--   output orders.created_at
--   aggregates min, max

select max(total), count(*) from orders;
--   select
--   relation orders orders
--   output orders.total
--   aggregates max, count

select max(total) from orders group by user_id;
--   select
--   relation orders orders
--   group orders.user_id
--   output orders.user_id, orders.total
--   aggregates max

select rank() over w, sum(total) over (partition by status) from orders window w as (partition by user_id order by created_at);
--   select
--   relation orders orders
--   order orders.user_id, orders.created_at
--   order orders.status
--   output orders.user_id, orders.created_at, orders.status, orders.total

select id from orders order by place <-> $1 limit 5;
--   select
--   relation orders orders
--   aside orders.place <-> $1 unsearchable
--   order orders.(place <-> $1) limited
--   limit 5
--   output orders.place, orders.id

select o from orders o;
--   select whole-rows
--   relation orders o
--   output o.id, o.user_id, o.status, o.total, o.created_at, o.deleted_at, o.place

select o.*, u.name from orders o join users u on u.id = o.user_id;
--   select whole-rows
--   relation orders o
--   relation users u
--   where u.id = o.user_id
--   where o.user_id = u.id
--   output o.id, o.user_id, o.status, o.total, o.created_at, o.deleted_at, o.place, u.name

select row_to_json(x) from (select id, total from orders) x;
--   select
--   relation orders orders in 1
--   output orders.id, orders.total

select id from orders limit all;
--   select
--   relation orders orders
--   output orders.id

select id from orders for update skip locked;
--   select locking
--   relation orders orders
--   output orders.id

select id from orders where status = $1 limit 1;
--   select
--   relation orders orders
--   where orders.status = $1
--   limit 1
--   output orders.id

