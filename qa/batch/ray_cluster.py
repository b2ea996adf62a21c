"""The Ray cluster that a run uses: one of its own on this machine, or one that is there; and what goes where.

A cluster of its own listens on loopback alone, lets nobody in without a token that only this process and its
children know, keeps its files in a folder that nobody else can enter, and is gone with the run. None, ours or
another, is told to report anything to anybody.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.domain.errors import ClusterUnavailable, SettingsInvalid

QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_enable_metrics_collection": "0",
    # A worker's death is told in our own words, once; Ray's would be printed where a script reads our JSON.
    "RAY_IGNORE_UNHANDLED_ERRORS": "1",
    "RAY_DEDUP_LOGS": "1",
    "RAY_DEDUP_LOGS_SKIP_REGEX": "^",
    "RAY_SCHEDULER_EVENTS": "0",
}
ALONE = {
    # Without this Ray answers to loopback with the machine's outer address, and listens on every one.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "AUTOSCALER_METRIC_PORT": "-1",
    "RAY_AUTH_MODE": "token",
}
LOOPBACK = "127.0.0.1"
MOST_STORE_BYTES = 8 * 1024**3
_STORE_SHARE = 0.3
_LEAST_STORE_BYTES = 128 * 1024**2
_LONGEST_FOLDER = 40
"""Characters of the folder for Ray's files: the name of a socket inside it may have 107 in all."""
_PATIENCE_S = 10.0
_TAKING = "set_sigterm_handler"
_PREFIX = "qa-ray-"
MOST_READERS = 4
"""Recordings that one node reads at once, each with a core of its own and held in memory."""


@dataclass(frozen=True, slots=True)
class Node:
    """One machine of a cluster."""

    id: str
    cpus: float
    gpus: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a worker belongs, and the share of the machine it is counted with."""

    node: str
    cpus: float
    gpu: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Where recordings are read, and where the models work: a lane holds one worker for each model."""

    readers: tuple[Place, ...]
    lanes: tuple[Place, ...]


def layout(nodes: Sequence[Node]) -> Layout:
    """Spread the work over the nodes.

    A GPU is one lane, and every other core reads. Where there is no GPU each node is one lane whose models
    take turns on all its cores, since two models at once on the same cores slow one another down; it reads
    the next recordings beside them, with half the cores at most.

    Raises ``ClusterUnavailable`` for a cluster that has no processor to give.
    """
    able = [node for node in nodes if node.cpus > 0]
    if not able:
        raise ClusterUnavailable(
            "the Ray cluster has no processor to give",
            hint="add a node, or wait for one to be free",
        )
    with_gpu = [node for node in able if node.gpus]
    readers: list[Place] = []
    for node in able:
        spare = node.cpus - node.gpus if with_gpu else node.cpus // 2
        count = min(max(int(spare), 1), MOST_READERS * max(node.gpus, 1))
        share = 1.0 if spare >= 1 else node.cpus / 2
        readers += [Place(node.id, share)] * count
    if with_gpu:
        lanes = [
            Place(node.id, min(1.0, node.cpus / (2 * node.gpus)), gpu=True)
            for node in with_gpu
            for _ in range(node.gpus)
        ]
    else:
        lanes = [Place(node.id, node.cpus - _read_with(node, readers)) for node in able]
    return Layout(tuple(readers), tuple(lanes))


def _read_with(node: Node, readers: Sequence[Place]) -> float:
    return sum(reader.cpus for reader in readers if reader.node == node.id)


def nodes(ray: Any) -> tuple[Node, ...]:
    """The machines that are up."""
    return tuple(
        Node(
            node["NodeID"],
            float(node["Resources"].get("CPU", 0)),
            int(node["Resources"].get("GPU", 0)),
        )
        for node in ray.nodes()
        if node["Alive"]
    )


@contextmanager
def connected(address: str, *, cpus: int) -> Iterator[Any]:
    """Ray, connected for as long as the block lasts; a process that is connected already stays so.

    Args:
        address: ``auto`` or ``HOST:PORT`` of a cluster that is up; empty to start one on this machine.
        cpus: Cores of a cluster that is started.

    Raises ``SettingsInvalid`` when Ray is not installed and for what is no address, ``ClusterUnavailable``
    when no cluster can be had.
    """
    os.environ.update(QUIET)
    if not address and "ray" not in sys.modules:
        os.environ.update(ALONE)
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
    try:
        import ray
    except ImportError as error:
        raise SettingsInvalid(
            "Ray is not installed", hint='run: pip install "call-qa[ray]"'
        ) from error
    if ray.is_initialized():
        yield ray
        return
    logging.getLogger("ray").setLevel(logging.CRITICAL)
    with ExitStack() as stack:
        ways = {"address": address} if address else _own(stack.enter_context(_own_folder()), cpus)
        if address:
            _reach(address)
        try:
            with _sigterm_ours(ray):
                ray.init(log_to_driver=False, configure_logging=False, **ways)
        except (OSError, RuntimeError, ValueError) as error:
            raise _unavailable(address, error) from error
        stack.callback(_leave, ray)
        yield ray


@contextmanager
def _sigterm_ours(ray: Any) -> Iterator[None]:
    """Keep Ray (2.60) from taking SIGTERM for itself while it connects, which is seconds: a run has its own way to stop.

    Another version may take it by another way, and has it for those seconds.
    """
    used = ray._private.utils  # noqa: SLF001 - there is no option for it
    before, taking = signal.getsignal(signal.SIGTERM), getattr(used, _TAKING, None)
    if taking is not None:
        setattr(used, _TAKING, lambda _handler: None)
    try:
        yield
    finally:
        if taking is not None:
            setattr(used, _TAKING, taking)
        _take_sigterm_back(before)


def _leave(ray: Any) -> None:
    """Leave the cluster, and end it where it is our own."""
    before = signal.getsignal(signal.SIGTERM)
    ray.shutdown()
    _take_sigterm_back(before)


def _take_sigterm_back(handler: Any) -> None:
    """Let the handler of before have SIGTERM again.

    Ray's native part (2.60) sets it to the system's own way when it leaves a cluster, of which Python learns nothing:
    who goes on, as a watched folder does, would be ended by the signal at once.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, handler)


def _own(folder: Path, cpus: int) -> Mapping[str, Any]:
    return {
        "address": "local",
        "num_cpus": cpus,
        "include_dashboard": False,
        "object_store_memory": store_bytes(),
        "_node_ip_address": LOOPBACK,
        "_temp_dir": str(folder),
    }


def _reach(address: str) -> None:
    """Look whether anybody listens there: Ray ends the whole process where nobody does."""
    if address == "auto":
        address = os.environ.get("RAY_ADDRESS", address)
    host, _, port = address.rpartition(":")
    if address == "auto":
        return
    if not host or not port.isdigit():
        raise SettingsInvalid(
            f"{address} is no address of a Ray cluster", hint="name it as HOST:PORT, or auto"
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE_S).close()
    except OSError as error:
        raise _unavailable(address, error) from error


def _unavailable(address: str, error: Exception) -> ClusterUnavailable:
    detail = (str(error).strip().splitlines() or [type(error).__name__])[0]
    if not address:
        return ClusterUnavailable(
            f"Ray does not start on this machine: {detail}", hint="run with --engine local"
        )
    return ClusterUnavailable(
        f"no Ray cluster can be used at {address}: {detail}",
        hint="check --address or QA_RAY_ADDRESS; `ray status` on its head says whether it is up",
    )


def store_bytes() -> int:
    """Room for recordings on their way between workers: a share of memory, never all that may be shared."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    shared = Path("/dev/shm")  # noqa: S108 - asked for its room alone
    free = shutil.disk_usage(shared).free if shared.is_dir() else memory
    wanted = min(int(_STORE_SHARE * memory), int(0.9 * free), MOST_STORE_BYTES)
    return max(wanted, _LEAST_STORE_BYTES)


@contextmanager
def _own_folder() -> Iterator[Path]:
    """A folder that nobody else can enter, gone with the block; what a killed run left is cleared away."""
    root = Path(tempfile.gettempdir())
    if len(str(root)) > _LONGEST_FOLDER:
        root = Path("/tmp")  # noqa: S108 - mkdtemp makes a folder of ours alone in it
    _clear_left(root)
    private = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=root))
    try:
        # Ray opens the folder it is given to everybody, but not the one around it.
        yield private / "ray"
    finally:
        shutil.rmtree(private, ignore_errors=True)


def _clear_left(root: Path) -> None:
    for folder in root.glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX).split("-")[0]
        if owner.isdigit() and folder.stat().st_uid == os.getuid() and not _is_up(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_up(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
