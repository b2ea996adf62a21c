"""CTM: every word with its time and confidence (NIST SCTK, "ctm" format: file, channel, start, duration, word, score)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from qa.interop.exports.choices import Choices
from qa.interop.exports.file_names import FileNames
from qa.interop.lines import Line


def write(lines: Iterable[Line], out: BinaryIO, choices: Choices) -> int:  # noqa: ARG001 - every writer's signature
    """Write the words of every call by channel and time, as scoring tools want them; how many calls."""
    names = FileNames()
    count = 0
    for count, line in enumerate(lines, 1):  # noqa: B007 - the last count is the answer
        file = names.of(line["call_id"])
        words = [
            (line["channels"].get(turn["speaker"], 1), word)
            for turn in line["turns"]
            for word in turn["words"]
        ]
        for channel, word in sorted(words, key=lambda each: (each[0], each[1]["start_s"])):
            duration_s = word["end_s"] - word["start_s"]
            # A space within a word would be read as the next field.
            if text := "".join(word["text"].split()):
                out.write(
                    f"{file} {channel} {word['start_s']:.3f} {duration_s:.3f} {text}"
                    f" {word['confidence']:.3f}\n".encode()
                )
    return count
