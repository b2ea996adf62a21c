"""The executor that runs on a Ray cluster: the same steps, on as many cores, GPUs and machines as there are.

Recordings are read by workers of their own ahead of the models; each model has one worker for each device
(``qa.batch.ray_cluster.layout``); recordings travel between workers through Ray's object store and never
through the driver, which holds the ways to them, the pools and the results. Pools are made in the order of
the jobs and by the same rule as ``qa.batch.local`` makes them, so that a recognition batch holds the same
windows wherever it runs and the scorecards are the same.

These are actors of Ray with one call each under way, and not Ray Data's ``map_batches`` (2.60), for what it
cannot keep: its actors restart and repeat a block for ever (``max_restarts`` and ``max_task_retries`` of -1)
or end the whole execution, so that a recording that takes its worker down is tried without end or stops the
night; which row of a block the worker died with is not told; a block's rows come out when all of it is done,
so that a result waits for its neighbours before it is stored; and an execution can be broken off but not
drained.

What happens when something dies:

- A worker: it is started anew, and its jobs are done again. One that takes down two workers by itself is
  refused as a fault; a pool that does is halved until the one recording is found.
- A node: what was on it is read again, on another.
- The driver: what it had handed over is stored, call by call; a cluster of its own ends with it, and on
  another one its workers do. The next run goes on.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import chain, takewhile
from types import TracebackType
from typing import Any, Self

from qa.batch.ray_cluster import Place, connected, layout, nodes
from qa.batch.ray_hands import Group, Hand, Lane, Start
from qa.batch.ray_night import Coming, Night
from qa.batch.ray_worker import Worker
from qa.batch.step import Step
from qa.services.ingest import Event, Job, Stop, never


class RayExecutor:
    """Takes jobs through every step on a Ray cluster, which it connects to when there is a first job.

    Args:
        steps: The pipeline.
        pool_s: Seconds of audio that a pooled step takes at once (see ``LocalExecutor``).
        address: ``auto`` or ``HOST:PORT`` of a cluster that is up; empty to start one on this machine.
        cpus: Cores of a cluster that is started.
        prepare: Called in each worker before it imports a library.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        *,
        pool_s: float = 300.0,
        address: str = "",
        cpus: int = 1,
        prepare: Callable[[], None],
    ) -> None:
        before = tuple(takewhile(lambda step: step.size is None, steps))
        rest = steps[len(before) :]
        pooled = tuple(takewhile(lambda step: step.size is not None, rest))
        after = tuple(rest[len(pooled) :])
        thens = (*pooled[1:], None)
        self._before = Group(before, pooled[0] if pooled else None)
        self._pooled = tuple(
            Group((step,), then) for step, then in zip(pooled, thens, strict=False)
        )
        self._after = Group(after, None)
        self._pool_s = pool_s
        self._address = address
        self._cpus = cpus
        self._prepare = prepare
        self._open = ExitStack()
        self._ray: Any = None
        self._readers: list[Hand] = []
        self._lanes: list[Lane] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the cluster, and end it where it is our own."""
        for hand in chain(self._readers, *(lane.hands for lane in self._lanes)):
            hand.stop()
        self._ray, self._readers, self._lanes = None, [], []
        self._open.close()

    def run(self, jobs: Iterable[Job], stop: Stop = never) -> Iterator[Event]:
        """Events as they happen (see ``qa.services.ingest.Executor``), not in the order of the jobs.

        ``StageBegan`` of a worker's second step and those after it comes with their results, and seconds
        are those of workers, which work side by side.

        Raises what is ``FATAL`` for all calls, such as ``ModelMissing``, and ``ClusterUnavailable``.
        """
        coming = Coming(jobs, stop)
        if coming.peek() is None:
            return
        if self._ray is None:
            self._ray = self._open.enter_context(connected(self._address, cpus=self._cpus))
            self._staff(self._ray)
        night = Night(self._ray, coming, self._readers, self._lanes, self._pool_s)
        try:
            yield from night.events()
        finally:
            night.end()

    def _staff(self, ray: Any) -> None:
        """Say which workers there are; a process is started when there is something for it."""
        # Ray counts into this the cores that a worker reserves; the models are to see what they see locally.
        threads = {"OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS")}
        start = Start(ray, ray.remote(Worker), self._prepare, threads)
        plan = layout(nodes(ray))
        self._readers = [
            Hand(start, self._before, place.node, _options(place)) for place in plan.readers
        ]
        self._lanes = [self._lane(start, place) for place in plan.lanes]

    def _lane(self, start: Start, place: Place) -> Lane:
        options = _options(place)
        for_models, for_last = {**options}, {**options, "num_cpus": 0}
        if place.gpu and self._pooled:
            strategy = _one_gpu(start.ray, place)
            for_models |= {"num_gpus": 1 / len(self._pooled), "scheduling_strategy": strategy}
        # The first model's worker is counted with all the lane's cores, since the others only take its turn.
        models = [
            Hand(start, group, place.node, {**for_models, "num_cpus": 0 if at else place.cpus})
            for at, group in enumerate(self._pooled)
        ]
        last = Hand(start, self._after, place.node, for_last) if self._after.steps else None
        return Lane(place.node, models, last, in_turn=not place.gpu)


def _options(place: Place) -> dict[str, Any]:
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    strategy = NodeAffinitySchedulingStrategy(place.node, soft=False)
    return {"num_cpus": place.cpus, "scheduling_strategy": strategy}


def _one_gpu(ray: Any, place: Place) -> Any:
    """Where workers share one and the same GPU of a node."""
    from ray.util.placement_group import placement_group
    from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

    (address,) = (
        node["NodeManagerAddress"] for node in ray.nodes() if node["NodeID"] == place.node
    )
    # The resource that every node has of itself alone keeps the group there.
    group = placement_group([{"GPU": 1, "CPU": place.cpus, f"node:{address}": 0.001}])
    return PlacementGroupSchedulingStrategy(group, placement_group_bundle_index=0)
