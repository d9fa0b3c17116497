select o.id, u.name from orders o join users u on u.id = o.user_id where u.org_id = $1;
--   select
--   relation orders o
--   relation users u
--   where u.id = o.user_id
--   where o.user_id = u.id
--   where u.org_id = $1
--   output o.id, u.name

select u.id from users u left join orders o on o.user_id = u.id and o.status = $1 and u.active where o.id is null;
--   select
--   relation users u
--   relation orders o outer
--   aside o.user_id = u.id
--   aside u.id = o.user_id unsearchable
--   aside o.status = $1
--   aside u.active is true true unsearchable
--   where o.id is null
--   output u.id

select u.id from orders o right join users u on o.user_id = u.id and o.total > $1;
--   select
--   relation orders o outer
--   relation users u
--   aside o.user_id = u.id
--   aside u.id = o.user_id unsearchable
--   aside o.total > $1
--   output u.id

select u.id from users u full join orders o on o.user_id = u.id where u.id = $1;
--   select
--   relation users u outer
--   relation orders o outer
--   aside o.user_id = u.id unsearchable
--   aside u.id = o.user_id unsearchable
--   where u.id = $1
--   output u.id

select count(*) from users join orders using (id) where id = $1;
--   select
--   relation users users
--   relation orders orders
--   where users.id = orders.id
--   where orders.id = users.id
--   where users.id = $1
--   aggregates count

select count(*) from orgs natural join users;
--   select
--   relation orgs orgs
--   relation users users
--   where orgs.id = users.id
--   where users.id = orgs.id
--   where orgs.name = users.name
--   where users.name = orgs.name
--   aggregates count

select o.id from users u, orders o, items i where u.id = o.user_id and i.order_id = o.id and u.email = $1 and i.qty < o.total;
--   select
--   relation users u
--   relation orders o
--   relation items i
--   where u.id = o.user_id
--   where o.user_id = u.id
--   where i.order_id = o.id
--   where o.id = i.order_id
--   where u.email = $1
--   where i.qty < o.total
--   where o.total > i.qty
--   output o.id

select a.id from orders a join orders b on a.user_id = b.user_id and a.id < b.id;
--   select
--   relation orders a
--   relation orders b
--   where a.user_id = b.user_id
--   where b.user_id = a.user_id
--   where a.id < b.id
--   where b.id > a.id
--   output a.id

select u.id from users u where exists (select 1 from orders o where o.user_id = u.id and o.total > $1);
--   select
--   relation users u
--   relation orders o in 1
--   where o.user_id = u.id
--   where u.id = o.user_id
--   where o.total > $1
--   output u.id

select u.id from users u where not exists (select * from orders o where o.user_id = u.id);
--   select
--   relation users u
--   relation orders o in 1
--   where o.user_id = u.id
--   aside u.id = o.user_id unsearchable
--   output u.id

select u.id from users u where exists (select 1 from orders o where o.user_id = u.id) or u.active;
--   select
--   relation users u
--   relation orders o in 1
--   where o.user_id = u.id
--   aside u.id = o.user_id unsearchable
--   or 0.1 u.active is true true
--   output u.id

select id from users where id in (select user_id from orders where status = $1);
--   select
--   relation users users
--   relation orders orders in 1
--   where orders.status = $1
--   where users.id in subquery of orders.user_id
--   where orders.user_id = users.id
--   output users.id

select id from users where id not in (select user_id from orders);
--   select
--   relation users users
--   relation orders orders in 1
--   aside users.id not in subquery of orders.user_id negated unsearchable
--   output orders.user_id, users.id

select id from orders where (user_id, status) in (select id, name from users where org_id = $1);
--   select
--   relation orders orders
--   relation users users in 1
--   where users.org_id = $1
--   where orders.user_id in subquery of users.id
--   where users.id = orders.user_id
--   where orders.status in subquery of users.name
--   where users.name = orders.status
--   output orders.id

select id from users where id = any (array(select user_id from orders where status = $1));
--   select
--   relation users users
--   relation orders orders in 1
--   where orders.status = $1
--   where users.id in subquery array
--   output orders.user_id, users.id

select id from orders where total > all (select qty from items);
--   select
--   relation orders orders
--   relation items items in 1
--   aside orders.total > all subquery negated unsearchable
--   output items.qty, orders.id

select u.id, (select max(o.created_at) from orders o where o.user_id = u.id) from users u;
--   select
--   relation users u
--   relation orders o in 1
--   where o.user_id = u.id
--   aside u.id = o.user_id unsearchable
--   extreme o.created_at desc
--   output o.created_at, u.id
--   aggregates max

select u.id, x.total from users u cross join lateral (select o.total from orders o where o.user_id = u.id order by o.created_at desc limit $1) x where u.org_id = $2;
--   select
--   relation users u
--   relation orders o in 1
--   where o.user_id = u.id
--   aside u.id = o.user_id unsearchable
--   where u.org_id = $2
--   order o.created_at desc in 1 limited
--   limit $1 in 1
--   output o.created_at, u.id, o.total

select u.id, x.n from users u left join (select user_id, count(*) as n from orders group by user_id) x on x.user_id = u.id where x.user_id = $1;
--   select
--   relation users u
--   relation orders orders in 1 outer
--   aside orders.user_id = u.id
--   aside u.id = orders.user_id unsearchable
--   where orders.user_id = $1
--   group orders.user_id
--   output orders.user_id, u.id
--   aggregates count

select j.first from (orders o join items i on i.order_id = o.id) as j (first, buyer) where j.buyer = $1;
--   select
--   relation orders o
--   relation items i
--   where i.order_id = o.id
--   where o.id = i.order_id
--   where o.user_id = $1
--   output o.id

select u.id from users u join unnest($1::bigint[]) as wanted (id) on wanted.id = u.id;
--   select
--   relation users u
--   where u.id = [wanted.id]
--   output u.id

select lower(u.email) from users u join orgs g on lower(g.name) = lower(u.name);
--   select
--   relation users u
--   relation orgs g
--   where g.(lower(name)) = u.(lower(name))
--   where u.(lower(name)) = g.(lower(name))
--   output u.email

