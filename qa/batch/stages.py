"""The stages of one recording's way, each with a typed input and output.

``Job -> Decoded -> Voiced -> Spoken -> Attributed -> Heard -> ScoredCall``

A stage holds its adapters and nothing else; a factory builds it in the process that runs it. A recording
that was heard before enters at the last stage.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from qa.domain.attribution import (
    LabelledTurn,
    speaker_confidence,
    turns_from_channels,
    turns_from_mono,
    with_roles,
)
from qa.domain.call import Role
from qa.domain.detectors.base import Case, Phonetics
from qa.domain.errors import NotScorable
from qa.domain.measure import measure
from qa.domain.records import Hearing, Peaks, RecordingFacts, ScoredCall
from qa.domain.roles import Parties, decide_roles
from qa.domain.rubric import Rubric
from qa.domain.scoring import score
from qa.domain.transcript import DroppedText, Span, Transcript
from qa.domain.wording import Reason
from qa.ports import (
    AudioShelf,
    DecodedAudio,
    Decoder,
    Diarization,
    Diarizer,
    Recognised,
    Samples,
    Transcriber,
    VoiceActivity,
)
from qa.services.ingest import Job

In_contra = TypeVar("In_contra", contravariant=True)
Out_co = TypeVar("Out_co", covariant=True)

CHANNEL_LABELS = ("channel-0", "channel-1")
MONO_LABEL = "mono"
MAX_SPEAKERS = 2

MONO_OVERLAP_CONFIDENCE = 0.7
"""How far overlaps found by diarization in a mono mix can be trusted; separate channels are certain."""


class Stage(Protocol[In_contra, Out_co]):
    """One step of the way."""

    def run(self, item: In_contra) -> Out_co:
        """Take one recording one step further. Raises ``NotScorable`` when its way ends here."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The sound of a recording and what is kept of it."""

    job: Job
    audio: DecodedAudio
    facts: RecordingFacts

    @property
    def labels(self) -> tuple[str, ...]:
        """A label per channel of the decoded sound."""
        return CHANNEL_LABELS if self.audio.layout == "stereo" else (MONO_LABEL,)

    @property
    def channels(self) -> Mapping[str, Samples]:
        """Samples by label, each of shape ``(n,)``."""
        return dict(zip(self.labels, self.audio.channels, strict=True))


@dataclass(frozen=True, slots=True)
class Voiced:
    """With spans of speech by channel label."""

    decoded: Decoded
    speech: Mapping[str, tuple[Span, ...]]


@dataclass(frozen=True, slots=True)
class Spoken:
    """With the words by channel label."""

    voiced: Voiced
    recognised: Mapping[str, Recognised]


@dataclass(frozen=True, slots=True)
class Attributed:
    """With turns, when each voice speaks, and how sure it is which voice said what.

    Attributes:
        turns: Labelled with a channel's name, or with what the diarizer called a voice.
        activity: Spans of speech under the same labels.
        by_channel: Whether each party has a channel of its own. Two channels alone do not make it so:
            some recorders write both parties to one side and leave the other silent.
    """

    spoken: Spoken
    turns: tuple[LabelledTurn, ...]
    activity: Mapping[str, tuple[Span, ...]]
    speaker_confidence: float
    by_channel: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """Everything that scoring needs; nothing after this touches audio."""

    job: Job
    facts: RecordingFacts
    hearing: Hearing


@dataclass(frozen=True, slots=True)
class Decode:
    """Reads a recording, draws its waveform, and keeps a playable copy."""

    decoder: Decoder
    draw: Callable[[DecodedAudio], Peaks]
    shelf: AudioShelf

    def run(self, item: Job) -> Decoded:
        """Decode one recording."""
        audio = self.decoder.decode(item.path)
        facts = RecordingFacts(
            sha256=item.sha256,
            name=item.path.name,
            duration_s=audio.duration_s,
            sample_rate=audio.source_rate,
            channels=audio.source_channels,
            layout=audio.layout,
            peaks=self.draw(audio),
            audio=self.shelf.keep(item.path, item.sha256),
        )
        return Decoded(item, audio, facts)


@dataclass(frozen=True, slots=True)
class FindVoice:
    """Finds speech in each channel; a recording without any ends here."""

    voice_activity: VoiceActivity

    def run(self, item: Decoded) -> Voiced:
        """Find the speech of one recording."""
        speech = {
            label: self.voice_activity.speech(samples) for label, samples in item.channels.items()
        }
        if not any(speech.values()):
            raise NotScorable(Reason("recording.no_speech"))
        return Voiced(item, speech)


@dataclass(frozen=True, slots=True)
class Recognise:
    """Turns the speech of each channel into words."""

    transcriber: Transcriber
    hotwords: tuple[str, ...]

    def run(self, item: Voiced) -> Spoken:
        """Recognise one recording; one without a reliable word ends here."""
        channels = item.decoded.channels
        language = item.decoded.job.record.language
        if language is None:
            # Once for the whole call: a channel that holds one "mm" would guess.
            language, _ = self.transcriber.detect_language(
                [(channels[label], spans) for label, spans in item.speech.items()]
            )
        recognised = {
            label: self.transcriber.transcribe(
                channels[label], spans, language=language, hotwords=self.hotwords
            )
            for label, spans in item.speech.items()
        }
        if not any(channel.words for channel in recognised.values()):
            raise NotScorable(Reason("recording.no_words"))
        return Spoken(item, recognised)


class Attribute:
    """Says which voice spoke each word: the channel, or where one channel holds all speech the diarizer.

    The diarizer is built when it is first needed; a night of recordings that have speech on both of two
    channels never loads it.
    """

    def __init__(self, build_diarizer: Callable[[], Diarizer]) -> None:
        self._build_diarizer = build_diarizer
        self._diarizer: Diarizer | None = None

    def run(self, item: Spoken) -> Attributed:
        """Attribute the words of one recording."""
        decoded = item.voiced.decoded
        stereo = decoded.audio.layout == "stereo"
        speaking = [label for label, spans in item.voiced.speech.items() if spans]
        if stereo and len(speaking) > 1:
            return _by_channel(item)
        (label,) = speaking
        diarization = self._diarize(decoded.channels[label])
        if stereo and len(diarization.turns) <= 1:
            # A message on a machine, or a recorder that heard one party only.
            return _by_channel(item)
        words = item.recognised[label].words
        return Attributed(
            spoken=item,
            turns=turns_from_mono(words, diarization.exclusive),
            activity=diarization.turns,
            speaker_confidence=speaker_confidence(words, diarization.exclusive),
            by_channel=False,
        )

    def _diarize(self, samples: Samples) -> Diarization:
        if self._diarizer is None:
            self._diarizer = self._build_diarizer()
        return self._diarizer.diarize(samples, max_speakers=MAX_SPEAKERS)


@dataclass(frozen=True, slots=True)
class Measure:
    """Says who is the agent, writes the transcript, and measures the signals.

    ``models`` names what took part (see ``qa.domain.records.Hearing``).
    """

    models: Mapping[str, str]
    company_names: tuple[str, ...]
    phonetics: Phonetics

    def run(self, item: Attributed) -> Heard:
        """Put together what was heard in one recording."""
        decoded = item.spoken.voiced.decoded
        parties = self._parties(item)
        turns = with_roles(item.turns, parties.roles)
        signals = measure(
            duration_s=decoded.audio.duration_s,
            activity=_by_role(item.activity, parties.roles),
            turns=turns,
            overlap_confidence=1.0 if item.by_channel else MONO_OVERLAP_CONFIDENCE,
        )
        transcript = Transcript(
            language=_language(item.spoken.recognised),
            turns=turns,
            dropped=_dropped(item.spoken.recognised),
            role_confidence=parties.confidence,
            speaker_confidence=item.speaker_confidence,
        )
        job = decoded.job
        hearing = Hearing(job.hearing_fingerprint, transcript, signals, self.models)
        return Heard(job, decoded.facts, hearing)

    def _parties(self, item: Attributed) -> Parties:
        record = item.spoken.voiced.decoded.job.record
        if item.by_channel and record.agent_channel is not None:
            agent = CHANNEL_LABELS[record.agent_channel]
            roles = {
                label: Role.AGENT if label == agent else Role.CUSTOMER for label in CHANNEL_LABELS
            }
            return Parties(roles, 1.0)
        return decide_roles(
            item.turns,
            company_names=self.company_names,
            direction=record.direction,
            phonetics=self.phonetics,
        )


@dataclass(frozen=True, slots=True)
class Score:
    """Judges what was heard against a rubric; the only stage for a recording heard before."""

    rubric: Rubric
    company_names: tuple[str, ...]
    phonetics: Phonetics

    def run(self, item: Heard | Job) -> ScoredCall:
        """Score one call."""
        heard = item if isinstance(item, Heard) else _heard_before(item)
        case = Case(
            record=heard.job.record,
            transcript=heard.hearing.transcript,
            signals=heard.hearing.signals,
            company_names=self.company_names,
            phonetics=self.phonetics,
        )
        return ScoredCall(
            record=heard.job.record,
            recording=heard.facts,
            hearing=heard.hearing,
            scorecard=score(self.rubric, case),
            fingerprint=heard.job.fingerprint,
        )


def _heard_before(job: Job) -> Heard:
    if job.heard is None:
        raise ValueError(f"recording {job.sha256} reached scoring unheard")
    facts, hearing = job.heard
    return Heard(job, facts, hearing)


def _by_channel(spoken: Spoken) -> Attributed:
    """Credit what each channel holds to the party whose channel it is."""
    words = {label: channel.words for label, channel in spoken.recognised.items()}
    return Attributed(
        spoken=spoken,
        turns=turns_from_channels(words),
        activity=spoken.voiced.speech,
        speaker_confidence=1.0,
        by_channel=True,
    )


def _by_role(
    activity: Mapping[str, tuple[Span, ...]], roles: Mapping[str, Role]
) -> dict[Role, tuple[Span, ...]]:
    """Spans by role; voices that share a role are put together, and ``measure`` puts them in order."""
    together: dict[Role, list[Span]] = {}
    for label, spans in activity.items():
        together.setdefault(roles.get(label, Role.UNKNOWN), []).extend(spans)
    return {role: tuple(spans) for role, spans in together.items()}


def _language(recognised: Mapping[str, Recognised]) -> str:
    """The language most of the words are in."""
    spoken: dict[str, int] = {}
    for channel in recognised.values():
        spoken[channel.language] = spoken.get(channel.language, 0) + len(channel.words)
    return max(spoken, key=lambda language: spoken[language])


def _dropped(recognised: Mapping[str, Recognised]) -> tuple[DroppedText, ...]:
    dropped = (text for channel in recognised.values() for text in channel.dropped)
    return tuple(sorted(dropped, key=lambda text: (text.start_s, text.end_s)))
