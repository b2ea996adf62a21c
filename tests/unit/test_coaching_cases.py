"""The case library: what may be marked, who hears it, and that a clip is the stretch and nothing else."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from qa import bootstrap
from qa.config import Settings
from qa.domain.access import CONSOLE, VISITOR
from qa.domain.call import Role
from qa.domain.cases import Case, CaseKind, CaseNotFound, CaseQuery, Said
from qa.domain.correction import CorrectionKind
from qa.domain.errors import CallNotFound, InputInvalid, NotAllowed
from qa.ports import AudioShelf
from qa.services import cases
from qa.services.cases import COMMENT_LIMIT, CaseDraft
from tests.unit.coaching_lab import DURATION_S, Lab, lab_in, rubric

RATE = 8_000


@pytest.fixture
def lab(empty_home: Path, tmp_path: Path) -> Lab:
    return lab_in(Path(shutil.copytree(empty_home, tmp_path / "var")))


@pytest.fixture
def shelf(tmp_path: Path) -> AudioShelf:
    return bootstrap.shelf(Settings(home=tmp_path / "var"))


def draft(call: str, **changes: Any) -> CaseDraft:
    whole = CaseDraft(
        call=call,
        kind=CaseKind.GOOD,
        criterion="greeting",
        start_s=0.0,
        end_s=7.0,
        comment="Names the company at once.",
        team="",
    )
    return replace(whole, **changes)


def mark(lab: Lab, call: str, who: str = "sun", **changes: Any) -> Case:
    return cases.mark_case(
        lab.open_store, lab.people[who], lab.clock, rubric(), draft(call, **changes)
    )


def listed(lab: Lab, who: str, **query: Any) -> list[str]:
    found = cases.list_cases(lab.open_store, lab.people[who], CaseQuery(**query))
    return [case.public_id for case in found.rows]


# --- marking -----------------------------------------------------------------------------------


def test_a_case_is_kept_with_the_words_of_its_stretch(lab: Lab) -> None:
    call = lab.call()
    case = mark(lab, call, team=lab.teams["Returns"])
    assert cases.open_case(lab.open_store, lab.people["sam"], case.public_id) == case
    assert (case.call, case.call_id, case.agent_id) == (call, "C-1", "A201")
    assert (case.kind, case.criterion, case.language) == (CaseKind.GOOD, "greeting", "en")
    assert (case.added_by.name, case.added_at) == ("Sun", lab.clock.now())
    assert case.team is not None
    assert case.team.name == "Returns"
    assert case.said == (
        Said(Role.AGENT, "Good morning, this is Northwind."),
        Said(Role.CUSTOMER, "My parcel has not come."),
        Said(Role.AGENT, "I am"),
    )


def test_words_outside_the_stretch_are_not_told(lab: Lab) -> None:
    case = mark(lab, lab.call(), start_s=4.4, end_s=5.4)
    assert case.said == (Said(Role.CUSTOMER, "has not"),)


def test_the_words_are_as_people_corrected_them(lab: Lab) -> None:
    call = lab.call()
    author = lab.people["sun"].user_id
    assert author is not None
    with lab.open_store(writes=True) as unit:
        unit.reviews.correct(
            call,
            turn=0,
            kind=CorrectionKind.TEXT,
            value="Good morning, Northwind!",
            author_id=author,
            at=lab.clock.now(),
        )
        unit.reviews.correct(
            call,
            turn=1,
            kind=CorrectionKind.SPEAKER,
            value="agent",
            author_id=author,
            at=lab.clock.now(),
        )
        unit.commit()
    said = mark(lab, call).said
    assert said[0] == Said(Role.AGENT, "Good morning, Northwind!")
    assert said[1].speaker is Role.AGENT
    # The part of a corrected turn can only be told in the machine's words.
    assert mark(lab, call, start_s=0.0, end_s=1.0).said == (Said(Role.AGENT, "Good"),)


def test_the_same_form_sent_twice_marks_one_case(lab: Lab) -> None:
    call = lab.call()
    first = mark(lab, call)
    assert mark(lab, call) == first
    assert mark(lab, call, comment="Another thing.") != first
    assert mark(lab, call, "sam") != first
    assert len(listed(lab, "sun")) == 3


def test_a_case_may_be_about_no_criterion(lab: Lab) -> None:
    assert mark(lab, lab.call(), criterion="").criterion is None


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"criterion": "beauty"}, "criterion", "form.not_a_choice"),
        ({"team": "nobody"}, "team", "form.not_a_choice"),
        ({"comment": "\n"}, "comment", "form.required"),
        ({"comment": "x" * (COMMENT_LIMIT + 1)}, "comment", "form.too_long"),
        ({"start_s": -0.1}, "start", "case.outside"),
        ({"start_s": DURATION_S}, "start", "case.outside"),
        ({"start_s": 7.0}, "end", "case.outside"),
        ({"end_s": DURATION_S + 1}, "end", "case.outside"),
        ({"end_s": 0.4}, "end", "case.too_short"),
        ({"end_s": 120.5}, "end", "case.too_long"),
        ({"end_s": float("nan")}, "end", "case.outside"),
        ({"start_s": float("nan")}, "start", "case.outside"),
    ],
)
def test_what_cannot_be_taken_names_its_field_and_writes_nothing(
    lab: Lab, changes: dict[str, Any], field: str, code: str
) -> None:
    call = lab.call()
    with pytest.raises(InputInvalid) as refused:
        mark(lab, call, **changes)
    assert (refused.value.field, refused.value.reason.code) == (field, code)
    assert listed(lab, "sun") == []


def test_an_end_typed_in_whole_seconds_is_drawn_in_to_the_recordings(lab: Lab) -> None:
    assert mark(lab, lab.call(), start_s=170.0, end_s=DURATION_S + 0.9).end_s == DURATION_S


def test_a_call_that_is_gone_is_not_marked(lab: Lab) -> None:
    with pytest.raises(CallNotFound):
        mark(lab, "gone")


@pytest.mark.parametrize("who", ["amy", "otto"])
def test_only_who_coaches_marks(lab: Lab, who: str) -> None:
    call = lab.call()
    with pytest.raises(NotAllowed):
        mark(lab, call, who)
    with pytest.raises(NotAllowed):
        cases.mark_case(lab.open_store, CONSOLE, lab.clock, rubric(), draft(call))


# --- hearing -----------------------------------------------------------------------------------


def test_agents_hear_what_is_shared_with_their_team_or_everyone(lab: Lab) -> None:
    call = lab.call()
    everyone = mark(lab, call)
    returns = mark(lab, call, team=lab.teams["Returns"])
    sales = mark(lab, call, team=lab.teams["Sales"])
    assert listed(lab, "sun") == [sales.public_id, returns.public_id, everyone.public_id]
    assert listed(lab, "amy") == [returns.public_id, everyone.public_id]
    assert listed(lab, "an") == [sales.public_id, everyone.public_id]
    # Narrowing to another team opens nothing.
    assert listed(lab, "an", team=lab.teams["Returns"]) == [sales.public_id, everyone.public_id]
    with pytest.raises(CaseNotFound):
        cases.open_case(lab.open_store, lab.people["an"], returns.public_id)


def test_an_agent_without_a_team_hears_what_everyone_may(lab: Lab) -> None:
    call = lab.call()
    mark(lab, call, team=lab.teams["Returns"])
    everyone = mark(lab, call)
    lab.people["amy"] = replace(lab.people["amy"], team_id=None)
    assert listed(lab, "amy") == [everyone.public_id]


@pytest.mark.parametrize("who", [VISITOR, "otto"])
def test_whoever_has_no_part_in_coaching_hears_nothing(lab: Lab, who: Any) -> None:
    case = mark(lab, lab.call())
    actor = lab.people.get(who, who) if isinstance(who, str) else who
    with pytest.raises(NotAllowed):
        cases.open_case(lab.open_store, actor, case.public_id)
    with pytest.raises(NotAllowed):
        cases.list_cases(lab.open_store, actor, CaseQuery())


def test_an_agent_does_not_learn_whose_call_a_case_is_but_knows_their_own(lab: Lab) -> None:
    case = mark(lab, lab.call())
    seen = cases.open_case(lab.open_store, lab.people["an"], case.public_id)
    assert (seen.call, seen.call_id, seen.agent_id) == (None, None, None)
    own = cases.open_case(lab.open_store, lab.people["amy"], case.public_id)
    assert own == case
    rows = cases.list_cases(lab.open_store, lab.people["an"], CaseQuery()).rows
    assert [(row.call, row.agent_id) for row in rows] == [(None, None)]


def ramp(folder: Path, seconds: float) -> Path:
    """A recording whose samples tell where they stand: the first channel rises by one from each to the next."""
    place = np.arange(int(seconds * RATE), dtype=np.int64)
    path = folder / "ramp.wav"
    sound = np.stack([place % 32_768, place // 32_768], axis=1).astype(np.int16)
    sf.write(path, sound, RATE, subtype="PCM_16")
    return path


def test_a_clip_is_exactly_its_stretch(lab: Lab, shelf: AudioShelf, tmp_path: Path) -> None:
    kept = shelf.keep(ramp(tmp_path, DURATION_S), "a" * 64)
    case = mark(lab, lab.call(audio=kept), start_s=61.25, end_s=180.0)
    sound = cases.case_sound(lab.open_store, shelf, lab.people["an"], case.public_id)
    heard, rate = sf.read(io.BytesIO(sound), dtype="int16", always_2d=True)
    places = heard[:, 0].astype(int) + 32_768 * heard[:, 1].astype(int)
    assert rate == RATE
    assert sf.info(io.BytesIO(sound)).format == "FLAC"
    assert (places == np.arange(int(61.25 * RATE), int(180.0 * RATE))).all()


def test_nobody_else_gets_the_sound(lab: Lab, shelf: AudioShelf, tmp_path: Path) -> None:
    kept = shelf.keep(ramp(tmp_path, 10), "a" * 64)
    case = mark(lab, lab.call(audio=kept), team=lab.teams["Returns"])
    assert cases.case_sound(lab.open_store, shelf, lab.people["amy"], case.public_id)
    with pytest.raises(CaseNotFound):
        cases.case_sound(lab.open_store, shelf, lab.people["an"], case.public_id)
    with pytest.raises(NotAllowed):
        cases.case_sound(lab.open_store, shelf, VISITOR, case.public_id)


def test_a_recording_that_is_gone_is_said_to_be(
    lab: Lab, shelf: AudioShelf, tmp_path: Path
) -> None:
    case = mark(lab, lab.call())
    with pytest.raises(CallNotFound):
        cases.case_sound(lab.open_store, shelf, lab.people["sun"], case.public_id)
    kept = shelf.keep(ramp(tmp_path, 1), "a" * 64)
    with pytest.raises(CallNotFound, match="not in the recording"):
        shelf.clip(kept, 1.5, 2.0)


# --- finding -----------------------------------------------------------------------------------


def test_the_library_is_narrowed_and_searched(lab: Lab) -> None:
    call = lab.call()
    good = mark(lab, call, comment="问候语很清楚。ＡＢＣ", team=lab.teams["Sales"])
    bad = mark(lab, call, kind=CaseKind.PROBLEM, criterion="privacy", start_s=3.2)
    assert listed(lab, "sun", kind=CaseKind.PROBLEM) == [bad.public_id]
    assert listed(lab, "sun", criterion="greeting") == [good.public_id]
    assert listed(lab, "sun", team=lab.teams["Sales"]) == [good.public_id]
    assert listed(lab, "sun", language="zh") == []
    assert listed(lab, "sun", language="en", search="abc 问候") == [good.public_id]
    assert listed(lab, "sun", search="PARCEL") == [bad.public_id, good.public_id]
    assert listed(lab, "sun", search="morning") == [good.public_id]
    assert listed(lab, "sun", search="%") == []
    assert listed(lab, "sun", page=2, page_size=1) == [good.public_id]
    assert listed(lab, "sun", page=9, page_size=1) == [good.public_id]


def test_the_newest_good_example_in_reach_is_found_for_each_criterion(lab: Lab) -> None:
    call = lab.call()
    first = mark(lab, call)
    mark(lab, call, team=lab.teams["Sales"])
    mark(lab, call, kind=CaseKind.PROBLEM, comment="Not so.")
    privacy = mark(lab, call, criterion="privacy")
    with lab.open_store() as unit:
        found = cases.good_examples(unit, lab.people["amy"], ["greeting", "privacy", "farewell"])
        assert cases.good_examples(unit, lab.people["amy"], []) == {}
    assert {key: case.public_id for key, case in found.items()} == {
        "greeting": first.public_id,
        "privacy": privacy.public_id,
    }


def test_the_cases_of_a_call_stand_in_its_order(lab: Lab) -> None:
    call = lab.call()
    late, early = mark(lab, call, start_s=5.0), mark(lab, call, start_s=1.0)
    mark(lab, lab.call())
    found = cases.cases_of_call(lab.open_store, lab.people["sun"], call)
    assert [case.public_id for case in found] == [early.public_id, late.public_id]
    with pytest.raises(NotAllowed):
        cases.cases_of_call(lab.open_store, lab.people["amy"], call)


# --- removing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["sun", "ada"])
def test_who_added_a_case_or_an_admin_removes_it(
    lab: Lab, who: str, shelf: AudioShelf, tmp_path: Path
) -> None:
    kept = shelf.keep(ramp(tmp_path, 10), "a" * 64)
    case = mark(lab, lab.call(audio=kept))
    for _ in range(2):
        cases.remove_case(lab.open_store, lab.people[who], lab.clock, case.public_id)
    assert listed(lab, "sun") == []
    with pytest.raises(CaseNotFound):
        cases.case_sound(lab.open_store, shelf, lab.people["ada"], case.public_id)
    assert mark(lab, case.call or "").public_id != case.public_id


@pytest.mark.parametrize("who", ["sam", "amy", "otto"])
def test_nobody_else_removes_it(lab: Lab, who: str) -> None:
    case = mark(lab, lab.call())
    assert not cases.may_remove(lab.people[who], case)
    with pytest.raises(NotAllowed):
        cases.remove_case(lab.open_store, lab.people[who], lab.clock, case.public_id)
    assert listed(lab, "sun") == [case.public_id]


def test_what_is_not_there_is_not_removed(lab: Lab) -> None:
    with pytest.raises(CaseNotFound):
        cases.remove_case(lab.open_store, lab.people["sun"], lab.clock, "gone")


def test_a_case_stays_with_the_recording_that_was_heard(lab: Lab) -> None:
    call = lab.call(call_id="C-9")
    case = mark(lab, call)
    # The call is scored again from another file: the library still plays what was marked.
    assert lab.call(call_id="C-9", content="another", scored_at=lab.clock.wait(days=1)) == call
    assert cases.open_case(lab.open_store, lab.people["sun"], case.public_id).audio == case.audio
