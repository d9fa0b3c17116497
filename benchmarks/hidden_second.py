"""The second set of statements for `benchmarks.hidden --set 2`, over its two schemas and over fixtures/fleet.sql.

Its first run was before anything was put right that the first set had shown. Constants are as an application would send them:
keys as often as their rows, states that stand for something, windows that end at the newest row.
"""

import random

from benchmarks.values import Template


def _skewed(dice: random.Random, most: int, power: float) -> int:
    return 1 + int(most * dice.random() ** power)


def _member(dice: random.Random) -> str:
    return f"member{_skewed(dice, 8000, 2)}"


def _project(dice: random.Random) -> str:
    return f"project{_skewed(dice, 1500, 2)}"


def _workspace(dice: random.Random) -> int:
    return _skewed(dice, 300, 4)


def _device(dice: random.Random) -> int:
    return _skewed(dice, 6000, 2)


def _owner(dice: random.Random) -> int:
    return _workspace(dice) * 10 + int(8 * dice.random() ** 2)


SHOP = (
    Template("select id, name, price from products where category_id = %s and active", lambda d: (_skewed(d, 180, 1.5),)),
    Template(
        "select id, name from products where category_id = %s and price < %s order by price limit %s",
        lambda d: (_skewed(d, 180, 1.5), 100, 24),
    ),
    Template("select id, number, status from orders where number = %s", lambda d: (f"O-{d.randint(1, 30000):09}",)),
    Template(
        "select id, total from orders where status in (%s, %s) and created_at > %s",
        lambda d: ("cancelled", "refunded", "2026-05-01"),
    ),
    Template("select id from orders where status <> %s and created_at < %s", lambda d: ("delivered", "2024-09-01")),
    Template("select id from orders where note is not null and currency = %s", lambda d: ("CHF",)),
    Template("select id, email from customers where created_at >= %s and country = %s", lambda d: ("2026-01-01", "CH")),
    Template("select id from customers where lower(email) = %s", lambda d: (f"anna.{16 * d.randint(1, 370)}@example.com",)),
    Template("select id, amount from payments where amount > %s and method = %s", lambda d: (600, "invoice")),
    Template(
        "select order_id, amount from payments where order_id in (%s, %s, %s, %s)", lambda d: tuple(d.sample(range(1, 28000), 4))
    ),
    Template("select id, rating from reviews where product_id = %s and approved", lambda d: (_skewed(d, 2000, 2),)),
    Template(
        "select i.order_id, p.name from order_items i join products p on p.id = i.product_id where p.category_id = %s",
        lambda d: (_skewed(d, 180, 1.5),),
    ),
    Template(
        "select o.id, i.product_id from orders o join order_items i on i.order_id = o.id "
        "where o.customer_id = %s and o.created_at > %s",
        lambda d: (_skewed(d, 6000, 2), "2026-01-01"),
    ),
    Template("select status, count(*) from orders where customer_id = %s group by status", lambda d: (_skewed(d, 6000, 2),)),
    Template(
        "update payments set status = %s where status = %s and created_at < %s", lambda d: ("failed", "failed", "2025-01-01")
    ),
)
TRACKER = (
    Template(
        "select id, name from members where email = %s::citext",
        lambda d: (f"member.{(n := d.randint(1, 8000))}@mail{n % 7}.test",),
    ),
    Template("select id, title from issues where reporter_id = md5(%s)::uuid and priority = %s", lambda d: (_member(d), 1)),
    Template("select id from issues where project_id = md5(%s)::uuid and closed_at is null", lambda d: (_project(d),)),
    Template("select id from issues where state in (%s, %s) and updated_at < %s", lambda d: ("open", "blocked", "2024-06-01")),
    Template("select id, title from issues where title ilike %s and state = %s", lambda d: ("%dashboard%", "open")),
    Template(
        "select number from issues where project_id = md5(%s)::uuid order by number desc limit %s", lambda d: (_project(d), 15)
    ),
    Template(
        "select c.id, i.title from comments c join issues i on i.id = c.issue_id "
        "where c.author_id = md5(%s)::uuid and i.state = %s",
        lambda d: (_member(d), "closed"),
    ),
    Template(
        "select id from comments where created_at >= %s and created_at < %s and edited", lambda d: ("2026-02-01", "2026-02-08")
    ),
    Template("select id, name from members where %s = any(skills) and role = %s", lambda d: ("rust", "owner")),
    Template(
        "select id from projects where archived = %s and tenant_id = md5(%s)::uuid",
        lambda d: (False, f"tenant{_skewed(d, 400, 3)}"),
    ),
    Template("select member_id from logins where ip = %s::inet", lambda d: (f"10.1.{d.randint(0, 29)}.{d.randint(0, 249)}",)),
    Template("select id, at from logins where at between %s and %s and not succeeded", lambda d: ("2026-05-01", "2026-05-15")),
    Template(
        "select id, during from bookings where room_id = %s and upper(during) > %s", lambda d: (d.randint(1, 60), "2026-05-25")
    ),
    Template("delete from system_notes where kind = %s and created_at < %s", lambda d: ("nothing", "2024-03-01")),
)
FLEET = (
    Template(
        "select id, serial, state from devices where workspace_id = %s and state = %s", lambda d: (_workspace(d), "offline"), 100
    ),
    Template("select * from devices where serial = %s", lambda d: (f"SN{d.randint(1, 6000) * 7919 % 1000003:07}",)),
    Template("select id from devices where model = %s and firmware = %s", lambda d: ("M5", "5.2")),
    Template("select id from devices where model = %s and firmware <> %s", lambda d: ("M3", "3.3")),
    Template("select id, serial from devices where battery < %s and state = %s", lambda d: (10, "online")),
    Template(
        "select id from devices where labels @> %s and state = %s", lambda d: ([f"site-{int(80 * d.random() ** 2)}"], "online")
    ),
    Template("select id from devices where last_seen_at < %s", lambda d: ("2026-02-10",)),
    Template(
        "select at, value from readings where device_id = %s and metric = %s and at >= %s order by at",
        lambda d: (_device(d), "temperature", "2026-02-20"),
        100,
    ),
    Template(
        "select at, value from readings where device_id = %s and metric = %s order by at desc limit %s",
        lambda d: (_device(d), "voltage", 1),
        100,
    ),
    Template("select device_id, at from readings where quality > %s and at > %s", lambda d: (0, "2026-02-28 12:00")),
    Template(
        "select device_id, value from readings where metric = %s and value > %s and at >= %s",
        lambda d: ("pressure", 90, "2026-02-25"),
    ),
    Template(
        "select metric, avg(value) from readings where device_id = %s and at >= %s and at < %s group by metric",
        lambda d: (_device(d), "2026-02-10", "2026-02-11"),
    ),
    Template(
        "select id, message from log_entries where workspace_id = %s and level = %s order by at desc limit %s",
        lambda d: (_workspace(d), "error", 50),
        60,
    ),
    Template("select id, message from log_entries where level = %s and acknowledged_at is null", lambda d: ("fatal",)),
    Template("select id, code from log_entries where level in (%s, %s) and at > %s", lambda d: ("error", "fatal", "2026-02-27")),
    Template("select id from log_entries where code = %s and at > %s", lambda d: (500 + int(40 * d.random() ** 2), "2026-01-01")),
    Template("select id, at from log_entries where trace = %s", lambda d: (f"{d.getrandbits(128):032x}",)),
    Template("select id from log_entries where device_id = %s and level <> %s", lambda d: (_device(d), "debug")),
    Template(
        "select id from log_entries where payload @> %s::jsonb and level = %s", lambda d: ('{"peer": "10.0.7.1"}', "warning")
    ),
    Template("select id from log_entries where message like %s and at > %s", lambda d: ("battery low%", "2026-02-15")),
    Template("select count(*) from log_entries where workspace_id = %s and at > %s", lambda d: (_workspace(d), "2026-02-22")),
    Template("select id, full_name from contacts where workspace_id = %s and country = %s", lambda d: (_workspace(d), "JP"), 60),
    Template("select id from contacts where country = %s and language = %s", lambda d: ("AT", "de")),
    Template("select id, email from contacts where owner_id = %s and not unsubscribed", lambda d: (_owner(d),), 60),
    Template(
        "select id from contacts where workspace_id = %s and owner_id is null order by score desc limit %s",
        lambda d: (_workspace(d), 20),
        60,
    ),
    Template(
        "select id, email from contacts where email = %s and workspace_id = %s",
        lambda d: (f"contact{d.randint(1, 50000)}@corp.example", _workspace(d)),
    ),
    Template("select id, amount from deals where stage = %s and amount > %s", lambda d: ("offer", 20000)),
    Template("select id from deals where stage = %s and outcome = %s", lambda d: ("lost", "competitor")),
    Template(
        "select id, amount from deals where workspace_id = %s and stage in (%s, %s)",
        lambda d: (_workspace(d), "lead", "qualified"),
        60,
    ),
    Template(
        "select d.id, c.full_name from deals d join contacts c on c.id = d.contact_id where d.owner_id = %s and d.stage = %s",
        lambda d: (_owner(d), "won"),
        60,
    ),
    Template(
        "select d.serial, l.message from log_entries l join devices d on d.id = l.device_id where l.level = %s and d.state = %s",
        lambda d: ("error", "stolen"),
    ),
    Template("select id, due_on from tasks where owner_id = %s and done_at is null order by due_on", lambda d: (_owner(d),), 60),
    Template("select id from tasks where done_at is null and due_on < %s", lambda d: ("2026-02-15",)),
    Template("select id from tasks where kind = %s and due_on = %s", lambda d: ("visit", f"2026-02-{d.randint(1, 28):02}")),
    Template("update tasks set done_at = %s where id = %s", lambda d: ("2026-03-01 00:00+00", d.randint(1, 40000))),
)
