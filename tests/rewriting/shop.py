"""Two tables of every type that a rewrite knows, and values at the edges of each."""

DDL = """
create function lowered(varchar[]) returns varchar[] language sql immutable as $$
  select array_agg(lower(each))::varchar[] from unnest($1) each $$;
create table x (id bigint primary key, xn integer, xm integer not null, xtx text, ty char(2), dy date);
create table t (
  id bigint primary key, x_id bigint not null, s smallint, n integer, m integer not null, b bigint, num numeric, f float8,
  d date, ts timestamp, tz timestamptz, tx text, v varchar(20), c char(3), u uuid, flag boolean, tags text[], ints integer[],
  vs varchar[]
)
"""
WHOLE = ["0", "1", "-1", "2", "3", "7", "99", "100", "32767", "-32768"]
LARGE = [*WHOLE, "2147483647", "-2147483648"]
HUGE = [*LARGE, "9223372036854775807", "-9223372036854775808"]
DAYS = ["2024-01-01", "2024-01-31", "2024-02-29", "2024-11-03", "2023-12-31", "2025-01-01", "0001-01-01", "0044-03-15 BC"]
MOMENTS = [
    *DAYS, "2024-01-01 00:00:00.000001", "2023-12-31 23:59:59.999999", "2024-02-29 12:00", "2024-11-03 00:30", "2024-11-03 01:30",
    "2024-03-10 02:30", "2024-03-31 02:30", "2024-01-01 00:30",
]  # fmt: skip
ENDLESS = ["infinity", "-infinity"]
TEXTS = ["", "x", "X", " x", "x ", "%", "_", "abc", "xabc", "cba", "ab%c", "\\", "7", "007", "-1", "é"]
UUIDS = ["00000000-0000-0000-0000-000000000000", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]
ARRAYS = ["{}", "{x}", "{x,NULL}", "{X,abc}", "{{x,abc},{abc,x}}", "{NULL}", '{""}']
NUMBERS = ["0", "1", "1.5", "-1", "99", "99.5", "100", "NaN", "3.0"]

COLUMNS = {
    "x_id": WHOLE[:6], "s": WHOLE, "n": LARGE, "m": WHOLE[:6], "b": HUGE, "num": NUMBERS, "f": NUMBERS, "d": [*DAYS, *ENDLESS],
    "ts": [*MOMENTS, *ENDLESS], "tz": [*MOMENTS, *ENDLESS], "tx": TEXTS, "v": TEXTS, "c": ["", "x", "X", " x", "abc", "7"],
    "u": UUIDS, "flag": ["true", "false"], "tags": ARRAYS, "ints": ["{}", "{1}", "{1,NULL}", "{{1,2},{3,7}}"], "vs": ARRAYS,
}  # fmt: skip
NEVER_NULL = ("x_id", "m", "xm")
COLUMNS_OF_X = {"xn": LARGE, "xm": WHOLE[:6], "xtx": TEXTS, "ty": ["", "x", "X", "ab"], "dy": DAYS}
