"""In which schemas the unqualified names of each role's statements are looked up."""

import re
from collections.abc import Collection, Iterable, Mapping

from pgadvisor.collect.reading import Reading
from pgadvisor.model.server import SearchPath, Setting

_BUILT_IN = '"$user", public'
_ELEMENT = re.compile(r'"((?:[^"]|"")*)"|([^\s,"]+)')


def schemas_of(setting: str, user: str, existing: Collection[str]) -> tuple[str, ...]:
    """The schemas of a search_path; "$user" is the role's own schema where there is one.

    >>> schemas_of('"$user", public, "My Schema"', "app", {"app", "public"})
    ('app', 'public', 'My Schema')
    """
    names = [quoted.replace('""', '"') if quoted else plain.lower() for quoted, plain in _ELEMENT.findall(setting)]
    expanded = [user if name == "$user" else name for name in names if name != "$user" or user in existing]
    return tuple(dict.fromkeys(name for name in expanded if name))


def read_search_paths(
    reading: Reading, users: Mapping[int, str], settings: Iterable[Setting], us: str, existing: Collection[str]
) -> tuple[SearchPath, ...]:
    """The path of each of `users` (oid: name) in this database: of the role in the database, else of the role, else of
    the database, else of the server. The server's own is what our session began with, unless it was set for us (`us` is
    our role) or for the database; then PostgreSQL's default stands for it."""
    overrides = {
        (row["role_oid"], row["database_oid"] != 0): path
        for row in reading.rows("role_settings")
        if (path := _path(row["settings"])) is not None
    }
    given = next((one.value for one in settings if one.name == "search_path"), _BUILT_IN)
    oids_of_us = {oid for oid, name in users.items() if name == us}
    known = not any(role in oids_of_us | {0} or not oids_of_us for role, _ in overrides)
    server = given if known else _BUILT_IN
    return tuple(
        SearchPath(oid, user, schemas_of(_effective(oid, overrides) or server, user, existing))
        for oid, user in sorted(users.items())
    )


def _effective(role: int, overrides: Mapping[tuple[int, bool], str]) -> str | None:
    order = ((role, True), (role, False), (0, True), (0, False))
    return next((overrides[key] for key in order if key in overrides), None)


def _path(settings: Iterable[str]) -> str | None:
    return next((value for name, _, value in (one.partition("=") for one in settings) if name == "search_path"), None)
