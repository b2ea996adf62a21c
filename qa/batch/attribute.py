"""The stage that says which voice spoke each word (see ``qa.batch.stages`` for the others)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from qa.batch.items import Attributed, Spoken, Voiced
from qa.domain.attribution import speaker_confidence, turns_from_channels, turns_from_mono
from qa.domain.transfer import says_transfer
from qa.ports import Diarization, Diarizer, Samples

MAX_SPEAKERS = 2
TRANSFERRED_SPEAKERS = 3
"""Voices to expect where somebody says that the call is put through to somebody else."""


class Attribute:
    """Says which voice spoke each word: the channel, or where one channel holds all speech the diarizer.

    The diarizer is built when the first recording that needs it joins the pool, beside the recognition of
    that pool; a night of recordings that have speech on both of two channels never loads it. See
    ``PooledStage`` and ``ForesightedStage``.

    Args:
        build_diarizer: Builds what several threads may ask at once.
        workers: Recordings that are diarized at once.
    """

    def __init__(self, build_diarizer: Callable[[], Diarizer], *, workers: int = 1) -> None:
        self._build_diarizer = build_diarizer
        self._builder = ThreadPoolExecutor(1)
        self._beginning = Lock()
        self._diarizer: Future[Diarizer] | None = None
        self._workers = workers

    def foresee(self, item: Voiced) -> None:
        """Begin to build the diarizer for a recording whose speech is all on one channel."""
        if len(speaking(item)) == 1:
            self._begin()

    def run(self, items: Sequence[Spoken]) -> Sequence[Attributed]:
        """Attribute the words of some recordings."""
        with ThreadPoolExecutor(self._workers) as pool:
            return list(pool.map(self._attribute, items))

    def _attribute(self, item: Spoken) -> Attributed:
        decoded = item.voiced.decoded
        stereo = decoded.audio.layout == "stereo"
        heard = speaking(item.voiced)
        if stereo and len(heard) > 1:
            return _by_channel(item)
        (label,) = heard
        words = item.recognised[label].words
        speakers = TRANSFERRED_SPEAKERS if says_transfer(words) else MAX_SPEAKERS
        diarization = self._diarize(decoded.channels[label], max_speakers=speakers)
        if stereo and len(diarization.turns) <= 1:
            # A message on a machine, or a recorder that heard one party only.
            return _by_channel(item)
        return Attributed(
            spoken=item,
            turns=turns_from_mono(words, diarization.exclusive),
            activity=diarization.turns,
            speaker_confidence=speaker_confidence(words, diarization.exclusive),
            by_channel=False,
        )

    def _diarize(self, samples: Samples, *, max_speakers: int) -> Diarization:
        return self._begin().result().diarize(samples, max_speakers=max_speakers)

    def _begin(self) -> Future[Diarizer]:
        """The diarizer, in the building or built. What its building raises, its result raises.

        A building that failed is tried again by the next recording.
        """
        with self._beginning:
            building = self._diarizer
            if building is None or (building.done() and building.exception() is not None):
                building = self._diarizer = self._builder.submit(self._build_diarizer)
            return building


def speaking(item: Voiced) -> list[str]:
    """The channels that somebody speaks on."""
    return [label for label, spans in item.speech.items() if spans]


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
