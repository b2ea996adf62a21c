"""Refuses text that Whisper gave and nobody said.

Whisper invents text on music, noise and silence, and loops. The thresholds of compression, probability
and silence are openai-whisper's own (``whisper/transcribe.py``); the rest are known signatures. What is
refused is kept with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import fmean
from typing import Final, Literal

from models.hypothesis import Hypothesis, Piece
from qa.domain.transcript import Word

VERSION = "3"
"""Raised whenever a rule below changes: it decides what is recognised."""

Refused = Literal["repetition", "low_confidence", "no_speech", "too_fast", "outro"]

MAX_COMPRESSION: Final = 2.4
MIN_MEAN_LOG_PROB: Final = -1.0
MAX_NO_SPEECH: Final = 0.6
MIN_EVIDENCE: Final = -2.0
"""Of the words given the sound alone; what a prompt put there has -3 and less."""
MIN_EVIDENCE_IN_DOUBT: Final = -1.0
"""The same where the recogniser itself hears no speech."""
MAX_UNITS_PER_S: Final = {"zh": 14.0, "en": 8.0}
"""Characters (zh) or words (en) per second beyond anything that is spoken; fast speech has half."""
MAX_REPEATS: Final = {1: 12, 2: 8, 3: 6}
"""Times that a phrase of so many units may follow itself; 对对对对对 is speech. Longer phrases: 4."""
_MAX_REPEATS_LONG: Final = 4
_LONGEST_PHRASE: Final = 12
_MIN_SPOKEN_S: Final = 1.0
_SHORTEST_ECHO: Final = 4
"""Units of a phrase whose second saying is looked at; a shorter one is said again quickly."""

SAYABLE_CONFIDENCE: Final = 0.8
"""Mean probability of its words from which a farewell that people do say is believed."""

_OUTROS = re.compile(
    r"""
    字幕\s*(?:由|by|製作|制作|提供|志愿者|志願者|组|組)[^。！？,，]*
    | (?:中文)?字幕\s*(?:志愿者|志願者)
    | amara\s*\.?\s*org
    | 请不吝点赞[^。！？]*
    | (?:点赞|订阅|转发|打赏)(?:[、，, ]*(?:点赞|订阅|转发|打赏))+[^。！？]*
    | 明镜(?:与|和|需要)[^。！？]*
    | (?:谢谢|感谢)(?:大家|您|你)?的?(?:观看|收看)
    | (?:优优|優優)(?:独播|獨播)[^。！？]*
    | 以下是普通话的(?:句子|对话|通话)
    | thank(?:s|\ you)(?:\ so\ much|\ very\ much)?\ for\ (?:watching|listening\ to\ this\ video)
    | (?:please\ )?(?:like\ and\ )?subscribe\ to\ (?:my|our|the)\ channel
    | (?:like\ and|don't\ forget\ to)\ subscribe
    | (?:subtitles|captions|transcription|subtitled)\ (?:by|provided\ by)(?:[^.!?]|\.\w)*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SAYABLE = re.compile(
    r"""
    (?:谢谢|感谢)(?:大家|您|你)?的?收听
    | thank(?:s|\ you)(?:\ so\ much|\ very\ much)?\ for\ listening(?!\ to\ this\ video)
    | see\ you\ (?:in\ the\ )?next\ (?:video|time)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_UNIT = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+(?:['’][^\W\u3400-\u9fff]+)*")


def refusal(hypothesis: Hypothesis, *, spoken_s: float, language: str) -> Refused | None:
    """Why a whole window's text is not believed, or ``None``.

    Args:
        hypothesis: The window's text and how sure the recogniser is of it.
        spoken_s: Seconds of sound that the text is of.
        language: ``zh`` or ``en``.
    """
    if not hypothesis.text:
        return None
    spoken = units(hypothesis.text)
    if (
        hypothesis.compression_ratio > MAX_COMPRESSION
        or loops(spoken)
        or echoes(hypothesis.pieces, MAX_UNITS_PER_S[language])
    ):
        return "repetition"
    if hypothesis.no_speech > MAX_NO_SPEECH and (
        hypothesis.mean_log_prob < MIN_MEAN_LOG_PROB or hypothesis.evidence < MIN_EVIDENCE_IN_DOUBT
    ):
        return "no_speech"
    if hypothesis.mean_log_prob < MIN_MEAN_LOG_PROB or hypothesis.evidence < MIN_EVIDENCE:
        return "low_confidence"
    if len(spoken) / max(spoken_s, _MIN_SPOKEN_S) > MAX_UNITS_PER_S[language]:
        return "too_fast"
    return None


def units(text: str) -> list[str]:
    """What is counted as spoken: each Chinese character, each other word, without case."""
    return [unit.lower() for unit in _UNIT.findall(text)]


def loops(spoken: Sequence[str]) -> bool:
    """Whether some phrase follows itself more often than a person repeats one."""
    for length in range(1, _LONGEST_PHRASE + 1):
        allowed = MAX_REPEATS.get(length, _MAX_REPEATS_LONG)
        repeated = 0
        for unit, earlier in zip(spoken[length:], spoken, strict=False):
            repeated = repeated + 1 if unit == earlier else 0
            if repeated >= length * allowed:
                return True
    return False


def echoes(pieces: Sequence[Piece], most_per_s: float) -> bool:
    """Whether a phrase follows itself, and one of the two has no time to be said in.

    Whisper may write a sentence twice that is said once. Alignment then finds sound for one of them, and puts all
    words of the other on one moment.

    Args:
        pieces: The words as they are aligned.
        most_per_s: Units per second beyond anything that is spoken.
    """
    timed = [(unit, piece) for piece in pieces for unit in units(piece.text)]
    for length in range(_SHORTEST_ECHO, len(timed) // 2 + 1):
        repeated = 0
        for place in range(length, len(timed)):
            repeated = repeated + 1 if timed[place][0] == timed[place - length][0] else 0
            if repeated < length:
                continue
            for last in (place - length, place):
                first = timed[last - length + 1][1]
                if timed[last][1].end_s - first.start_s < length / most_per_s / 2:
                    return True
    return False


def outro_words(words: Sequence[Word]) -> list[range]:
    """Runs of words that are a subtitle's credit or a video's farewell, as index ranges.

    Whisper learnt them from subtitled videos and gives them on sounds without words. Of those that people
    say on the telephone too, the ones that the recogniser is sure of stay.
    """
    text = ""
    owners: list[int] = []
    for index, word in enumerate(words):
        spaced = f" {word.text}" if text and word.text[:1].isascii() else word.text
        text += spaced
        owners += [index] * len(spaced)

    def run(match: re.Match[str]) -> range:
        return range(owners[match.start()], owners[match.end() - 1] + 1)

    invented = [run(match) for match in _OUTROS.finditer(text)]
    doubtful = [
        said
        for said in map(run, _SAYABLE.finditer(text))
        if fmean(words[index].confidence for index in said) < SAYABLE_CONFIDENCE
    ]
    return invented + doubtful
