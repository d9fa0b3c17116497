"""The shadow's database: production's encoding and default collation, as near as this machine has them.

Whether the default collation is C decides how the planner treats LIKE and sorting (src/backend/utils/adt/like_support.c),
and histograms are searched in collation order, so a linguistic order stands for a linguistic order.
"""

from collections.abc import Iterator

from pgadvisor.model.server import Server
from pgadvisor.whatif.wire import Connection, Refused, run

_LIBC_NOT_C = ("C.UTF-8", "C.utf8", "en_US.UTF-8", "UTF-8")


def is_c(server: Server) -> bool:
    """Whether text sorts by bytes by default. Every locale of the builtin provider does."""
    return server.locale_provider == "b" or (server.locale_provider == "c" and server.collate in ("C", "POSIX"))


def _libc(major: int, collate: str, ctype: str) -> str:
    provider = "LOCALE_PROVIDER libc " if major >= 15 else ""
    return f"{provider}LC_COLLATE {_literal(collate)} LC_CTYPE {_literal(ctype)}"


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "").replace("'", "''") + "'"


def _icu(server: Server) -> str:
    tag = server.collate.split(".")[0].replace("_", "-")
    return f"LOCALE_PROVIDER icu ICU_LOCALE {_literal(tag if tag not in ('', 'C', 'POSIX') else 'und')} LOCALE 'C'"


def _choices(server: Server, major: int) -> Iterator[tuple[str, str]]:
    """(encoding, locale clause), the most faithful first."""
    encodings = list(dict.fromkeys((server.encoding or "UTF8", "UTF8")))
    if is_c(server):
        if server.locale_provider == "b" and major >= 17:
            yield "UTF8", f"LOCALE_PROVIDER builtin BUILTIN_LOCALE {_literal(server.collate)} LOCALE 'C'"
        ctypes = dict.fromkeys((server.ctype, "C.UTF-8", "C"))
        yield from ((encoding, _libc(major, "C", ctype)) for encoding in encodings for ctype in ctypes)
        return
    for encoding in encodings:
        if server.locale_provider == "c":
            yield encoding, _libc(major, server.collate, server.ctype)
        if major >= 15:
            yield encoding, _icu(server)
    yield from (("UTF8", _libc(major, name, name)) for name in _LIBC_NOT_C)
    yield "UTF8", _libc(major, "C", "C")


def create_database(root: Connection, name: str, owner: str, server: Server, major: int) -> str | None:
    """Create the database; None, or one line saying what its collation is not."""
    reason = ""
    for encoding, locale in _choices(server, major):
        try:
            run(root, f"CREATE DATABASE {name} OWNER {owner} TEMPLATE template0 ENCODING {_literal(encoding)} {locale}")
        except Refused as error:
            reason = error.reason
            continue
        if not is_c(server) and "LC_COLLATE 'C' " in locale:
            return "this machine has no locale but C: LIKE and sorting are planned as under C"
        return None
    raise Refused(reason)
