"""Runs a command and writes how long it took and the most memory it held.

``python -I -S child.py RESULT COMMAND...``. A small process has to stand between the bench and the command:
a child's peak memory (``ru_maxrss``) starts at its parent's, and the bench may hold a lot.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path


def main(result: str, *command: str) -> None:
    """Run the command with this process's input, output and environment, and exit as it does."""
    began = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(pid, 0)
    wall_s = time.perf_counter() - began
    Path(result).write_text(
        # Linux counts in KiB.
        json.dumps({"wall_s": wall_s, "peak_bytes": usage.ru_maxrss * 1024}),
        encoding="utf-8",
    )
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(*sys.argv[1:])
