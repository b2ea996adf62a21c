"""The arithmetic of the accuracy figures: errors in words, in who spoke when, and in who is who."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Any

from bench.speech.normalise import units

if TYPE_CHECKING:
    from pyannote.core import Annotation

Span = tuple[float, float]
"""Start and end, seconds."""

NIST_COLLAR_S = 0.25
"""On either side of a boundary of the reference; what md-eval and dscore call ``collar``."""


@dataclass(frozen=True, slots=True)
class Errors:
    """Edits that turn what was heard into what was said, and how much was said, in units."""

    edits: int = 0
    said: int = 0

    def __add__(self, other: Errors) -> Errors:
        return Errors(self.edits + other.edits, self.said + other.said)

    @property
    def rate(self) -> float:
        """Error rate, per cent; micro-averaged where errors were added up."""
        return 100 * self.edits / self.said if self.said else 0.0


def word_errors(said: str, heard: str) -> Errors:
    """Word errors of one stream, both sides normalised (see ``bench.speech.normalise``)."""
    import jiwer

    reference, hypothesis = units(said), units(heard)
    output = jiwer.process_words(" ".join(reference), " ".join(hypothesis))
    return Errors(output.substitutions + output.deletions + output.insertions, len(reference))


def cp_errors(said: Sequence[str], heard: Sequence[str]) -> Errors:
    """Errors of the concatenated minimum-permutation word error rate (cpWER).

    Each speaker's words are put in one stream, and speakers heard are given to speakers who spoke so
    that the errors are fewest; a speaker without a partner is compared with nothing. Watanabe et al.,
    "CHiME-6 Challenge", 2020, arXiv 2004.09249, section 5.2. Meant for two or three speakers.
    """
    size = max(len(said), len(heard))
    said = [*said, *[""] * (size - len(said))]
    heard = [*heard, *[""] * (size - len(heard))]
    pairs = [[word_errors(one, other) for other in heard] for one in said]
    assigned = (
        sum((pairs[row][column] for row, column in enumerate(columns)), Errors())
        for columns in permutations(range(size))
    )
    return min(assigned, key=lambda errors: errors.edits, default=Errors())


def overlap_s(spans: Iterable[Span], others: Sequence[Span]) -> float:
    """Seconds that two lists of spans share; spans of one list do not overlap each other."""
    return sum(
        max(0.0, min(end, other_end) - max(start, other_start))
        for start, end in spans
        for other_start, other_end in others
    )


def share_right(agent: Sequence[Span], heard: Mapping[str, Sequence[Span]]) -> float:
    """Share of the true agent's speech that was given to the agent, 0-1.

    Args:
        agent: When the agent truly speaks.
        heard: Turns by role as they were attributed; what is given to ``unknown`` counts against.

    Returns:
        Of the agent's time that was given to anybody, the agent's part; 0 where none was.
    """
    given = {role: overlap_s(agent, spans) for role, spans in heard.items()}
    total = sum(given.values())
    return given.get("agent", 0.0) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class SpeakerErrors:
    """Seconds of a diarization that are wrong, and seconds of speech (speakers counted each)."""

    missed_s: float = 0.0
    false_alarm_s: float = 0.0
    confused_s: float = 0.0
    speech_s: float = 0.0

    def __add__(self, other: SpeakerErrors) -> SpeakerErrors:
        return SpeakerErrors(
            self.missed_s + other.missed_s,
            self.false_alarm_s + other.false_alarm_s,
            self.confused_s + other.confused_s,
            self.speech_s + other.speech_s,
        )

    @property
    def rate(self) -> float:
        """Diarization error rate, per cent."""
        wrong_s = self.missed_s + self.false_alarm_s + self.confused_s
        return 100 * wrong_s / self.speech_s if self.speech_s else 0.0


def speaker_errors(
    truth: Mapping[str, Sequence[Span]],
    heard: Mapping[str, Sequence[Span]],
    *,
    duration_s: float,
    collar_s: float = 0.0,
) -> SpeakerErrors:
    """Diarization errors of one recording, overlap scored (pyannote.metrics).

    Args:
        truth: Who spoke when, by name.
        heard: The same as it was heard, under any names.
        duration_s: Length of the recording; all of it is scored.
        collar_s: Left out on either side of each boundary of the truth. pyannote.metrics asks for the
            total width, so NIST's 0.25 s is its 0.5.
    """
    from pyannote.core import Segment, Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate

    metric = DiarizationErrorRate(collar=2 * collar_s, skip_overlap=False)
    parts: dict[str, Any] = metric(
        _annotation(truth),
        _annotation(heard),
        uem=Timeline([Segment(0.0, duration_s)]),
        detailed=True,
    )
    return SpeakerErrors(
        missed_s=float(parts["missed detection"]),
        false_alarm_s=float(parts["false alarm"]),
        confused_s=float(parts["confusion"]),
        speech_s=float(parts["total"]),
    )


def _annotation(speakers: Mapping[str, Sequence[Span]]) -> Annotation:
    from pyannote.core import Annotation, Segment

    annotation = Annotation()
    for name, spans in speakers.items():
        for track, (start_s, end_s) in enumerate(spans):
            annotation[Segment(start_s, end_s), f"{name}-{track}"] = name
    return annotation
