"""The stages of a recording's way (see ``qa.batch.items`` for what each is given and gives, ``qa.batch.step`` for its shape).

A stage holds its adapters and nothing else; a factory builds it in the process that runs it. A recording
that was heard before enters at the last stage.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from qa.batch.attribute import speaking
from qa.batch.collector import collecting_seldom
from qa.batch.items import CHANNEL_LABELS, Attributed, Decoded, Heard, Spoken, Voiced
from qa.batch.plan import provisional, told_by
from qa.domain.attribution import (
    with_roles,
)
from qa.domain.call import Role
from qa.domain.detectors.base import Case, Judge, Phonetics, Semantics
from qa.domain.detectors.judge import Attended
from qa.domain.errors import NotScorable, RecordingChanged
from qa.domain.meanings import Recalling
from qa.domain.measure import measure
from qa.domain.records import Hearing, Peaks, RecordingFacts, ScoredCall
from qa.domain.roles import Parties, decide_roles
from qa.domain.rubric import Rubric
from qa.domain.scoring import score
from qa.domain.sound import RecordingQuality, Sound
from qa.domain.transcript import DroppedText, Span, Transcript
from qa.domain.wording import LANGUAGES, Reason
from qa.ports import (
    Acoustics,
    AudioShelf,
    CallSpeech,
    DecodedAudio,
    Decoder,
    Recognised,
    Samples,
    Soundscape,
    Transcriber,
    Utterances,
    VoiceActivity,
)
from qa.services.ingest import Job, stamp_of

MOSTLY_SOUNDS = 0.1
"""Share of a recording without speech that tones or music must last to be what it is; a key is pressed in
silence, too. Ring-back sounds a sixth to a third of its time."""

CONTRADICTED = 0.95
"""How sure the words must be of who is the agent to doubt a call record that says otherwise."""

MONO_OVERLAP_CONFIDENCE = 0.7
"""How far overlaps found by diarization in a mono mix can be trusted; separate channels are certain."""


@dataclass(frozen=True, slots=True)
class Decode:
    """Reads a recording, draws its waveform, and keeps a playable copy."""

    decoder: Decoder
    draw: Callable[[DecodedAudio], Peaks]
    shelf: AudioShelf

    def run(self, item: Job) -> Decoded:
        """Decode one recording.

        Raises ``RecordingChanged`` where the file is not the one any more that was identified: the sound
        of one call must never be kept under another's name.
        """
        if item.elsewhere is None:
            return self._unchanged(item)
        item.elsewhere.bring(item.path)
        try:
            _refuse_another(item)
            return self._unchanged(item)
        finally:
            item.path.unlink(missing_ok=True)

    def _unchanged(self, item: Job) -> Decoded:
        try:
            return self._decoded(item)
        except (NotScorable, FileNotFoundError):
            # Half of one recording and half of another is no audio, and neither is to blame.
            _refuse_changed(item)
            raise

    def _decoded(self, item: Job) -> Decoded:
        audio = self.decoder.decode(item.path)
        _refuse_changed(item)
        facts = RecordingFacts(
            sha256=item.sha256,
            name=item.path.name,
            duration_s=audio.duration_s,
            sample_rate=audio.source_rate,
            channels=audio.source_channels,
            layout=audio.layout,
            peaks=self.draw(audio),
            audio=self.shelf.keep(item.path, item.sha256, check=lambda: _refuse_changed(item)),
        )
        return Decoded(item, audio, facts)


def _refuse_another(job: Job) -> None:
    """What is brought a second time may be another recording by then."""
    with job.path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != job.sha256:
            raise RecordingChanged(f"{job.path.name} changed before it was read")


def _refuse_changed(job: Job) -> None:
    if job.stamp is None:
        return
    try:
        same = stamp_of(job.path) == job.stamp
    except FileNotFoundError:
        same = False
    if not same:
        raise RecordingChanged(f"{job.path.name} changed while it was read")


@dataclass(frozen=True, slots=True)
class FindVoice:
    """Finds speech in each channel."""

    voice_activity: VoiceActivity

    def run(self, item: Decoded) -> Voiced:
        """Find the speech of one recording."""
        return Voiced(
            item,
            {
                label: self.voice_activity.speech(channel)
                for label, channel in item.channels.items()
            },
        )


@dataclass(frozen=True, slots=True)
class Listen:
    """Takes away what only sounds like speech; a recording without any speech ends here."""

    acoustics: Acoustics

    def run(self, item: Voiced) -> Voiced:
        """Listen to one recording."""
        labels = item.decoded.labels
        heard = self.acoustics.analyse(
            item.decoded.audio.channels, [item.speech[label] for label in labels]
        )
        if not any(heard.speech):
            raise NotScorable(_without_speech(heard, item.decoded.audio.duration_s), heard.quality)
        return replace(
            item,
            speech=dict(zip(labels, heard.speech, strict=True)),
            sounds=dict(zip(labels, heard.sounds, strict=True)),
            quality=heard.quality,
        )


def _without_speech(heard: Soundscape, duration_s: float) -> Reason:
    """Why nothing can be scored: what the recording is instead of speech."""
    lasted: dict[str, float] = {}
    for sound in chain.from_iterable(heard.sounds):
        lasted[sound.kind] = lasted.get(sound.kind, 0.0) + sound.span.duration_s
    if sum(lasted.values()) < MOSTLY_SOUNDS * duration_s:
        return Reason("recording.no_speech")
    return Reason("recording.only_sounds", {"sound": max(lasted, key=lambda kind: lasted[kind])})


@dataclass(frozen=True, slots=True)
class Recognise:
    """Turns the speech of many recordings into words; see ``PooledStage``."""

    transcriber: Transcriber
    hotwords: tuple[str, ...]

    def run(self, items: Sequence[Voiced]) -> Sequence[Spoken | NotScorable]:
        """Recognise some recordings; one without a reliable word, or in another language, ends here."""
        recognised = self.transcriber.transcribe(
            [_call_speech(item) for item in items], hotwords=self.hotwords
        )
        return [_spoken(item, channels) for item, channels in zip(items, recognised, strict=True)]


def _call_speech(item: Voiced) -> CallSpeech:
    return CallSpeech(
        tuple(
            Utterances(samples, item.speech[label])
            for label, samples in item.decoded.channels.items()
        ),
        item.decoded.job.record.language,
    )


def _spoken(item: Voiced, channels: tuple[Recognised, ...]) -> Spoken | NotScorable:
    if any(channel.words for channel in channels):
        return Spoken(item, dict(zip(item.decoded.labels, channels, strict=True)))
    foreign = {channel.language for channel in channels} - set(LANGUAGES)
    if foreign:
        reason = Reason("recording.other_language", {"language": foreign.pop()})
        return NotScorable(reason, item.quality)
    return NotScorable(Reason("recording.no_words"), item.quality)


@dataclass(frozen=True, slots=True)
class Measure:
    """Says who is the agent, writes the transcript, and measures the signals.

    Attributes:
        models: What took part (see ``qa.domain.records.Hearing``).
        level: RMS level of some spans of a channel, dB relative to full scale.
    """

    models: Mapping[str, str]
    company_names: tuple[str, ...]
    phonetics: Phonetics
    level: Callable[[Samples, Sequence[Span]], float | None]

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
            sounds=_sounds(item, parties.roles),
            level_dbfs=self._levels(item, parties.roles),
        )
        transcript = Transcript(
            language=_language(item.spoken.recognised),
            turns=turns,
            dropped=_dropped(item.spoken.recognised),
            role_confidence=parties.confidence,
            speaker_confidence=item.speaker_confidence,
        )
        job = decoded.job
        hearing = Hearing(
            fingerprint=job.hearing_fingerprint,
            transcript=transcript,
            signals=signals,
            models=self.models,
            quality=self._quality(item, parties),
        )
        return Heard(job, decoded.facts, hearing)

    def _levels(self, item: Attributed, roles: Mapping[str, Role]) -> dict[Role, float]:
        """How loud each party speaks, from its own channel or from its turns in the one that both share."""
        channels = item.spoken.voiced.decoded.channels
        shared = speaking(item.spoken.voiced)[0]
        levels: dict[Role, float] = {}
        for label, spans in item.activity.items():
            level = self.level(channels.get(label, channels[shared]), spans)
            if level is not None:
                levels[roles.get(label, Role.UNKNOWN)] = level
        return levels

    @staticmethod
    def _quality(item: Attributed, parties: Parties) -> RecordingQuality | None:
        """The recording's quality, with what the words say against its call record."""
        quality = item.spoken.voiced.quality
        record = item.spoken.voiced.decoded.job.record
        doubted = item.by_channel and record.agent_channel is not None and parties.confidence < 1
        if quality is None or not doubted:
            return quality
        return replace(quality, faults=(*quality.faults, "swapped_channels"))

    def _parties(self, item: Attributed) -> Parties:
        """Who is who: as the call record says, unless the words clearly say the opposite.

        A record may name the wrong channel. Then neither is believed: the roles stay as recorded, with so
        little confidence that no criterion is decided by them.
        """
        record = item.spoken.voiced.decoded.job.record
        heard = decide_roles(
            item.turns,
            company_names=self.company_names,
            direction=record.direction,
            phonetics=self.phonetics,
            shared=not item.by_channel,
        )
        if not item.by_channel or record.agent_channel is None:
            return heard
        agent = CHANNEL_LABELS[record.agent_channel]
        recorded = {
            label: Role.AGENT if label == agent else Role.CUSTOMER for label in CHANNEL_LABELS
        }
        if heard.roles.get(agent) is Role.CUSTOMER and heard.confidence >= CONTRADICTED:
            return Parties(recorded, 1 - heard.confidence)
        return Parties(recorded, 1.0)


@dataclass(frozen=True, slots=True)
class Score:
    """Judges what was heard against a rubric; the only stage for a recording heard before.

    A call for which a judge gave no answer has its score, and is scored again by the next run that finds it.

    Attributes:
        models: What takes part in scoring alone, by name and revision; what tells meanings is named by it.
    """

    rubric: Rubric
    company_names: tuple[str, ...]
    phonetics: Phonetics
    judge: Judge | None = None
    semantics: Semantics | None = None
    models: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.semantics is not None and told_by(self.models) is None:
            raise ValueError("meanings are told by an encoder that the models do not name")

    def run(self, item: Heard | Job) -> ScoredCall:
        """Score one call."""
        heard = item if isinstance(item, Heard) else _heard_before(item)
        attended = Attended(self.judge) if self.judge else None
        recalling = self._recalling(heard.job)
        with collecting_seldom():
            case = Case(
                record=heard.job.record,
                transcript=heard.hearing.transcript,
                signals=heard.hearing.signals,
                company_names=self.company_names,
                phonetics=self.phonetics,
                judge=attended,
                semantics=recalling,
            )
            card = score(self.rubric, case)
        fingerprint = heard.job.fingerprint
        again = attended is not None and attended.silent
        return ScoredCall(
            record=heard.job.record,
            recording=heard.facts,
            hearing=heard.hearing,
            scorecard=card,
            fingerprint=provisional(fingerprint) if again else fingerprint,
            models=self.models,
            meanings=recalling.learned if recalling else None,
        )

    def _recalling(self, job: Job) -> Recalling | None:
        teller = told_by(self.models)
        if self.semantics is None or teller is None:
            return None
        return Recalling(self.semantics, teller, job.meanings)


def _heard_before(job: Job) -> Heard:
    if job.heard is None:
        raise ValueError(f"recording {job.sha256} reached scoring unheard")
    facts, hearing = job.heard
    return Heard(job, facts, hearing)


def _by_role(
    activity: Mapping[str, tuple[Span, ...]], roles: Mapping[str, Role]
) -> dict[Role, tuple[Span, ...]]:
    """Spans by role; voices that share a role are put together, and ``measure`` puts them in order."""
    together: dict[Role, list[Span]] = {}
    for label, spans in activity.items():
        together.setdefault(roles.get(label, Role.UNKNOWN), []).extend(spans)
    return {role: tuple(spans) for role, spans in together.items()}


def _sounds(item: Attributed, roles: Mapping[str, Role]) -> dict[Role, tuple[Sound, ...]]:
    """What else is heard on each party's channel; where they share one, on nobody's."""
    if item.by_channel:
        return {
            roles.get(label, Role.UNKNOWN): sounds
            for label, sounds in item.spoken.voiced.sounds.items()
        }
    return {Role.UNKNOWN: tuple(chain.from_iterable(item.spoken.voiced.sounds.values()))}


def _language(recognised: Mapping[str, Recognised]) -> str:
    """The language most of the words are in."""
    spoken: dict[str, int] = {}
    for channel in recognised.values():
        spoken[channel.language] = spoken.get(channel.language, 0) + len(channel.words)
    return max(spoken, key=lambda language: spoken[language])


def _dropped(recognised: Mapping[str, Recognised]) -> tuple[DroppedText, ...]:
    dropped = (text for channel in recognised.values() for text in channel.dropped)
    return tuple(sorted(dropped, key=lambda text: (text.start_s, text.end_s)))
