"""The tables of the cases."""

SCHEMA = """
create schema app;
create table orgs (id bigint primary key, name text, slug text unique);
create table users (id bigint primary key, org_id bigint references orgs (id), email varchar(100), name text, active boolean,
    created_at timestamptz, meta jsonb, tags text[]);
create table orders (id bigint primary key, user_id bigint references users (id), status varchar(20), total numeric,
    created_at timestamptz, deleted_at timestamptz, place point);
create table items (id bigint primary key, order_id bigint references orders (id), sku text, qty int, doc tsvector);
create table app.notes (id bigint primary key, user_id bigint, body text);
create view active_users as select u.id, u.email as mail, lower(u.name) as lname, u.org_id from public.users u where u.active;
create view spending as select o.user_id, sum(o.total) as spent from public.orders o group by o.user_id;
create view rich_users as select a.id, a.mail from public.active_users a join public.spending s on s.user_id = a.id;
"""
