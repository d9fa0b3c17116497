"""Outputs kept as files: PGADVISOR_GOLDEN=1 writes them anew, and the difference is read in review."""

import os
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "golden"


def agree(name: str, text: str) -> None:
    """`text` is what the file `name` holds."""
    path = FOLDER / name
    if os.environ.get("PGADVISOR_GOLDEN") == "1":
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8") == text, f"{name} differs; PGADVISOR_GOLDEN=1 accepts the new text"
