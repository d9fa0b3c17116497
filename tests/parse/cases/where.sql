select id from orders where status = $1 and total > $2 and $3 >= created_at;
--   select
--   relation orders orders
--   where orders.status = $1
--   where orders.total > $2
--   where orders.created_at <= $3
--   output orders.id

select id from orders where status in ($1 /*, ... */) and id in ($2, $3) and user_id = any($4) and total <> all($5);
--   select
--   relation orders orders
--   where orders.status in ($1, ...)
--   where orders.id in ($2, $3)
--   where orders.user_id in $4 array
--   where orders.total not in $5 array
--   output orders.id

select id from orders where status in ('a', 'b') and status not in ('c', 'd');
--   select
--   relation orders orders
--   where orders.status in (a, b)
--   where orders.status not in (c, d)
--   output orders.id

select id from orders where created_at between $1 and $2;
--   select
--   relation orders orders
--   where orders.created_at >= $1
--   where orders.created_at <= $2
--   output orders.id

select id from orders where created_at not between $1 and $2;
--   select
--   relation orders orders
--   or 0.0 orders.created_at < $1
--   or 0.1 orders.created_at > $2
--   output orders.id

select id from orders where (total > $1 or total < $2) and (user_id = $3 or id = $4);
--   select
--   relation orders orders
--   or 0.0 orders.total > $1
--   or 0.1 orders.total < $2
--   or 1.2 orders.user_id = $3
--   or 1.3 orders.id = $4
--   output orders.id

select id from orders where status = $1 or (user_id = $2 and (total > $3 or total < $4));
--   select
--   relation orders orders
--   or 0.0 orders.status = $1
--   or 0.1 orders.user_id = $2
--   or -.2 orders.total > $3
--   or -.3 orders.total < $4
--   output orders.id

select id from orders where not (status = $1 or total > $2);
--   select
--   relation orders orders
--   where orders.status <> $1
--   where orders.total <= $2
--   output orders.id

select id from orders where not (status = $1 and total > $2);
--   select
--   relation orders orders
--   or 0.0 orders.status <> $1
--   or 0.1 orders.total <= $2
--   output orders.id

select id from users where active and not active;
--   select
--   relation users users
--   where users.active is true true
--   where users.active is false false
--   output users.id

select id from users where active is not true and active = true and active is unknown;
--   select
--   relation users users
--   where users.active is not true true
--   where users.active = true
--   where users.active is null
--   output users.id

select id from orders where deleted_at is null and not (status is null);
--   select
--   relation orders orders
--   where orders.deleted_at is null
--   where orders.status is not null
--   output orders.id

select id from users where name like $1 and email not like $2 and name ilike '%x%' and name ~* $3 and name like $4 escape $5;
--   select
--   relation users users
--   where users.name like $1
--   where users.email not like $2
--   where users.name ilike %x%
--   where users.name ~* $3
--   where users.name like $4
--   output users.id

select id from users where lower(email) = $1 and meta ->> 'k' = $2 and meta @> $3 and meta -> 'a' ? $4 and tags && $5;
--   select
--   relation users users
--   where users.(lower(email)) = $1
--   where users.(meta ->> 'k') = $2
--   where users.meta @> $3
--   where users.(meta -> 'a') ? $4
--   where users.tags && $5
--   output users.id

select id from users where $1 = any(tags) and $2 <@ tags;
--   select
--   relation users users
--   where users.tags = any $1
--   where users.tags @> $2
--   output users.id

select id from items where doc @@ plainto_tsquery($1, $2) and to_tsvector('english', sku) @@ to_tsquery($3);
--   select
--   relation items items
--   where items.doc @@ [plainto_tsquery($1, $2)] $1, $2
--   where items.(to_tsvector('english', sku)) @@ [to_tsquery($3)] $3
--   output items.id

select id from orders where created_at::date = $1 and status::text = $2 and id::text = $3 and date_trunc($4, created_at) = $5;
--   select
--   relation orders orders
--   where orders.(created_at::date) = $1
--   where orders.status = $2
--   where orders.(id::text) = $3
--   where orders.(date_trunc($4, created_at)) = $5
--   output orders.id

select id from orders where created_at > now() - interval $1 and created_at < date $2 + $3::interval;
--   select
--   relation orders orders
--   where orders.created_at > [now() - $1::interval] $1
--   where orders.created_at < [$2::date + $3::interval] $2, $3
--   output orders.id

select id from orders where extract($1 from created_at) = $2;
--   select
--   relation orders orders
--   where orders.(extract ($1 FROM created_at)) = $2
--   output orders.id

select id from orders where (created_at, id) > ($1, $2);
--   select
--   relation orders orders
--   where orders.created_at > $1 row 0.0
--   aside orders.id > $2 row 0.1
--   output orders.id

select id from orders where (user_id, status) = ($1, $2);
--   select
--   relation orders orders
--   where orders.user_id = $1
--   where orders.status = $2
--   output orders.id

select id from orders where (user_id, status) in (($1, $2), ($3, $4));
--   select
--   relation orders orders
--   where orders.user_id in ($1, $3) row 0.0
--   where orders.status in ($2, $4) row 0.1
--   output orders.id

select id from orders where status is distinct from $1 and user_id is not distinct from $2;
--   select
--   relation orders orders
--   where orders.status is distinct from $1
--   where orders.user_id is not distinct from $2
--   output orders.id

select id from orders where total + 1 > $1 and total * $2 > $3 and $4 like status;
--   select
--   relation orders orders
--   where orders.(total + 1) > $1
--   where orders.(total * $2) > $3
--   output orders.status, orders.id

select id from orders where status collate "C" > $1;
--   select
--   relation orders orders
--   where orders.status > $1 collate C
--   output orders.id

select id from orders where user_id = (select id from users where email = $1);
--   select
--   relation orders orders
--   relation users users in 1
--   where users.email = $1
--   where orders.user_id = subquery
--   output users.id, orders.id

select id from orders where random() < $1 and total > random();
--   select
--   relation orders orders
--   where orders.total > [random()]
--   output orders.id

select id from orders where nosuch = $1 and ctid = $2;
--   select
--   relation orders orders
--   output orders.id

select id from orders where user_id = id and coalesce(total, 0) > $1;
--   select
--   relation orders orders
--   where orders.user_id = orders.id
--   where orders.id = orders.user_id
--   where orders.(COALESCE(total, 0)) > $1
--   output orders.id

select id from users where name similar to $1;
--   select
--   relation users users
--   where users.name similar to $1
--   output users.id

select id from orders where true and $1 and status = $2;
--   select
--   relation orders orders
--   where orders.status = $2
--   output orders.id

select id from orders where case when total > $1 then true else false end;
--   select
--   relation orders orders
--   where orders.(CASE WHEN total > $1 THEN true ELSE false END) is true true
--   output orders.id

select id from orders where place <@ box($1, $2);
--   select
--   relation orders orders
--   where orders.place <@ [box($1, $2)] $1, $2
--   output orders.id

