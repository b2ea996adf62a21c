"""Corrections to a transcript, over real databases: beside the machine's version, found by a search, undone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from qa.domain.access import CONSOLE, actor_of
from qa.domain.call import Role
from qa.domain.errors import CallNotFound, InputInvalid, NotAllowed, NotFound
from qa.domain.people import Account, UserRole
from qa.domain.records import CallQuery
from qa.domain.reviewing import TEXT_LIMIT
from qa.services import corrections
from qa.services.corrections import TranscriptChanged
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.review_lab import AT, PASS, SAID, Lab, choose

RIGHT = "Please read me the code on the parcel"


@pytest.fixture
def lab(open_store: SqlUnitOfWorkFactory) -> Lab:
    return Lab(open_store)


def found(lab: Lab, search: str) -> list[str]:
    with lab.open_store() as unit:
        return [row.public_id for row in unit.calls.search(CallQuery(search=search)).rows]


def speakers(lab: Lab) -> list[Role]:
    return [turn.speaker for turn in lab.open("sun").turns]


def act(lab: Lab, what: Callable[..., None], who: str, **changes: object) -> None:
    transcript, seen = lab.page()
    seen_by_page = {"transcript": transcript, "seen": seen} if what is not corrections.undo else {}
    what(lab.open_store, lab.clock, lab.actors[who], lab.call, **{**seen_by_page, **changes})


def test_a_corrected_turn_is_shown_and_found_and_the_hearing_stays_as_it_was(lab: Lab) -> None:
    with lab.open_store() as unit:
        heard = unit.calls.detail(lab.call).hearing
    lab.clock.wait(minutes=1)
    lab.correct("sun", 2, f"  {RIGHT}\r\n")
    view = lab.open("sam")
    assert [turn.text for turn in view.turns] == [SAID[0][2], SAID[1][2], RIGHT]
    assert view.turns[2].heard.text == SAID[2][2]
    (made,) = view.turns[2].corrections
    assert (made.author.name, made.made_at) == ("Sun", lab.clock.now())
    assert view.detail.hearing == heard
    assert view.counts == view.with_draft
    assert found(lab, "parcel") == found(lab, "on the parcel") == [lab.call]


def test_what_nobody_said_is_not_found_any_more(lab: Lab) -> None:
    lab.correct("sun", 0, "Good evening, this is Northwind")
    assert (found(lab, "morning"), found(lab, "evening")) == ([], [lab.call])
    lab.correct("sam", 0, "Good morning, this is Northwind!")
    assert (found(lab, "morning"), found(lab, "evening")) == ([lab.call], [])


def test_a_correction_can_be_undone_once_and_stays_as_history(lab: Lab) -> None:
    lab.correct("sun", 0, "Good evening")
    (made,) = lab.open("sun").corrections
    for who in ("sam", "sun"):
        act(lab, corrections.undo, who, correction=made.id)
    view = lab.open("sun")
    assert view.turns[0].text == SAID[0][2]
    assert (found(lab, "morning"), found(lab, "evening")) == ([lab.call], [])
    (history,) = view.corrections
    assert history.undone_by is not None
    assert (history.author.name, history.undone_by.name, history.stands) == ("Sun", "Sam", False)


def test_one_speaker_or_all_can_be_put_right(lab: Lab) -> None:
    agent, customer = Role.AGENT, Role.CUSTOMER
    act(lab, corrections.correct_speaker, "sun", turn=2, speaker=customer)
    assert speakers(lab) == [agent, customer, customer]
    act(lab, corrections.swap_speakers, "sun")
    assert speakers(lab) == [customer, agent, agent]
    swap = lab.open("sun").corrections[-1]
    act(lab, corrections.correct_speaker, "sun", turn=0, speaker=Role.UNKNOWN)
    act(lab, corrections.undo, "sun", correction=swap.id)
    assert speakers(lab) == [Role.UNKNOWN, customer, customer]
    with lab.open_store() as unit:
        heard = unit.calls.detail(lab.call).hearing
    assert heard
    assert [turn.speaker for turn in heard.transcript.turns] == [agent, customer, agent]


def test_of_two_people_who_correct_one_turn_the_second_is_told(lab: Lab) -> None:
    page = lab.page()
    lab.correct("sun", 0, "Good evening", page=page)
    with pytest.raises(TranscriptChanged) as told:
        lab.correct("sam", 0, "Good night", page=page)
    assert told.value.correction is not None
    assert told.value.correction.value == "Good evening"
    assert told.value.reason.params == {"name": "Sun"}
    assert lab.open("sun").turns[0].text == "Good evening"
    lab.correct("sam", 1, "My parcel never came", page=page)
    lab.correct("sam", 0, "Good night")
    assert [turn.text for turn in lab.open("sun").turns][:2] == [
        "Good night",
        "My parcel never came",
    ]


def test_a_swap_and_a_speaker_meet_and_a_text_does_not(lab: Lab) -> None:
    page = dict(zip(("transcript", "seen"), lab.page(), strict=True))
    act(lab, corrections.swap_speakers, "sun")
    with pytest.raises(TranscriptChanged):
        act(lab, corrections.correct_speaker, "sam", turn=0, speaker=Role.CUSTOMER, **page)
    with pytest.raises(TranscriptChanged):
        act(lab, corrections.swap_speakers, "sam", **page)
    act(lab, corrections.correct_text, "sam", turn=0, text="Good day", **page)
    assert lab.open("sun").turns[0].text == "Good day"


def test_a_page_from_before_the_call_was_heard_anew_corrects_nothing(lab: Lab) -> None:
    page = lab.page()
    lab.correct("sun", 0, "Good evening")
    lab.score(fingerprint="f2")
    assert lab.open("sun").turns[0].text == "Good evening"
    assert found(lab, "evening") == [lab.call]
    lab.score(fingerprint="f3", hearing="h2")
    view = lab.open("sun")
    assert (view.turns[0].text, view.corrections) == (SAID[0][2], ())
    assert found(lab, "evening") == []
    with pytest.raises(TranscriptChanged) as told:
        lab.correct("sam", 0, "Good night", page=page)
    assert told.value.reason.code == "correction.heard_anew"
    lab.score(fingerprint="f1")
    assert lab.open("sun").turns[0].text == "Good evening"
    assert found(lab, "evening") == [lab.call]


@pytest.mark.parametrize(
    ("turn", "text", "field"),
    [
        (0, "", "text"),
        (0, " \n", "text"),
        (0, "x" * (TEXT_LIMIT + 1), "text"),
        (0, SAID[0][2], "text"),
        (3, "there is no fourth turn", "turn"),
        (-1, "nor one before the first", "turn"),
    ],
)
def test_a_correction_that_cannot_be_taken_says_why(
    lab: Lab, turn: int, text: str, field: str
) -> None:
    with pytest.raises(InputInvalid) as refused:
        lab.correct("sun", turn, text)
    assert refused.value.field == field
    assert lab.open("sun").corrections == ()


def test_what_was_typed_is_kept_as_it_is(lab: Lab) -> None:
    typed = "<script>alert(1)</script> \u202eabc\u0000 您好"
    lab.correct("sun", 0, typed)
    assert lab.open("sun").turns[0].text == typed.replace("\u0000", "")


def test_only_who_may_corrects_and_only_what_is_there(lab: Lab) -> None:
    with lab.open_store(writes=True) as unit:
        agent = unit.people.add_user(Account("amy", "Amy", UserRole.AGENT, agent_id="A7"), at=AT)
        unit.commit()
    lab.actors |= {"amy": actor_of(agent), "console": CONSOLE}
    for who in ("amy", "console"):
        for attempt in (
            partial(act, lab, corrections.correct_text, who, turn=0, text="x"),
            partial(act, lab, corrections.swap_speakers, who),
            partial(act, lab, corrections.undo, who, correction=1),
        ):
            with pytest.raises(NotAllowed):
                attempt()
    lab.correct("sun", 0, "Good evening")
    (made,) = lab.open("sun").corrections
    elsewhere = lab.score("c2")
    with pytest.raises(NotFound):
        act(lab, corrections.undo, "sun", correction=made.id + 1)
    lab.call = elsewhere
    with pytest.raises(NotFound):
        act(lab, corrections.undo, "sun", correction=made.id)
    transcript, seen = lab.page()
    lab.call = "no-such-call"
    with pytest.raises(CallNotFound):
        lab.correct("sun", 0, "x", page=(transcript, seen))


def test_a_clip_may_quote_what_was_corrected(lab: Lab) -> None:
    from qa.domain.scorecard import Evidence

    lab.correct("sun", 2, RIGHT)
    quoted = Evidence(8.0, 10.5, Role.AGENT, "the code on the parcel")
    done = lab.review("sam", {"farewell": choose(PASS, "said", "", quoted)})
    decision = done.decision("farewell")
    assert decision
    assert decision.evidence == (quoted,)
