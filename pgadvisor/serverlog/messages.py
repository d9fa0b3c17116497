"""What a message of the log says of a statement, in the languages that PostgreSQL speaks (lc_messages)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# msgstr of "statement: %s", "execute" and "execute fetch from" in src/backend/po, versions 13 to 18.
_STATEMENT = ("statement", "Anweisung", "sentencia", "instruction", "istruzione", "文", "ოპერატორი", "გამოსახულება",
              "명령 구문", "оператор", "sats", "语句", "陳述式", "comando", "instrução", "wyrażenie", "ifade")  # fmt: skip
_EXECUTE = ("execute", "Ausführen", "ejecutar", "exécute", "esecuzione di", "実行", "გაშვება", "쿼리실행", "выполнение", "kör",
            "виконувати", "виконання", "执行", "執行", "executar", "executa", "wykonanie")  # fmt: skip
_FETCH = ("execute fetch from", "Ausführen Fetch von", "ejecutar fetch desde", "exécute fetch à partir de",
          "esecuzione di fetch da", "取り出し実行", "자료뽑기", "выборка из", "kör hämtning från", "виконати витягнення з",
          "执行提取，来源为", "執行擷取，來源為")  # fmt: skip
_DURATION = r"(?P<duration>[^\W\d_]+ ?:? (?P<ms>\d+[.,]\d+) (?:ms|мс|ミリ秒|毫秒|მწმs?))"


def _any(words: tuple[str, ...]) -> str:
    return "|".join(map(re.escape, words))


_MESSAGE = re.compile(
    rf"(?:{_DURATION}(?:,? +|$))?(?:(?P<fetch>{_any(_FETCH)}) .*|(?:{_any(_STATEMENT)}) ?: (?P<statement>.*)"
    rf"|(?:{_any(_EXECUTE)}) (?P<name>[^\n]*?): (?P<execute>.*)|plan:\n(?P<plan>.*))?\Z",
    re.DOTALL,
)
_QUERY_TEXT = re.compile(
    r"Query Text: (?P<text>.*?)(?:\nQuery Parameters: (?P<parameters>.*?))?\n(?=[A-Z][^\n]*\(cost=)", re.DOTALL
)
_PARAMETER = re.compile(r"\$(\d+) = (?:(NULL)|'((?:[^']|'')*)')(?:, |\s*\Z)", re.DOTALL)
_PARAMETERS = re.compile(r"[^\n:$]{1,24}: ?\$1 = ", re.DOTALL)
_CUT = "..."  # how log_parameter_max_length marks what it left away


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says: the text that was executed, None for a bare duration.

    `planned`: auto_explain says so, which tells of a statement that others may have told of.
    """

    text: str | None = field(repr=False)
    ms: float | None = None
    planned: bool = False
    parameters: str | None = field(default=None, repr=False)


def said(message: str) -> Said | None:
    """What `message` says of a statement that was executed; None where it says nothing.

    >>> said("duration: 0.007 ms  execute <unnamed>: select $1")
    Said(ms=0.007, planned=False)
    """
    match = _MESSAGE.match(message)
    if match is None or match["fetch"]:
        return None
    ms = float(match["ms"].replace(",", ".")) if match["ms"] else None
    if match["plan"] is not None:
        query = _QUERY_TEXT.match(match["plan"])
        return None if query is None else Said(query["text"], ms, True, query["parameters"])
    text = match["statement"] if match["statement"] is not None else match["execute"]
    if text is None and (ms is None or match.end() != match.end("duration")):
        return None
    return Said(text, ms)


def is_parameters(text: str) -> bool:
    """Whether a line is the DETAIL of a statement's parameters, in whatever language."""
    return _PARAMETERS.match(text) is not None


def read_parameters(detail: str) -> Mapping[int, str | None] | None:
    """The parameters of a DETAIL, None for NULL; no mapping where one of them was cut off or is not understood.

    >>> read_parameters("parameters: $1 = 'it''s', $2 = NULL")
    {1: "it's", 2: None}
    """
    place = detail.find("$1 = ")
    found: dict[int, str | None] = {}
    while 0 <= place < len(detail):
        match = _PARAMETER.match(detail, place)
        if match is None or (match[3] or "").endswith(_CUT):
            return None
        found[int(match[1])] = None if match[2] else match[3].replace("''", "'")
        place = match.end()
    return found
