from pathlib import Path

import pytest

from tests.migrate.support import Psql


@pytest.fixture
def psql(conninfo: str, tmp_path: Path) -> Psql:
    return Psql(conninfo, tmp_path)
