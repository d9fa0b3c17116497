"""Schemas, extensions, and which objects are an extension's own."""

from pgadvisor.collect.reading import Reading
from pgadvisor.model.catalog import Extension


def read_schemas(reading: Reading) -> tuple[str, ...]:
    return tuple(row["name"] for row in reading.rows("schemas"))


def read_extensions(reading: Reading) -> tuple[Extension, ...]:
    return tuple(Extension(row["name"], row["version"], row["schema"]) for row in reading.rows("extensions"))


def read_available(reading: Reading) -> tuple[str, ...]:
    """Extensions that could be created: the server reads a control file for each."""
    return tuple(row["name"] for row in reading.rows("available_extensions"))


Members = dict[tuple[str, int], str]
"""The extension of an object, by its class (relation, type, function) and oid."""


def read_members(reading: Reading) -> Members:
    return {(row["class"], row["oid"]): row["extension"] for row in reading.rows("extension_members")}
