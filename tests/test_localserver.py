"""Local servers start, answer and leave nothing behind, however their owner ends."""

import signal
import subprocess
import sys
import time
from pathlib import Path

from pgadvisor.whatif.homes import sweep
from pgadvisor.whatif.localserver import LocalServer
from tests.postgres import binaries_for, wanted_majors

_OWNER = """
import sys, time
from pathlib import Path
from pgadvisor.whatif.binaries import read_binaries
from pgadvisor.whatif.localserver import LocalServer
server = LocalServer(read_binaries(Path(sys.argv[1])))
print(server.home, flush=True)
time.sleep(60)
"""


def test_a_server_answers_and_leaves_no_folder() -> None:
    with LocalServer(binaries_for(wanted_majors()[0])) as server:
        with server.connect() as connection:
            assert connection.info.server_version // 10000 == server.major
        assert server.home.exists()
    assert not server.home.exists()


def test_what_a_killed_owner_left_is_swept() -> None:
    folder = binaries_for(wanted_majors()[0]).folder
    owner = subprocess.Popen([sys.executable, "-c", _OWNER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    home = Path(owner.stdout.readline().strip())
    owner.stdout.close()
    sweep()
    assert home.exists(), "a living owner's server was swept away"
    pid = int((home / "data" / "postmaster.pid").read_text().splitlines()[0])
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    time.sleep(0.1)
    assert sweep() >= 1
    assert not home.exists()
    assert not Path(f"/proc/{pid}").exists()
