"""What holds of every operator, whatever was said by whomever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from models.phonetics import phonetics
from qa.domain.call import CallRecord, Role
from qa.domain.detectors.base import Answer, Case, Detector, Toolbox
from qa.domain.detectors.registry import build
from qa.domain.measure import measure
from qa.domain.transcript import DroppedText, Span, Transcript, Turn, Word
from qa.domain.wording import LANGUAGES, render
from qa.interop.regexes import compile_regex

TOOLS = Toolbox(regex=compile_regex)

SENTENCES = (
    "您好，云帆科技，请问有什么可以帮您",
    "您的订单号是多少",
    "您的余额是一百二十元，对吗",
    "卡号六二二二零二一二三四五六七八九四",
    "身份证一一零一零五一九九零零三零七零零五，最后一位是X",
    "我帮您查一下是什么原因",
    "您先把路由器重启一下吧",
    "是不是还是有没有",
    "百分之百，三点五万，幺",
    "嗯",
    "？",
    "What is your order number?",
    "your balance is 120 dollars",
    "six two double two oh two one two three four five six seven eight nine four",
    "so do I",
    "how",
    "is that right",
    "please hold on",
    "...",
)

PHRASE = {"phrase": {"zh": ["订单", "余额", "请*帮"], "en": ["your", "hold on"]}}
PLAIN: tuple[Mapping[str, Any], ...] = (
    PHRASE,
    {"phrase": {"zh": ["订单", "余额"], "en": ["your", "hold"], "need": 2, "sounds_like": True}},
    {"phrase": {"zh": ["订单", "余额"], "need": "all", "speaker": "anyone"}},
    {"regex": {"zh": ["是.{1,4}"], "en": [r"\b[a-z]+ number", r"\W$"], "speaker": "anyone"}},
    *({"question": {"form": form}} for form in ("any", "open", "closed", "confirmation")),
    {"question": {"speaker": "anyone", "except": {"zh": ["什么*帮"], "en": ["order"]}}},
    {"question": {"within": {"first_turns": 1, "last_s": 5}}},
    {"repetition": {"times": 2}},
    {"repetition": {"times": 2, "speaker": "anyone", "except": {"zh": ["路由器"]}}},
    {"signal": {"kind": "response_gap", "at_least_s": 1, "by": "anyone"}},
    {"signal": {"kind": "dead_air", "at_least_s": 1}},
    {"signal": {"kind": "rate", "at_most": 200}},
    {"signal": {"kind": "talk_share", "at_least": 0.5}},
    {"signal": {"kind": "interruption", "at_least_s": 0.5}},
    {"privacy_readout": {}},
    {"account_facts": {}},
)
COMBINED: tuple[Mapping[str, Any], ...] = (
    *({"not": spec} for spec in PLAIN),
    *(
        {"before": {"anchor": PHRASE, "hit": hit, "find": spec}}
        for spec in PLAIN
        for hit in (1, -1)
    ),
    *({"after": {"anchor": {"question": {}}, "hit": 2, "find": spec}} for spec in PLAIN),
    {"each": {"of": PHRASE, "has": {"question": {"within": {"before_turns": 2, "after_s": 9}}}}},
    {"before": {"anchor": {"question": {}}, "find": {"after": {"anchor": PHRASE, "find": PHRASE}}}},
)


@st.composite
def turn_lists(draw: st.DrawFn) -> tuple[Turn, ...]:
    built, clock_s = [], draw(st.sampled_from((0.0, 0.5)))
    for _ in range(draw(st.integers(0, 9))):
        text = draw(st.sampled_from(SENTENCES))
        pieces = text.split() if text.isascii() else list(text)
        sure = draw(st.sampled_from((0.0, 0.3, 0.95)))
        words = tuple(
            Word(clock_s + 0.2 * place, clock_s + 0.2 * (place + 1), piece, sure)
            for place, piece in enumerate(pieces)
        )
        speaker = draw(st.sampled_from(list(Role)))
        built.append(Turn(speaker, words[0].start_s, words[-1].end_s, text, words))
        clock_s = max(0.0, words[-1].end_s + draw(st.sampled_from((-1.0, 0.0, 0.3, 2.5, 9.0))))
    return tuple(sorted(built, key=lambda turn: turn.start_s))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    turns = draw(turn_lists())
    activity: dict[Role, list[Span]] = {}
    for turn in turns:
        activity.setdefault(turn.speaker, []).append(turn.span)
    signals = measure(
        duration_s=max((turn.end_s for turn in turns), default=1.0) + 1,
        activity=activity,
        turns=turns,
        overlap_confidence=1.0,
    )
    dropped = (DroppedText(0.5, 1.5, "", "repetition"),) if draw(st.booleans()) else ()
    sure = draw(st.sampled_from((0.9, 1.0)))
    return Case(
        CallRecord("c"),
        Transcript("zh", turns, dropped, role_confidence=0.9, speaker_confidence=sure),
        replace(signals, measured=draw(st.booleans())),
        ("云帆科技",),
        phonetics(),
    )


def built(spec: Mapping[str, Any]) -> Detector:
    return build(spec, TOOLS)


@given(cases(), st.sampled_from((*PLAIN, *COMBINED)))
@settings(max_examples=600, deadline=None)
def test_every_finding_is_whole(case: Case, spec: Mapping[str, Any]) -> None:
    finding = built(spec).find(case)
    assert 0 <= finding.certainty.overall <= 1
    if finding.answer in (Answer.YES, Answer.NO):
        assert finding.evidence or finding.searched
    for clip in (*finding.evidence, *([finding.searched] if finding.searched else [])):
        assert 0 <= clip.start_s <= clip.end_s <= case.signals.duration_s + 0.001
    for language in LANGUAGES:
        assert render(finding.reason, language)


@given(cases(), st.sampled_from(PLAIN))
@settings(max_examples=150, deadline=None)
def test_not_twice_is_not_at_all(case: Case, spec: Mapping[str, Any]) -> None:
    plain = built(spec).find(case)
    assert built({"not": {"not": spec}}).find(case) == plain
    turned = built({"not": spec}).find(case)
    assert turned.but(plain.answer) == plain
    assert (turned.answer == plain.answer) == (plain.answer in (Answer.UNSURE, Answer.MISSING))


@given(cases(), st.sampled_from((1, 2, -1)))
@settings(max_examples=250, deadline=None)
def test_before_during_and_after_a_hit_are_all_there_is(case: Case, hit: int) -> None:
    """No hit is found on both sides of the anchor, and only what begins during it on neither."""
    anchor, sought = {"phrase": {"zh": ["是"], "en": ["is"]}}, PHRASE
    everything = built(sought).find(case)
    anchored = built(anchor).find(case)
    sides = {
        side: built({side: {"anchor": anchor, "hit": hit, "find": sought, **fields}}).find(case)
        for side, fields in (("before", {"unanchored": "nothing"}), ("after", {}))
    }
    found = {
        side: set(finding.hits) if finding.answer is Answer.YES else set()
        for side, finding in sides.items()
    }
    assert not found["before"] & found["after"]
    hits = anchored.hits if anchored.answer is Answer.YES else ()
    index = hit - 1 if hit > 0 else len(hits) + hit
    if not 0 <= index < len(hits):
        assert not found["before"] | found["after"]
        return
    place = hits[index]
    whole = set(everything.hits) if everything.answer is Answer.YES else set()
    during = {span for span in whole if place.start_s <= span.start_s < place.end_s - 1e-6}
    assert {span for span in found["before"] if span.start_s >= place.start_s} == set()
    assert {span for span in found["after"] if span.start_s < place.end_s - 1e-6} == set()
    # Of hits at the same moment, of one who talks over themselves, an anchor knows the first alone.
    agent = [turn for turn in case.transcript.turns if turn.speaker is Role.AGENT]
    if any(one.end_s > other.start_s for one, other in pairwise(agent)):
        return
    assert {span.start_s for span in whole - during} <= {
        span.start_s for span in found["before"] | found["after"]
    }


@given(cases())
@settings(max_examples=100, deadline=None)
def test_the_customers_words_never_count_for_the_agent(case: Case) -> None:
    """Whatever the customer says more, what the agent is found to have said stays as it is."""
    said = tuple(turn for turn in case.transcript.turns if turn.speaker is Role.AGENT)
    alone = replace(case, transcript=replace(case.transcript, turns=said, speaker_confidence=1.0))
    heard = tuple(turn for turn in case.transcript.turns if turn.speaker is not Role.UNKNOWN)
    both = replace(case, transcript=replace(case.transcript, turns=heard, speaker_confidence=1.0))
    for spec in (PHRASE, {"question": {}}, {"repetition": {"times": 2}}, {"privacy_readout": {}}):
        assert built(spec).find(both).evidence == built(spec).find(alone).evidence
