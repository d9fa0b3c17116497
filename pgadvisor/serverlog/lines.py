"""The lines of a log file: plain or gzip, of a path or standard input, one at a time."""

import codecs
import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import BinaryIO, cast

from pgadvisor.errors import UsageError
from pgadvisor.serverlog.entry import Tally

STANDARD_INPUT = "-"
_MOST_BYTES = 1 << 24  # of one line
_GZIP = b"\x1f\x8b"
TOO_LONG = "lines of more than 16 MB"
CUT_ARCHIVE = "the archive is cut off"


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """The file's bytes, unpacked where it is gzip. Raises UsageError for one that cannot be read."""
    with ExitStack() as stack:
        if path == STANDARD_INPUT:
            yield sys.stdin.buffer
            return
        try:
            plain = stack.enter_context(open(path, "rb"))
            packed = plain.read(2) == _GZIP
            plain.seek(0)
        except OSError as error:
            raise UsageError(f"cannot read the log file {path}: {error.strerror}", "name a readable server log") from None
        yield cast(BinaryIO, stack.enter_context(gzip.GzipFile(fileobj=plain))) if packed else plain


def decoded(file: BinaryIO, encoding: str, tally: Tally) -> Iterator[str]:
    """The lines without their ends. Bytes that are not `encoding` become U+FFFD, by which a text is known as unreadable."""
    decode = codecs.getdecoder(encoding)
    first = True
    for line in _raw(file, tally):
        if first:
            line, first = line.removeprefix(codecs.BOM_UTF8), False
        yield decode(line.rstrip(b"\r\n"), "replace")[0]


def _raw(file: BinaryIO, tally: Tally) -> Iterator[bytes]:
    """Lines; what is longer than any real one is passed over in pieces, so that memory stays bounded."""
    try:
        while line := file.readline(_MOST_BYTES):
            if len(line) == _MOST_BYTES and not line.endswith(b"\n"):
                tally.note(TOO_LONG)
                while (piece := file.readline(_MOST_BYTES)) and not piece.endswith(b"\n"):
                    pass
                continue
            yield line
    except (EOFError, zlib.error, gzip.BadGzipFile):
        tally.note(CUT_ARCHIVE)


_CODECS = {"SQL_ASCII": "utf-8", "MULE_INTERNAL": "utf-8", "EUC_TW": "utf-8", "SJIS": "cp932", "SHIFT_JIS_2004": "shift_jis_2004",
           "UHC": "cp949", "JOHAB": "johab", "WIN866": "cp866", "WIN874": "cp874", "EUC_CN": "gb2312", "KOI8R": "koi8_r",
           "KOI8U": "koi8_u", "BIG5": "big5", "LATIN5": "iso8859-9", "LATIN6": "iso8859-10", "LATIN7": "iso8859-13",
           "LATIN8": "iso8859-14", "LATIN9": "iso8859-15", "LATIN10": "iso8859-16"}  # fmt: skip


def codec_of(server_encoding: str) -> str:
    """Python's name of a server encoding (manual, "Character Set Support"); UTF-8 for one that Python does not have.

    >>> codec_of("UTF8"), codec_of("WIN1252"), codec_of("LATIN1"), codec_of("EUC_TW")
    ('utf-8', 'cp1252', 'iso8859-1', 'utf-8')
    """
    name = _CODECS.get(server_encoding, server_encoding.replace("WIN", "cp"))
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "utf-8"
