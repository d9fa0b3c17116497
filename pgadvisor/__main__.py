"""`python -m pgadvisor`."""

from pgadvisor.cli import main

main()
