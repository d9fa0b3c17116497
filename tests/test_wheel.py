"""The wheel: it builds from the sources alone, and what it holds runs, its SQL with it."""

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PARTS = ("pgadvisor", "sql", "pyproject.toml", "setup.py", "README.md", "LICENSE")
BUILD = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"
READ = "from pgadvisor.connect.sqlfile import load; print(load('session/end')); import pgadvisor; print(pgadvisor.__file__)"


pytestmark = pytest.mark.skipif(int(version("setuptools").split(".")[0]) < 77, reason="an older setuptools builds no wheel")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sources, built = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("wheel")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, sources / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, sources / part)
    done = subprocess.run([sys.executable, "-c", BUILD, str(built)], cwd=sources, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        wheel.extractall(built / "there")
    return built / "there"


def _python(unpacked: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    return subprocess.run([sys.executable, *arguments], cwd=unpacked.parent, env=environment, capture_output=True, text=True)


def test_it_runs(unpacked: Path) -> None:
    done = _python(unpacked, "-m", "pgadvisor", "--help")
    assert done.returncode == 0, done.stderr
    assert "audit" in done.stdout


def test_it_carries_every_file_that_is_read_at_run_time(unpacked: Path) -> None:
    done = _python(unpacked, "-c", READ)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("ROLLBACK")
    assert str(unpacked) in done.stdout
    wanted = [path for ending in ("sql", "j2", "json") for path in (ROOT / "pgadvisor").rglob(f"*.{ending}")]
    assert [str(path) for path in wanted if not (unpacked / path.relative_to(ROOT)).exists()] == []
    statements = [path.relative_to(ROOT) for path in (ROOT / "sql").rglob("*.sql")]
    assert statements
    assert [str(path) for path in statements if not (unpacked / "pgadvisor" / path).exists()] == []
