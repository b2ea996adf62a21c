"""``judge``: a language model answers a question about the call, and its proof is looked up in the transcript.

What it says counts only where words of the right party bear it out: a yes needs a quote that stands in the
call, a no needs the whole of the words to have been read. Everything else is for a person, and so is a
deduction that would rest on it alone: whoever is heard in a call may try to talk a model round.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from itertools import chain
from typing import Any, ClassVar, Literal

from qa.domain.attribution import joined
from qa.domain.call import Role
from qa.domain.detectors import heard
from qa.domain.detectors.base import (
    Answer,
    Case,
    Certainty,
    Finding,
    Judge,
    Line,
    Opinion,
    Quote,
)
from qa.domain.detectors.matching import Match
from qa.domain.detectors.text import Stream, tokens_of
from qa.domain.detectors.window import WHOLE_CALL, Window, resolve
from qa.domain.scorecard import Searched
from qa.domain.transcript import Span
from qa.domain.wording import Language, Reason, Text

ENOUGH_MASS = 0.5
"""Of the three answers together; a model that would rather say something else has not answered."""

SILENT = "silent."
"""How the codes of reasons begin for which a judge gave no answer this time and may give one the next."""

_SENTENCE = re.compile(r"(?<=[。！？!?；;…])|(?<=\.)\s")

_Hits = list[tuple[Role, Match]]


@dataclass(frozen=True, slots=True)
class AskJudge:
    """Asks the judge of a case.

    Attributes:
        question: One that yes or no answers, and that one sentence of the call proves where it is yes.
        expect: The answer for which this says yes.
        speaker: Whose words are to prove it; ``None`` for anybody's.
    """

    learned: ClassVar[bool] = True

    question: Text
    expect: Literal["yes", "no"] = "yes"
    speaker: Role | None = Role.AGENT
    within: Window = WHOLE_CALL

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """Missing without a judge, unsure of what the call does not bear out."""
        return replace(self._asked(case, anchor), learned=True)

    def _asked(self, case: Case, anchor: Span | None) -> Finding:
        if case.judge is None:
            return Finding(Answer.MISSING, Reason("missing.judge"))
        span = resolve(self.within, case, self.speaker, anchor)
        read = _read(case, span)
        nothing = heard.absent(case, self.speaker, span, "absent.judge")
        if not any(self._may_prove(one.line.speaker) for one in read):
            return nothing
        language: Language = "zh" if case.transcript.language == "zh" else "en"
        opinion = case.judge.ask(
            self.question.in_language(language),
            [one.line for one in read],
            speaker=self.speaker,
            language=language,
        )
        weighed = self._weighed(case, opinion, read, nothing)
        if isinstance(weighed, Reason):
            searched = Searched(span.start_s, span.end_s, self.speaker)
            return Finding(Answer.UNSURE, weighed, searched=searched)
        return weighed

    def _weighed(
        self, case: Case, opinion: Opinion | Reason, read: Sequence[_Read], nothing: Finding
    ) -> Finding | Reason:
        """What an opinion is worth; a reason where it settles nothing."""
        if isinstance(opinion, Reason):
            return opinion
        if opinion.mass < ENOUGH_MASS:
            return Reason("unsure.judge_vague", {"percent": round(100 * opinion.mass)})
        hits = self._proof(case, opinion.quotes, read)
        if isinstance(hits, Reason):
            return hits
        if opinion.answer == "yes":
            return self._proved(case, opinion, hits)
        return self._unproved(case, opinion, nothing)

    def _proved(self, case: Case, opinion: Opinion, hits: _Hits) -> Finding | Reason:
        """What a yes is worth, by the words that it rests on."""
        if not hits:
            return Reason("unsure.judge_unproved")
        rated = [(who, replace(hit, quality=opinion.probability)) for who, hit in hits]
        found = heard.found(case, self.speaker, rated, "found.judge")
        return found.but(Answer.YES if self.expect == "yes" else Answer.NO)

    def _unproved(self, case: Case, opinion: Opinion, nothing: Finding) -> Finding | Reason:
        """What another answer is worth, by how well all of it was heard and read."""
        applies = opinion.answer == "no"
        if not applies and not case.whether:
            return Reason("unsure.judge_not_applicable")
        if opinion.left_out:
            return Reason("unsure.judge_cut", {"count": opinion.left_out})
        sure = nothing.certainty.meet(Certainty(detector=opinion.probability))
        if applies:
            answer = Answer.YES if self.expect == "no" else Answer.NO
            return replace(nothing, answer=answer, certainty=sure)
        reason = Reason("absent.judge_not_applicable") if sure.recognition else nothing.reason
        return replace(nothing, reason=reason, certainty=sure)

    def _proof(self, case: Case, quotes: Sequence[Quote], read: Sequence[_Read]) -> _Hits | Reason:
        """Where the quotes stand; a reason where one of them does not, or is not the right party's."""
        hits: _Hits = []
        for quote in quotes:
            if not 1 <= quote.line <= len(read):
                return Reason("unsure.judge_quote")
            one = read[quote.line - 1]
            hit = one.match(case.streams[one.line.speaker], quote.text)
            if hit is None:
                return Reason("unsure.judge_quote")
            if not self._may_prove(one.line.speaker):
                unknown = one.line.speaker is Role.UNKNOWN
                return Reason("unsure.speaker" if unknown else "unsure.judge_speaker")
            hits.append((one.line.speaker, hit))
        return hits

    def _may_prove(self, speaker: Role) -> bool:
        return self.speaker is None or speaker is self.speaker


@dataclass(frozen=True, slots=True)
class _Read:
    """A line, and where its tokens stand in its party's stream."""

    line: Line
    places: tuple[int, ...]

    def match(self, stream: Stream, text: str) -> Match | None:
        """Where a text stands in the line, word for word but for how it is written."""
        if not self.places:
            return None
        if text == self.line.text:
            return Match(self.places[0], self.places[-1], 1.0)
        said = [stream.tokens[place].text for place in self.places]
        by_sentence = chain.from_iterable(tokens_of(part) for part in _SENTENCE.split(text))
        for wanted in (list(tokens_of(text)), list(by_sentence)):
            for first in range(len(said) - len(wanted) + 1 if wanted else 0):
                if said[first : first + len(wanted)] == wanted:
                    return Match(self.places[first], self.places[first + len(wanted) - 1], 1.0)
        return None


def _read(case: Case, span: Span) -> list[_Read]:
    """What is said in a part of a call, turn by turn."""
    places: dict[tuple[Role, int], list[int]] = {}
    for role, stream in case.streams.items():
        for place, token in enumerate(stream.tokens):
            places.setdefault((role, token.word), []).append(place)
    read = []
    spoken = dict.fromkeys(case.streams, 0)
    for turn in case.transcript.turns:
        first = spoken[turn.speaker]
        spoken[turn.speaker] += len(turn.words)
        kept = [
            (number, word)
            for number, word in enumerate(turn.words, start=first)
            if span.start_s - heard.EDGE_S <= word.start_s <= span.end_s + heard.EDGE_S
        ]
        if kept:
            line = Line(turn.speaker, joined([word for _, word in kept]))
            own = (places.get((turn.speaker, number), []) for number, _ in kept)
            read.append(_Read(line, tuple(chain.from_iterable(own))))
    return read


def questions(rule: Any) -> Iterator[AskJudge]:
    """Every question that a rubric, a criterion or a detector has for a judge."""
    if isinstance(rule, AskJudge):
        yield rule
    elif isinstance(rule, tuple):
        for part in rule:
            yield from questions(part)
    elif is_dataclass(rule):
        for each in fields(rule):
            yield from questions(getattr(rule, each.name))


@dataclass(slots=True)
class Attended:
    """A judge, and whether it left a question without an answer.

    A verdict does not tell: it has one reason, and that may be another detector's.
    """

    judge: Judge
    silent: bool = False

    def ask(
        self, question: str, lines: Sequence[Line], *, speaker: Role | None, language: Language
    ) -> Opinion | Reason:
        """Pass a question on (see ``qa.domain.detectors.base.Judge``)."""
        opinion = self.judge.ask(question, lines, speaker=speaker, language=language)
        if isinstance(opinion, Reason) and opinion.code.startswith(SILENT):
            self.silent = True
        return opinion
