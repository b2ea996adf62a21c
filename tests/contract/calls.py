"""Calls as the recogniser takes them."""

from __future__ import annotations

from collections.abc import Sequence

from qa.domain.transcript import Span
from qa.ports import CallSpeech, Recognised, Samples, Transcriber, Utterances


def heard_in(
    transcriber: Transcriber,
    samples: Samples,
    speech: Sequence[Span],
    *,
    language: str | None,
    hotwords: Sequence[str] = (),
) -> Recognised:
    """What a transcriber makes of a call of one channel."""
    call = CallSpeech((Utterances(samples, tuple(speech)),), language)
    ((heard,),) = transcriber.transcribe([call], hotwords=hotwords)
    return heard
