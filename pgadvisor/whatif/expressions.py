"""Statistics of the keys that are expressions: without them the planner guesses 200 distinct values for each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pgadvisor.model.arrays import read_array
from pgadvisor.model.catalog import ColumnStatistics
from pgadvisor.model.names import Name, quote_identifier
from pgadvisor.model.snapshot import Lookup
from pgadvisor.whatif.elements import element_statistics
from pgadvisor.whatif.explain import Explainer
from pgadvisor.whatif.images import Image, image_statistics
from pgadvisor.whatif.sizes.keys import distinct_values, expression_columns, table_rows
from pgadvisor.whatif.wire import Refused, Rows

_DEFAULT_WIDTH = 32
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class ExpressionFacts:
    """The type of an expression and its statistics, those None where nothing is known."""

    type_name: str
    statistics: ColumnStatistics | None


class Expressions:
    """Asks the shadow for the types and images of expressions, as the role that explains; each is asked for once."""

    def __init__(self, lookup: Lookup, explainer: Explainer) -> None:
        self._lookup = lookup
        self._explainer = explainer
        self._known: dict[tuple[Name, str], ExpressionFacts] = {}
        self._stubs = {function.name.name for function in lookup.snapshot.functions if function.extension is None}

    def facts(self, table: Name, expression: str) -> ExpressionFacts:
        """What is known of an expression over one table's columns."""
        key = (table, expression)
        if key not in self._known:
            self._known[key] = self._find(table, expression)
        return self._known[key]

    def _find(self, table: Name, expression: str) -> ExpressionFacts:
        columns = expression_columns(self._lookup, table, expression)
        try:
            type_name = self._type_of(table, expression, columns)
            base = self._lookup.column_statistics(table, columns[0]) if len(columns) == 1 else None
            if base is None:
                return ExpressionFacts(type_name, self._several(table, columns))
            if type_name == "tsvector" or type_name.endswith("[]"):
                return ExpressionFacts(type_name, self._elements(table, expression, base, type_name))
            return ExpressionFacts(type_name, self._single(table, expression, base, type_name))
        except Refused:
            return ExpressionFacts("text", None)

    def _calls_stub(self, expression: str) -> bool:
        return not self._stubs.isdisjoint(_WORD.findall(expression))

    def _column_type(self, table: Name, column: str) -> str:
        return next(one.type_sql for one in self._lookup.tables[table].columns if one.name == column)

    def _type_of(self, table: Name, expression: str, columns: Sequence[str]) -> str:
        nulls = ", ".join(f"NULL::{self._column_type(table, column)} AS {quote_identifier(column)}" for column in columns)
        sql = f"SELECT pg_typeof(e)::text FROM (SELECT ({expression}) AS e FROM (SELECT {nulls}) AS t) AS x"  # noqa: S608
        rows = self._explainer.query(sql)
        return rows[0][0] or "text"

    def _several(self, table: Name, columns: Sequence[str]) -> ColumnStatistics | None:
        """An expression over several columns is taken to be as distinct as they are together, or as unique as a row."""
        known = [self._lookup.column_statistics(table, column) for column in columns]
        rows = table_rows(self._lookup, table)
        if len(columns) < 2 or None in known or rows <= 0:
            return None
        distinct = 1.0
        for statistics in known:
            distinct = min(rows, distinct * distinct_values(statistics, rows))
        share = -distinct / rows if distinct > 0.1 * rows else distinct
        return ColumnStatistics(table, "", False, 0.0, _DEFAULT_WIDTH, share)

    def _images(self, table: Name, expression: str, base: ColumnStatistics, values: str) -> Rows:
        """text, rank and width of the expression for each element of an array literal, in its order, and for NULL last."""
        type_sql, column = self._column_type(table, base.column), quote_identifier(base.column)
        values_of = f"unnest($1::{type_sql}[] || NULL::{type_sql}) WITH ORDINALITY AS t({column}, pgadvisor_n)"
        mapped = f"SELECT ({expression}) AS e, pgadvisor_n AS n FROM {values_of}"  # noqa: S608
        sql = f"SELECT e::text, dense_rank() OVER (ORDER BY e), coalesce(pg_column_size(e), 0) FROM ({mapped}) AS x ORDER BY n"  # noqa: S608
        return self._explainer.query(sql, (values,))

    def _single(self, table: Name, expression: str, base: ColumnStatistics, type_name: str) -> ColumnStatistics | None:
        rows = table_rows(self._lookup, table)
        frequencies = base.most_common_frequencies or ()
        images: list[Image] = []
        of_null: Image | None = None
        rest = max(0.0, 1.0 - base.null_fraction - sum(frequencies))
        bounds = _length(base.histogram_bounds)
        if self._lookup.snapshot.redacted or self._calls_stub(expression):  # an expression of stand-ins says nothing
            return self._inherited(table, base)
        for values, shares in (
            (base.most_common_values, frequencies),
            (base.histogram_bounds, (rest / max(1, bounds),) * bounds),
        ):
            if values is None or not shares:
                continue
            found = self._images(table, expression, base, values)
            weights = (*shares, base.null_fraction)
            made = [Image(text, int(rank or 0), weight, shares is frequencies, int(width or 0))
                    for (text, rank, width), weight in zip(found, weights, strict=False)]  # fmt: skip
            images += made[:-1]
            of_null = replace(made[-1], common=True)
        if not images or of_null is None:
            return self._inherited(table, base)
        known = [*images, of_null] if base.null_fraction else images
        return image_statistics(table, "", known, base, distinct_values(base, rows), rows, type_name)

    def _inherited(self, table: Name, base: ColumnStatistics) -> ColumnStatistics:
        """No values to compute with: as distinct as the column."""
        return ColumnStatistics(table, "", False, base.null_fraction, base.average_width_bytes, base.distinct)

    def _elements(self, table: Name, expression: str, base: ColumnStatistics, type_name: str) -> ColumnStatistics | None:
        """An expression with elements (to_tsvector, string_to_array): the elements of the histogram's bounds are a sample."""
        values = base.histogram_bounds or base.most_common_values
        if values is None or self._calls_stub(expression):
            return None
        type_sql, column = self._column_type(table, base.column), quote_identifier(base.column)
        text = "tsvector_to_array(e)::text" if type_name == "tsvector" else "e::text"
        mapped = f"SELECT ({expression}) AS e FROM unnest($1::{type_sql}[]) AS t({column})"  # noqa: S608
        sql = f"SELECT {text}, pg_column_size(e) FROM ({mapped}) AS x WHERE e IS NOT NULL"  # noqa: S608
        found = self._explainer.query(sql, (values,))
        sample = [(read_array(text or "{}"), int(width or 0)) for text, width in found]
        return element_statistics(table, sample, base.null_fraction, type_name == "tsvector")


def _length(array: str | None) -> int:
    try:
        return len(read_array(array)) if array is not None else 0
    except ValueError:
        return 0
