"""Invented words: how many words are kept of ten minutes in which nobody speaks; none may be.

Every recording takes the whole way of ``qa run``, once mono and once stereo. ``--with-whisper`` counts the
words that the ``whisper`` command line gives for the mono forms, on the same weights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bench.speech import debian, noise, ours, rivals
from bench.speech.corpus import Recording
from bench.speech.figure import CACHE, Bar, Figure, Options, table
from bench.speech.normalise import units
from qa.domain.records import CallDetail


def measure(options: Options) -> Figure:
    """Score the recordings and count what was kept."""
    recordings = noise.made(CACHE / "non-speech", debian.music())
    options.say(f"{len(recordings)} recordings without speech")
    run = ours.heard(tuple(Recording(one.path.stem, one.path) for one in recordings))
    calls = [run.calls[one.path.stem] for one in recordings]
    kept = [ours.words_kept(call) for call in calls]
    minutes = sum(one.duration_s for one in recordings if one.form == "mono") / 60
    tables = [
        table(
            f"Words kept of {minutes:.0f} minutes without speech, mono and stereo",
            ("sound", "form", "seconds", "words", "outcome", "dropped"),
            [
                (one.name, one.form, f"{one.duration_s:.0f}", words, *_outcome(call))
                for one, call, words in zip(recordings, calls, kept, strict=True)
            ],
        )
    ]
    data: dict[str, object] = {
        "minutes": minutes,
        "words": {one.path.stem: words for one, words in zip(recordings, kept, strict=True)},
        "outcomes": {
            one.path.stem: _outcome(call)[0] for one, call in zip(recordings, calls, strict=True)
        },
    }
    if options.with_whisper:
        options.say("the same with the whisper command line")
        mono = [one for one in recordings if one.form == "mono"]
        counts = _whisper(mono)
        tables.append(
            table(
                "Words that the whisper command line gives",
                ("sound", "words"),
                [*zip((one.name for one in mono), counts, strict=True), ("all", sum(counts))],
            )
        )
        data["whisper_words"] = sum(counts)
    return Figure(
        bars=(Bar(f"words invented in {minutes:.0f} minutes", sum(kept), 0, "at most", "words"),),
        tables=tuple(tables),
        data=data,
    )


def _outcome(call: CallDetail) -> tuple[str, str]:
    """Why a recording has no score, or that it has one; and what was dropped, by reason."""
    if call.hearing is None:
        refusal = call.refusal
        return (refusal.code if refusal else "?", "")
    reasons = Counter(text.reason for text in call.hearing.transcript.dropped)
    return ("scored", ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items())))


def _whisper(recordings: Sequence[noise.NonSpeech]) -> list[int]:
    heard = rivals.whisper_command([one.path for one in recordings])
    return [len(units(text)) for (text,) in heard.texts]
