"""Which language a call, a channel and a window are in, told from the sound.

A channel's longest windows say what its party speaks. A window takes its channel's language unless it is
long and clear enough to say otherwise, so a call may change languages and a short "yes" never does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.windows import Window

VERSION = "1"
"""Raised whenever a constant below changes: it decides what is recognised."""

LANGUAGES = ("zh", "en")
"""What can be recognised and scored."""
CHANNEL_WINDOWS = 6
"""Windows of a channel, the longest, that its language is told from."""
TELLING_S = 3.0
"""Speech shorter than this fits either language."""
OTHER_S = 8.0
"""Speech that it takes to say that a call is in neither language."""
KNOWN_SHARE = 0.2
"""Probability of both languages together below which a call is in neither. On 3 minutes of Spanish, French,
Italian and Russian telephone prompts it was 0.04 and less, on English ones 0.99."""
KNOWN_SHARE_STATED = 0.02
"""The same where the call's record states one of them."""
SWITCH = 0.9
"""Share of the probability of both that a window needs to leave its channel's language."""
STATED = 0.75
"""What the language that a call's record states weighs beside what is heard, as a share."""

_DIALECTS = {"yue": "zh"}


@dataclass(frozen=True, slots=True)
class Told:
    """What a window's sound says: each language's probability, and how many seconds it comes from."""

    probabilities: Mapping[str, float]
    seconds: float

    def share(self, language: str) -> float:
        """Of the languages that can be recognised, this one's share, 0-1."""
        return self._of(language) / self.known if self.known else 1 / len(LANGUAGES)

    @property
    def known(self) -> float:
        """Probability of the languages that can be recognised, together."""
        return sum(self._of(language) for language in LANGUAGES)

    def _of(self, language: str) -> float:
        return sum(
            probability
            for code, probability in self.probabilities.items()
            if _DIALECTS.get(code, code) == language
        )


@dataclass(frozen=True, slots=True)
class Spoken:
    """A channel's language and how sure that is, 0-1."""

    language: str
    confidence: float


def telling(windows: Sequence[Window]) -> tuple[Window, ...]:
    """The windows of a channel that its language is told from."""
    longest = sorted(windows, key=lambda window: window.duration_s, reverse=True)
    return tuple(longest[:CHANNEL_WINDOWS])


def foreign(channels: Sequence[Sequence[Told]], stated: str | None) -> str | None:
    """The language of a call that is in none of ``LANGUAGES``, or ``None``.

    One party who cannot be understood is enough: what the other says is then half a conversation.

    Args:
        channels: Of each channel's telling windows.
        stated: What the call's record says.
    """
    together = [one for channel in channels for one in channel]
    return next(
        (code for told in (together, *channels) if (code := _foreign(told, stated)) is not None),
        None,
    )


def _foreign(told: Sequence[Told], stated: str | None) -> str | None:
    weight: dict[str, float] = {}
    for one in told:
        for code, probability in one.probabilities.items():
            language = _DIALECTS.get(code, code)
            weight[language] = weight.get(language, 0.0) + probability * one.seconds
    seconds = sum(one.seconds for one in told)
    known = sum(one.known * one.seconds for one in told)
    least = KNOWN_SHARE if stated is None else KNOWN_SHARE_STATED
    if seconds < OTHER_S or known >= least * seconds:
        return None
    return max(weight, key=lambda code: weight[code])


def spoken(channel: Sequence[Told], call: Sequence[Told], stated: str | None) -> Spoken:
    """The language of a channel.

    A channel with little speech takes the call's: one "mm" fits any language.

    Args:
        channel: Of the channel's own telling windows.
        call: Of all channels' telling windows.
        stated: What the call's record says.
    """
    enough = sum(one.seconds for one in channel) >= TELLING_S
    heard = channel if enough else call
    seconds = sum(one.seconds for one in heard)
    shares = {
        language: sum(one.seconds * one.share(language) for one in heard) / seconds
        if seconds
        else 1 / len(LANGUAGES)
        for language in LANGUAGES
    }
    if stated is not None:
        shares = {
            language: share * (STATED if language == stated else 1 - STATED)
            for language, share in shares.items()
        }
    best = max(LANGUAGES, key=lambda language: shares[language])
    return Spoken(best, shares[best] / sum(shares.values()) if seconds or stated else 0.0)


def of_window(told: Told, channel: str) -> str:
    """The language to recognise a window in: its channel's unless it clearly is the other."""
    best = max(LANGUAGES, key=told.share)
    clear = told.seconds >= TELLING_S and told.known >= KNOWN_SHARE and told.share(best) >= SWITCH
    return best if clear else channel
