"""The Ray executor over two nodes, both on this machine, joined through loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from qa.batch.ray import RayExecutor
from qa.batch.ray_cluster import connected
from qa.batch.step import Step
from qa.domain.call import CallRecord
from qa.domain.errors import ClusterUnavailable, SettingsInvalid
from qa.services.ingest import Finished, Job, StageBegan

PROMPT_S = 120.0
_NODE = {
    "num_cpus": 1,
    "node_ip_address": "127.0.0.1",
    "include_dashboard": False,
    "object_store_memory": 128 * 2**20,
}
PAYLOAD = 300_000
QA = "from qa.cli.main import main; main()"


class Read:
    """Gives sound to a recording, more than travels in a message: it lies on the node that read it."""

    def run(self, job: Job) -> tuple[str, bytes]:
        return job.path.name, bytes(PAYLOAD)


class Hear:
    """Notes which node heard a recording; the one called ``waits`` waits to be let go."""

    def __init__(self, marks: Path) -> None:
        self._marks = marks

    def run(self, items: Sequence[tuple[str, bytes]]) -> list[str]:
        import ray

        heard = []
        for name, sound in items:
            assert len(sound) == PAYLOAD
            node = ray.get_runtime_context().get_node_id()
            (self._marks / name).write_text(node, encoding="utf-8")
            until = time.monotonic() + PROMPT_S
            while (
                name.startswith("waits")
                and not (self._marks / "go").exists()
                and time.monotonic() < until
            ):
                time.sleep(0.02)
            heard.append(f"{name} scored")
        return heard


class Tell:
    """Notes the GPUs that its worker has, and on which node."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def run(self, items: Sequence[Any]) -> list[Any]:
        import ray

        node = ray.get_runtime_context().get_node_id()
        self._mark.write_text(f"{node} {ray.get_gpu_ids()}", encoding="utf-8")
        return list(items)


def _nothing() -> None:
    pass


def _one(_: Any) -> float:
    return 1.0


def _job(name: str) -> Job:
    return Job(Path(name), name, CallRecord(call_id=name), "f", "h", None)


def _run(names: Sequence[str], marks: Path) -> Iterator[Any]:
    steps = [Step("decode", Read), Step("recognise", partial(Hear, marks), size=_one)]
    with RayExecutor(steps, pool_s=1.0, prepare=_nothing) as executor:
        for event in executor.run([_job(name) for name in names]):
            if not isinstance(event, StageBegan):
                yield event


@pytest.fixture(scope="module")
def nodes() -> Iterator[Any]:
    """A cluster of somebody's: a head, and room for a second node."""
    from ray.cluster_utils import Cluster

    # The name of a socket in it may not be long, as one in pytest's folders would be.
    with (
        tempfile.TemporaryDirectory(prefix="nodes-") as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("RAY_TMPDIR", folder)
        patch.setenv("RAY_health_check_period_ms", "500")
        patch.setenv("RAY_health_check_failure_threshold", "3")
        cluster = Cluster(initialize_head=True, head_node_args=_NODE)
        try:
            yield cluster
        finally:
            cluster.shutdown()


@pytest.fixture
def ray(nodes: Any) -> Iterator[Any]:
    with connected(nodes.address, cpus=1) as ray:
        ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
        yield ray


def _up(ray: Any) -> set[str]:
    return {node["NodeID"] for node in ray.nodes() if node["Alive"]}


def test_both_nodes_work_and_one_may_go_away_in_the_middle(
    nodes: Any, ray: Any, tmp_path: Path
) -> None:
    waiting = ("waits-1", "waits-2")
    names = [*"abcd", *waiting, *"efgh"]
    second = nodes.add_node(**_NODE)
    both = _up(ray)

    def go_away() -> set[str]:
        until = time.monotonic() + PROMPT_S
        while not all((tmp_path / name).exists() for name in waiting):
            assert time.monotonic() < until
            time.sleep(0.05)
        nodes.remove_node(second, allow_graceful=False)
        (tmp_path / "go").touch()
        return {(tmp_path / name).read_text("utf-8") for name in waiting}

    with ThreadPoolExecutor(1) as thread:
        worked = thread.submit(go_away)
        ended = list(_run(names, tmp_path))
    assert worked.result() == both
    assert sorted(event.job.sha256 for event in ended) == sorted(names)
    assert all(isinstance(event, Finished) for event in ended)


def test_the_models_of_a_lane_share_one_gpu_of_the_node_that_has_it(
    nodes: Any, ray: Any, tmp_path: Path
) -> None:
    first = _up(ray)
    second = nodes.add_node(**_NODE, num_gpus=1)
    (with_gpu,) = _up(ray) - first
    names = ("recognise", "diarize")
    steps = [
        Step("decode", Read),
        *(Step(name, partial(Tell, tmp_path / name), size=_one) for name in names),
    ]
    try:
        with RayExecutor(steps, pool_s=1.0, prepare=_nothing) as executor:
            events = list(executor.run([_job("a"), _job("b")]))
    finally:
        nodes.remove_node(second)
    assert sum(isinstance(event, Finished) for event in events) == 2
    told = [(tmp_path / name).read_text(encoding="utf-8") for name in names]
    assert told == [f"{with_gpu} [0]"] * 2


def test_a_cluster_that_is_not_there_is_named() -> None:
    with (
        pytest.raises(ClusterUnavailable, match=r"127\.0\.0\.1:9"),
        connected("127.0.0.1:9", cpus=1),
    ):
        pass


def test_what_is_no_address_is_named() -> None:
    with pytest.raises(SettingsInvalid, match="nowhere"), connected("nowhere", cpus=1):
        pass


@pytest.mark.models
def test_sample_calls_get_the_scorecards_that_they_get_locally(
    nodes: Any, root: Path, tmp_path: Path
) -> None:
    calls = [str(root / "samples" / kind / "en-code-please.wav") for kind in ("stereo", "mono")]
    second = nodes.add_node(**_NODE)
    try:
        there = _scorecards(tmp_path, calls, "--engine", "ray", "--address", nodes.address)
    finally:
        nodes.remove_node(second)
    here = _scorecards(tmp_path, calls)
    assert [card["status"] for card in here] == ["scored", "scored"]
    assert there == here


def _scorecards(tmp_path: Path, calls: Sequence[str], *engine: str) -> list[dict[str, Any]]:
    home = str(tmp_path / (engine[1] if engine else "local"))
    environment = {**os.environ, "QA_HOME": home, "QA_COMPANY_NAMES": "云帆科技,Northwind"}
    done = subprocess.run(
        [sys.executable, "-c", QA, "run", "--json", *engine, *calls],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    cards: list[dict[str, Any]] = json.loads(done.stdout)["scorecards"]
    return cards
