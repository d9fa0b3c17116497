"""SIZE on the command line, written as PostgreSQL writes it."""

import re

import click

_FACTORS = {"": 1, "B": 1, "kB": 1024, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4}


class Size(click.ParamType[int]):
    """`500MB`: a number and B, kB, MB, GB or TB (powers of 1024); a bare number is bytes."""

    name = "size"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(B|kB|MB|GB|TB|)\s*", str(value))
        if found is None:
            self.fail(f"{value!r} is not a size; write 500MB (B, kB, MB, GB, TB)", param, ctx)
        return int(float(found.group(1)) * _FACTORS[found.group(2)])
