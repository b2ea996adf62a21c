"""Reviews from the first save to what counts, over real databases."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, delete, event, func, select
from sqlalchemy.orm import Session

from qa.domain.access import CONSOLE, VISITOR, actor_of
from qa.domain.call import Role
from qa.domain.errors import CallNotFound, InputInvalid, NotAllowed, NotFound
from qa.domain.people import Account, UserRole
from qa.domain.queue import Entry as QueueEntry
from qa.domain.queue import Priority, TaskReason, TaskState
from qa.domain.records import CallQuery
from qa.domain.review import Basis, Purpose, Review
from qa.domain.reviewing import TEXT_LIMIT, Choice, Entry
from qa.domain.scorecard import Evidence
from qa.services import review
from qa.services.review import Change, NotReviewable, ReviewChanged, ReviewForm
from qa.store.engine import writing
from qa.store.tables import (
    CallRow,
    DecisionRow,
    DeliveryRow,
    ReviewRow,
    ScorecardRow,
    TaskRow,
    VerdictRow,
    WebhookRow,
)
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.review_lab import (
    AT,
    FAIL,
    OPEN_ONES,
    OUTCOMES,
    PASS,
    SCALE,
    UNKNOWN,
    UNSURE,
    Lab,
    choose,
)

CLIP = Evidence(8.0, 10.5, Role.AGENT, "Please read me the code")


@pytest.fixture
def lab(open_store: SqlUnitOfWorkFactory) -> Lab:
    return Lab(open_store)


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What is asked of a database meanwhile, without the borders of transactions."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def rows(engine: Engine, table: Any) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


# --- opening -----------------------------------------------------------------------------------


def test_opening_shows_what_the_machine_says_and_changes_nothing(lab: Lab, engine: Engine) -> None:
    view = lab.open("sun")
    by_id = {each.id: each for each in view.criteria}
    assert set(by_id) == {*OUTCOMES, SCALE}
    assert (view.revision, view.draft, view.current, view.history) == (0, None, None, ())
    assert view.counts.score == view.card.score == view.with_draft.score
    assert [option.choice.code for option in by_id["greeting"].options if option.machine] == [
        "pass"
    ]
    assert [option.choice.code for option in by_id[SCALE].options if option.machine] == ["level-1"]
    assert by_id["confirm_need"].options[-1].choice == Choice(UNSURE)
    assert view.turns[0].text == "Good morning this is Northwind"
    assert rows(engine, ReviewRow) == 0


def test_opening_asks_the_same_number_of_questions_however_much_happened(
    lab: Lab, engine: Engine
) -> None:
    lab.open("sun")
    with statements(engine) as before:
        lab.open("sun")
    for reason in ("one", "two", "three"):
        lab.review("sam", {"farewell": choose(PASS, reason)})
        lab.clock.wait(minutes=1)
        lab.review("ada", {"farewell": choose(FAIL, reason), "greeting": choose(FAIL, reason)})
        lab.correct("sam", 0, f"Good morning {reason}")
        lab.clock.wait(minutes=1)
    lab.score(fingerprint="f2")
    lab.save("sam", lab.form("sam", {"greeting": choose(FAIL, "", "", CLIP)}))
    lab.save("sun", lab.form("sun", {"greeting": choose(FAIL, "", "", CLIP)}))
    with statements(engine) as after:
        view = lab.open("sun")
    assert len(view.history) == 6
    # The decisions of reviews come with one more, however many there are.
    assert len(after) - len(before) <= 1
    assert len(after) <= 9


@pytest.mark.parametrize("role", [UserRole.AGENT, UserRole.OPERATOR])
def test_who_never_reviews_is_told_so_before_anything_is_read(lab: Lab, role: UserRole) -> None:
    with lab.open_store(writes=True) as unit:
        lab.actors["x"] = actor_of(unit.people.add_user(Account("x", "X", role), at=AT))
        unit.commit()
    form = ReviewForm(Basis("no.such", None), 0, {})
    for attempt in (
        lambda: lab.open("x"),
        lambda: lab.save("x", form),
        lambda: lab.submit("x", form),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_nobody_reviews_their_own_call_and_nobody_without_an_account_reviews(lab: Lab) -> None:
    form = lab.form("sun", OPEN_ONES)
    for attempt in (lambda: lab.open("lee"), lambda: lab.save("lee", form)):
        with pytest.raises(NotReviewable) as refused:
            attempt()
        assert refused.value.reason.code == "review.own_call"
    lab.actors |= {"console": CONSOLE, "visitor": VISITOR}
    with pytest.raises(NotReviewable) as refused:
        lab.open("console")
    assert refused.value.reason.code == "review.no_account"
    with pytest.raises(NotAllowed):
        lab.open("visitor")


# --- drafts ------------------------------------------------------------------------------------


def test_a_draft_keeps_all_that_was_put_down_decided_or_not(lab: Lab) -> None:
    entries = {
        "greeting": choose(FAIL, "too late", "说得太晚", CLIP),
        "farewell": Entry(None, note="listen again <b>\u202e", evidence=(CLIP,)),
        SCALE: Entry(Choice(PASS, 0), "warm"),
        "privacy": Entry(None, " ", "\r\n"),
    }
    saved = lab.save("sun", lab.form("sun", entries, "整体不错\r\nsecond line"))
    assert saved.news is None
    view = lab.open("sun")
    by_id = {each.id: each for each in view.criteria}
    assert by_id["greeting"].entry == entries["greeting"]
    assert by_id["farewell"].entry == entries["farewell"]
    assert by_id[SCALE].entry == entries[SCALE]
    assert by_id["privacy"].entry.blank
    assert (view.revision, view.note) == (1, "整体不错\nsecond line")
    assert view.counts.score == view.card.score
    assert view.with_draft.score != view.counts.score
    assert lab.score_of() == (None, None)


def test_a_later_save_replaces_the_draft_and_keeps_when_a_decision_was_made(lab: Lab) -> None:
    lab.save("sun", lab.form("sun", {"greeting": choose(FAIL, "a"), "privacy": choose(PASS)}))
    lab.clock.wait(minutes=5)
    draft = lab.save("sun", lab.form("sun", {"greeting": choose(FAIL, "a"), **OPEN_ONES})).draft
    assert [each.criterion for each in draft.decisions] == [
        "greeting",
        "confirm_need",
        "customer_hangs_up_first",
    ]
    decided = {each.criterion: each.decided_at for each in draft.decisions}
    assert decided["greeting"] == AT
    assert decided["confirm_need"] > AT
    assert (draft.revision, draft.opened_at) == (2, AT)


def test_an_old_window_overwrites_nothing_of_a_newer_one(lab: Lab) -> None:
    stale = lab.form("sun", {"greeting": choose(FAIL, "old window")})
    kept = lab.save("sun", replace(stale, entries={"greeting": choose(FAIL, "new window")})).draft
    for attempt in (lab.save, lab.submit):
        with pytest.raises(ReviewChanged) as told:
            attempt("sun", stale)
        assert (told.value.change, told.value.draft) == (Change.SAVED, kept)
    assert lab.open("sun").draft == kept
    again = lab.go_on(stale, basis=told.value.basis, revision=kept.revision)
    assert lab.save("sun", again).draft.decisions[0].reason == "old window"


def test_a_window_whose_draft_was_given_up_elsewhere_is_told(lab: Lab) -> None:
    form = lab.form("sun", {"greeting": choose(FAIL, "a")})
    open_window = replace(form, revision=lab.save("sun", form).draft.revision)
    review.discard(lab.open_store, lab.clock, lab.actors["sun"], lab.call, revision=1)
    assert lab.open("sun").draft is None
    with pytest.raises(ReviewChanged) as told:
        lab.save("sun", open_window)
    assert (told.value.change, told.value.draft) == (Change.ENDED, None)
    review.discard(lab.open_store, lab.clock, lab.actors["sun"], lab.call, revision=0)


def test_a_draft_that_was_saved_since_is_not_given_up(lab: Lab) -> None:
    lab.save("sun", lab.form("sun", {"greeting": choose(FAIL, "a")}))
    lab.save("sun", lab.form("sun", {"greeting": choose(FAIL, "b")}))
    with pytest.raises(ReviewChanged):
        review.discard(lab.open_store, lab.clock, lab.actors["sun"], lab.call, revision=1)
    assert lab.open("sun").revision == 2


def test_others_see_that_a_call_is_open_while_its_draft_is_fresh(lab: Lab) -> None:
    lab.save("sun", lab.form("sun", {"greeting": choose(FAIL, "a")}))
    (seen,) = lab.open("sam").others
    assert (seen.person.name, seen.saved_at) == ("Sun", AT)
    assert lab.open("sun").others == ()
    lab.clock.wait(minutes=15)
    assert lab.open("sam").others == ()


def test_the_first_save_takes_the_calls_task_and_submitting_ends_it(lab: Lab) -> None:
    with lab.open_store(writes=True) as unit:
        entry = QueueEntry(lab.call, TaskReason.HAND, Priority.HIGH, AT)
        assert unit.tasks.add([entry], by=None, at=AT) == 1
        unit.commit()
    lab.save("sun", lab.form("sun", {"greeting": choose(FAIL, "a")}))
    with lab.open_store() as unit:
        task = unit.tasks.of_call(lab.call)
    assert task
    assert (task.state, task.assignee and task.assignee.name) == (TaskState.IN_REVIEW, "Sun")
    lab.clock.wait(hours=2)
    (holder,) = lab.open("sam").others
    assert (holder.person.name, holder.saved_at) == ("Sun", None)
    lab.submit("sun", lab.form("sun", {"greeting": choose(FAIL, "a")}), leave_open=True)
    with lab.open_store() as unit:
        assert unit.tasks.of_call(lab.call) is None


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (choose(UNKNOWN), "greeting.choice"),
        (Entry(Choice(PASS, 7)), "greeting.choice"),
        (choose(PASS, "x" * (TEXT_LIMIT + 1)), "greeting.reason"),
        (choose(PASS, "", "x" * 1_000_000), "greeting.note"),
        (choose(PASS, "", "", *[CLIP] * 21), "greeting.evidence"),
        (choose(PASS, "", "", replace(CLIP, end_s=13.0)), "greeting.evidence"),
        (choose(PASS, "", "", replace(CLIP, quote="never said")), "greeting.evidence"),
    ],
)
def test_what_cannot_be_taken_names_its_field_and_nothing_is_saved(
    lab: Lab, engine: Engine, entry: Entry, field: str
) -> None:
    form = lab.form("sun", {"greeting": entry, "farewell": choose(PASS, "kept out")})
    with pytest.raises(InputInvalid) as refused:
        lab.submit("sun", form)
    assert refused.value.field == field
    assert rows(engine, ReviewRow) == 0


def test_a_criterion_that_the_scorecard_does_not_have_is_refused(lab: Lab) -> None:
    with pytest.raises(InputInvalid) as refused:
        lab.save("sun", lab.form("sun", {"made_up": choose(PASS)}))
    assert refused.value.reason.code == "review.no_such_criterion"
    form = replace(lab.form("sun", {}), basis=Basis("no.such", None))
    with pytest.raises(NotFound):
        lab.save("sun", form)


# --- submitting --------------------------------------------------------------------------------


def test_a_submitted_review_counts_and_the_machine_is_not_overwritten(
    lab: Lab, engine: Engine
) -> None:
    before = lab.open("sun")
    with Session(engine) as session:
        verdicts = session.execute(select(VerdictRow.criterion, VerdictRow.outcome)).all()
    lab.clock.wait(minutes=3)
    entries = {
        "farewell": choose(PASS, "said before the hold", "listen at 0:08", CLIP),
        "privacy": choose(FAIL, "asks for the code"),
        "confirm_need": choose(PASS, "heard it"),
        "customer_hangs_up_first": choose(UNKNOWN),
    }
    done = lab.submit("sun", lab.form("sun", entries, "see privacy"))
    assert not done.repeated
    view = lab.open("sam")
    assert view.current == done.review
    assert view.history == (done.review,)
    assert view.basis == Basis(done.review.scorecard, done.review.public_id)
    assert (done.review.reviewer.name, done.review.note) == ("Sun", "see privacy")
    assert done.review.submitted_at == lab.clock.now()
    assert done.review.rubric == before.card.rubric
    assert done.review.critical_failed == ("privacy",)
    assert view.counts.score == done.review.score
    assert done.review.score != before.card.score
    assert lab.score_of() == (done.review.score, 1)
    assert lab.row().score == before.card.score
    farewell = done.review.decision("farewell")
    assert farewell
    assert (farewell.machine, farewell.outcome, farewell.changed) == (FAIL, PASS, True)
    assert farewell.evidence == (CLIP,)
    with Session(engine) as session:
        assert session.execute(select(VerdictRow.criterion, VerdictRow.outcome)).all() == verdicts


def test_what_is_undecided_or_unexplained_is_named_and_the_draft_is_kept(lab: Lab) -> None:
    with pytest.raises(InputInvalid) as refused:
        lab.submit("sun", lab.form("sun", {"greeting": choose(FAIL, "late")}, "typed"))
    assert refused.value.field == "confirm_need.choice"
    view = lab.open("sun")
    assert (view.revision, view.note) == (1, "typed")
    with pytest.raises(InputInvalid) as refused:
        lab.submit("sun", lab.form("sun", {"greeting": choose(FAIL), **OPEN_ONES}))
    assert refused.value.field == "greeting.reason"
    assert lab.score_of() == (None, None)


def test_a_second_submit_of_the_same_form_does_nothing_and_says_so(
    lab: Lab, engine: Engine
) -> None:
    for leave_open in (True, False):
        form = lab.form("sun", {"farewell": choose(PASS, f"said {leave_open}"), **OPEN_ONES})
        first = lab.submit("sun", form, leave_open=leave_open)
        lab.clock.wait(seconds=1)
        second = lab.submit("sun", form, leave_open=leave_open)
        assert (first.repeated, second.repeated) == (False, True)
        assert second.review == first.review
    assert rows(engine, ReviewRow) == 2


def test_a_double_submit_of_what_was_drafted_first_is_known_again_too(lab: Lab) -> None:
    lab.save("sun", lab.form("sun", {"farewell": choose(PASS, "said")}))
    form = lab.form("sun", {"farewell": choose(PASS, "said")})
    first = lab.submit("sun", form, leave_open=True)
    assert lab.submit("sun", form, leave_open=True) == replace(first, repeated=True)


def test_a_second_submit_is_known_where_an_earlier_review_was_ones_own_too(lab: Lab) -> None:
    first = lab.review("sun", {"farewell": choose(PASS, "said")})
    form = lab.form("sun", {"greeting": choose(FAIL, "late")})
    second = lab.submit("sun", form)
    assert lab.submit("sun", form) == replace(second, repeated=True)
    by = {each.criterion: each.by for each in second.review.decisions}
    assert (by["farewell"], by["greeting"]) == (first.reviewer, None)


def test_what_is_no_character_is_left_out_wherever_it_is_kept(lab: Lab) -> None:
    typed = "a\x00b\ud800c"
    entries = {
        "greeting": choose(FAIL, typed, typed),
        "farewell": Entry(None, note=typed),
    }
    lab.save("sun", lab.form("sun", entries, typed))
    view = lab.open("sun")
    by_id = {each.id: each.entry for each in view.criteria}
    assert (view.note, by_id["greeting"].note, by_id["greeting"].reason) == ("abc", "abc", "abc")
    assert by_id["farewell"].note == "abc"


def test_a_clip_that_was_added_twice_is_kept_once(lab: Lab) -> None:
    saved = lab.save("sun", lab.form("sun", {"farewell": choose(PASS, "said", "", CLIP, CLIP)}))
    assert saved.draft.decisions[0].evidence == (CLIP,)


def test_the_same_page_sent_again_with_something_else_is_no_repetition(lab: Lab) -> None:
    form = lab.form("sun", {"farewell": choose(PASS, "said"), **OPEN_ONES})
    first = lab.submit("sun", form).review
    other = replace(form, entries={"farewell": choose(FAIL, "no"), **OPEN_ONES})
    with pytest.raises(ReviewChanged) as told:
        lab.submit("sun", other)
    assert (told.value.change, told.value.current) == (Change.REVIEWED, first)
    assert lab.open("sam").current == first


def test_of_two_reviewers_the_second_is_told_keeps_the_draft_and_may_go_on(lab: Lab) -> None:
    form_sun = lab.form("sun", {"farewell": choose(PASS, "said"), **OPEN_ONES})
    form_sam = lab.form("sam", {"greeting": choose(FAIL, "late"), **OPEN_ONES}, "mine")
    first = lab.submit("sun", form_sun).review
    with pytest.raises(ReviewChanged) as told:
        lab.submit("sam", form_sam)
    assert told.value.change is Change.REVIEWED
    assert told.value.reason.params == {"name": "Sun"}
    assert told.value.current == first
    assert told.value.draft is not None
    assert told.value.draft.note == "mine"
    assert lab.open("sun").current == first
    again = lab.go_on(form_sam, basis=told.value.basis, revision=told.value.draft.revision)
    second = lab.submit("sam", again).review
    assert (second.base, second.is_current) == (first.public_id, True)
    by = {each.criterion: each.by.name if each.by else None for each in second.decisions}
    assert by == {
        "farewell": "Sun",
        "greeting": None,
        "confirm_need": None,
        "customer_hangs_up_first": None,
    }
    history = lab.open("sun").history
    assert [(each.reviewer.name, each.is_current) for each in history] == [
        ("Sam", True),
        ("Sun", False),
    ]
    assert history[1].decisions == first.decisions


def test_two_reviewers_who_submit_at_the_same_moment_do_not_both_count(
    lab: Lab, engine: Engine
) -> None:
    forms = {
        who: lab.form(who, {"farewell": choose(PASS, who), **OPEN_ONES})
        for who in ("sun", "sam", "ada")
    }
    at_once, outcomes = threading.Barrier(3), dict[str, Any]()

    def send(who: str) -> None:
        at_once.wait()
        try:
            outcomes[who] = lab.submit(who, forms[who])
        except ReviewChanged as told:
            outcomes[who] = told.change

    threads = [threading.Thread(target=send, args=(who,)) for who in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(outcomes.values()).count(Change.REVIEWED) == 2
    with Session(engine) as session:
        current = session.scalars(select(ReviewRow).where(ReviewRow.is_current)).all()
        states = session.scalars(select(ReviewRow.state).order_by(ReviewRow.state)).all()
    assert len(current) == 1
    assert states == ["draft", "draft", "submitted"]


def test_a_colleagues_verdict_is_undone_only_with_a_reason(lab: Lab) -> None:
    lab.review("sun", {"farewell": choose(PASS, "said")})
    with pytest.raises(InputInvalid) as refused:
        lab.submit("sam", lab.form("sam", {"farewell": choose(FAIL)}))
    assert refused.value.field == "farewell.reason"
    back = lab.review("sam", {"farewell": choose(FAIL, "not said after all")})
    assert back.score == lab.row().score
    assert [each.changed for each in back.decisions if each.criterion == "farewell"] == [False]


def test_a_level_of_a_scale_counts_its_points(lab: Lab) -> None:
    view = lab.open("sun")
    best = next(each for each in view.criteria if each.id == SCALE).options[0]
    done = lab.review("sun", {SCALE: Entry(best.choice, "warm and patient")})
    decision = done.decision(SCALE)
    assert decision
    assert (decision.outcome, decision.points, decision.changed) == (PASS, best.points, True)
    assert lab.open("sam").counts.score == done.score


def test_programs_are_told_of_a_review_without_what_was_said_or_written(
    lab: Lab, engine: Engine
) -> None:
    with Session(writing(engine)) as session:
        session.add(
            WebhookRow(
                public_id="w",
                url="https://example.test/hook",
                secret="s",  # noqa: S106 - of an address that does not exist
                events=["review.submitted"],
                active=True,
                created_by=lab.actors["ada"].user_id,
                created_at=AT,
            )
        )
        session.commit()
    form = lab.form("sun", {"farewell": choose(PASS, "SECRET", "NOTE", CLIP)}, "WHOLE")
    done = lab.submit("sun", form, leave_open=True).review
    lab.submit("sun", form, leave_open=True)
    with Session(engine) as session:
        (told,) = session.scalars(select(DeliveryRow)).all()
    assert told.payload["review"] == done.public_id
    assert (told.payload["call_id"], told.payload["score"]) == ("c1", done.score)
    assert told.payload["changed"] == ["farewell"]
    for private in ("SECRET", "NOTE", "WHOLE", "Please read me"):
        assert private not in str(told.payload)


def test_reviews_of_many_calls_are_read_together(lab: Lab, engine: Engine) -> None:
    first = lab.call
    done = [lab.review("sun", {"farewell": choose(PASS, "said")})]
    for call_id in ("c2", "c3"):
        lab.call = lab.score(call_id)
        done.append(lab.review("sam", {"farewell": choose(PASS, "said")}))
    unreviewed = lab.score("c4")
    with statements(engine) as asked, lab.open_store() as unit:
        found = unit.reviews.current_of([first, unreviewed, *(each.call for each in done)])
        assert unit.reviews.current(unreviewed) is None
    assert found == {each.call: each for each in done}
    assert len(asked) <= 3


def listed(lab: Lab, outcome: Any) -> bool:
    with lab.open_store() as unit:
        return bool(unit.calls.search(CallQuery(outcome=outcome)).rows)


def test_the_list_shows_and_finds_what_counts_after_a_review(lab: Lab) -> None:
    machine = lab.row()
    assert (machine.failed, machine.open) == (
        ("farewell",),
        ("confirm_need", "customer_hangs_up_first"),
    )
    assert (listed(lab, "critical"), listed(lab, "failed"), listed(lab, "open")) == (
        False,
        True,
        True,
    )
    done = lab.review(
        "sun",
        {
            "farewell": choose(PASS, "said"),
            "privacy": choose(FAIL, "asked"),
            "confirm_need": choose(PASS, "heard"),
        },
    )
    row = lab.row()
    assert (row.failed, row.critical_failed, row.open) == (
        ("privacy",),
        ("privacy",),
        ("customer_hangs_up_first",),
    )
    assert (row.score, row.reviewed_score) == (machine.score, done.score)
    assert listed(lab, "critical")
    lab.review("sam", {"privacy": choose(PASS, "not a secret")})
    assert (listed(lab, "critical"), listed(lab, "failed")) == (False, False)
    lab.score(fingerprint="f2")
    assert replace(lab.row(), scored_at=None) == replace(machine, scored_at=None)
    lab.score(fingerprint="f1")
    assert (lab.row().failed, lab.row().open) == ((), ("customer_hangs_up_first",))


# --- scored anew, gone -------------------------------------------------------------------------


def test_a_call_scored_anew_keeps_its_reviews_as_history_and_shows_none(lab: Lab) -> None:
    old = lab.review("sun", {"farewell": choose(PASS, "said")})
    lab.clock.wait(days=1)
    lab.score(fingerprint="f2", outcomes={**OUTCOMES, "greeting": FAIL})
    assert lab.score_of() == (None, None)
    view = lab.open("sam")
    assert view.current is None
    assert [each.public_id for each in view.history] == [old.public_id]
    assert view.history[0].scorecard != view.basis.scorecard
    assert view.history[0].scored_at == AT
    assert view.basis.review is None


def test_a_call_scored_back_to_an_earlier_scorecard_has_its_latest_review_again(lab: Lab) -> None:
    lab.review("sun", {"farewell": choose(PASS, "said")})
    lab.clock.wait(hours=1)
    latest = lab.review("sam", {"greeting": choose(FAIL, "late")})
    lab.score(fingerprint="f2")
    newer = lab.review("ada", {"privacy": choose(FAIL, "asked")})
    assert lab.score_of() == (newer.score, 1)
    lab.score(fingerprint="f1")
    assert lab.score_of() == (latest.score, 0)
    current = lab.open("sun").current
    assert current
    assert current.public_id == latest.public_id


def test_a_review_open_while_the_call_is_scored_anew_is_kept_and_not_submitted(lab: Lab) -> None:
    form = lab.form("sun", {"greeting": choose(FAIL, "late"), **OPEN_ONES}, "typed")
    form = replace(form, revision=lab.save("sun", form).draft.revision)
    outcomes = {**OUTCOMES, "greeting": FAIL, "customer_hangs_up_first": PASS}
    lab.score(fingerprint="f2", outcomes=outcomes)
    saved = lab.save("sun", replace(form, note="typed on"))
    assert saved.news is not None
    assert saved.news.change is Change.RESCORED
    with pytest.raises(ReviewChanged) as told:
        lab.submit("sun", replace(form, revision=saved.draft.revision, note="typed on"))
    assert told.value.change is Change.RESCORED
    view = lab.open("sun")
    assert (view.draft, view.revision, view.note) == (None, 0, "typed on")
    assert view.carried is not None
    by_id = {each.id: each.entry for each in view.criteria}
    assert by_id["greeting"] == form.entries["greeting"]
    assert by_id["customer_hangs_up_first"].choice is None
    done = lab.submit(
        "sun", lab.form("sun", form.entries | {"customer_hangs_up_first": Entry(None)})
    )
    greeting = done.review.decision("greeting")
    assert greeting
    assert (greeting.machine, greeting.changed) == (FAIL, False)
    assert lab.open("sun").carried is None


def test_a_call_that_is_gone_is_said_to_be_and_nothing_of_it_is_written(
    lab: Lab, engine: Engine
) -> None:
    lab.review("sam", {"farewell": choose(PASS, "said")})
    form = lab.form("sun", {"greeting": choose(FAIL, "late"), **OPEN_ONES})
    form = replace(form, revision=lab.save("sun", form).draft.revision)
    with Session(writing(engine)) as session:
        session.execute(delete(ScorecardRow))
        session.execute(delete(CallRow))
        session.commit()
    for attempt in (lab.save, lab.submit):
        with pytest.raises(CallNotFound):
            attempt("sun", form)
    assert (rows(engine, ReviewRow), rows(engine, DecisionRow)) == (0, 0)


def test_a_call_without_a_scorecard_cannot_be_reviewed(lab: Lab) -> None:
    from qa.domain.call import CallRecord
    from qa.domain.records import Refusal
    from qa.domain.wording import Reason

    with lab.open_store(writes=True) as unit:
        run = unit.runs.begin(AT)
        refusal = Refusal(CallRecord("silent"), "s.wav", "0" * 64, "f", Reason("recording.empty"))
        unit.calls.add_refusal(refusal, run_id=run, at=AT)
        unit.commit()
        lab.call = unit.calls.summaries(["0" * 64])["0" * 64].public_id
    with pytest.raises(NotReviewable) as refused:
        lab.open("sun")
    assert refused.value.reason.code == "review.not_scored"


def test_reviews_go_with_their_recording_to_the_call_that_shows_it(lab: Lab) -> None:
    done = lab.review("sun", {"farewell": choose(PASS, "said")})
    draft = lab.save("sam", lab.form("sam", {"greeting": choose(FAIL, "a")})).draft
    named = lab.score("named-later", content="c1", fingerprint="f2")
    with lab.open_store() as unit:
        kept = unit.reviews.of_call(named)
    assert {each.public_id for each in kept} == {done.public_id, draft.public_id}
    other = lab.score("c2", content="c2")
    lab.call = lab.score("c2", content="c1", fingerprint="f1")
    assert lab.call == other
    assert lab.open("sun").current is not None
    assert lab.score_of() == (done.score, 0)


def test_a_search_finds_nothing_of_a_call_that_became_another(lab: Lab) -> None:
    def found(search: str) -> set[str]:
        with lab.open_store() as unit:
            return {row.public_id for row in unit.calls.search(CallQuery(search=search)).rows}

    second = lab.score("second")
    assert found("second") == {second}
    assert lab.score("c1", content="second", fingerprint="f2") == lab.call
    newcomer = lab.score("third")  # on SQLite it gets the row id of the one that is gone
    assert found("second") == set()
    assert found("parcel") == {lab.call, newcomer}


def test_two_calls_that_turn_out_to_be_one_are_reviewed_once(lab: Lab, engine: Engine) -> None:
    other = lab.score("c2")
    with lab.open_store(writes=True) as unit:
        entries = [
            QueueEntry(call, TaskReason.HAND, Priority.HIGH, AT) for call in (lab.call, other)
        ]
        assert unit.tasks.add(entries, by=None, at=AT) == 2
        unit.commit()
    assert lab.score("c2", content="c1", fingerprint="f2") == other
    with lab.open_store() as unit:
        assert unit.tasks.of_call(other) is not None
        with pytest.raises(CallNotFound):
            unit.calls.detail(lab.call)
    with Session(engine) as session:
        states = session.scalars(select(TaskRow.state).order_by(TaskRow.state)).all()
    assert states == ["done", "new"]


# --- in a caller's transaction -----------------------------------------------------------------


def amend(lab: Lab, who: str, entry: Entry) -> Review:
    with lab.open_store(writes=True) as unit:
        made = review.amend(
            unit,
            lab.rubrics,
            lab.clock,
            lab.actors[who],
            lab.call,
            entries={"farewell": entry},
            purpose=Purpose.DISPUTE,
        )
        unit.commit()
    return made


def test_a_dispute_is_decided_on_one_criterion_and_keeps_the_rest(lab: Lab) -> None:
    first = lab.review("sun", {"greeting": choose(FAIL, "late"), "farewell": choose(FAIL)})
    decided = amend(lab, "sam", choose(PASS, "said at 0:08"))
    assert (decided.purpose, decided.base) == (Purpose.DISPUTE, first.public_id)
    outcomes = {
        each.criterion: (each.outcome, each.by and each.by.name) for each in decided.decisions
    }
    assert outcomes["greeting"] == (FAIL, "Sun")
    assert outcomes["farewell"] == (PASS, None)
    assert lab.open("ada").current == decided


def test_a_dispute_is_decided_blind_with_a_reason_and_by_somebody_else(lab: Lab) -> None:
    lab.review("sun", {"greeting": choose(FAIL, "late")})
    with pytest.raises(NotReviewable) as refused:
        amend(lab, "sun", choose(PASS, "said"))
    assert refused.value.reason.code == "review.own_decision"
    with pytest.raises(InputInvalid) as unexplained:
        amend(lab, "sam", choose(FAIL))
    assert unexplained.value.field == "farewell.reason"
    view = review.open_review(
        lab.open_store,
        lab.rubrics,
        lab.clock,
        lab.actors["sam"],
        lab.call,
        purpose=Purpose.DISPUTE,
    )
    assert (view.current, view.history) == (None, ())
    assert view.counts.score == view.card.score
