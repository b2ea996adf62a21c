"""Diarization error on mono: who speaks when, by voice pair and call.

Overlap is scored. Collar 0 is what counts; NIST's 0.25 s on either side of each boundary is given beside it
for comparison with figures from elsewhere. Recordings go to the diarizer as ``qa run`` gives them: at most two
voices, and three where somebody says that the call is put through.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.speech import ours
from bench.speech.corpus import Call, made_calls, samples, telephone_sample
from bench.speech.figure import Bar, Figure, Options, table
from bench.speech.scores import NIST_COLLAR_S, Span, SpeakerErrors, speaker_errors
from qa.batch.attribute import MAX_SPEAKERS, TRANSFERRED_SPEAKERS
from qa.domain.transcript import Word
from qa.domain.transfer import says_transfer

SAMPLES_PERCENT = 10.0
TELEPHONE_PERCENT = 10.0


@dataclass(frozen=True, slots=True)
class Diarized:
    """One recording, with its errors at no collar and at NIST's."""

    name: str
    group: str
    pair: str
    speakers: int
    strict: SpeakerErrors
    nist: SpeakerErrors


def measure(options: Options) -> Figure:
    """Diarize every call and sum up by set and voice pair."""
    listener = _Listener()
    wav, spoken = telephone_sample()
    done = [listener.diarize("sample.wav", "telephone", "telephone", wav, spoken)]
    for group, calls in (("sample calls", samples()), ("made calls", made_calls(options.calls))):
        options.say(f"{group}: {len(calls)} recordings")
        done += [_diarize(listener, group, call) for call in calls]
    made = sorted((one for one in done if one.group != "telephone"), key=lambda one: one.pair)
    sums = [
        ("sample calls", [one for one in made if one.group == "sample calls"]),
        ("made calls", [one for one in made if one.group == "made calls"]),
        *(
            (pair, [o for o in made if o.pair == pair])
            for pair in dict.fromkeys(o.pair for o in made)
        ),
        ("pyannote's sample.wav", done[:1]),
    ]
    return Figure(
        bars=(
            Bar(
                "DER of sample calls, mono, collar 0",
                _summed(sums[0][1]).rate,
                SAMPLES_PERCENT,
                "at most",
                "%",
            ),
            Bar(
                "DER of sample.wav, collar 0",
                done[0].strict.rate,
                TELEPHONE_PERCENT,
                "at most",
                "%",
            ),
        ),
        tables=(
            table(
                "Diarization error rate, per cent, by recording",
                (
                    "recording",
                    "voices",
                    "speakers",
                    "collar 0",
                    "±0.25 s",
                    "missed",
                    "false",
                    "confused",
                ),
                [_row(one) for one in done],
            ),
            table(
                "Diarization error rate, per cent, micro-average",
                ("recordings", "number", "collar 0", "±0.25 s", "confused alone"),
                [_sum_row(title, ones) for title, ones in sums],
            ),
        ),
        data={
            "recordings": {
                one.name: {
                    "pair": one.pair,
                    "speakers": one.speakers,
                    "der": one.strict.rate,
                    "der_nist": one.nist.rate,
                }
                for one in done
            },
            "averages": {
                title: {
                    "der": _summed(ones).rate,
                    "der_nist": _summed(ones, nist=True).rate,
                    "recordings": len(ones),
                }
                for title, ones in sums
            },
        },
    )


class _Listener:
    """The diarizer and the decoder of ``qa run``, built once."""

    def __init__(self) -> None:
        from models import diarizer_pyannote
        from models.registry import Registry
        from qa.audio.decode import FileDecoder

        self._decoder = FileDecoder()
        self._diarizer = diarizer_pyannote.build(Registry(ours.MODELS))

    def diarize(
        self,
        name: str,
        group: str,
        pair: str,
        path: Path,
        truth: Mapping[str, Sequence[Span]],
        *,
        most: int = MAX_SPEAKERS,
    ) -> Diarized:
        audio = self._decoder.decode(path)
        found = self._diarizer.diarize(audio.channels[0], max_speakers=most).turns
        heard = {
            label: [(span.start_s, span.end_s) for span in spans] for label, spans in found.items()
        }
        strict, nist = (
            speaker_errors(truth, heard, duration_s=audio.duration_s, collar_s=collar_s)
            for collar_s in (0.0, NIST_COLLAR_S)
        )
        return Diarized(name, group, pair, len(heard), strict, nist)


def _diarize(listener: _Listener, group: str, call: Call) -> Diarized:
    words = [Word(turn.start_s, turn.end_s, turn.text, 1.0) for turn in call.turns]
    most = TRANSFERRED_SPEAKERS if says_transfer(words) else MAX_SPEAKERS
    return listener.diarize(call.name, group, call.pair, call.mono, call.voices(), most=most)


def _summed(ones: Iterable[Diarized], *, nist: bool = False) -> SpeakerErrors:
    return sum((one.nist if nist else one.strict for one in ones), SpeakerErrors())


def _row(one: Diarized) -> tuple[object, ...]:
    strict = one.strict
    parts = (strict.missed_s, strict.false_alarm_s, strict.confused_s)
    shares = (100 * seconds / strict.speech_s for seconds in parts)
    return (one.name, one.pair, one.speakers, strict.rate, one.nist.rate, *shares)


def _sum_row(title: str, ones: Sequence[Diarized]) -> tuple[object, ...]:
    summed = _summed(ones)
    confused = 100 * summed.confused_s / summed.speech_s if summed.speech_s else 0.0
    return (title, len(ones), summed.rate, _summed(ones, nist=True).rate, confused)
