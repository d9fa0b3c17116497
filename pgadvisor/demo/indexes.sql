alter table customers add primary key (id), add constraint customers_email_key unique (email);
alter table addresses add primary key (id), add foreign key (customer_id) references customers;
alter table products add primary key (id), add constraint products_sku_key unique (sku),
    add foreign key (category_id) references categories;
alter table orders add primary key (id), add constraint orders_number_key unique (number),
    add foreign key (customer_id) references customers, add foreign key (shipping_address_id) references addresses;
alter table order_items add primary key (id),
    add foreign key (order_id) references orders, add foreign key (product_id) references products;
alter table payments add primary key (id), add foreign key (order_id) references orders;
alter table reviews add primary key (id),
    add foreign key (product_id) references products, add foreign key (customer_id) references customers;
alter table jobs add primary key (id);
alter table sessions add primary key (id), add foreign key (customer_id) references customers;
alter table audit_log add primary key (id);
alter table events add primary key (id, occurred_at);

-- Useful ones.
create index addresses_customer_id_idx on addresses (customer_id);
create index reviews_product_id_idx on reviews (product_id);
create index payments_order_id_idx on payments (order_id);

-- Useless ones: a copy of a unique constraint, a prefix of its neighbour, and several that nothing reads.
create index customers_email_idx on customers (email);
create index products_category_id_idx on products (category_id);
create index products_category_id_name_idx on products (category_id, name);
create index orders_currency_idx on orders (currency);
create index payments_method_idx on payments (method);
create index audit_log_details_idx on audit_log using gin (details);
create index sessions_last_seen_at_idx on sessions (last_seen_at);
