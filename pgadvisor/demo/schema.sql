-- A shop with the faults real ones have: foreign keys nobody indexed, a queue, a page sorted after a filter, search in
-- jsonb, arrays and text, and indexes that serve nothing. What is missing here is meant to be found.
create extension if not exists pg_trgm;

create type order_status as enum ('pending', 'paid', 'shipped', 'delivered', 'cancelled', 'refunded');

create table categories (
    id integer primary key,
    parent_id integer references categories,
    name text not null,
    position integer not null
);

create table customers (
    id bigint not null,
    email text not null,
    name text not null,
    phone text,
    country text not null,
    created_at timestamptz not null,
    last_login_at timestamptz,
    newsletter boolean not null,
    preferences jsonb not null
);

create table addresses (
    id bigint not null,
    customer_id bigint not null,
    kind text not null,
    country text not null,
    city text not null,
    postcode text not null,
    street text not null
);

create table products (
    id integer not null,
    category_id integer not null,
    sku text not null,
    name text not null,
    description text not null,
    price numeric(10, 2) not null,
    stock integer not null,
    active boolean not null,
    attributes jsonb not null,
    tags text[] not null,
    created_at timestamptz not null,
    search tsvector generated always as (to_tsvector('english', name || ' ' || description)) stored
);

create table orders (
    id bigint not null,
    customer_id bigint not null,
    shipping_address_id bigint,
    number text not null,
    status order_status not null,
    total numeric(12, 2) not null,
    currency char(3) not null,
    note text,
    created_at timestamptz not null,
    updated_at timestamptz not null
);

create table order_items (
    id bigint not null,
    order_id bigint not null,
    product_id integer not null,
    quantity integer not null,
    unit_price numeric(10, 2) not null
);

create table payments (
    id bigint not null,
    order_id bigint not null,
    method text not null,
    status text not null,
    amount numeric(12, 2) not null,
    provider_reference text not null,
    created_at timestamptz not null
);

create table reviews (
    id bigint not null,
    product_id integer not null,
    customer_id bigint not null,
    rating smallint not null,
    approved boolean not null,
    body text not null,
    created_at timestamptz not null
);

create table jobs (
    id bigint not null,
    queue text not null,
    status text not null,
    priority smallint not null,
    run_at timestamptz not null,
    attempts smallint not null,
    payload jsonb not null,
    finished_at timestamptz
);

create table sessions (
    id uuid not null,
    customer_id bigint not null,
    ip inet not null,
    user_agent text not null,
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at timestamptz not null
);

create table audit_log (
    id bigint not null,
    actor_id bigint not null,
    action text not null,
    subject_type text not null,
    subject_id bigint not null,
    details jsonb not null,
    created_at timestamptz not null
);

create table settings (
    key text primary key,
    value text not null
);

create table events (
    id bigint not null,
    customer_id bigint not null,
    kind text not null,
    properties jsonb not null,
    occurred_at timestamptz not null
) partition by range (occurred_at);

create table events_2025_07 partition of events for values from ('2025-07-01 00:00+00') to ('2025-08-01 00:00+00');
create table events_2025_08 partition of events for values from ('2025-08-01 00:00+00') to ('2025-09-01 00:00+00');
create table events_2025_09 partition of events for values from ('2025-09-01 00:00+00') to ('2025-10-01 00:00+00');
create table events_2025_10 partition of events for values from ('2025-10-01 00:00+00') to ('2025-11-01 00:00+00');
create table events_2025_11 partition of events for values from ('2025-11-01 00:00+00') to ('2025-12-01 00:00+00');
create table events_2025_12 partition of events for values from ('2025-12-01 00:00+00') to ('2026-01-01 00:00+00');
create table events_2026_01 partition of events for values from ('2026-01-01 00:00+00') to ('2026-02-01 00:00+00');
create table events_2026_02 partition of events for values from ('2026-02-01 00:00+00') to ('2026-03-01 00:00+00');
create table events_2026_03 partition of events for values from ('2026-03-01 00:00+00') to ('2026-04-01 00:00+00');
create table events_2026_04 partition of events for values from ('2026-04-01 00:00+00') to ('2026-05-01 00:00+00');
create table events_2026_05 partition of events for values from ('2026-05-01 00:00+00') to ('2026-06-01 00:00+00');
create table events_2026_06 partition of events for values from ('2026-06-01 00:00+00') to ('2026-07-01 00:00+00');
