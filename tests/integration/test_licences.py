"""Licences through the real service and store: a year of weekly decisions, and what is set by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from qa.domain.access import CONSOLE
from qa.domain.errors import Conflict, InputInvalid, NotAllowed, NotFound
from qa.domain.licence import Level
from qa.domain.scorecard import Outcome
from qa.services.licences import steps as licences
from tests.integration.licence_lab import FAIL, MONDAY, PASS, LicenceLab, Said, said

HUMAN_ONLY, ASSIST, AUTO = Level
GOOD = said(hit=6, clear=24)
POOR = said(hit=2, missed=4, clear=24)
NEVER = said(hit=4, missed=2, false=4, clear=20)


@pytest.fixture
def lab(engine: Engine) -> LicenceLab:
    """A store without any review."""
    return LicenceLab(engine)


def year(lab: LicenceLab, weeks: Mapping[range, Sequence[Said]]) -> dict[int, Level]:
    """The level of `greeting` after each week's decision; `farewell` is judged badly all along."""
    levels = {}
    for span, shown in weeks.items():
        for number in span:
            lab.week(number, {"greeting": shown, "farewell": NEVER})
            lab.look(number + 1)
            levels[number + 1] = lab.level("greeting")
            assert lab.level("farewell") is not AUTO
    return levels


def test_in_a_year_a_licence_is_earned_lost_on_drift_and_earned_again(lab: LicenceLab) -> None:
    levels = year(lab, {range(26): GOOD, range(26, 32): POOR, range(32, 52): GOOD})
    steps = [
        (week, level) for week, level in levels.items() if levels.get(week - 1, HUMAN_ONLY) != level
    ]
    earned = {level: week for week, level in steps if week <= 26}
    assert set(earned) == {ASSIST, AUTO}
    assert earned[ASSIST] <= 6
    assert earned[ASSIST] < earned[AUTO] <= 14
    lost = next(week for week, level in steps if week > 26)
    assert levels[26] is AUTO
    assert 27 <= lost <= 29, "within three weeks of the first bad one"
    assert all(levels[week] is not AUTO for week in range(lost, 40)), "bad weeks stay in the window"
    assert levels[52] is AUTO
    with lab.open_store() as unit:
        history = [each for each in unit.licences.changes() if each.criterion == "greeting"]
    assert [each.after for each in reversed(history)] == [level for _week, level in steps]
    fall = next(each for each in reversed(history) if each.at > MONDAY + timedelta(weeks=26))
    assert fall.cause == "drifted"
    assert fall.figures
    assert fall.figures["recent"]["only_person"] >= 4, "the failures that it missed of late"


def test_a_week_is_decided_once(lab: LicenceLab) -> None:
    lab.week(0, {"greeting": GOOD})
    assert lab.look(1).decided == len(lab.rubric.criteria)
    again = lab.look(1)
    assert (again.decided, again.changes) == (0, ())
    assert lab.look(2).decided == len(lab.rubric.criteria)


def test_what_the_draw_did_not_take_earns_nothing(lab: LicenceLab) -> None:
    for number in range(6):
        lab.week(number, {"greeting": GOOD}, chance=None)
        lab.look(number + 1)
    assert lab.level("greeting") is HUMAN_ONLY


def test_a_review_that_decides_only_some_criteria_earns_nothing(lab: LicenceLab) -> None:
    for number in range(6):
        lab.week(number, {"greeting": GOOD, "farewell": GOOD}, undecided=["farewell"])
        lab.look(number + 1)
    assert lab.level("greeting") is HUMAN_ONLY


def test_what_the_machine_leaves_open_or_does_not_apply_is_not_counted(lab: LicenceLab) -> None:
    away, unsure = Outcome.NOT_APPLICABLE, Outcome.CANNOT_JUDGE
    lab.week(
        0, {"greeting": [(unsure, PASS), (away, away), (PASS, away), (FAIL, away), (away, FAIL)]}
    )
    lab.look(1)
    with lab.open_store() as unit:
        figures = unit.licences.every()[lab.rubric.ref.id, "greeting"].figures
    assert figures
    assert figures["window"] == {
        "both_fail": 0,
        "only_person": 1,
        "only_machine": 1,
        "both_pass": 0,
    }


def test_a_licence_without_new_reviews_is_lost(lab: LicenceLab) -> None:
    year(lab, {range(14): GOOD})
    assert lab.level("greeting") is AUTO
    for number in range(15, 30):
        lab.look(number)
    assert lab.level("greeting") is HUMAN_ONLY
    with lab.open_store() as unit:
        assert unit.licences.changes(limit=1)[0].cause == "too_few"


def test_a_rule_that_was_changed_begins_anew(lab: LicenceLab) -> None:
    year(lab, {range(14): GOOD})
    with lab.open_store(writes=True) as unit:
        text = unit.rubrics.source(lab.rubric.ref.sha256)
        assert text
        greeting = lab.rubric.criterion("greeting")
        assert greeting
        changed = text.replace(f"version: {lab.rubric.ref.version}", "version: 2099.1.1", 1)
        at = changed.index("- id: greeting")
        rest = changed[at:].replace("points: ", "min_confidence: 0.99\n    points: ", 1)
        changed = changed[:at] + rest
        rubric = lab.rubrics.parse(changed)
        unit.rubrics.keep(rubric.ref, changed)
        unit.commit()
    lab.week(14, {"greeting": GOOD[:1], "farewell": NEVER[:1]}, sha256=rubric.ref.sha256)
    lab.look(15)
    assert lab.level("greeting") is HUMAN_ONLY
    with lab.open_store() as unit:
        farewell = unit.licences.every()[rubric.ref.id, "farewell"].figures
    assert farewell
    assert sum(farewell["window"].values()) > 200, "its rule is what it was"


# --- by hand -----------------------------------------------------------------------------------


def test_what_is_set_by_hand_stays_until_it_is_given_back(lab: LicenceLab) -> None:
    lab.week(0, {"greeting": GOOD[:3]})
    lab.look(1)
    lab.set("ada", "greeting", AUTO, "the vendor's own figures")
    lab.look(2)
    assert lab.level("greeting") is AUTO, "too few reviews do not take it away"
    lab.set("ada", "greeting", None, "back to the figures")
    assert lab.level("greeting") is AUTO
    lab.look(3)
    assert lab.level("greeting") is HUMAN_ONLY
    with lab.open_store() as unit:
        causes = [(each.cause, each.by and each.by.name) for each in unit.licences.changes()]
    assert causes == [("too_few", None), ("released", "Ada"), ("by_hand", "Ada")]


def test_what_is_set_by_hand_is_lost_where_figures_show_drift(lab: LicenceLab) -> None:
    lab.week(0, {"greeting": said(hit=1, missed=9, clear=20)})
    lab.set("ada", "greeting", AUTO)
    lab.look(1)
    assert lab.level("greeting") is HUMAN_ONLY


def test_a_level_that_was_lowered_by_hand_is_not_raised_by_figures(lab: LicenceLab) -> None:
    year(lab, {range(8): GOOD})
    lab.set("ada", "greeting", HUMAN_ONLY, "complaints")
    lab.week(8, {"greeting": GOOD})
    lab.look(9)
    assert lab.level("greeting") is HUMAN_ONLY


def test_a_level_by_hand_wants_an_admin_a_reason_and_a_criterion_that_there_is(
    lab: LicenceLab,
) -> None:
    lab.week(0, {"greeting": GOOD})
    with pytest.raises(NotAllowed):
        lab.set("sun", "greeting", AUTO)
    with pytest.raises(InputInvalid, match="note"):
        lab.set("ada", "greeting", AUTO, " ")
    with pytest.raises(InputInvalid):
        lab.set("ada", "greeting", AUTO, "x" * 1_001)
    with pytest.raises(NotFound):
        lab.set("ada", "nothing", AUTO)
    with pytest.raises(Conflict):
        licences.set_licence(
            lab.open_store,
            lab.rubrics,
            lab.clock,
            CONSOLE,
            (lab.rubric.ref.id, "greeting"),
            level=AUTO,
            note="why",
            seen=ASSIST,
        )
    with lab.open_store() as unit:
        assert unit.licences.changes() == ()


def test_a_supervisor_does_not_decide_licences(lab: LicenceLab) -> None:
    with pytest.raises(NotAllowed):
        licences.review_licences(
            lab.open_store, lab.rubrics, lab.clock, lab.actors["sun"], lab.terms
        )


def test_weeks_are_counted_once_with_what_was_drawn_in_them(lab: LicenceLab) -> None:
    lab.week(0, {"greeting": GOOD})
    lab.look(1)
    with lab.open_store() as unit:
        (week,) = unit.weeks.kept(MONDAY - timedelta(weeks=30))
    assert week.starts_at == MONDAY
    assert week.drawn.calls == 30
    assert week.drawn.languages == {"en": 30}
    assert week.drawn.confidence.total / 30 == pytest.approx(0.8)
    assert week.drawn.silence.total / 30 == pytest.approx(0.25)
    assert (week.drawn.failed, week.drawn.counted) == (6, 30)
    assert week.beside["greeting"].both_fail == 6
    lab.look(2)
    with lab.open_store() as unit:
        assert len(unit.weeks.kept(MONDAY)) == 1
