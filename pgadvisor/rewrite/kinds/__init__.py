"""The kinds of rewrite. One kind is one file, whose docstring says when it is equivalent and why; KINDS lists them all."""

from pgadvisor.rewrite.kind import Kind
from pgadvisor.rewrite.kinds import (
    arithmetic,
    array_element,
    calendar_day,
    calendar_period,
    calendar_year,
    coalesce,
    counted,
    elapsed,
    fractional_constant,
    not_distinct,
    not_in,
    or_union,
    padded_text,
    reversed_suffix,
    text_cast,
    wider_type,
)

KINDS: tuple[Kind, ...] = (
    calendar_day.KIND,
    calendar_period.KIND,
    calendar_year.KIND,
    elapsed.KIND,
    arithmetic.KIND,
    coalesce.KIND,
    not_distinct.KIND,
    text_cast.KIND,
    wider_type.KIND,
    fractional_constant.KIND,
    padded_text.KIND,
    array_element.KIND,
    reversed_suffix.KIND,
    not_in.KIND,
    counted.KIND,
    or_union.KIND,
)
