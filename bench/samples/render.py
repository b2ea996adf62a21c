"""A written dialogue as sound: each turn spoken, sent down the line and laid on the timeline."""

from __future__ import annotations

from bench.samples import telephone, timeline
from bench.samples.dialogue import Dialogue
from bench.samples.telephone import Samples
from bench.samples.timeline import Timeline
from bench.samples.voice import RATE_HZ, Kokoro


def render(dialogue: Dialogue, kokoro: Kokoro) -> tuple[Timeline, Samples]:
    """When each turn is said, and the call as (frames, 2) samples in -1..1 at 8 kHz."""
    rng = timeline.seeded(dialogue)
    speech = []
    for turn in dialogue.turns:
        voice = dialogue.voices[turn.voice]
        spoken = kokoro.speak(turn.say, voice.style, voice.speed)
        level_db = voice.level_db + float(rng.uniform(-1.0, 1.0))
        speech.append(telephone.narrow(spoken, RATE_HZ, level_db))
    lengths_s = [len(samples) / telephone.RATE_HZ for samples in speech]
    laid_out = timeline.lay_out(dialogue, lengths_s, rng)
    return laid_out, timeline.mix(dialogue, laid_out, speech, rng)
