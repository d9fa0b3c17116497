"""The third set of statements for `benchmarks.hidden --set 3`: written after everything was put right that the first two had
shown. Its first run was a test; some things were put right after it.
"""

import random

from benchmarks.values import Template


def _skewed(dice: random.Random, most: int, power: float) -> int:
    return 1 + int(most * dice.random() ** power)


def _member(dice: random.Random) -> str:
    return f"member{_skewed(dice, 8000, 2)}"


def _workspace(dice: random.Random) -> int:
    return _skewed(dice, 300, 4)


SHOP = (
    Template("select id, name from products where attributes ->> %s = %s and active", lambda d: ("size", "XL")),
    Template("select id, sku from products where (attributes ->> %s)::int > %s", lambda d: ("weight_g", 4900)),
    Template("select id, name from products where name ilike %s order by name limit %s", lambda d: ("%kettle%", 20)),
    Template("select id, email from customers where last_login_at > %s and country = %s", lambda d: ("2026-06-20", "FR")),
    Template("select id from customers where phone is null and created_at < %s", lambda d: ("2022-09-01",)),
    Template("select id from orders where customer_id = any(%s)", lambda d: ([_skewed(d, 6000, 2) for _ in range(5)],)),
    Template("select id from orders where status = %s and updated_at < %s", lambda d: ("paid", "2026-06-30")),
    Template("select id, total from orders where total between %s and %s order by total desc", lambda d: (400, 500)),
    Template("select product_id, rating from reviews where rating <= %s and created_at > %s", lambda d: (2, "2026-05-01")),
    Template(
        "select id from jobs where status = %s and run_at <= %s limit %s for update skip locked",
        lambda d: ("queued", "2026-06-30", 5),
    ),
    Template(
        "select id, action from audit_log where subject_type = %s and subject_id = %s", lambda d: ("order", d.randint(1, 3000))
    ),
    Template(
        "select o.id, p.status from orders o join payments p on p.order_id = o.id where p.status = %s and o.created_at > %s",
        lambda d: ("failed", "2025-06-01"),
    ),
    Template("select count(*) from reviews where product_id = %s and rating = %s", lambda d: (_skewed(d, 2000, 2), 5)),
)
TRACKER = (
    Template(
        "select id, number from issues where fields ->> %s = %s and state = %s", lambda d: ("component", "web", "in_progress")
    ),
    Template("select id from issues where labels && array[%s, %s] and state = %s", lambda d: ("label-7", "label-30", "open")),
    Template(
        "select id, number from issues where tenant_id = md5(%s)::uuid and updated_at > %s",
        lambda d: (f"tenant{_skewed(d, 400, 3)}", "2026-05-01"),
    ),
    Template("select id from issues where reporter_id = md5(%s)::uuid and assignee_id is null", lambda d: (_member(d),)),
    Template("select issue_id, body from comments where body like %s and edited", lambda d: ("Fixed%",)),
    Template(
        "select v.member_id from votes v join issues i on i.id = v.issue_id where i.state = %s and v.value = %s",
        lambda d: ("blocked", -1),
    ),
    Template("select id, name from members where joined_at >= %s and joined_at < %s", lambda d: ("2025-10-01", "2025-11-01")),
    Template(
        "select id from members where tenant_id = md5(%s)::uuid and role <> %s",
        lambda d: (f"tenant{_skewed(d, 400, 3)}", "member"),
    ),
    Template("select count(*) from logins where member_id = md5(%s)::uuid and at > %s", lambda d: (_member(d), "2026-05-01")),
    Template("select id from system_notes where details @> %s::jsonb and kind = %s", lambda d: ('{"from": 4}', "milestone")),
)
FLEET = (
    Template(
        "select id, serial from devices where labels && %s", lambda d: ([f"site-{d.randint(0, 79)}", f"site-{d.randint(0, 79)}"],)
    ),
    Template("select id from devices where workspace_id = %s and last_seen_at > %s", lambda d: (_workspace(d), "2026-02-28")),
    Template("select id from devices where state in (%s, %s) and battery is null", lambda d: ("maintenance", "stolen")),
    Template(
        "select at, value from readings where metric = %s and at > %s and value < %s", lambda d: ("voltage", "2026-02-27", 1)
    ),
    Template("select device_id, at from readings where quality = %s and metric = %s", lambda d: (3, "humidity")),
    Template("select id, code from log_entries where workspace_id = %s and code >= %s", lambda d: (_workspace(d), 500), 60),
    Template("select id from log_entries where (payload ->> %s)::int = %s and level = %s", lambda d: ("attempt", 3, "error")),
    Template("select id from log_entries where payload ->> %s = %s and at > %s", lambda d: ("peer", "10.0.3.1", "2026-02-25")),
    Template(
        "select id, message from log_entries where device_id = %s order by at desc limit %s", lambda d: (_skewed(d, 6000, 2), 10)
    ),
    Template("select id from log_entries where message ilike %s and level = %s", lambda d: ("%sensor drift%", "warning")),
    Template("select id, email from contacts where score > %s and not unsubscribed and country = %s", lambda d: (90, "DE")),
    Template(
        "select id from contacts where workspace_id = %s and language = %s and score >= %s", lambda d: (_workspace(d), "ja", 50)
    ),
    Template("select id, email from contacts where email like %s", lambda d: (f"contact{d.randint(100, 999)}%",)),
    Template(
        "select id from deals where expected_on between %s and %s and stage = %s", lambda d: ("2026-04-01", "2026-04-15", "offer")
    ),
    Template("select id, amount from deals where outcome = %s and amount > %s", lambda d: ("upsell", 10000)),
    Template(
        "select t.id, d.amount from tasks t join deals d on d.id = t.deal_id where t.owner_id = %s and d.stage = %s",
        lambda d: (_workspace(d) * 10 + int(8 * d.random() ** 2), "offer"),
    ),
    Template(
        "select id from tasks where workspace_id = %s and due_on <= %s and done_at is null",
        lambda d: (_workspace(d), "2026-03-01"),
        60,
    ),
    Template("delete from readings where device_id = %s and at < %s", lambda d: (d.randint(5000, 6000), "2026-01-26")),
)
