"""What a rule makes of one sentence, and which sentences of a call a head is asked about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qa.domain.call import CallRecord, Role
from qa.domain.detectors.base import Answer, Case
from qa.domain.detectors.head import Head
from qa.domain.detectors.meaning import sentences
from qa.domain.detectors.window import resolve
from qa.domain.dialogue import WrittenTurn, written_call
from qa.services.score_text import CaseOf


def finds(detector: Any, case_of: CaseOf, speaker: Role = Role.AGENT) -> Callable[[str], bool]:
    """Whether a detector finds something in a sentence that is all of a call; ``None`` never does."""

    def found(sentence: str) -> bool:
        transcript, signals = written_call([WrittenTurn(speaker, sentence)])
        case = case_of(CallRecord("bank"), transcript, signals)
        answer: Answer = detector.find(case).answer
        return answer is Answer.YES

    return found if detector is not None else lambda _: False


def asked_about(head: Head, case: Case) -> list[str]:
    """The sentences of a call that a head is asked about."""
    span = resolve(head.within, case, head.speaker, None)
    roles = [head.speaker] if head.speaker else list(Role)
    return [text for role in roles for text, _ in sentences(case.streams[role], span)]
