"""What people's decisions say of sentences, and whose decisions count, in a real store."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from qa import bootstrap
from qa.domain.calibration import CalibrationState, RatingDecision
from qa.domain.call import Role
from qa.domain.correction import CorrectionKind
from qa.domain.dispute import DisputeState
from qa.domain.learnable import learnables
from qa.domain.lesson import Example, Sign
from qa.domain.review import Purpose
from qa.domain.scorecard import Outcome
from qa.ports.calibration import NewCalibration, RatingContent
from qa.services import disputes
from qa.services.browse import RubricTexts
from qa.services.learning.examples import told
from tests.integration.learning_lab import Site, settings_of

PASS, FAIL = Outcome.PASS, Outcome.FAIL
ASKS = "您这通电话打得还划算吧？"
KNOWN = "请问您对这次服务还满意吗？"
RUDE = "你烦不烦啊。"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(settings_of(tmp_path, encoder="off"))


def said(site: Site, head: str = "satisfaction_question") -> list[Example]:
    rubric = site.source.rubric
    with site.open_store() as unit:
        found = told(unit, rubric.ref.id, learnables(rubric))
    return [each.example for each in found if each.example.head == head]


def signs(examples: list[Example]) -> Counter[Sign]:
    return Counter(each.sign for each in examples)


# --- signs -------------------------------------------------------------------------------------


def test_a_pass_with_the_agents_sentence_is_what_the_head_is_to_know(site: Site) -> None:
    call = site.call("c1", ASKS, "zh")
    assert site.verdict(call, "satisfaction_question").outcome is FAIL
    site.review(call, PASS, ASKS)
    (found,) = said(site)
    assert (found.sentence, found.language, found.sign) == (ASKS, "zh", Sign.POSITIVE)
    assert (found.call, found.decided_at, found.by.name) == (call, site.clock.now(), "孙悦")


def test_a_pass_that_points_at_nothing_says_nothing(site: Site) -> None:
    site.review(site.call("c1", ASKS, "zh"), PASS)
    assert said(site) == []


def test_where_person_and_machine_agree_the_machines_proof_is_one(site: Site) -> None:
    call = site.call("c1", KNOWN, "zh")
    assert site.verdict(call, "satisfaction_question").outcome is PASS
    site.review(call, PASS)
    assert [(each.sentence, each.sign) for each in said(site)] == [(KNOWN, Sign.POSITIVE)]


def test_a_fail_of_what_the_machine_passed_is_what_it_must_pass_over(site: Site) -> None:
    site.review(site.call("c1", KNOWN, "zh"), FAIL)
    assert [(each.sentence, each.sign) for each in said(site)] == [(KNOWN, Sign.NEGATIVE)]


def test_a_confirmed_omission_makes_what_was_said_instead_nothing_of_the_kind(site: Site) -> None:
    call = site.call("c1", "您找对应的维修点就可以。", "zh")
    site.review(call, FAIL)
    found = said(site)
    assert set(signs(found)) == {Sign.BACKGROUND}
    assert "您找对应的维修点就可以。" in [each.sentence for each in found]
    assert "嗯。" not in [each.sentence for each in found], "the customer's"


def test_for_a_bad_act_it_is_the_other_way_round(site: Site) -> None:
    rude = site.call("c1", RUDE, "zh")
    site.review(rude, FAIL, RUDE, criterion="courtesy")
    polite = site.call("c2", "", "zh")
    assert site.verdict(polite, "courtesy").outcome is PASS
    site.review(polite, PASS, criterion="courtesy")
    found = said(site, "discourtesy")
    assert {each.sentence for each in found if each.sign is Sign.POSITIVE} == {RUDE}
    assert {each.call for each in found if each.sign is Sign.BACKGROUND} == {polite}


def test_what_the_customer_said_teaches_nothing_of_the_agent(site: Site) -> None:
    call = site.call("c1", "", "zh")
    site.review(call, PASS, "我的包裹三天没到了")
    assert said(site) == []


def test_one_language_alone_is_enough_to_tell(site: Site) -> None:
    site.review(site.call("c1", "Was it worth your time?", "en"), PASS, "Was it worth your time?")
    assert [each.language for each in said(site)] == ["en"]


# --- whose word counts -------------------------------------------------------------------------


def test_an_agents_account_cannot_teach(site: Site) -> None:
    site.review(site.call("c1", ASKS, "zh"), PASS, ASKS, by="amy")
    assert said(site) == []


def test_nobody_teaches_from_their_own_call(site: Site) -> None:
    call = site.call("c1", ASKS, "zh", agent_id="A900")
    site.review(call, PASS, ASKS, by="sam")
    assert said(site) == []
    site.later()
    site.review(call, PASS, ASKS, by="sun")
    assert len(said(site)) == 1


def test_a_draft_teaches_nothing(site: Site) -> None:
    site.review(site.call("c1", ASKS, "zh"), PASS, ASKS, submitted=False)
    assert said(site) == []


def test_a_review_that_was_replaced_teaches_nothing(site: Site) -> None:
    call = site.call("c1", ASKS, "zh")
    site.review(call, PASS, ASKS)
    site.later()
    site.review(call, FAIL, by="ada")
    found = said(site)
    assert Sign.POSITIVE not in signs(found)
    assert {each.by.name for each in found} == {"Ada Lovelace"}


def test_what_was_decided_before_a_call_was_scored_anew_still_counts(site: Site) -> None:
    call = site.call("c1", ASKS, "zh")
    site.review(call, PASS, ASKS)
    site.later()
    site.call("c1", ASKS, "zh", fingerprint="f2")
    assert [each.sign for each in said(site)] == [Sign.POSITIVE]


def test_a_deleted_call_teaches_nothing(site: Site) -> None:
    call = site.call("c1", ASKS, "zh")
    site.review(call, PASS, ASKS)
    engine = bootstrap.engine(site.settings)
    with engine.begin() as connection:
        for table in ("reviews", "scorecards", "call_texts", "calls"):
            connection.exec_driver_sql(f"delete from {table}")  # noqa: S608 - names of our own
    assert said(site) == []


def test_a_clip_by_somebody_whose_word_does_not_count_proves_nothing(site: Site) -> None:
    call = site.call("c1", ASKS, "zh", agent_id="A900")
    site.review(call, PASS, ASKS, by="sam")
    site.later()
    site.review(call, PASS)
    assert said(site) == [], "the clip is by the agent of the call"


# --- disputes ----------------------------------------------------------------------------------


def dispute(site: Site, call: str) -> str:
    amy = site.users["amy"].user_id
    assert amy
    with site.open_store(writes=True) as unit:
        raised = unit.answers.raise_dispute(
            call,
            criterion="satisfaction_question",
            contested=FAIL,
            contested_points=0.0,
            by=amy,
            reason="I did ask.",
            at=site.clock.now(),
        )
        unit.commit()
    return raised


def settle(site: Site, raised: str, call: str, choice: str) -> DisputeState:
    with site.open_store() as unit:
        seen = unit.calls.detail(call).version
    return disputes.decide(
        site.open_store,
        RubricTexts(bootstrap.parse_rubric),
        site.clock,
        site.users["ada"],
        raised,
        choice=choice,
        reason="I listened too.",
        seen=seen or "",
    ).state


def test_what_is_still_disputed_teaches_nothing(site: Site) -> None:
    call = site.call("c1", "您找对应的维修点就可以。", "zh", agent_id="A201")
    site.review(call, FAIL)
    assert said(site)
    dispute(site, call)
    assert said(site) == []


def test_a_decided_dispute_teaches_what_was_decided(site: Site) -> None:
    call = site.call("c1", ASKS, "zh", agent_id="A201")
    site.review(call, PASS, ASKS, by="sam")
    site.later()
    site.review(call, FAIL)
    site.later()
    raised = dispute(site, call)
    site.later()
    assert settle(site, raised, call, "pass") is DisputeState.CHANGED
    (found,) = said(site)
    assert (found.sign, found.sentence, found.by.name) == (Sign.POSITIVE, ASKS, "Ada Lovelace")


def test_a_dispute_that_was_upheld_leaves_what_it_was(site: Site) -> None:
    call = site.call("c1", "您找对应的维修点就可以。", "zh", agent_id="A201")
    site.review(call, FAIL)
    site.later()
    raised = dispute(site, call)
    site.later()
    assert settle(site, raised, call, "fail") is DisputeState.UPHELD
    assert set(signs(said(site))) == {Sign.BACKGROUND}


# --- corrected words ---------------------------------------------------------------------------


def test_words_are_those_that_a_person_corrected(site: Site) -> None:
    call = site.call("c1", "您这通店话打得还花蒜吧？", "zh")
    turn = next(
        place for place, each in enumerate(site.transcript(call).turns) if "花蒜" in each.text
    )
    sun = site.users["sun"].user_id
    assert sun
    with site.open_store(writes=True) as unit:
        unit.reviews.correct(
            call,
            turn=turn,
            kind=CorrectionKind.TEXT,
            value=ASKS,
            author_id=sun,
            at=site.clock.now(),
        )
        unit.commit()
    site.review(call, PASS, "花蒜")
    assert [each.sentence for each in said(site)] == [ASKS]


def test_a_turn_that_was_the_customers_after_all_teaches_nothing(site: Site) -> None:
    call = site.call("c1", ASKS, "zh")
    turns = site.transcript(call).turns
    place = next(place for place, each in enumerate(turns) if ASKS in each.text)
    assert turns[place].speaker is Role.AGENT
    sun = site.users["sun"].user_id
    assert sun
    with site.open_store(writes=True) as unit:
        unit.reviews.correct(
            call,
            turn=place,
            kind=CorrectionKind.SPEAKER,
            value="customer",
            author_id=sun,
            at=site.clock.now(),
        )
        unit.commit()
    site.review(call, PASS, ASKS)
    assert said(site) == []


def test_a_review_of_a_dispute_alone_is_a_review(site: Site) -> None:
    call = site.call("c1", ASKS, "zh")
    site.review(call, PASS, ASKS, purpose=Purpose.DISPUTE)
    assert [each.sign for each in said(site)] == [Sign.POSITIVE]


# --- calibration -------------------------------------------------------------------------------


def test_what_a_session_agreed_on_teaches_with_the_clips_of_who_said_the_same(site: Site) -> None:
    call = site.call("c1", ASKS, "zh")
    sun, ada = site.users["sun"].user_id, site.users["ada"].user_id
    assert sun
    assert ada
    at, clip = site.clock.now(), site.clip(call, ASKS)
    decision = RatingDecision("satisfaction_question", PASS, 5.0, 5.0, "", "", (clip,), at)
    with site.open_store(writes=True) as unit:
        kept = unit.calibrations
        made = kept.add(NewCalibration("Blind", "", ada, at, [call], [sun]), at=at)
        rating = kept.put_rating(
            made.public_id,
            1,
            rater_id=sun,
            seen_before=False,
            content=RatingContent([decision], [], ""),
            at=at,
        )
        kept.submit(rating.public_id, score=90.0, at=at)
        unit.commit()
    assert said(site) == [], "a rating alone counts for nothing"
    with site.open_store(writes=True) as unit:
        unit.calibrations.keep(
            replace(made, state=CalibrationState.REVEALED, revealed_at=at, revision=2)
        )
        unit.calibrations.put_master(
            made.public_id,
            1,
            criterion="satisfaction_question",
            outcome=PASS,
            points=5.0,
            max_points=5.0,
            reason="We heard it.",
            decided_by=ada,
            at=at,
        )
        unit.commit()
    (found,) = said(site)
    assert (found.sentence, found.sign, found.by.name) == (ASKS, Sign.POSITIVE, "Ada Lovelace")
