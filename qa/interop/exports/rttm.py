"""RTTM: who speaks when (NIST, "The 2009 (RT-09) Rich Transcription Meeting Recognition Evaluation Plan", App. A).

Ten fields a line: type, file, channel, onset, duration, orthography, speaker type, speaker, confidence, lookahead.
A turn is cut where its speaker pauses, for a pause is no speech in any evaluation of who speaks when.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from qa.interop.exports.choices import Choices
from qa.interop.exports.file_names import FileNames
from qa.interop.lines import Line

_PAUSE_S = 0.5
"""A silence longer than this ends a stretch of speech."""


def write(lines: Iterable[Line], out: BinaryIO, choices: Choices) -> int:  # noqa: ARG001 - every writer's signature
    """Write the speech of every call under its file id; how many calls."""
    names = FileNames()
    count = 0
    for count, line in enumerate(lines, 1):  # noqa: B007 - the last count is the answer
        file = names.of(line["call_id"])
        for start_s, end_s, speaker in sorted(_stretches(line["turns"])):
            channel = line["channels"].get(speaker, 1)
            out.write(
                f"SPEAKER {file} {channel} {start_s:.3f} {end_s - start_s:.3f} <NA> <NA> {speaker}"
                f" {line['speaker_confidence']:.3f} <NA>\n".encode()
            )
    return count


def _stretches(turns: Iterable[Line]) -> Iterator[tuple[float, float, str]]:
    for turn in turns:
        start_s, end_s = turn["start_s"], turn["start_s"]
        for word in turn["words"] or (turn,):
            if word["start_s"] - end_s > _PAUSE_S:
                if end_s > start_s:
                    yield start_s, end_s, turn["speaker"]
                start_s = word["start_s"]
            end_s = max(end_s, word["end_s"])
        if end_s > start_s:
            yield start_s, end_s, turn["speaker"]
