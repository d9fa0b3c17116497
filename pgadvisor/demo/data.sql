-- The same rows on every server and major: values come from a hash of the row's number, not from random().
-- The setting demo.scale multiplies the rows. Time ends at 2026-06-30 00:00 UTC.
create function pg_temp.rows_of(whole bigint) returns bigint language sql stable
    as $$ select greatest(20, whole * current_setting('demo.scale')::float8)::bigint $$;

-- A number in [0, 1) that depends on the row and the use only.
create function pg_temp.draw(number bigint, use bigint) returns float8 language sql immutable
    as $$ select (hashint8extended(number, use) & 4294967295) / 4294967296.0::float8 $$;

create function pg_temp.pick(choices text[], number bigint, use bigint) returns text language sql immutable
    as $$ select choices[1 + floor(array_length(choices, 1) * pg_temp.draw(number, use))::int] $$;

insert into categories
select i, case when i > 12 then 1 + (i % 12) end, 'Category ' || i, i % 20
from generate_series(1, 180) i;

insert into customers
select i,
       ('{Anna,Ben,Chen,Dora,Emil,Fatma,Georg,Hana,Ivan,Jana,Karim,Lea,Mona,Noah,Olga,Paul}'::text[])[1 + i % 16]
           || '.' || i || '@' || ('{Example.com,mail.test,shop.example,post.invalid}'::text[])[1 + i % 4],
       'Customer ' || i,
       case when pg_temp.draw(i, 3) < 0.7 then '+49' || floor(1e9 * pg_temp.draw(i, 4))::bigint end,
       pg_temp.pick('{DE,DE,DE,DE,FR,FR,AT,CH,NL,PL,IT,ES,SE,DK,CZ,BE}', i, 5),
       timestamptz '2026-06-30 00:00+00' - interval '4 years' * (1 - i / pg_temp.rows_of(60000)::float8),
       case when pg_temp.draw(i, 6) < 0.8 then timestamptz '2026-06-30 00:00+00' - interval '1 year' * pg_temp.draw(i, 7) ^ 2 end,
       pg_temp.draw(i, 8) < 0.3,
       jsonb_build_object('theme', pg_temp.pick('{light,light,dark}', i, 9), 'language', pg_temp.pick('{de,de,en,fr,nl}', i, 10))
from generate_series(1, pg_temp.rows_of(60000)) i;

insert into addresses
select i, 1 + floor(pg_temp.rows_of(60000) * pg_temp.draw(i, 11))::bigint,
       pg_temp.pick('{shipping,shipping,billing}', i, 12),
       (array['DE', 'FR', 'AT', 'CH', 'NL'])[1 + city / 20],
       'City ' || city, lpad((city * 100 + floor(100 * pg_temp.draw(i, 14)))::text, 5, '0'),
       'Street ' || floor(4000 * pg_temp.draw(i, 15)) || ' no. ' || 1 + floor(90 * pg_temp.draw(i, 16))
from (select i, floor(100 * pg_temp.draw(i, 13) ^ 2)::int as city from generate_series(1, pg_temp.rows_of(75000)) i) a;

insert into products (id, category_id, sku, name, description, price, stock, active, attributes, tags, created_at)
select i, 1 + floor(180 * pg_temp.draw(i, 20) ^ 1.5)::int, 'SKU-' || lpad(i::text, 7, '0'),
       pg_temp.pick('{Classic,Modern,Compact,Large,Light,Heavy,Nordic,Urban,Garden,Travel}', i, 21) || ' '
           || pg_temp.pick('{lamp,chair,table,kettle,backpack,jacket,bicycle,clock,mirror,carpet,shelf,knife,tent,radio,scarf}', i, 22)
           || ' ' || substr(md5(i::text), 1, 6),
       'A ' || pg_temp.pick('{sturdy,elegant,cheap,durable,handmade,recycled,waterproof,folding,wireless}', i, 23) || ' piece made of '
           || pg_temp.pick('{oak,steel,wool,cotton,glass,bamboo,leather,plastic,copper}', i, 24) || ' for '
           || pg_temp.pick('{kitchens,offices,gardens,children,travellers,camping,hallways}', i, 25) || '. '
           || repeat(pg_temp.pick('{"Two years of warranty. ","Delivered within a week. ","Assembly needed. "}', i, 26), 3),
       round((5 + 400 * pg_temp.draw(i, 27) ^ 3)::numeric, 2), floor(200 * pg_temp.draw(i, 28) ^ 2)::int, pg_temp.draw(i, 29) < 0.92,
       jsonb_build_object('color', pg_temp.pick('{red,green,blue,black,white,grey,yellow,brown}', i, 30),
                          'size', pg_temp.pick('{S,M,L,XL}', i, 31),
                          'brand', 'Brand ' || floor(400 * pg_temp.draw(i, 32) ^ 2),
                          'weight_g', floor(5000 * pg_temp.draw(i, 33))),
       array(select distinct 'tag' || floor(300 * pg_temp.draw(i * 7 + k, 34) ^ 2) from generate_series(1, 1 + i % 5) k),
       timestamptz '2026-06-30 00:00+00' - interval '4 years' * (1 - i / pg_temp.rows_of(20000)::float8)
from generate_series(1, pg_temp.rows_of(20000)) i;

insert into orders
select i, 1 + floor(pg_temp.rows_of(60000) * pg_temp.draw(i, 40) ^ 2)::bigint,
       case when pg_temp.draw(i, 41) < 0.9 then 1 + floor(pg_temp.rows_of(75000) * pg_temp.draw(i, 42))::bigint end,
       'O-' || lpad(i::text, 9, '0'),
       case when i > 0.985 * pg_temp.rows_of(300000) and draw < 0.8 then (array['pending', 'paid', 'shipped'])[1 + floor(3 * pg_temp.draw(i, 44))::int]
            when draw < 0.93 then 'delivered' when draw < 0.97 then 'cancelled' when draw < 0.995 then 'refunded' else 'shipped' end::order_status,
       round((10 + 900 * pg_temp.draw(i, 45) ^ 4)::numeric, 2), pg_temp.pick('{EUR,EUR,EUR,EUR,CHF,PLN}', i, 46),
       case when pg_temp.draw(i, 47) < 0.05 then 'Please ring twice at door ' || i % 50 end,
       at, at + interval '5 days' * pg_temp.draw(i, 48)
from (select i, pg_temp.draw(i, 43) as draw,
             timestamptz '2026-06-30 00:00+00' - interval '2 years' * (1 - i / pg_temp.rows_of(300000)::float8) as at
      from generate_series(1, pg_temp.rows_of(300000)) i) o;

insert into order_items
select row_number() over (), order_id, 1 + floor(pg_temp.rows_of(20000) * pg_temp.draw(order_id * 8 + k, 51) ^ 2)::int,
       1 + floor(4 * pg_temp.draw(order_id * 8 + k, 52) ^ 3)::int, round((5 + 400 * pg_temp.draw(order_id * 8 + k, 53) ^ 3)::numeric, 2)
from generate_series(1, pg_temp.rows_of(300000)) order_id,
     lateral generate_series(1, 1 + floor(3.4 * pg_temp.draw(order_id, 50))::int) k;

insert into payments
select i, i, pg_temp.pick('{card,card,card,paypal,paypal,invoice,transfer}', i, 60),
       case when draw < 0.97 then 'settled' when draw < 0.99 then 'refunded' when draw < 0.998 then 'failed' else 'disputed' end,
       round((10 + 900 * pg_temp.draw(i, 45) ^ 4)::numeric, 2), md5('payment' || i),
       timestamptz '2026-06-30 00:00+00' - interval '2 years' * (1 - i / pg_temp.rows_of(300000)::float8) + interval '2 days' * pg_temp.draw(i, 62)
from (select i, pg_temp.draw(i, 61) as draw from generate_series(1, pg_temp.rows_of(280000)) i) p;

insert into reviews
select i, 1 + floor(pg_temp.rows_of(20000) * pg_temp.draw(i, 70) ^ 2)::int, 1 + floor(pg_temp.rows_of(60000) * pg_temp.draw(i, 71))::bigint,
       1 + floor(5 * sqrt(pg_temp.draw(i, 72)))::smallint, pg_temp.draw(i, 73) < 0.96,
       repeat(pg_temp.pick('{"Very good. ","Broke after a week. ","As described. ","Would buy again. "}', i, 74), (1 + i % 9)::int),
       timestamptz '2026-06-30 00:00+00' - interval '2 years' * pg_temp.draw(i, 75)
from generate_series(1, pg_temp.rows_of(90000)) i;

insert into jobs
select i, pg_temp.pick('{mail,mail,mail,invoice,export,webhook}', i, 80),
       case when i > 0.998 * pg_temp.rows_of(200000) then 'queued' when i > 0.9975 * pg_temp.rows_of(200000) then 'running'
            when pg_temp.draw(i, 81) < 0.01 then 'failed' else 'done' end,
       floor(4 * pg_temp.draw(i, 82) ^ 3)::smallint, at, floor(3 * pg_temp.draw(i, 83) ^ 4)::smallint,
       jsonb_build_object('order_id', 1 + floor(pg_temp.rows_of(300000) * pg_temp.draw(i, 84)), 'template', 'template-' || i % 12),
       case when i <= 0.9975 * pg_temp.rows_of(200000) then at + interval '1 minute' end
from (select i, timestamptz '2026-06-30 00:00+00' - interval '90 days' * (1 - i / pg_temp.rows_of(200000)::float8) as at
      from generate_series(1, pg_temp.rows_of(200000)) i) j;

insert into sessions
select md5('session' || i)::uuid, 1 + floor(pg_temp.rows_of(60000) * pg_temp.draw(i, 90) ^ 2)::bigint,
       ('10.' || i % 200 || '.' || floor(250 * pg_temp.draw(i, 91)) || '.' || floor(250 * pg_temp.draw(i, 92)))::inet,
       pg_temp.pick('{"Mozilla/5.0 (X11; Linux x86_64)","Mozilla/5.0 (iPhone)","Mozilla/5.0 (Windows NT 10.0)"}', i, 93),
       at, at + interval '2 hours' * pg_temp.draw(i, 95), at + interval '30 days'
from (select i, timestamptz '2026-06-30 00:00+00' - interval '60 days' * pg_temp.draw(i, 94) as at
      from generate_series(1, pg_temp.rows_of(60000)) i) s;

insert into events
select i, 1 + floor(pg_temp.rows_of(60000) * pg_temp.draw(i, 100) ^ 2)::bigint,
       pg_temp.pick('{view,view,view,view,view,search,search,cart,cart,checkout}', i, 101),
       jsonb_build_object('product_id', 1 + floor(pg_temp.rows_of(20000) * pg_temp.draw(i, 102)), 'ms', floor(2000 * pg_temp.draw(i, 103))),
       timestamptz '2026-06-30 00:00+00' - interval '364 days' * (1 - i / pg_temp.rows_of(300000)::float8)
from generate_series(1, pg_temp.rows_of(300000)) i;

insert into audit_log
select i, 1 + floor(300 * pg_temp.draw(i, 110) ^ 2)::bigint, pg_temp.pick('{update,update,update,create,delete,login}', i, 111),
       pg_temp.pick('{Order,Order,Order,Product,Customer}', i, 112), 1 + floor(pg_temp.rows_of(20000) * pg_temp.draw(i, 113))::bigint,
       jsonb_build_object('field', pg_temp.pick('{price,stock,status,name}', i, 114), 'request', md5(i::text)),
       timestamptz '2026-06-30 00:00+00' - interval '365 days' * (1 - i / pg_temp.rows_of(250000)::float8)
from generate_series(1, pg_temp.rows_of(250000)) i;

insert into settings values ('currency', 'EUR'), ('vat', '19'), ('free_shipping_from', '50'), ('maintenance', 'off'), ('theme', 'summer');
