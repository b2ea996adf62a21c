"""Where this process is, whether another one is no more, and a thread that shows that this one lives."""

from __future__ import annotations

import hashlib
import logging
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from qa.domain.errors import StoreUnavailable

log = logging.getLogger(__name__)


def here() -> str:
    """Where this process is: host and process id for people, and in brackets what that really is.

    Two containers may bear one name and count their processes apart, and a process id may come again: the
    mark of the machine and the moment at which the process began tell them from one another.
    """
    mark = f"{_machine()} {_began(os.getpid())}"
    return f"{socket.gethostname()} process {os.getpid()} [{mark}]"


def gone(holder: str) -> bool:
    """Whether a process that ``here`` named is known to be no more; ``False`` for one of another machine."""
    where, _, mark = holder.removesuffix("]").rpartition(" [")
    process = where.rpartition(" ")[2]
    machine, _, began = mark.partition(" ")
    if machine != _machine() or not process.isdigit():
        return False
    return _began(int(process)) != began


def _began(process: int) -> str:
    """When a process of this machine began, in its own count; empty for none, and for one that has ended."""
    try:
        # Its name, in brackets, may hold anything: what counts comes after it.
        said = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = said.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else fields[19]


def _machine() -> str:
    """A mark of this machine since it was started, and of this container's process ids."""
    parts = [socket.gethostname().encode()]
    with suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_bytes())
        parts.append(bytes(Path("/proc/self/ns/pid").readlink()))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]


@contextmanager
def beating(beat: Callable[[], bool], every_s: float) -> Iterator[None]:
    """Call ``beat`` again and again in a thread of its own, until it says that there is nothing to keep alive.

    A store that is out of reach for a while is no reason to end: the next beat finds out whose place it is.
    """
    ended = Event()

    def work() -> None:
        while not ended.wait(every_s):
            try:
                if not beat():
                    return
            except StoreUnavailable as error:
                log.warning("no beat: %s", error.message)

    thread = Thread(target=work, name="run lock", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
