insert into orders (id, user_id) values ($1, $2);
--   insert
--   relation orders orders target
--   assigned id, user_id

insert into orgs values ($1, $2, $3) returning *;
--   insert whole-rows
--   relation orgs orgs target
--   output orgs.id, orgs.name, orgs.slug
--   assigned id, name, slug

insert into orders (id, user_id) select id, $1 from users where email = $2 on conflict (id) do update set user_id = excluded.user_id, total = orders.total + $3 where orders.status = $4;
--   insert
--   relation orders orders target
--   relation users users in 1
--   where users.email = $2
--   output users.id, orders.total, orders.status
--   assigned id, user_id, total

insert into orders (id) values ((select max(id) from users where org_id = $1));
--   insert
--   relation orders orders target
--   relation users users in 2
--   where users.org_id = $1
--   extreme users.id desc
--   output users.id
--   assigned id
--   aggregates max

update orders set status = $1, total = total + $2 where id = $3;
--   update
--   relation orders orders both
--   where orders.id = $3
--   output orders.total
--   assigned status, total

update orders o set (status, total) = (select u.name, $1 from users u where u.id = o.user_id) where o.id = $2;
--   update
--   relation orders o both
--   relation users u in 1
--   where u.id = o.user_id
--   aside o.user_id = u.id unsearchable
--   where o.id = $2
--   output u.name
--   assigned status, total

update orders o set total = i.qty from items i where i.order_id = o.id and i.sku = $1 returning o.id;
--   update
--   relation orders o both
--   relation items i
--   where i.order_id = o.id
--   where o.id = i.order_id
--   where i.sku = $1
--   output i.qty, o.id
--   assigned total

update orders set status = $1 where id in (select id from orders where status = $2 order by created_at limit $3 for update skip locked);
--   update locking
--   relation orders orders both
--   relation orders orders in 1
--   where orders.status = $2
--   where orders.id in subquery
--   order orders.created_at in 1 limited
--   limit $3 in 1
--   output orders.created_at, orders.id
--   assigned status

delete from orders where created_at < now() - interval $1;
--   delete
--   relation orders orders both
--   where orders.created_at < [now() - $1::interval] $1

delete from orders using users u where u.id = orders.user_id and u.email = $1 returning orders.*;
--   delete whole-rows
--   relation orders orders both
--   relation users u
--   where u.id = orders.user_id
--   where orders.user_id = u.id
--   where u.email = $1
--   output orders.id, orders.user_id, orders.status, orders.total, orders.created_at, orders.deleted_at, orders.place

merge into orders o using items i on o.id = i.order_id when matched and i.qty > $1 then update set total = i.qty when not matched then insert (id, status) values (i.order_id, $2);
--   merge
--   relation orders o both outer
--   relation items i
--   aside o.id = i.order_id
--   aside i.order_id = o.id unsearchable
--   output i.qty, i.order_id
--   assigned total, id, status

merge into orders o using (select order_id from items where sku = $1) i on o.id = i.order_id when matched then delete;
--   merge
--   relation orders o both
--   relation items items in 1
--   where items.sku = $1
--   where o.id = items.order_id
--   where items.order_id = o.id

