"""A shop with two million rows and the load of its application, to try the tool on and to measure it with."""

from pgadvisor.demo.build import build
from pgadvisor.demo.load import run

__all__ = ["build", "run"]
