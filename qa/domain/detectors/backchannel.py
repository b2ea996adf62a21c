"""What somebody says while another speaks: the word, or only that they listen."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.domain.detectors.text import Stream, Token, is_han
from qa.domain.signals import Overlap

WORD_SLACK_S = 0.45
"""Words are timed less exactly than speech; those this near to an overlap may be in it."""

_BACKCHANNEL = re.compile(
    r"(?:(?:嗯|恩|唔|哦|噢|喔|啊|呃|额|哎|唉|诶|欸|对|对的|对对|是|是的|是啊|好|好的|好吧|行|可以|没错|明白|了解|清楚|知道了|"
    r"我知道|我明白|理解|谢谢|谢谢你|不客气|没事|没关系|抱歉|不好意思|对不起|你好|喂|再见|拜拜|请讲|你说|你讲|你请说|嗯哼|呢|呀|了)\s*"
    r"|\b(?:uh|um|er|ah|oh|hm+|mm+|mhm|huh|okay|right|yes|yeah|yep|no|sure|great|good|lovely|fine|"
    r"i see|i know|got it|of course|no problem|thank you|thanks|hello|hi|good (?:morning|afternoon|evening)|"
    r"bye|goodbye|all right|alright|sorry|i am sorry|pardon|excuse me|absolutely|exactly|certainly|"
    r"definitely|go on|go ahead|i understand|understood|you too|please|that is right|perfect)\b\s*)+"
)


def is_backchannel(tokens: Sequence[str]) -> bool:
    """Whether words, in matching form, only show listening, such as "mm", "okay" or 好的.

    No words at all are none.
    """
    text = "".join(token if is_han(token) else f" {token} " for token in tokens)
    return _BACKCHANNEL.fullmatch(re.sub(r"\s+", " ", text).strip()) is not None


def said_over(stream: Stream, overlap: Overlap) -> list[Token]:
    """The words of a party that begin in an overlap, or as near to it as words are timed."""
    return stream.between(overlap.start_s - WORD_SLACK_S, overlap.end_s + WORD_SLACK_S)
