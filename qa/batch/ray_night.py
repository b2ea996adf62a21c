"""One run over a Ray cluster, as the driver directs it; see ``qa.batch.ray``."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from qa.batch.ray_cluster import nodes
from qa.batch.ray_hands import Hand, Lane, Load, Ride
from qa.batch.ray_worker import Came, Report
from qa.batch.travel import Travel, broken, note_fault
from qa.domain.errors import ClusterUnavailable
from qa.services.ingest import Event, Finished, Job, Refused, StageBegan, Stop

log = logging.getLogger(__name__)

MOST_DEATHS = 2
"""Workers that a recording may take down; one death may be chance, such as a machine out of memory."""
MOST_LOSSES = 20
"""Times that a recording is read again because a node went away with it. It is never at fault, and may be sent to
the same node several times before the cluster knows that it is gone."""
MOST_DEATHS_IN_A_ROW = 24
"""More than a pool of poison takes down while it is halved: then it is not the recordings."""
_WAIT_S = 5.0
_PAUSE_S = 0.2
_ON_THEIR_WAY = 2
"""Jobs that only need scoring, handed to a worker at once: one at work, one to follow."""


class Coming:
    """The jobs that are not begun; taking one begins it, and ``stop`` is asked before."""

    def __init__(self, jobs: Iterable[Job], stop: Stop) -> None:
        self._jobs = iter(jobs)
        self._stop = stop
        self._next: Job | None = None
        self._over = False

    def peek(self) -> Job | None:
        """The next job, taken; ``None`` when there is none or none may be begun any more."""
        if self._next is None and not self._over:
            self._next = None if self._stop() else next(self._jobs, None)
            self._over = self._next is None
        return self._next

    def take(self) -> None:
        """Go on to the one after it."""
        self._next = None


class Night:
    """One run over the cluster: what is where, and what is to be done next.

    The driver's thread alone changes it. Nothing is begun while the consumer of the events is at work, and
    what is under way on the cluster goes on.
    """

    def __init__(
        self,
        ray: Any,
        coming: Coming,
        readers: list[Hand],
        lanes: list[Lane],
        pool_s: float,
    ) -> None:
        self._ray = ray
        self._coming = coming
        self._readers = readers
        self._lanes = lanes
        self._pool_s = pool_s
        self._pooled = any(lane.models for lane in lanes)
        self._again: deque[Ride] = deque()
        self._read: dict[int, Ride | None] = {}
        self._begun = self._joined = self._unended = 0
        self._pool: list[Ride] = []
        self._pool_held_s = 0.0
        self._pools: deque[Load] = deque()
        self._ahead_s = 0.0
        self._deaths_in_a_row = 0
        self._look_at_s = 0.0

    @property
    def _hands(self) -> Iterator[Hand]:
        """All workers, those furthest along first: what is nearly done makes room."""
        for lane in self._lanes:
            yield from lane.hands
        yield from self._readers

    def events(self) -> Iterator[Event]:
        """Everything that happens, until no job is left."""
        while True:
            yield from self._begin()
            under_way = {hand.waits_for: hand for hand in self._hands if not hand.idle}
            if not self._unended:
                return
            ready = self._wait(list(under_way))
            for event in chain(*(self._came(under_way[ref]) for ref in ready), self._lost_nodes()):
                self._unended -= not isinstance(event, StageBegan)
                yield event
            if not ready:
                for hand in under_way.values():
                    hand.check_room()

    def _wait(self, calls: list[Any]) -> list[Any]:
        """The next call that is back; none after a while."""
        if not calls:
            # Every worker that has something to do rests from a failed start.
            time.sleep(_PAUSE_S)
            return []
        ready, _ = self._ray.wait(calls, timeout=_WAIT_S)
        return list(ready)

    def end(self) -> None:
        """Break off what is still under way; workers at rest stay for the next run."""
        for hand in self._hands:
            hand.inbox.clear()
            if hand.load is not None:
                hand.stop()

    def _begin(self) -> Iterator[Event]:
        """Give work to whoever is free for it."""
        self._take_jobs()
        for lane in self._lanes:
            if self._pools and lane.free:
                self._to_lane(lane, self._pools.popleft())
            for hand in lane.hands:
                if lane.ready(hand):
                    yield from self._give(hand)
        for reader in self._readers:
            if reader.inbox:
                yield from self._give(reader)

    def _give(self, hand: Hand) -> Iterator[Event]:
        load = hand.begin()
        if load is None:
            return
        job = load.jobs[0]
        stage = hand.group.first(job)
        if stage:
            yield StageBegan(job, stage, together=len(load.rides))

    def _to_lane(self, lane: Lane, pool: Load) -> None:
        self._ahead_s -= sum(ride.size_s for ride in pool.rides)
        lane.models[0].inbox.append(pool)
        for hand in lane.models:
            for ride in pool.rides:
                hand.foresee(ride.travel.item)

    def _take_jobs(self) -> None:
        """Begin jobs while there is somebody for them, and not too much of what was read waits."""
        while self._again and (hand := self._first_hand(self._again[0].travel.job)):
            hand.inbox.append(Load([self._again.popleft()]))
        while (job := self._coming.peek()) is not None:
            full = self._ahead_s >= self._pool_s * len(self._lanes)
            hand = self._first_hand(job)
            if hand is None or (full and not self._only_scored(job)):
                break
            hand.inbox.append(Load([self._ride(job)]))
            self._unended += 1
            self._coming.take()
        reading = self._again or not all(reader.spare for reader in self._readers)
        if not reading and self._coming.peek() is None:
            self._close_pool()

    def _ride(self, job: Job) -> Ride:
        ride = _afresh(job)
        if self._pooled and not self._only_scored(job):
            ride.turn, self._begun = self._begun, self._begun + 1
            self._warm_up()
        return ride

    def _only_scored(self, job: Job) -> bool:
        """Whether a job goes past the models to the last worker of a lane."""
        return self._pooled and job.heard is not None

    def _first_hand(self, job: Job) -> Hand | None:
        """Who can take a job at its beginning; ``None`` while nobody can."""
        if self._only_scored(job):
            return self._scorer()
        return next((reader for reader in self._readers if reader.spare), None)

    def _warm_up(self) -> None:
        """Have the first model's process come up while the first recordings are read."""
        for lane in self._lanes:
            for hand in lane.models[:1]:
                hand.make()

    def _scorer(self) -> Hand | None:
        """Who takes a job that only needs scoring."""
        lasts = [lane.last for lane in self._lanes if lane.last is not None]
        hand = min(lasts, key=lambda last: len(last.inbox), default=None)
        return hand if hand is not None and len(hand.inbox) < _ON_THEIR_WAY else None

    def _came(self, hand: Hand) -> Iterator[Event]:
        """A worker came back: with results, or not at all."""
        errors = self._ray.exceptions
        try:
            load, report, items = hand.answered()
        except errors.RayTaskError as error:
            # The worker lives: an item did not reach it, or its result could not travel.
            load = hand.died()
            if load is not None:
                yield from self._failed(hand, load, error)
            return
        except errors.ObjectLostError:
            load = hand.died()
            if load is not None:
                yield from self._lost(hand, load.rides)
            return
        except errors.RayError:
            yield from self._died(hand)
            return
        if load is not None:
            self._deaths_in_a_row = 0
            yield from self._settled(hand, load, report, items)

    def _settled(
        self, hand: Hand, load: Load, report: Report, items: Sequence[Any]
    ) -> Iterator[Event]:
        for fault in report.faults:
            note_fault(fault.sha256, fault.stage, fault.kind, fault.frames)
        if report.fatal is not None:
            raise report.fatal
        going: list[Ride] = []
        for ride, came, item in zip(load.rides, report.came, items, strict=True):
            yield from _told(ride, came)
            ride.deaths = 0
            if came.ended:
                self._left_out(ride)
            else:
                ride.travel.item, ride.size_s = item, came.size_s
                going.append(ride)
        if hand.group.reads:
            for ride in going:
                self._ahead_s += ride.size_s
                self._join(ride)
        elif going:
            yield from self._pass_on(hand, going)

    def _pass_on(self, hand: Hand, rides: list[Ride]) -> Iterator[Event]:
        """What goes where after a worker that is none of the readers, or after these where nothing is pooled."""
        lane = next((lane for lane in self._lanes if hand in lane.models), None)
        following = lane.after(hand) if lane else None
        if following is None:
            for ride in rides:
                yield from self._finished(hand, ride)
        elif following.group.pooled:
            following.inbox.append(Load(rides))
        else:
            following.inbox.extend(Load([ride]) for ride in rides)

    def _finished(self, hand: Hand, ride: Ride) -> Iterator[Event]:
        try:
            scored = self._ray.get(ride.travel.item)
        except self._ray.exceptions.RayError:
            yield from self._lost(hand, [ride])
            return
        yield Finished(ride.travel.job, scored, ride.travel.stage_s)

    def _join(self, ride: Ride) -> None:
        """Put what was read into pools, in the order of the jobs."""
        ride.joined = True
        self._fill(ride, ride)

    def _left_out(self, ride: Ride) -> None:
        """Let the pools go on without a recording that they wait for."""
        if not ride.joined:
            self._fill(ride, None)

    def _fill(self, turn_of: Ride, ride: Ride | None) -> None:
        if turn_of.turn is not None:
            self._read[turn_of.turn] = ride
        while self._joined in self._read:
            joining = self._read.pop(self._joined)
            self._joined += 1
            if joining is not None:
                self._pool.append(joining)
                self._pool_held_s += joining.size_s
                if self._pool_held_s >= self._pool_s:
                    self._close_pool()

    def _close_pool(self) -> None:
        if self._pool:
            self._pools.append(Load(self._pool))
            self._pool, self._pool_held_s = [], 0.0

    def _died(self, hand: Hand) -> Iterator[Event]:
        """Have a dead worker's jobs done again, unless it is they that kill."""
        load = hand.died()
        if load is None:
            return
        if hand.node not in {node.id for node in nodes(self._ray)}:
            yield from self._lost(hand, load.rides)
            return
        self._deaths_in_a_row += 1
        if self._deaths_in_a_row > MOST_DEATHS_IN_A_ROW:
            raise ClusterUnavailable(
                f"workers keep dying in stage {hand.group.name}, whatever the recording",
                hint="check the nodes for memory; with --engine local the error is shown",
            )
        log.warning(
            "a worker died in stage %s; started anew for %d recordings",
            hand.group.name,
            len(load.rides),
        )
        for ride in load.rides:
            ride.deaths += 1
        if load.rides[0].deaths < MOST_DEATHS:
            hand.inbox.appendleft(load)
        elif len(load.rides) > 1:
            hand.inbox.extendleft(_halves(load))
        else:
            yield from self._refuse(hand, load.rides[0], "WorkerDied", died=True)

    def _failed(self, hand: Hand, load: Load, error: Any) -> Iterator[Event]:
        """A call did not do what every call of a worker does, which is to answer."""
        if isinstance(error.cause, self._ray.exceptions.RayError):
            yield from self._lost(hand, load.rides)
        elif len(load.rides) > 1:
            hand.inbox.extendleft(_halves(load))
        else:
            yield from self._refuse(hand, load.rides[0], type(error.cause).__name__)

    def _lost_nodes(self) -> Iterator[Event]:
        """Send away the workers of nodes that are gone, and have done elsewhere what they had."""
        now_s = time.monotonic()
        if now_s < self._look_at_s:
            return
        self._look_at_s = now_s + _WAIT_S
        up = {node.id for node in nodes(self._ray)}
        gone = [hand for hand in self._hands if hand.node not in up]
        self._lanes[:] = [lane for lane in self._lanes if lane.node in up]
        self._readers[:] = [reader for reader in self._readers if reader.node in up]
        if not self._lanes or not self._readers:
            raise ClusterUnavailable(
                "no node of the Ray cluster is left", hint="what was finished is kept; run it again"
            )
        for hand in gone:
            loads = [*([hand.load] if hand.load else []), *hand.inbox]
            hand.stop()
            hand.inbox.clear()
            for load in loads:
                yield from self._lost(hand, load.rides)

    def _lost(self, hand: Hand, rides: Sequence[Ride]) -> Iterator[Event]:
        """Items went away with a node: their jobs start anew."""
        for ride in rides:
            ride.losses += 1
            if ride.losses >= MOST_LOSSES:
                yield from self._refuse(hand, ride, "NodeLost")
                continue
            ride.travel.item = _afresh(ride.travel.job).travel.item
            if ride.joined:
                # Its turn is over; it joins a pool when it has been read again.
                ride.joined = False
                ride.turn, self._begun = self._begun, self._begun + 1
            self._again.append(ride)

    def _refuse(self, hand: Hand, ride: Ride, kind: str, *, died: bool = False) -> Iterator[Event]:
        self._left_out(ride)
        note_fault(ride.travel.job.sha256, hand.group.name, kind, "")
        yield replace(broken(ride.travel, hand.group.name, kind), died=died)


def _afresh(job: Job) -> Ride:
    """A job at its beginning; its path holds in a process that was started in another folder."""
    return Ride(Travel(job, replace(job, path=job.path.absolute())))


def _halves(load: Load) -> tuple[Load, Load]:
    """The second half, then the first, as ``extendleft`` takes them."""
    middle = len(load.rides) // 2
    return Load(load.rides[middle:]), Load(load.rides[:middle])


def _told(ride: Ride, came: Came) -> Iterator[Event]:
    """What a worker tells of a job, with the seconds of all stages; the first stage's begin is told before."""
    ride.travel.stage_s.update(came.stage_s)
    events = came.events
    for at, event in enumerate(events):
        if isinstance(event, Refused):
            yield replace(event, job=ride.travel.job, stage_s=ride.travel.stage_s)
        elif at:
            yield event
