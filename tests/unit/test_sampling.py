"""What a sampling plan draws, and what that costs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from statistics import fmean, stdev
from typing import Any

import pytest

from qa.domain.sampling import (
    RISKS,
    FrameCall,
    Pace,
    Part,
    SamplingPlan,
    Workload,
    draw,
    inclusion,
    lot,
    total,
    work,
)

NONE = SamplingPlan(floor=0, shares={}, agent_minimum=0)


def call(name: str, *risks: Part, **changes: Any) -> FrameCall:
    plain = FrameCall(call=name, agent_id="A1", risks=frozenset(risks), duration_s=300.0)
    return replace(plain, **changes)


def many(n: int, *risks: Part, **changes: Any) -> list[FrameCall]:
    return [call(f"c{number}", *risks, **changes) for number in range(n)]


def names(frame: list[FrameCall], plan: SamplingPlan) -> dict[str, str]:
    return {each.call.call: each.reason.value for each in draw(frame, plan).draws}


def test_the_order_of_the_calls_changes_nothing() -> None:
    frame = [*many(300), *(call(f"r{n}", Part.LOW_CONFIDENCE, agent_id="A2") for n in range(60))]
    plan = SamplingPlan(floor=0.1, shares={Part.LOW_CONFIDENCE: 0.4})
    assert draw(frame, plan) == draw(frame[::-1], plan)
    assert names(frame, plan) != names(frame, replace(plan, seed="another"))


def test_a_call_is_drawn_for_its_most_pressing_reason() -> None:
    plan = SamplingPlan(floor=1.0, shares=dict.fromkeys(RISKS, 1.0), agent_minimum=5)
    frame = [
        call("a", Part.NEW_AGENT, Part.DISPUTED),
        call("b", Part.LOW_CONFIDENCE, Part.FAILED_CRITICAL),
        call("c"),
    ]
    assert names(frame, plan) == {"a": "disputed", "b": "failed_critical", "c": "random"}
    assert [each.call.call for each in draw(frame, plan).draws] == ["b", "a", "c"]


def test_the_floor_is_known_of_every_call_that_is_in_it() -> None:
    frame = [call(f"c{n}", *([Part.FAILED_CRITICAL] if n % 2 else [])) for n in range(400)]
    drawn = draw(frame, SamplingPlan(floor=0.2, shares={Part.FAILED_CRITICAL: 1.0})).draws
    assert {each.call.call for each in drawn if each.in_floor} == {
        each.call for each in frame if lot(each.call) < 0.2
    }
    assert {each.reason for each in drawn if each.in_floor} == {Part.FAILED_CRITICAL, Part.RANDOM}
    assert {each.chance for each in drawn} == {1.0, 0.2}


def test_a_larger_share_holds_a_smaller_one() -> None:
    frame = many(500)
    small, large = (set(names(frame, replace(NONE, floor=share))) for share in (0.05, 0.2))
    assert small < large


def test_each_agent_is_brought_to_the_minimum_as_far_as_they_have_calls() -> None:
    frame = [
        call(f"{agent}{n}", agent_id=agent)
        for agent, of in (("A", 30), ("B", 2))
        for n in range(of)
    ]
    drawn = draw(frame, replace(NONE, agent_minimum=3)).draws
    assert Counter(each.call.agent_id for each in drawn) == {"A": 3, "B": 2}
    chances = {"A": 0.1, "B": 1.0}
    assert all(each.chance == pytest.approx(chances[each.call.agent_id or ""]) for each in drawn)


def test_what_the_other_parts_draw_counts_to_the_minimum() -> None:
    frame = [call("r", Part.DISPUTED), *many(10)]
    plan = replace(NONE, shares={Part.DISPUTED: 1.0}, agent_minimum=2)
    reasons = Counter(names(frame, plan).values())
    assert reasons == {"disputed": 1, "agent_minimum": 1}
    assert inclusion(frame, plan)["c0"] == pytest.approx(0.1)


def test_a_call_put_in_by_hand_is_not_drawn_again_and_counts_to_the_minimum() -> None:
    frame = [call("hand", certain=True), *many(4)]
    drawn = draw(frame, replace(NONE, floor=0.0, agent_minimum=2)).draws
    assert len(drawn) == 1
    assert drawn[0].call.call != "hand"
    assert drawn[0].chance == pytest.approx(0.25)


def test_calls_without_an_agent_are_no_agents() -> None:
    frame = many(5, agent_id=None)
    sample = draw(frame, replace(NONE, agent_minimum=2))
    assert sample.draws == ()
    assert sample.uncovered == 5


def test_without_a_floor_it_is_said_how_many_calls_could_not_be_drawn() -> None:
    frame = [call("r", Part.DISPUTED, agent_id=None), *many(3, agent_id=None)]
    plan = replace(NONE, shares={Part.DISPUTED: 0.5})
    assert draw(frame, plan).uncovered == 3
    assert draw(frame, replace(plan, floor=0.01)).uncovered == 0


def test_nothing_is_drawn_from_nothing() -> None:
    sample = draw([], SamplingPlan())
    assert (sample.draws, sample.frame, sample.uncovered) == ((), 0, 0)


def test_what_an_agent_had_outside_the_frame_counts_towards_the_minimum_and_in_the_chances() -> (
    None
):
    frame = many(6)
    plan = replace(NONE, floor=0.2, agent_minimum=3)
    had = {"A1": 2}
    chances = inclusion(frame, plan, had)
    assert chances == inclusion(frame, replace(plan, agent_minimum=1))
    seeds = 3_000
    taken = Counter(
        each.call.call
        for seed in range(seeds)
        for each in draw(frame, replace(plan, seed=str(seed)), had).draws
    )
    for each, chance in chances.items():
        assert abs(taken[each] / seeds - chance) < 4 * (chance * (1 - chance) / seeds) ** 0.5
    assert len(draw(frame, replace(plan, floor=0.0), {"A1": 7}).draws) == 0


def test_the_work_is_so_many_minutes_a_call_and_the_length_of_its_recording() -> None:
    one, two = work(1, 600.0, Pace(minutes=2, listening=1.5)), work(2, 360.0)
    assert one == Workload(1, 600.0, 17.0)
    assert two == Workload(2, 360.0, 12.0)
    assert total([one, two]) == Workload(3, 960.0, 29.0)
    assert total([]) == Workload(0, 0, 0)


def test_what_is_no_plan_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        SamplingPlan(floor=1.2)
    with pytest.raises(ValueError, match="between 0 and 1"):
        SamplingPlan(shares={Part.DISPUTED: -0.1})
    with pytest.raises(ValueError, match="only a risk"):
        SamplingPlan(shares={Part.RANDOM: 0.1})
    with pytest.raises(ValueError, match="not negative"):
        SamplingPlan(agent_minimum=-1)
    with pytest.raises(ValueError, match="twice"):
        draw([call("a"), call("a")], SamplingPlan())


def test_the_probabilities_are_those_of_two_thousand_draws() -> None:
    frame = [
        *(call(f"a{n}", *([Part.LOW_CONFIDENCE] if n % 3 else [])) for n in range(12)),
        *(call(f"b{n}", *([Part.NEW_AGENT] if n % 4 else []), agent_id="B") for n in range(4)),
        call("hand", certain=True),
        call("nobody", agent_id=None),
    ]
    plan = SamplingPlan(
        floor=0.05, shares={Part.LOW_CONFIDENCE: 0.3, Part.NEW_AGENT: 0.1}, agent_minimum=3
    )
    taken = Counter(
        each.call.call
        for seed in range(2_000)
        for each in draw(frame, replace(plan, seed=str(seed))).draws
    )
    chances = inclusion(frame, plan)
    assert chances.pop("hand") == 1
    assert taken["hand"] == 0
    for name, chance in chances.items():
        # Four standard errors: one call in a thousand runs of this test would stray further.
        error = (chance * (1 - chance) / 2_000) ** 0.5
        assert taken[name] / 2_000 == pytest.approx(chance, abs=4 * error), name


def test_what_an_agent_had_before_counts_to_the_minimum() -> None:
    frame = many(10)
    plan = replace(NONE, agent_minimum=3)
    assert len(draw(frame, plan, {"A1": 2}).draws) == 1
    assert list(inclusion(frame, plan, {"A1": 2}).values()) == [pytest.approx(0.1)] * 10
    assert draw(frame, plan, {"A1": 3, "A2": 1}).draws == ()
    assert len(draw(frame, plan, {"A2": 3}).draws) == 3


def test_nightly_draws_that_follow_on_one_another_speak_for_all_calls_together() -> None:
    """What the first night drew decides what the second one adds, and the weights still add up to all calls."""
    nights = [
        [call(f"{night}-{n}", *([Part.LOW_CONFIDENCE] if n % 3 == 0 else [])) for n in range(calls)]
        for night, calls in enumerate((6, 9, 4))
    ]
    plan = SamplingPlan(floor=0.1, shares={Part.LOW_CONFIDENCE: 0.4}, agent_minimum=4)
    stand_for, risky = [], []
    for seed in range(1_500):
        had, weights = 0, {}
        for frame in nights:
            drawn = draw(frame, replace(plan, seed=str(seed)), {"A1": had}).draws
            had += len(drawn)
            weights |= {each.call: 1 / each.chance for each in drawn}
        stand_for.append(sum(weights.values()))
        risky.append(sum(weight for each, weight in weights.items() if each.risks))
    for counts, true in ((stand_for, 19), (risky, 7)):
        # Four standard errors of the mean.
        assert fmean(counts) == pytest.approx(true, abs=4 * stdev(counts) / 1_500**0.5)
