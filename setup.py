"""What pyproject.toml cannot say: the wheel carries the top level's `sql/` as pgadvisor/sql."""

from setuptools import find_namespace_packages, setup

setup(packages=[*find_namespace_packages(include=["pgadvisor*"]), "pgadvisor.sql"])
