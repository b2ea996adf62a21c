"""Whatever the calls and the plan: the sample is repeatable, keeps its promises and knows its probabilities."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.domain.sampling import RISKS, FrameCall, SamplingPlan, draw, inclusion, lot

shares = st.sampled_from((0.0, 0.05, 0.3, 0.5, 1.0))
plans = st.builds(
    SamplingPlan,
    floor=shares,
    shares=st.dictionaries(st.sampled_from(RISKS), shares),
    agent_minimum=st.integers(0, 6),
    seed=st.text(max_size=8),
)
frames = st.lists(
    st.builds(
        FrameCall,
        call=st.text("abcdef0123456789", min_size=4, max_size=8),
        agent_id=st.sampled_from((None, "A1", "A2", "A3")),
        risks=st.frozensets(st.sampled_from(RISKS)),
        duration_s=st.floats(0, 3600),
        certain=st.booleans(),
    ),
    max_size=40,
    unique_by=lambda each: each.call,
)


@given(frames, plans)
def test_the_same_calls_in_another_order_are_the_same_sample(
    frame: list[FrameCall], plan: SamplingPlan
) -> None:
    other = sorted(frame, key=lambda each: lot(each.call, "another order"))
    assert draw(frame, plan) == draw(other, plan)


@given(frames, plans)
def test_what_is_drawn_had_the_chance_that_is_said(
    frame: list[FrameCall], plan: SamplingPlan
) -> None:
    chances = inclusion(frame, plan)
    sample = draw(frame, plan)
    assert all(0 <= chance <= 1 for chance in chances.values())
    assert all(each.chance == chances[each.call.call] > 0 for each in sample.draws)
    taken = {each.call.call for each in sample.draws}
    certain = {each.call for each in frame if each.certain}
    assert {name for name, chance in chances.items() if chance == 1} <= taken | certain
    assert not taken & certain
    assert sample.uncovered == sum(chance == 0 for chance in chances.values())


@given(frames, plans)
def test_every_agent_gets_the_minimum_and_the_floor_is_whole(
    frame: list[FrameCall], plan: SamplingPlan
) -> None:
    sample = draw(frame, plan)
    have = Counter(each.agent_id for each in frame)
    got = Counter(each.call.agent_id for each in sample.draws)
    got.update(each.agent_id for each in frame if each.certain)
    for agent, calls in have.items():
        if agent is not None:
            assert got[agent] >= min(calls, plan.agent_minimum)
    assert {each.call.call for each in sample.draws if each.in_floor} == {
        each.call for each in frame if not each.certain and lot(each.call, plan.seed) < plan.floor
    }


@given(frames, plans)
def test_the_chances_of_an_agents_calls_add_up_to_what_is_drawn_on_average(
    frame: list[FrameCall], plan: SamplingPlan
) -> None:
    """Without risks all calls of an agent are alike, and how many are drawn is a binomial raised to the minimum."""
    plain = [replace(each, risks=frozenset(), certain=False, agent_id="A1") for each in frame]
    chances = inclusion(plain, plan)
    n, p, expected = len(plain), plan.floor, 0.0
    weight = [1.0]
    for _ in range(n):
        weight = [
            (weight[k] * (1 - p) if k < len(weight) else 0) + (weight[k - 1] * p if k else 0)
            for k in range(len(weight) + 1)
        ]
    expected = sum(each * max(k, min(n, plan.agent_minimum)) for k, each in enumerate(weight))
    assert sum(chances.values()) == pytest.approx(expected if n else 0.0)
