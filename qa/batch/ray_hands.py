"""Workers as the driver sees them: what each is at, what waits for it, and how a dead one comes back."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import chain
from typing import Any

from qa.batch.ray_worker import Environment
from qa.batch.step import Step
from qa.batch.travel import Travel
from qa.domain.errors import ClusterUnavailable
from qa.services.ingest import Job

LONGEST_START_S = 300.0
"""What a worker may take to come up; longer, and the cluster has no room for it."""
MOST_STILLBORN = 3
"""Workers in a row that die before they take a job; then something is wrong with the nodes."""

REST_S = 15.0
"""How long after such a death the next one is tried: by then a node that is gone is known to be."""
MOST_WAITING = 16
"""Recordings that wait for their score, each with its sound, before their lane gets a new pool."""


@dataclass(eq=False, slots=True)
class Ride:
    """A job on its way over the cluster; its item stays there, and ``travel`` holds the way to it.

    Attributes:
        turn: Its place in the order in which recordings join pools; ``None`` for one that joins none.
        joined: Whether it has joined one.
        size_s: What it adds to a pool, seconds of audio.
        deaths: Workers that died with it.
        losses: Times its item was lost with a node.
    """

    travel: Travel
    turn: int | None = None
    joined: bool = False
    size_s: float = 0.0
    deaths: int = 0
    losses: int = 0


@dataclass(eq=False, slots=True)
class Load:
    """Jobs that a worker gets in one call."""

    rides: list[Ride]

    @property
    def jobs(self) -> list[Job]:
        """The jobs of it."""
        return [ride.travel.job for ride in self.rides]


@dataclass(frozen=True, slots=True)
class Group:
    """Consecutive steps that one worker holds, and the step after them."""

    steps: tuple[Step, ...]
    then: Step | None

    @property
    def pooled(self) -> bool:
        """Whether it is one step that takes many recordings at once."""
        return any(step.size is not None for step in self.steps)

    @property
    def reads(self) -> bool:
        """Whether what it gives goes into pools."""
        return not self.pooled and self.then is not None

    @property
    def name(self) -> str:
        """The steps' names; which of several a worker died in, nobody knows."""
        return " / ".join(step.name for step in self.steps)

    def first(self, job: Job) -> str:
        """The first of its steps that a job enters; empty for none."""
        entered = (step.name for step in self.steps if not (step.audio and job.heard is not None))
        return next(entered, "")


@dataclass(frozen=True, slots=True)
class Start:
    """What every worker is started with; ``worker`` is ``qa.batch.ray_worker.Worker`` as Ray's actor."""

    ray: Any
    worker: Any
    prepare: Callable[[], None]
    environment: Environment


class Hand:
    """A worker: a process somewhere on the cluster, made when it is first wanted and made anew when it dies.

    One call is under way at a time, so that when the process dies it is known with which jobs.

    Args:
        node: The node that it belongs to; it never goes elsewhere.
        options: Ray's options for the actor: what it takes of the node.
    """

    def __init__(self, start: Start, group: Group, node: str, options: Mapping[str, Any]) -> None:
        self.group = group
        self.node = node
        self.inbox: deque[Load] = deque()
        self.load: Load | None = None
        self.waits_for: Any = None
        self._start = start
        self._options = options
        self._actor: Any = None
        self._items: Sequence[Any] = ()
        self._greeted = False
        self._stillborn = 0
        self._made_at_s = self._rests_until_s = 0.0

    @property
    def idle(self) -> bool:
        """Whether it can be given a load."""
        return self.waits_for is None

    @property
    def spare(self) -> bool:
        """Whether it has nothing to do and nothing waits for it."""
        return self.load is None and not self.inbox

    def make(self) -> None:
        """Start the process, unless it is there."""
        if self._actor is not None or time.monotonic() < self._rests_until_s:
            return
        actor = self._start.worker.options(max_restarts=0, **self._options)
        self._actor = actor.remote(
            self.group.steps, self.group.then, self._start.prepare, self._start.environment
        )
        self._greeted = False
        self._made_at_s = time.monotonic()
        self.waits_for = self._actor.hello.remote()

    def begin(self) -> Load | None:
        """Give it the next load, if it is up; what it was given."""
        self.make()
        if self._actor is None or not self.idle or not self.inbox:
            return None
        load = self.load = self.inbox.popleft()
        rides = load.rides
        if self.group.pooled:
            call = self._actor.take_together.options(num_returns=1 + len(rides))
            self.waits_for, *self._items = call.remote(
                load.jobs, *[ride.travel.item for ride in rides]
            )
        else:
            (ride,) = rides
            call = self._actor.take.options(num_returns=2)
            self.waits_for, *self._items = call.remote(ride.travel.job, ride.travel.item)
        return load

    def foresee(self, item: Any) -> None:
        """Tell it of a recording that comes its way, where its step wants to know."""
        if not any(step.foresees for step in self.group.steps):
            return
        self.make()
        if self._actor is not None:
            self._actor.foresee.remote(item)

    def answered(self) -> tuple[Load | None, Any, Sequence[Any]]:
        """The load that came back, what became of it, and the ways to its items; raises Ray's errors.

        A worker that has just come up comes back without a load.
        """
        answer = self._start.ray.get(self.waits_for)
        load, items = self.load, self._items
        self.load, self.waits_for, self._items = None, None, ()
        if not self._greeted:
            self._check(answer)
            self._greeted = True
            self._stillborn = 0
            return None, None, ()
        return load, answer, items

    def died(self) -> Load | None:
        """Forget the process; the load that it died with, ``None`` where it had just been started.

        Raises ``ClusterUnavailable`` when it dies again and again before it takes a job.
        """
        load = self.load
        if not self._greeted:
            self._stillborn += 1
            self._rests_until_s = time.monotonic() + REST_S
            if self._stillborn >= MOST_STILLBORN:
                raise ClusterUnavailable(
                    "workers die on the Ray cluster before they take a recording",
                    hint="check that every node has this version of call-qa with its extras installed",
                )
        self.stop()
        return load

    def stop(self) -> None:
        """End the process."""
        if self._actor is not None:
            self._start.ray.kill(self._actor, no_restart=True)
        self._actor = self.load = self.waits_for = None
        self._items = ()

    def check_room(self) -> None:
        """Raise ``ClusterUnavailable`` when the process has not come up for too long."""
        late = time.monotonic() - self._made_at_s > LONGEST_START_S
        if self._actor is not None and not self._greeted and late:
            raise ClusterUnavailable(
                "the Ray cluster has no room for a worker",
                hint="`ray status` shows what is taken; wait for it, or add a node",
            )

    @staticmethod
    def _check(answer: tuple[str, int]) -> None:
        theirs, _ = answer
        ours = version("call-qa")
        if theirs != ours:
            raise ClusterUnavailable(
                f"a node of the Ray cluster runs Call QA {theirs}, this machine {ours}",
                hint="install the same version on every node",
            )


@dataclass(eq=False, slots=True)
class Lane:
    """One worker for each model of one device, and one that takes recordings from there to the end.

    Attributes:
        in_turn: Whether its models work one at a time, since they share the same cores.
    """

    node: str
    models: list[Hand]
    last: Hand | None
    in_turn: bool

    @property
    def hands(self) -> Iterator[Hand]:
        """All its workers, those furthest along first."""
        return chain([self.last] if self.last else [], reversed(self.models))

    @property
    def free(self) -> bool:
        """Whether it may be given a pool. Models that do not share cores have one pool each."""
        if self.last is not None and len(self.last.inbox) > MOST_WAITING:
            return False
        if self.in_turn:
            return all(hand.spare for hand in self.models)
        return self.models[0].spare and not any(hand.inbox for hand in self.models[1:])

    def ready(self, hand: Hand) -> bool:
        """Whether a worker of it may begin what waits for it."""
        if not hand.inbox or not hand.idle:
            return False
        others = [other for other in self.models if other is not hand]
        return hand is self.last or not self.in_turn or all(other.load is None for other in others)

    def after(self, hand: Hand) -> Hand | None:
        """The worker that takes what this one has done; ``None`` at the end."""
        at = self.models.index(hand) + 1
        return self.models[at] if at < len(self.models) else self.last
